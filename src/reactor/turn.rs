//! The reactor: one object with one `turn`. A thread loops over it, or the game calls it itself.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::time::Duration;

use crate::config::Mode;
use crate::link::waitable::{Said, Waitable};
use crate::link::{Network, Poller, Ready, Report, Subject};
use crate::reactor::failed_handshakes::FailedHandshakes;
use crate::reactor::greeting_limits::GreetingLimits;
use crate::reactor::peers::Peers;
use crate::reactor::publisher::Publisher;
use crate::reactor::refused::Refused;
use crate::reactor::session::Common;
use crate::reactor::silent::Silent;
use crate::reactor::spare::Spare;
use crate::reactor::stage::Stage;
use crate::reactor::stall::StallWatch;
use crate::reactor::timers::Timers;
use crate::reactor::work_list::WorkList;
use crate::shared::Shared;
use crate::shared::commands::Taker;
use crate::shared::gate::Inside;
use crate::wire::Moment;
use crate::words::Level;

/// When a turn comes so much later than it should, nobody turned, or the machine slept.
const LATE: Duration = Duration::from_millis(500);
/// After a turn with so many commands the thread looks again for a while, giving way to others, before
/// it sleeps: whoever is busy sending would have to wake it for every few messages.
const BUSY: usize = 16;
const STAY_AWAKE: Duration = Duration::from_micros(30);
/// While memory is short, how often to see whether the game has made room.
const MEMORY_RETRY: Duration = Duration::from_millis(5);

pub(crate) struct Reactor {
    pub(super) shared: Arc<Shared>,
    pub(super) network: Arc<Network>,
    pub(super) common: Common,
    poller: Poller,
    ready: Ready,
    pub(super) now: Moment,
    /// When the last turn began. A send, which is none, has the time told to it too.
    turned: Moment,
    pub(super) peers: Peers,
    pub(super) to_read: WorkList,
    pub(super) to_write: WorkList,
    pub(super) to_accept: Vec<NonZeroU32>,
    pub(super) accept_at: Option<Moment>,
    /// When it was last reported that nothing can be accepted.
    pub(super) exhaustion_reported: Option<Moment>,
    pub(super) timers: Timers,
    pub(super) greeting_limits: GreetingLimits,
    pub(super) failed_handshakes: FailedHandshakes,
    pub(super) refused: Refused,
    pub(super) silent: Silent,
    pub(super) stall: StallWatch,
    pub(super) publisher: Publisher,
    /// What was held when somebody was found to hold nearly all of it, and was left in peace.
    pub(super) lone_holder: Option<usize>,
    pub(super) taker: Taker,
    /// One small message.
    pub(super) small: Vec<u8>,
    /// One read's worth of bytes, for all peers.
    pub(super) scratch: Vec<u8>,
    pub(super) spare: Spare,
    /// Control frames on their way into an out-buffer.
    pub(super) control: Vec<u8>,
    /// The game closes the host; until when the other ends have to close too.
    pub(super) closing: Option<Moment>,
    /// The host has been dropped: nobody is told of anything any more.
    pub(super) leaving: bool,
    /// There may be more reports than the last poll had room for.
    pub(super) more_reports: bool,
    awake_until: Moment,
    /// What the descriptor of an inline host tells.
    said: Said,
}

impl Reactor {
    pub(crate) fn new(poller: Poller, network: Arc<Network>, shared: Arc<Shared>) -> Reactor {
        let now = shared.now();
        Reactor {
            common: Common::new(&shared.config),
            poller,
            ready: Ready::new(),
            now,
            turned: now,
            peers: Peers::default(),
            to_read: WorkList::default(),
            to_write: WorkList::default(),
            to_accept: Vec::new(),
            accept_at: None,
            exhaustion_reported: None,
            timers: Timers::default(),
            greeting_limits: GreetingLimits::default(),
            failed_handshakes: FailedHandshakes::default(),
            refused: Refused::default(),
            silent: Silent::default(),
            stall: StallWatch::new(now, shared.config.mode == Mode::Threaded),
            publisher: Publisher::new(shared.clone(), network.clone()),
            lone_holder: None,
            taker: Taker::default(),
            small: Vec::new(),
            scratch: vec![0; shared.portions.read()],
            spare: Spare::new(shared.portions),
            control: Vec::new(),
            closing: None,
            leaving: false,
            more_reports: false,
            awake_until: now,
            said: Said::default(),
            network,
            shared,
        }
    }

    /// The host has been dropped.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// Waits at most `timeout` for something to do, and does it. The thread has no timeout, a game that
    /// turns has one.
    pub(crate) fn turn(&mut self, timeout: Option<Duration>) {
        let wait = self.may_wait(timeout);
        if let Err(error) = self.poller.wait(&mut self.ready, wait) {
            self.shared.log.add(Level::Error, format!("waiting for the network: {error}"));
        }
        let expected = self.expected();
        self.said.lit = false;
        self.now = self.shared.now();
        if let (Some(wait), Some(expected)) = (wait, expected)
            && self.now > expected + wait + LATE
        {
            self.forgive_silence();
        }
        self.turned = self.now;
        self.shared.io.begin();
        self.note_readiness();
        if self.take_commands() >= BUSY {
            self.awake_until = self.now + STAY_AWAKE;
        }
        self.accept_all();
        self.read_all();
        self.relieve_memory();
        // A peer whose report has not been taken yet only seems to be silent.
        if !self.more_reports {
            self.run_timers();
        }
        self.write_all();
        self.common.trim();
        self.publisher.publish();
        // Either this sees that the game flushes, or the game sees what was written.
        fence(Ordering::SeqCst);
        if self.shared.flushing.load(Ordering::Relaxed) {
            self.shared.wake_game();
        }
    }

