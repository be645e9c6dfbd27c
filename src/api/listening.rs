//! Listeners, which clients come through.

use std::net::SocketAddr;

use crate::Level;
use crate::address::Address;
use crate::api::handle::Handle;
use crate::error::{Error, Result};
use crate::event::ListenerId;

impl Handle {
    /// Listens on an address: `tcp://0.0.0.0:31425`, `podsixnet://[::1]:0`, or `*:31425` for every address
    /// of this machine, IPv4 and IPv6; see [`address`](crate::address). Port 0 takes a free one, which
    /// [`listener_address`](Self::listener_address) tells. With `approval`, each client that greets
    /// is a REQUEST event, and the game accepts or refuses it. The address is bound before this
    /// returns; if that fails, the error says why.
    ///
    /// # Platforms
    /// `*` is one socket for IPv4 and IPv6, or IPv4 alone where the system has no IPv6; `[::]` is IPv6 alone. On
    /// Unix a port can be taken again at once after a program that had it.
    ///
    /// # Errors
    /// - `BadAddress` for what cannot be read as an address, a name other than `localhost`, or `podsixnet+custom://`
    ///   before [`set_codec`](Self::set_codec)
    /// - `Os` if the system does not give the port: it is taken, not allowed, or not an address of this machine
    /// - `Unsendable`, `Terminator` if the game's own codec cannot write the greeting `{"action": "connected"}`
    /// - `Closing` from when [`close`](crate::Host::close) was called
    /// - [those of every call](Handle#errors)
    pub fn listen(&self, address: &str, approval: bool) -> Result<ListenerId> {
        self.check_open()?;
        let wanted = Address::parse(address)?;
        self.shared.dialects.prepare(wanted.scheme.dialect)?;
        // Again, now that whoever closes the host has taken all listeners away or will wait to do so.
        let (id, bound) = self.network.listen(&wanted, approval, || self.check_open())?;
        self.shared.log.add(Level::Info, format!("listening on {}{bound}", wanted.scheme));
        Ok(ListenerId(id))
    }

    /// The address a listener is bound to, with its real port.
    ///
    /// # Errors
    /// `UnknownListener` if it has stopped or never was; and [those of every call](Handle#errors).
    pub fn listener_address(&self, listener: ListenerId) -> Result<SocketAddr> {
        self.check()?;
        let address = self.network.listener_address(listener.0);
        address.ok_or(Error::UnknownListener(listener.get()))
    }

    /// Stops listening; the port is free when this returns. Connections stay.
    ///
    /// # Errors
    /// `UnknownListener` if it has stopped or never was; and [those of every call](Handle#errors).
    pub fn stop_listening(&self, listener: ListenerId) -> Result<()> {
        self.check()?;
        let stopped = self.network.stop_listening(listener.0);
        let (scheme, address) = stopped.ok_or(Error::UnknownListener(listener.get()))?;
        let text = format!("no longer listening on {scheme}{address}");
        self.shared.log.add(Level::Info, text);
        Ok(())
    }
}
