//! What the game asks of the reactor, in the order in which it asks.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::address::Address;
use crate::event::PeerId;
use crate::net::budget::Budget;
use crate::net::ending::End;
use crate::wire;

/// One request. Small messages travel inside it, so that sending them allocates nothing.
pub(crate) enum Command {
    Send {
        peer: PeerId,
        frame: Frame,
    },
    SendMany {
        peers: Box<[PeerId]>,
        frame: Frame,
    },
    Broadcast {
        except: PeerId,
        frame: Frame,
    },
    Connect(Box<Connect>),
    Accept {
        peer: PeerId,
        reply: Box<[u8]>,
    },
    Refuse {
        peer: PeerId,
        goodbye: Box<Goodbye>,
    },
    Disconnect {
        peer: PeerId,
        goodbye: Box<Goodbye>,
    },
    Drop {
        peer: PeerId,
    },
    /// A name was looked up.
    Resolved {
        peer: PeerId,
        found: Result<Vec<SocketAddr>, End>,
    },
    /// The game polls again after it had stopped.
    Awake,
    /// The host is being freed.
    Shutdown,
}

const _: () = assert!(size_of::<Command>() <= 128, "a command should stay within two cache lines");

pub(crate) struct Connect {
    pub(crate) peer: PeerId,
    pub(crate) address: Address,
    pub(crate) hello: Box<[u8]>,
}

pub(crate) struct Goodbye {
    pub(crate) code: i32,
    pub(crate) text: String,
}

impl Command {
    /// Whether its place in the queue is on the budget.
    pub(crate) fn is_send(&self) -> bool {
        self.is_reserved() || matches!(self, Command::Broadcast { .. })
    }

    /// Whether the sender has taken room for it in out-buffers.
    pub(crate) fn is_reserved(&self) -> bool {
        matches!(self, Command::Send { .. } | Command::SendMany { .. })
    }
}

/// The most bytes of a frame that travels inside its command.
const SMALL: usize = 102;

/// One encoded message with its frame header, as it goes over the wire.
#[derive(Clone)]
pub(crate) enum Frame {
    Small { len: u8, bytes: [u8; SMALL] },
    Large(Arc<Counted>),
}

/// Bytes that a budget knows of until the last holder drops them.
pub(crate) struct Counted {
    bytes: Vec<u8>,
    budget: Arc<Budget>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.budget.release(self.bytes.capacity());
    }
}

impl Frame {
    /// Frames a message.
    pub(crate) fn message(payload: &[u8], budget: &Arc<Budget>) -> Frame {
        let header = wire::header(wire::Kind::Message, payload.len());
        let len = header.len() + payload.len();
        if len <= SMALL {
            let mut bytes = [0; SMALL];
            bytes[..header.len()].copy_from_slice(&header);
            bytes[header.len()..len].copy_from_slice(payload);
            return Frame::Small { len: len as u8, bytes };
        }
        let mut bytes = Vec::with_capacity(len);
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(payload);
        budget.hold(bytes.capacity());
        Frame::Large(Arc::new(Counted { bytes, budget: budget.clone() }))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Frame::Small { len, bytes } => &bytes[..usize::from(*len)],
            Frame::Large(counted) => &counted.bytes,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes().len()
    }
}

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}