    /// When this turn should have begun: right after the last one, or when the descriptor that the game waits
    /// for told it to. None: whenever a link has something.
    fn expected(&self) -> Option<Moment> {
        match self.network.waitable.get() {
            Some(Waitable::Inline(_)) if !self.said.lit => {
                self.said.at.map(|at| at.max(self.turned))
            }
            _ => Some(self.turned),
        }
    }

    /// Takes what the game has asked for since, and writes it at once: inline mode's short way from
    /// `send` to the link.
    pub(crate) fn send_now(&mut self) {
        self.now = self.shared.now();
        self.shared.io.begin();
        self.take_commands();
        self.write_all();
        self.publisher.publish();
    }

    /// Likewise until nothing is left.
    pub(crate) fn send_all(&mut self) {
        while self.has_commands() {
            self.send_now();
        }
    }

    /// How long the turn may wait; going to sleep is told to those who would have to wake us.
    fn may_wait(&mut self, timeout: Option<Duration>) -> Option<Duration> {
        if timeout == Some(Duration::ZERO) {
            return timeout;
        }
        let now = self.shared.now();
        let next = self.next_work(now);
        if next == Some(Duration::ZERO) {
            return next;
        }
        if now < self.awake_until && timeout.is_none() {
            std::thread::yield_now();
            return Some(Duration::ZERO);
        }
        if !self.shared.io.sleep() {
            return Some(Duration::ZERO);
        }
        // Rounded up: the system counts milliseconds, and waking early would be turning in vain.
        let next = next.map(|wait| wait + Duration::from_millis(1));
        [timeout, next].into_iter().flatten().min()
    }

    /// How long until there is something to do that no link tells of.
    pub(crate) fn next_work(&self, now: Moment) -> Option<Duration> {
        let short_of_memory = !self.may_read();
        let busy = (!self.to_read.is_empty() && !short_of_memory)
            || (!self.to_accept.is_empty() && self.accept_at.is_none())
            || !self.to_write.is_empty();
        if busy {
            return Some(Duration::ZERO);
        }
        let due = [
            self.timers.next(),
            self.failed_handshakes.due(now),
            self.accept_at,
            self.stall.next(),
        ];
        let due = due.into_iter().flatten().min().map(|at| at - now);
        let retry = (short_of_memory && !self.to_read.is_empty()).then_some(MEMORY_RETRY);
        [due, retry].into_iter().flatten().min()
    }

    /// Inline: lets the descriptor tell of everything that the next poll would do or give, now or later.
    fn show(&mut self, is_more: bool) {
        let Some(Waitable::Inline(timer)) = self.network.waitable.get() else { return };
        let now = self.shared.now();
        let next = self.next_work(now);
        if is_more || next == Some(Duration::ZERO) || self.shared.io.is_notified() {
            if !std::mem::replace(&mut self.said.lit, true) {
                self.shared.show();
            }
        } else if let Some(wait) = next {
            let at = Some(now + wait);
            if std::mem::replace(&mut self.said.at, at) != at {
                timer.set(wait);
            }
        }
    }

    /// For a simulated host: whatever is left to chance otherwise is the same each time.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn make_repeatable(&mut self) {
        self.common.stagger.make_repeatable();
    }

    /// Publishes an event that means nothing.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn publish_trouble(&mut self) {
        self.publisher.trouble(NonZeroU32::MIN, crate::event::Reason::None, 0, String::new());
        self.publisher.publish();
    }

    fn note_readiness(&mut self) {
        let ready = std::mem::take(&mut self.ready);
        self.more_reports = ready.is_crowded();
        for report in ready.reports() {
            match report.subject {
                Subject::Link(index) => self.note_link(index, &report),
                Subject::Listener(id) if self.to_accept.contains(&id) => {}
                Subject::Listener(id) => self.to_accept.push(id),
                Subject::Dial(index) => self.dial(index),
            }
        }
        self.ready = ready;
    }

    fn note_link(&mut self, index: usize, report: &Report) {
        let Some(connection) = self.peers.connection(index) else { return };
        connection.note(report);
        if let Stage::Requested = connection.stage {
            // Nothing is read or written before the game answers.
            self.end_if_it_left(index);
            return;
        }
        // A report of something to read says nearly always that the link takes something, too: whoever speaks
        // would be written to in vain each time if it were listed with nothing waiting.
        if !connection.out.is_empty() || connection.stage.is_draining() {
            self.to_write.push(index);
        }
        self.list_for_reading(index);
    }

    pub(super) fn list_for_reading(&mut self, index: usize) {
        if let Some(connection) = self.peers.connection(index)
            && connection.wants_reading()
        {
            self.to_read.push(index);
        }
    }
}

impl Inside<'_, Reactor> {
    /// Goes out. What other threads have left to us is done first, but not what they send meanwhile: that
    /// might have no end. `is_more`: whether the game has not polled all that it has.
    pub(crate) fn leave(mut self, is_more: bool) {
        self.last_look();
        self.send_all();
        // A game that polls comes here once more when it has polled.
        if self.network.waitable.get().is_some() && !self.shared.polling.load(Ordering::Relaxed) {
            let is_more = is_more || !self.shared.events.is_empty();
            self.show(is_more);
        }
    }
}
