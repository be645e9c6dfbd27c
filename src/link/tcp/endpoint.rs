//! A TCP port that is listened on.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use mio::Interest;
use mio::net::TcpListener;
use socket2::{Domain, Protocol, Socket, Type};

use crate::link::kinds::{Accepted, Link};
use crate::link::os::{self, AcceptFailure};
use crate::link::subject::Subject;
use crate::link::tcp::{Patience, TcpLink};
use crate::link::watch::Watch;

/// Connections that the system completes while the reactor is busy elsewhere.
const BACKLOG: i32 = 1024;

pub(crate) struct TcpEndpoint(TcpListener);

impl TcpEndpoint {
    /// Binds and listens at an address, or at all of this machine's.
    pub(crate) fn bind(
        wanted: Option<SocketAddr>,
        port: u16,
        patience: Patience,
    ) -> io::Result<TcpEndpoint> {
        let bind = |address, one_family| bind(address, one_family, patience);
        let bound =
            match wanted {
                Some(address) => bind(address, true),
                // Both families on one socket; where the system has no IPv6, IPv4 alone.
                None => bind(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), port), false).or_else(
                    |error| match error.kind() {
                        io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied => Err(error),
                        _ => bind(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port), true),
                    },
                ),
            };
        bound.map(TcpEndpoint)
    }

    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    pub(crate) fn begin(&mut self, watch: &Watch, subject: Subject) -> io::Result<()> {
        watch.begin(&mut self.0, subject.token(), Interest::READABLE)
    }

    pub(crate) fn accept(&self) -> io::Result<Accepted> {
        match self.0.accept() {
            Ok((socket, address)) => Ok(Accepted::Link(Link::Tcp(TcpLink::new(socket)), address)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Accepted::Nothing),
            Err(error) if AcceptFailure::of(&error) == AcceptFailure::Clients => {
                Ok(Accepted::GivenUp(error))
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn close(self, watch: &Watch) {
        watch.close(self.0);
    }
}

fn bind(address: SocketAddr, one_family: bool, patience: Patience) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(one_family)?;
    }
    os::claim_port(&socket)?;
    // Each connection that comes through has it from here.
    patience.set(&socket);
    socket.set_nonblocking(true)?;
    // Where those that come through have it from here, it is one call less for each.
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(TcpListener::from_std(socket.into()))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::Config;

    #[test]
    fn a_port_is_one_listeners_alone() {
        let patience = Patience::new(&Config::default());
        let at = |port| TcpEndpoint::bind(Some(([127, 0, 0, 1], port).into()), port, patience);
        let first = at(0).unwrap();
        let port = first.address().unwrap().port();
        assert_eq!(at(port).err().map(|error| error.kind()), Some(io::ErrorKind::AddrInUse));
        // Not even one that insists takes it.
        let thief = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        thief.set_reuse_address(true).unwrap();
        let address = first.address().unwrap().into();
        assert!(thief.bind(&address).and_then(|()| thief.listen(1)).is_err());
        drop(first);
        at(port).unwrap();
    }

    /// Whether the system does it is in `INHERITS_NO_DELAY`; elsewhere each link asks for it when it begins.
    #[test]
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn what_is_accepted_does_not_wait_for_acknowledgements() {
        for wanted in [None, Some("127.0.0.1:0".parse().unwrap()), "[::1]:0".parse().ok()] {
            let patience = Patience::new(&Config::default());
            let Ok(endpoint) = TcpEndpoint::bind(wanted, 0, patience) else { continue };
            let port = endpoint.address().unwrap().port();
            let host = if wanted.is_some_and(|it| it.is_ipv6()) { "::1" } else { "127.0.0.1" };
            let _client = std::net::TcpStream::connect((host, port)).unwrap();
            let (socket, _) = loop {
                match endpoint.0.accept() {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    accepted => break accepted.unwrap(),
                }
            };
            assert!(socket.nodelay().unwrap());
        }
    }
}
