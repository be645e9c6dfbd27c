//! Waiting for the network: the reactor's own, of which there is one for each host.

use std::io;
use std::time::Duration;

use mio::event::Event;
use mio::{Events, Poll};

use crate::link::subject::Subject;

/// Reports taken at once.
const REPORTS: usize = 1024;

/// What the reactor waits on, and sleeps in.
pub(crate) struct Poller(Poll);

impl Poller {
    pub(super) fn new(poll: Poll) -> Poller {
        Poller(poll)
    }

    /// Waits at most `timeout` until there are reports, or somebody wakes it. A signal may end it early.
    pub(crate) fn wait(&mut self, ready: &mut Ready, timeout: Option<Duration>) -> io::Result<()> {
        match self.0.poll(&mut ready.0, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }
}

/// The reports of one wait; by default it has room for none.
pub(crate) struct Ready(Events);

/// What has changed about a link, a listener or a connect.
pub(crate) struct Report {
    pub(crate) subject: Subject,
    pub(crate) readable: bool,
    /// The other end sends no more.
    pub(crate) read_closed: bool,
    pub(crate) writable: bool,
}

impl Ready {
    pub(crate) fn new() -> Ready {
        Ready(Events::with_capacity(REPORTS))
    }

    /// Whether there may be more reports than there was room for.
    pub(crate) fn is_crowded(&self) -> bool {
        self.0.iter().count() >= REPORTS
    }

    pub(crate) fn reports(&self) -> impl Iterator<Item = Report> {
        self.0.iter().filter_map(report)
    }
}

impl Default for Ready {
    fn default() -> Ready {
        Ready(Events::with_capacity(0))
    }
}

#[inline]
fn report(event: &Event) -> Option<Report> {
    let subject = Subject::of(event.token())?;
    // One that is broken is ready for everything: each call will say why.
    let broken = event.is_error();
    Some(Report {
        subject,
        readable: event.is_readable() || broken,
        read_closed: event.is_read_closed() || broken,
        writable: event.is_writable() || broken,
    })
}
