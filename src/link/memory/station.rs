//! One host's place in a simulated internet.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use super::internet::Internet;
use super::link::{MemoryEndpoint, MemoryLink};
use crate::link::poller::{REPORTS, Report};
use crate::link::subject::Subject;

#[derive(Clone)]
pub(crate) struct Station {
    internet: Arc<Internet>,
    number: usize,
    ip: IpAddr,
}

impl Station {
    pub(super) fn new(internet: Arc<Internet>, number: usize, ip: IpAddr) -> Station {
        Station { internet, number, ip }
    }

    /// The address of everything that comes from here.
    pub(crate) fn ip(&self) -> IpAddr {
        self.ip
    }

    #[cfg(not(loom))]
    pub(crate) fn internet(&self) -> &Arc<Internet> {
        &self.internet
    }

    /// Its connections are gone, and it does not hear of that.
    #[cfg(not(loom))]
    pub(crate) fn lose_connections(&self, why: io::ErrorKind) {
        self.internet.take_connections(self.number, why);
    }

    /// The system takes what it listens with, or gives it back.
    #[cfg(not(loom))]
    pub(crate) fn lose_listeners(&self, taken: bool) {
        self.internet.take_listeners(self.number, taken);
    }

    /// Whether there is something to be told at once.
    pub(crate) fn has_reports(&self) -> bool {
        self.internet.lock().has_reports(self.number)
    }

    /// Takes reports. Where there are none it sleeps as the system would, which is to say that time goes on at
    /// once, and with it whatever is on its way.
    pub(in crate::link) fn wait(&self, reports: &mut Vec<Report>, timeout: Option<Duration>) {
        reports.clear();
        let until = timeout.map(|timeout| self.internet.hand().now() + timeout);
        while timeout != Some(Duration::ZERO) && !self.has_reports() {
            match (self.internet.due(), until) {
                (Some(at), until) if until.is_none_or(|until| at <= until) => {
                    self.internet.move_to(at);
                }
                (_, Some(until)) => {
                    self.internet.move_to(until);
                    break;
                }
                (_, None) => break,
            }
        }
        self.internet.lock().take_reports(self.number, REPORTS, reports);
    }

    pub(crate) fn bind(&self, wanted: Option<SocketAddr>, port: u16) -> io::Result<MemoryEndpoint> {
        let mut at = wanted.unwrap_or(SocketAddr::new(self.ip, port));
        if at.ip().is_unspecified() {
            at.set_ip(self.ip);
        }
        if at.ip() != self.ip {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        let at = self.internet.lock().listen(self.number, at)?;
        Ok(MemoryEndpoint::new(self.internet.clone(), at))
    }

    pub(crate) fn connect(&self, to: SocketAddr, subject: Subject) -> MemoryLink {
        let end = self.internet.lock().connect(self.number, self.ip, to, subject);
        MemoryLink::new(self.internet.clone(), end)
    }
}
