//! One connection: a link, the session over it, and what waits on either side.

use crate::link::{Link, Report, Unsent};
use crate::reactor::out_queue::OutQueue;
use crate::reactor::readiness::{Input, Output};
use crate::reactor::session::Session;
use crate::reactor::spare::Spare;
use crate::reactor::stage::{Open, Reading, Stage};

pub(crate) struct Connection {
    pub(crate) link: Link,
    pub(crate) unsent: Unsent,
    pub(crate) session: Session,
    /// Received, not taken apart yet: the beginning of a frame, or what a full event queue left behind.
    pub(crate) unparsed: Vec<u8>,
    pub(crate) out: OutQueue,
    pub(crate) input: Input,
    pub(crate) output: Output,
    pub(crate) stage: Stage,
}

impl Connection {
    pub(crate) fn new(link: Link, session: Session, stage: Stage) -> Connection {
        Connection {
            link,
            unsent: Unsent::default(),
            session,
            unparsed: Vec::new(),
            out: OutQueue::default(),
            input: Input::Empty,
            output: Output::Ready,
            stage,
        }
    }

    /// Notes what the link says of itself.
    pub(crate) fn note(&mut self, report: &Report) {
        self.input.note(report);
        self.output.note(report);
    }

    /// Whether its link should be read now, or what was received be taken apart.
    pub(crate) fn wants_reading(&self) -> bool {
        match self.stage {
            Stage::Requested
            | Stage::Open(Open { reading: Reading::Paused | Reading::Resting, .. }) => false,
            Stage::Open(Open { reading: Reading::Backlog, .. }) => true,
            _ => self.input.is_ready(),
        }
    }

    /// Writes as much as the link takes, and says how much that was.
    pub(crate) fn write(&mut self, spare: &mut Spare) -> usize {
        let before = self.out.len();
        let result = match self.output {
            Output::Ready => self.out.write(&self.link, &mut self.unsent, spare),
            Output::Full => return 0,
            // Its end is found by reading. What is sent meanwhile goes nowhere.
            Output::Broken(_) => {
                self.out.clear();
                return 0;
            }
        };
        let written = before - self.out.len();
        match result {
            Ok(()) if self.out.is_empty() => {}
            Ok(()) => self.output = Output::Full,
            Err(error) => {
                self.out.clear();
                self.output = Output::Broken(error);
                self.input = Input::Ending;
            }
        }
        written
    }
}
