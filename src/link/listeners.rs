//! What a host listens on: bound on the caller's thread, so that its error is the call's error, and closed there,
//! so that the port is free when the call returns.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::address::{Address, hint};
use crate::error::{Error, Result};
use crate::link::kinds::{Accepted, Endpoint, Link};
use crate::link::network::Network;
use crate::link::subject::Subject;
use crate::shared::via::{MAX_LISTENER, Via};
use crate::words::Scheme;

/// One address that is listened on.
struct Listener {
    endpoint: Endpoint,
    address: SocketAddr,
    /// What carries its connections, and what its clients speak.
    scheme: Scheme,
    /// The game decides about each client.
    approval: bool,
}

/// All listeners of a host.
///
/// The lock is there because stopping must free the port before it returns, while the reactor may be accepting.
/// Accepting and looking share it, one accept at a time; and whoever waits to change the table comes before those
/// who would share it next.
#[derive(Default)]
pub(super) struct Listeners {
    table: RwLock<Table>,
    count: AtomicU32,
    last: AtomicU32,
}

type Table = HashMap<NonZeroU32, Listener>;

/// What came through a listener.
pub(crate) enum Arrival {
    Client(Client),
    /// One that gave up while it waited: the next one may not have.
    GivenUp(io::Error),
    /// Nobody is there, or the listener itself is gone.
    Nobody,
}

/// Somebody who has connected.
pub(crate) struct Client {
    pub(crate) link: Link,
    pub(crate) address: SocketAddr,
    /// The way by which it came.
    pub(crate) via: Via,
    /// The game wants to be asked.
    pub(crate) approval: bool,
}

impl Listener {
    fn bind(network: &Network, address: &Address, approval: bool) -> Result<Listener> {
        let wanted = address.to_listen()?;
        let named = || match wanted {
            Some(address) => format!("listening on {address}{}", hint(&address)),
            None => format!("listening on *:{}", address.port),
        };
        let bound = Endpoint::bind(network, address, wanted);
        let endpoint = bound.map_err(|error| Error::os(named(), &error))?;
        let bound = endpoint.address().map_err(|error| Error::os(named(), &error))?;
        Ok(Listener { endpoint, address: bound, scheme: address.scheme, approval })
    }
}

impl Listeners {
    fn read(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn free_id(&self, table: &Table) -> NonZeroU32 {
        loop {
            let number = self.last.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            match NonZeroU32::new(number % MAX_LISTENER) {
                Some(id) if !table.contains_key(&id) => return id,
                _ => {}
            }
        }
    }

    fn recount(&self, table: &Table) {
        self.count.store(table.len() as u32, Ordering::Relaxed);
    }
}

impl Network {
    /// Listens on an address, unless it `may` not once the address is bound; gives the listener's number, and the
    /// address with its real port.
    pub(crate) fn listen(
        &self,
        address: &Address,
        approval: bool,
        may: impl FnOnce() -> Result<()>,
    ) -> Result<(NonZeroU32, SocketAddr)> {
        let mut listener = Listener::bind(self, address, approval)?;
        let mut table = self.listeners.write();
        may()?;
        let id = self.listeners.free_id(&table);
        let address = listener.address;
        let begun = listener.endpoint.begin(self, Subject::Listener(id));
        begun.map_err(|error| Error::os(format!("listening on {address}"), &error))?;
        table.insert(id, listener);
        self.listeners.recount(&table);
        Ok((id, address))
    }

    /// How many listeners there are.
    pub(crate) fn listener_count(&self) -> usize {
        self.listeners.count.load(Ordering::Relaxed) as usize
    }

    pub(crate) fn listener_address(&self, id: NonZeroU32) -> Option<SocketAddr> {
        self.listeners.read().get(&id).map(|listener| listener.address)
    }

    /// Takes one client from a listener.
    pub(crate) fn accept(&self, id: NonZeroU32) -> io::Result<Arrival> {
        let table = self.listeners.read();
        let Some(listener) = table.get(&id) else { return Ok(Arrival::Nobody) };
        let &Listener { ref endpoint, scheme, approval, .. } = listener;
        Ok(match endpoint.accept()? {
            Accepted::Link(link, address) => {
                let via = Via::new(Some(id), scheme);
                Arrival::Client(Client { link, address, via, approval })
            }
            Accepted::GivenUp(error) => Arrival::GivenUp(error),
            Accepted::Nothing => Arrival::Nobody,
        })
    }

    /// Closes one listener: its scheme and address.
    pub(crate) fn stop_listening(&self, id: NonZeroU32) -> Option<(Scheme, SocketAddr)> {
        let mut table = self.listeners.write();
        let listener = table.remove(&id)?;
        self.listeners.recount(&table);
        listener.endpoint.close(self);
        Some((listener.scheme, listener.address))
    }

    /// Closes all listeners.
    pub(crate) fn close_listeners(&self) {
        let mut table = self.listeners.write();
        for (_, listener) in table.drain() {
            listener.endpoint.close(self);
        }
        self.listeners.recount(&table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Host};

    #[test]
    fn numbers_begin_anew_and_pass_over_those_in_use() {
        let host = Host::new(Config::default()).unwrap();
        let Listeners { last, .. } = &host.handle().network.listeners;
        let listen = || host.listen("127.0.0.1:0", false).unwrap().get();
        assert_eq!(listen(), 1);
        last.store(MAX_LISTENER - 2, Ordering::Relaxed);
        assert_eq!((listen(), listen()), (MAX_LISTENER - 1, 2));
        last.store(u32::MAX - 1, Ordering::Relaxed);
        assert_eq!((listen(), listen()), (3, 4));
    }
}
