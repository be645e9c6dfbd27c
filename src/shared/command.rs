//! What the game asks of the reactor, in the order in which it asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::address::Address;
use crate::event::PeerId;
use crate::shared::payload::{Counted, Payloads};
use crate::shared::slot::Reservation;
use crate::words::End;

/// One request; small messages have a lane of their own, see [`commands`](crate::shared::commands).
pub(crate) enum Command {
    Send {
        to: Reservation,
        payload: Arc<Counted>,
    },
    SendMany {
        to: Box<[Reservation]>,
        payloads: Payloads<Arc<Counted>>,
    },
    Broadcast {
        except: PeerId,
        payloads: Payloads<Arc<Counted>>,
    },
    Connect(Box<Connect>),
    Accept {
        peer: PeerId,
        reply: Arc<Counted>,
    },
    Refuse {
        peer: PeerId,
        goodbye: Box<Goodbye>,
    },
    Disconnect {
        peer: PeerId,
        goodbye: Box<Goodbye>,
    },
    Kick {
        peer: PeerId,
        goodbye: Box<Goodbye>,
    },
    Drop {
        peer: PeerId,
    },
    /// The game has polled this peer's CONNECTED: what is broadcast from here on is for it too.
    Met {
        peer: PeerId,
    },
    /// A custom codec could not read what this peer sent.
    Unreadable {
        peer: PeerId,
    },
    /// A name was looked up.
    Resolved {
        peer: PeerId,
        found: Result<Vec<SocketAddr>, End>,
    },
    /// The game polls again after it had stopped.
    Awake,
    /// The game closes the host: everybody gets what waits and the goodbye, and has `patience` to close.
    Close {
        goodbye: Box<Goodbye>,
        patience: Duration,
    },
    /// The host is being freed.
    Shutdown,
}

pub(crate) struct Connect {
    pub(crate) peer: PeerId,
    pub(crate) address: Address,
    pub(crate) hello: Arc<Counted>,
}

pub(crate) struct Goodbye {
    pub(crate) code: i32,
    pub(crate) text: String,
}

impl Command {
    /// Whether its place in the queue is on the budget, as what it carries is.
    pub(crate) fn is_counted(&self) -> bool {
        use Command::{Accept, Broadcast, Connect};
        self.is_reserved() || matches!(self, Broadcast { .. } | Connect(_) | Accept { .. })
    }

    /// Whether it may put something into out-buffers that no count knows of yet.
    pub(crate) fn is_unplaced(&self) -> bool {
        !self.is_reserved() && !matches!(self, Command::Met { .. })
    }

    /// Whether the sender has taken room for it in out-buffers.
    pub(crate) fn is_reserved(&self) -> bool {
        matches!(self, Command::Send { .. } | Command::SendMany { .. })
    }
}
