//! One end of a connection as the reactor has it, and an address that connections come through.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::sync::Arc;

use super::end::Standing;
use super::internet::Internet;
use crate::link::kinds::{Accepted, Link};
use crate::link::lane::{Lane, Received, Taken};
use crate::link::subject::Subject;

/// A stream and datagrams beside it. Dropping closes it.
pub(crate) struct MemoryLink {
    internet: Arc<Internet>,
    end: usize,
}

impl MemoryLink {
    pub(super) fn new(internet: Arc<Internet>, end: usize) -> MemoryLink {
        MemoryLink { internet, end }
    }

    pub(crate) fn answered(&self) -> Option<io::Result<()>> {
        match self.internet.lock().standing(self.end) {
            Standing::Connecting => None,
            Standing::Established => Some(Ok(())),
            Standing::Broken(kind) => Some(Err(kind.into())),
            Standing::Closed => Some(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    pub(crate) fn begin(&mut self, subject: Subject) {
        self.internet.lock().begin(self.end, subject);
    }

    pub(crate) fn read(&mut self, lane: Lane, buffer: &mut [u8]) -> io::Result<Received> {
        let mut internet = self.internet.lock();
        if lane == Lane::Datagrams {
            return Ok(match internet.read_datagram(self.end) {
                Some(datagram) => {
                    let count = datagram.len().min(buffer.len());
                    buffer[..count].copy_from_slice(&datagram[..count]);
                    Received::Bytes { count, more: true }
                }
                None => Received::Nothing,
            });
        }
        let read = internet.read(self.end, buffer);
        drop(internet);
        self.internet.has_read();
        Ok(match read? {
            Some((0, _)) => Received::End,
            Some((count, _)) => Received::Bytes { count, more: count == buffer.len() },
            None => Received::Nothing,
        })
    }

    pub(crate) fn has_unread(&self) -> bool {
        self.internet.lock().has_unread(self.end)
    }

    /// A write of datagrams is one datagram.
    pub(crate) fn write(&self, lane: Lane, slices: &[IoSlice<'_>]) -> io::Result<Taken> {
        let mut bytes = Vec::new();
        slices.iter().for_each(|slice| bytes.extend_from_slice(slice));
        let mut internet = self.internet.lock();
        if lane == Lane::Datagrams {
            let count = bytes.len();
            internet.write_datagram(self.end, bytes)?;
            return Ok(Taken { count, full: false });
        }
        let count = internet.write(self.end, &bytes)?;
        Ok(Taken { count, full: count < bytes.len() })
    }

    pub(crate) fn is_under_way(&self) -> bool {
        self.internet.lock().is_under_way(self.end)
    }

    pub(crate) fn finish(&self) {
        self.internet.lock().finish(self.end);
    }
}

impl Drop for MemoryLink {
    fn drop(&mut self) {
        self.internet.lock().close(self.end);
    }
}

/// Dropping it stops listening.
pub(crate) struct MemoryEndpoint {
    internet: Arc<Internet>,
    at: SocketAddr,
}

impl MemoryEndpoint {
    pub(super) fn new(internet: Arc<Internet>, at: SocketAddr) -> MemoryEndpoint {
        MemoryEndpoint { internet, at }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.at
    }

    pub(crate) fn begin(&mut self, subject: Subject) {
        self.internet.lock().begin_listening(self.at, subject);
    }

    pub(in crate::link) fn accept(&self) -> Accepted {
        match self.internet.lock().accept(self.at) {
            Ok(Some((end, address))) => {
                let link = MemoryLink::new(self.internet.clone(), end);
                Accepted::Link(Link::Memory(link), address)
            }
            Ok(None) => Accepted::Nothing,
            Err(error) => Accepted::GivenUp(error),
        }
    }
}

impl Drop for MemoryEndpoint {
    fn drop(&mut self) {
        self.internet.lock().stop_listening(self.at);
    }
}
