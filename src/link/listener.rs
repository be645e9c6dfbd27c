//! Listening sockets: bound on the caller's thread, so that its error is the call's error, and closed there,
//! so that the port is free when the call returns.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock};

use mio::{Interest, Token, net::TcpStream};
use socket2::{Domain, Protocol, Socket, Type};

use crate::address::{Address, hint};
use crate::error::{Error, Result};
use crate::link::watch::Watch;
use crate::shared::via::{MAX_LISTENER, Via};
use crate::words::Scheme;

/// Connections that the system completes while the reactor is busy elsewhere.
const BACKLOG: i32 = 1024;

/// One listening port.
pub(crate) struct Listener {
    pub(crate) socket: mio::net::TcpListener,
    pub(crate) address: SocketAddr,
    /// What carries its connections, and what its clients speak.
    pub(crate) scheme: Scheme,
    /// The game decides about each client.
    pub(crate) approval: bool,
}

impl Listener {
    /// Binds and listens.
    pub(crate) fn bind(address: &Address, approval: bool) -> Result<Listener> {
        let scheme = address.scheme;
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
        Ok(Listener { socket, address, scheme, approval })
    }
}

/// All listeners of a host.
///
/// The lock is there because stopping must free the port before it returns, while the reactor may be accepting.
/// Accepting and looking share it, one accept at a time; and whoever waits to change the table comes before those
/// who would share it next.
#[derive(Default)]
pub(crate) struct Listeners {
    table: RwLock<HashMap<NonZeroU32, Listener>>,
    count: AtomicU32,
    last: AtomicU32,
}

impl Listeners {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed) as usize
    }

    /// Adds one, unless it `may` not any more, and lets the reactor's poll watch it.
    pub(crate) fn add(
        &self,
        mut listener: Listener,
        watch: &Watch,
        token: impl Fn(NonZeroU32) -> Token,
        may: impl FnOnce() -> Result<()>,
    ) -> Result<NonZeroU32> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        may()?;
        let id = loop {
            let number = self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            match NonZeroU32::new(number % MAX_LISTENER) {
                Some(id) if !table.contains_key(&id) => break id,
                _ => {}
            }
        };
        let registered = watch.begin(&mut listener.socket, token(id), Interest::READABLE);
        let named = || format!("listening on {}", listener.address);
        registered.map_err(|error| Error::os(named(), &error))?;
        table.insert(id, listener);
        self.count.store(table.len() as u32, Ordering::Relaxed);
        Ok(id)
    }

    pub(crate) fn address(&self, id: NonZeroU32) -> Option<SocketAddr> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.get(&id).map(|listener| listener.address)
    }

    /// Takes one connection, if the listener is still there: where it came through, whether the game wants to be
    /// asked, the socket and its address.
    pub(crate) fn accept(
        &self,
        id: NonZeroU32,
    ) -> Option<io::Result<(Via, bool, TcpStream, SocketAddr)>> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let Listener { socket, scheme, approval, .. } = table.get(&id)?;
        let via = Via::new(Some(id), *scheme);
        let accepted = socket.accept();
        Some(accepted.map(|(socket, address)| (via, *approval, socket, address)))
    }

    /// Closes one: its scheme and address.
    pub(crate) fn close(&self, id: NonZeroU32, watch: &Watch) -> Option<(Scheme, SocketAddr)> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let listener = table.remove(&id)?;
        self.count.store(table.len() as u32, Ordering::Relaxed);
        watch.close(listener.socket);
        Some((listener.scheme, listener.address))
    }

    /// Closes all.
    pub(crate) fn close_all(&self, watch: &Watch) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        for (_, listener) in table.drain() {
            watch.close(listener.socket);
        }
        self.count.store(0, Ordering::Relaxed);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Host};

    #[test]
    fn numbers_begin_anew_and_pass_over_those_in_use() {
        let host = Host::new(Config::default()).unwrap();
        let Listeners { last, .. } = &host.handle().shared.listeners;
        let listen = || host.listen("127.0.0.1:0", false).unwrap().get();
        assert_eq!(listen(), 1);
        last.store(MAX_LISTENER - 2, Ordering::Relaxed);
        assert_eq!((listen(), listen()), (MAX_LISTENER - 1, 2));
        last.store(u32::MAX - 1, Ordering::Relaxed);
        assert_eq!((listen(), listen()), (3, 4));
    }
}
