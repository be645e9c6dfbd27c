//! What the game asks of the reactor, in the order in which it asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::address::Address;
use crate::event::PeerId;
use crate::shared::commands::SMALL_MESSAGE;
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
    /// Bytes that its place in the queue takes, and what else it carries that does not count itself; for the budget.
    /// Nothing, if a peer can have few of its kind, which carry nothing.
    pub(crate) fn held(&self) -> usize {
        let carried = match self {
            Command::Connect(connect) => size_of_val(&**connect),
            Command::Refuse { goodbye, .. }
            | Command::Disconnect { goodbye, .. }
            | Command::Kick { goodbye, .. }
            | Command::Close { goodbye, .. } => size_of_val(&**goodbye) + goodbye.text.capacity(),
            Command::SendMany { to, .. } => size_of_val(&**to) + self.copied(),
            Command::Send { .. } | Command::Broadcast { .. } | Command::Accept { .. } => 0,
            _ => return 0,
        };
        size_of::<Command>() + carried
    }

    /// Bytes that are copied from it to many out-buffers.
    pub(crate) fn copied(&self) -> usize {
        let Command::SendMany { to, payloads } = self else { return 0 };
        let is_small = |to: &&Reservation| {
            payloads.get(to.dialect).is_some_and(|it| it.bytes().len() <= SMALL_MESSAGE)
        };
        to.iter().filter(is_small).map(Reservation::bytes).sum()
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
