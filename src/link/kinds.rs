//! The kinds of links, and of endpoints that they come through. The set is closed and the path is hot, so these are
//! enums; what a kind does is told in a folder of its own.

use std::io::{self, IoSlice};
use std::net::SocketAddr;

use crate::address::Address;
use crate::link::lane::{Lane, Received, Taken};
#[cfg(test)]
use crate::link::memory::{MemoryEndpoint, MemoryLink};
use crate::link::network::Network;
use crate::link::subject::Subject;
use crate::link::tcp::{TcpEndpoint, TcpLink, Unsent};

/// A way to one other end, with lanes. It is closed by [`close`](Self::close); dropping is for one whose readiness
/// was never reported.
pub(crate) enum Link {
    /// Stream 0 alone.
    Tcp(TcpLink),
    /// Stream 0, and datagrams.
    #[cfg(test)]
    Memory(MemoryLink),
}

impl Link {
    /// Begins to reach an address; what becomes of it is reported for the connect at `index`.
    pub(crate) fn connect(
        address: SocketAddr,
        network: &Network,
        index: usize,
    ) -> io::Result<Link> {
        let subject = Subject::Dial(index);
        #[cfg(test)]
        if let Some(station) = &network.station {
            return Ok(Link::Memory(station.connect(address, subject)));
        }
        TcpLink::connect(address, &network.watch, subject).map(Link::Tcp)
    }

    /// A connect was answered, and this is the attempt that is kept: gives it what an accepted link has from its
    /// listener.
    pub(crate) fn equip(&self, network: &Network) {
        match self {
            Link::Tcp(tcp) => tcp.equip(network.patience),
            #[cfg(test)]
            Link::Memory(_) => {}
        }
    }

    /// Whether the other end has answered: `None` not yet.
    pub(crate) fn answered(&self) -> Option<io::Result<()>> {
        match self {
            Link::Tcp(tcp) => tcp.answered(),
            #[cfg(test)]
            Link::Memory(memory) => memory.answered(),
        }
    }

    /// A connect's, from here on: its readiness is reported for the link at `index`, what it has already, too.
    pub(crate) fn take_over(&mut self, network: &Network, index: usize) -> io::Result<()> {
        let subject = Subject::Link(index);
        match self {
            Link::Tcp(tcp) => tcp.take_over(&network.watch, subject),
            #[cfg(test)]
            Link::Memory(memory) => {
                memory.begin(subject);
                Ok(())
            }
        }
    }

    /// One that was accepted: likewise.
    pub(crate) fn begin(&mut self, network: &Network, index: usize) -> io::Result<()> {
        let subject = Subject::Link(index);
        match self {
            Link::Tcp(tcp) => tcp.begin(&network.watch, subject),
            #[cfg(test)]
            Link::Memory(memory) => {
                memory.begin(subject);
                Ok(())
            }
        }
    }

    /// Fills a buffer, which must not be empty, from one lane.
    #[inline]
    pub(crate) fn read(&mut self, lane: Lane, buffer: &mut [u8]) -> io::Result<Received> {
        match self {
            Link::Tcp(tcp) => {
                debug_assert_eq!(lane, Lane::SESSION);
                tcp.read(buffer)
            }
            #[cfg(test)]
            Link::Memory(memory) => memory.read(lane, buffer),
        }
    }

    /// Whether there is something to read, if only that nothing more will come.
    pub(crate) fn has_unread(&self) -> bool {
        match self {
            Link::Tcp(tcp) => tcp.has_unread(),
            #[cfg(test)]
            Link::Memory(memory) => memory.has_unread(),
        }
    }

    /// Offers what waits for one lane, and says how much was taken. How much the system may hold `unsent` is
    /// fitted to the line when it takes no more.
    #[inline]
    pub(crate) fn write(
        &self,
        lane: Lane,
        slices: &[IoSlice<'_>],
        unsent: &mut Unsent,
    ) -> io::Result<Taken> {
        match self {
            Link::Tcp(tcp) => {
                debug_assert_eq!(lane, Lane::SESSION);
                tcp.write(slices, unsent)
            }
            #[cfg(test)]
            Link::Memory(memory) => memory.write(lane, slices),
        }
    }

    /// Whether something that was written is on its way: if nothing is taken, that may be for the line, not for the
    /// other end. Where the system does not tell, it is not.
    pub(crate) fn is_under_way(&self) -> bool {
        match self {
            Link::Tcp(tcp) => tcp.is_under_way(),
            #[cfg(test)]
            Link::Memory(memory) => memory.is_under_way(),
        }
    }

    /// Nothing more will be written; the other end hears of it behind what was.
    pub(crate) fn finish(&self) {
        match self {
            Link::Tcp(tcp) => tcp.finish(),
            #[cfg(test)]
            Link::Memory(memory) => memory.finish(),
        }
    }

    /// Closes both directions at once.
    pub(crate) fn close(self, network: &Network) {
        match self {
            Link::Tcp(tcp) => tcp.close(&network.watch),
            #[cfg(test)]
            Link::Memory(memory) => drop(memory),
        }
    }
}

/// What links come through: it owns sockets, and may serve many links with each.
pub(super) enum Endpoint {
    Tcp(TcpEndpoint),
    #[cfg(test)]
    Memory(MemoryEndpoint),
}

/// What came of an accept.
pub(super) enum Accepted {
    /// A link to this address.
    Link(Link, SocketAddr),
    /// A client that gave up while it waited: the next one may not have.
    GivenUp(io::Error),
    /// None is there.
    Nothing,
}

impl Endpoint {
    /// Binds to `wanted`, which is what `address` says, or to all of this machine's addresses.
    pub(super) fn bind(
        network: &Network,
        address: &Address,
        wanted: Option<SocketAddr>,
    ) -> io::Result<Endpoint> {
        #[cfg(test)]
        if let Some(station) = &network.station {
            return station.bind(wanted, address.port).map(Endpoint::Memory);
        }
        TcpEndpoint::bind(wanted, address.port, network.patience).map(Endpoint::Tcp)
    }

    /// The address it is bound to.
    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        match self {
            Endpoint::Tcp(tcp) => tcp.address(),
            #[cfg(test)]
            Endpoint::Memory(memory) => Ok(memory.address()),
        }
    }

    /// From here on what waits here is reported.
    pub(super) fn begin(&mut self, network: &Network, subject: Subject) -> io::Result<()> {
        match self {
            Endpoint::Tcp(tcp) => tcp.begin(&network.watch, subject),
            #[cfg(test)]
            Endpoint::Memory(memory) => {
                memory.begin(subject);
                Ok(())
            }
        }
    }

    pub(super) fn accept(&self) -> io::Result<Accepted> {
        match self {
            Endpoint::Tcp(tcp) => tcp.accept(),
            #[cfg(test)]
            Endpoint::Memory(memory) => Ok(memory.accept()),
        }
    }

    pub(super) fn close(self, network: &Network) {
        match self {
            Endpoint::Tcp(tcp) => tcp.close(&network.watch),
            #[cfg(test)]
            Endpoint::Memory(memory) => drop(memory),
        }
    }
}
