//! What a game asks of a networking library: the one trait all workloads are written over.

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use crate::content::Content;

/// Anything that went wrong, in words.
pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// A connection of a host, numbered from 0 in the order in which they were opened or accepted.
pub type Conn = usize;

/// What has happened.
pub enum Event<'a> {
    /// A connection is open, greetings exchanged.
    Connected,
    /// Something was said.
    Message(Conn, Content<'a>),
    /// A connection has ended. Not every library notices.
    Disconnected(Conn),
}

/// How a poll waits.
#[derive(Clone, Copy)]
pub enum Wait {
    /// Not at all.
    No,
    /// Inside the library, or at its queue, until something happens or this time has passed.
    UpTo(Duration),
}

/// What a host has to be ready for.
#[derive(Clone, Copy)]
pub struct Options {
    /// The most connections at once.
    pub connections: usize,
    /// Whether the library sends keep-alives of its own, where that can be chosen.
    pub pings: bool,
}

/// A host of one library: a server, or a process with one or many clients.
pub trait Net: Sized {
    /// By how many addresses, 127.0.0.1 and following, clients call a server. Ports would run out with
    /// one; but a datagram is always answered from 127.0.0.1, so who uses those has one.
    const ADDRESSES: u8 = 16;

    /// Listens on every address of this machine, at a port the system chooses.
    fn listen(options: &Options) -> Result<(Self, u16)>;

    /// A host that opens connections.
    fn client(options: &Options) -> Result<Self>;

    /// Starts to connect; `Event::Connected` follows.
    fn open(&mut self, address: SocketAddr) -> Result<()>;

    /// Everything that has happened; with `Wait::UpTo`, at least one thing unless time is up.
    fn poll(&mut self, wait: Wait, on: impl FnMut(Event<'_>));

    /// Says something reliably and in order. `false`: nothing was taken, poll first.
    fn send(&mut self, to: Conn, content: &Content<'_>) -> bool;

    /// Says something to every connection that is open.
    fn broadcast(&mut self, content: &Content<'_>);

    /// Hands over what was gathered, for libraries that gather.
    fn flush(&mut self) {}
}
