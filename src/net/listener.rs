//! Listening sockets: bound on the caller's thread, so that its error is the call's error.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};

use crate::address::{Address, hint};
use crate::error::{Error, Result};
use crate::wire;

/// Connections that the system completes while the reactor is busy elsewhere.
const BACKLOG: i32 = 1024;

/// One listening port.
pub(crate) struct Listener {
    pub(crate) socket: mio::net::TcpListener,
    pub(crate) address: SocketAddr,
    /// What its clients speak.
    pub(crate) protocol: wire::Protocol,
    /// The game decides about each client.
    pub(crate) approval: bool,
}

impl Listener {
    /// Binds and listens.
    pub(crate) fn bind(address: &Address, approval: bool) -> Result<Listener> {
        let protocol = address.protocol;
        let wanted = address.to_listen()?;
        let bound = match wanted {
            Some(address) => bind(address, true),
            // Both families on one socket; where the system has no IPv6, IPv4 alone.
            None => bind(SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), address.port), false)
                .or_else(|error| match error.kind() {
                    io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied => Err(error),
                    _ => bind(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), address.port), true),
                }),
        };
        let named = || match wanted {
            Some(address) => format!("listening on {address}{}", hint(&address)),
            None => format!("listening on *:{}", address.port),
        };
        let socket = bound.map_err(|error| Error::os(named(), &error))?;
        let address = socket.local_addr().map_err(|error| Error::os(named(), &error))?;
        Ok(Listener { socket, address, protocol, approval })
    }
}

fn bind(address: SocketAddr, one_family: bool) -> io::Result<mio::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(one_family)?;
    }
    // A server that restarts must not wait for its last life's connections to be forgotten. (On
    // Windows the option means something else: taking a port from another program.)
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(mio::net::TcpListener::from_std(socket.into()))
}
