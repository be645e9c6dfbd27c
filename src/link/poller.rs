//! Waiting for the network: the reactor's own, of which there is one for each host.

use std::io;
use std::time::Duration;

use mio::event::Event;
use mio::{Events, Poll};

#[cfg(test)]
use crate::link::memory::Station;
use crate::link::subject::Subject;

/// Reports taken at once.
pub(super) const REPORTS: usize = 1024;

/// What the reactor waits on, and sleeps in.
pub(crate) struct Poller {
    poll: Poll,
    /// Of a simulated host, which waits here and not in the system.
    #[cfg(test)]
    pub(super) station: Option<Station>,
}

impl Poller {
    pub(super) fn new(poll: Poll) -> Poller {
        Poller {
            poll,
            #[cfg(test)]
            station: None,
        }
    }

    /// Waits at most `timeout` until there are reports, or somebody wakes it. A signal may end it early.
    pub(crate) fn wait(&mut self, ready: &mut Ready, timeout: Option<Duration>) -> io::Result<()> {
        #[cfg(test)]
        if let Some(station) = &self.station {
            station.wait(&mut ready.simulated, timeout);
            return Ok(());
        }
        match self.poll.poll(&mut ready.events, timeout) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
            _ => Ok(()),
        }
    }
}

/// The reports of one wait; by default it has room for none.
pub(crate) struct Ready {
    events: Events,
    #[cfg(test)]
    simulated: Vec<Report>,
}

/// What has changed about a link, a listener or a connect.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    pub(crate) subject: Subject,
    pub(crate) readable: bool,
    /// The other end sends no more.
    pub(crate) read_closed: bool,
    pub(crate) writable: bool,
}

impl Ready {
    pub(crate) fn new() -> Ready {
        Ready::with_room(REPORTS)
    }

    fn with_room(reports: usize) -> Ready {
        Ready {
            events: Events::with_capacity(reports),
            #[cfg(test)]
            simulated: Vec::new(),
        }
    }

    /// Whether there may be more reports than there was room for.
    pub(crate) fn is_crowded(&self) -> bool {
        let count = self.events.iter().count();
        #[cfg(test)]
        let count = count + self.simulated.len();
        count >= REPORTS
    }

    pub(crate) fn reports(&self) -> impl Iterator<Item = Report> {
        let reports = self.events.iter().filter_map(report);
        #[cfg(test)]
        let reports = reports.chain(self.simulated.iter().copied());
        reports
    }
}

impl Default for Ready {
    fn default() -> Ready {
        Ready::with_room(0)
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
