//! The kinds of links, and of endpoints that they come through. The set is closed and the path is hot, so these are
//! enums; what a kind does is told in a folder of its own.

use std::io::{self, IoSlice};
use std::net::SocketAddr;

use crate::address::Address;
use crate::link::lane::{Lane, Received, Taken};
use crate::link::network::Network;
use crate::link::subject::Subject;
use crate::link::tcp::{TcpEndpoint, TcpLink};

/// A way to one other end, with lanes. It is closed by [`close`](Self::close); dropping is for one whose readiness
/// was never reported.
pub(crate) enum Link {
    /// Stream 0 alone.
    Tcp(TcpLink),
}

impl Link {
    /// Begins to reach an address; what becomes of it is reported for the connect at `index`.
    pub(crate) fn connect(
        address: SocketAddr,
        network: &Network,
        index: usize,
    ) -> io::Result<Link> {
        TcpLink::connect(address, &network.watch, Subject::Dial(index)).map(Link::Tcp)
    }

    /// Whether the other end has answered: `None` not yet.
    pub(crate) fn answered(&self) -> Option<io::Result<()>> {
        match self {
            Link::Tcp(tcp) => tcp.answered(),
        }
    }

    /// Has nothing reported until it begins again.
    pub(crate) fn pause(self, network: &Network) -> Link {
        match self {
            Link::Tcp(tcp) => Link::Tcp(tcp.pause(&network.watch)),
        }
    }

    /// From here on its readiness is reported, for the link at `index`; what it has already, too.
    pub(crate) fn begin(&mut self, network: &Network, index: usize) -> io::Result<()> {
        match self {
            Link::Tcp(tcp) => tcp.begin(&network.watch, Subject::Link(index)),
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
        }
    }

    /// Offers what waits for one lane, and says how much was taken.
    #[inline]
    pub(crate) fn write(&self, lane: Lane, slices: &[IoSlice<'_>]) -> io::Result<Taken> {
        match self {
            Link::Tcp(tcp) => {
                debug_assert_eq!(lane, Lane::SESSION);
                tcp.write(slices)
            }
        }
    }

    /// Nothing more will be written; the other end hears of it behind what was.
    pub(crate) fn finish(&self) {
        match self {
            Link::Tcp(tcp) => tcp.finish(),
        }
    }

    /// Closes both directions at once.
    pub(crate) fn close(self, network: &Network) {
        match self {
            Link::Tcp(tcp) => tcp.close(&network.watch),
        }
    }
}

/// What links come through: it owns sockets, and may serve many links with each.
pub(super) enum Endpoint {
    Tcp(TcpEndpoint),
}

/// What came of an accept.
pub(super) enum Accepted {
    /// A link to this address.
    Link(Link, SocketAddr),
    /// A client that gave up while it waited: the next one may not have.
    GivenUp,
    /// None is there.
    Nothing,
}

impl Endpoint {
    /// Binds to `wanted`, which is what `address` says, or to all of this machine's addresses.
    pub(super) fn bind(address: &Address, wanted: Option<SocketAddr>) -> io::Result<Endpoint> {
        TcpEndpoint::bind(wanted, address.port).map(Endpoint::Tcp)
    }

    /// The address it is bound to.
    pub(super) fn address(&self) -> io::Result<SocketAddr> {
        match self {
            Endpoint::Tcp(tcp) => tcp.address(),
        }
    }

    /// From here on what waits here is reported.
    pub(super) fn begin(&mut self, network: &Network, subject: Subject) -> io::Result<()> {
        match self {
            Endpoint::Tcp(tcp) => tcp.begin(&network.watch, subject),
        }
    }

    pub(super) fn accept(&self) -> io::Result<Accepted> {
        match self {
            Endpoint::Tcp(tcp) => tcp.accept(),
        }
    }

    pub(super) fn close(self, network: &Network) {
        match self {
            Endpoint::Tcp(tcp) => tcp.close(&network.watch),
        }
    }
}
