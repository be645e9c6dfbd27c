//! The reactor's side of one connection.

use std::io;

use crate::event::PeerId;
use crate::link::Link;
use crate::link::dial::Dial;
use crate::reactor::out_queue::OutQueue;
use crate::reactor::session::Session;
use crate::wire::{Demands, Moment};
use crate::words::End;

/// How far a connection has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Outbound: its name is looked up, or one of its addresses is being reached.
    Dialing,
    /// Prefaces and hellos are on their way.
    Greeting,
    /// Inbound: the game has been asked; nothing is read until it answers.
    Requested,
    /// Messages flow; it is counted among those who speak its protocol.
    Open,
    /// Nothing more is taken from it; what waits is written until `until`.
    Draining,
}

/// One connection. Small, for there are tens of thousands; what few of them have is in boxes.
pub(crate) struct Peer {
    pub(crate) id: PeerId,
    pub(crate) stage: Stage,
    pub(crate) link: Option<Link>,
    pub(crate) session: Option<Session>,
    /// Received, not taken apart yet: the beginning of a frame, or what a full queue left behind.
    pub(crate) unparsed: Vec<u8>,
    pub(crate) out: OutQueue,
    /// What of this the budget has been told.
    pub(crate) counted: u32,
    /// Outbound and not open yet.
    pub(crate) outbound: Option<Box<Outbound>>,
    /// Draining.
    pub(crate) draining: Option<Box<Draining>>,
    /// Why writing failed; reading goes on until what had arrived is delivered.
    pub(crate) write_error: Option<io::Error>,
    /// It came through a listener.
    pub(crate) inbound: bool,
    /// The link may have something to read.
    pub(crate) readable: bool,
    /// The other end will send no more; reading must go on until it says so.
    pub(crate) read_closed: bool,
    /// The link may take something.
    pub(crate) writable: bool,
    /// Its event queue is full: not read until the game has polled.
    pub(crate) paused: bool,
    /// The unparsed has whole frames.
    pub(crate) backlog: bool,
    /// It stands in the list of those to be read.
    pub(crate) listed: bool,
    /// It stands in the list of those to be written.
    pub(crate) dirty: bool,
    /// The game knows this peer and will get a last event.
    pub(crate) told: bool,
    /// It was open.
    pub(crate) opened: bool,
    /// The game has polled its CONNECTED: broadcasts are for it too.
    pub(crate) met: bool,
    /// It has one of `max_peers` seats.
    pub(crate) seated: bool,
    /// It is counted at the door.
    pub(crate) counted_as_greeting: bool,
    /// The game decides about it.
    pub(crate) approval: bool,
    /// Our half of the connection is closed.
    pub(crate) shut: bool,
}

// Elsewhere, and in debug builds, a link over TCP is more than its descriptor.
#[cfg(all(unix, target_pointer_width = "64", not(debug_assertions)))]
const _: () = assert!(size_of::<Peer>() <= 136);

/// What only a draining connection needs.
pub(crate) struct Draining {
    pub(crate) until: Moment,
    /// What the game will be told at the end, if it has not been told yet.
    pub(crate) goodbye: Option<End>,
}

/// What only a connect under way needs.
pub(crate) struct Outbound {
    /// None while the name is looked up.
    pub(crate) dial: Option<Dial>,
    pub(crate) deadline: Moment,
    pub(crate) hello: Box<[u8]>,
    /// Sent before the connection was open.
    pub(crate) early: OutQueue,
    /// What they demand of the server.
    pub(crate) demands: Demands,
}

impl Peer {
    fn new(id: PeerId, stage: Stage) -> Peer {
        Peer {
            id,
            stage,
            link: None,
            session: None,
            unparsed: Vec::new(),
            out: OutQueue::default(),
            counted: 0,
            outbound: None,
            draining: None,
            write_error: None,
            inbound: false,
            readable: false,
            read_closed: false,
            writable: false,
            paused: false,
            backlog: false,
            listed: false,
            dirty: false,
            told: false,
            opened: false,
            met: false,
            seated: false,
            counted_as_greeting: false,
            approval: false,
            shut: false,
        }
    }

    /// A connect that begins.
    pub(crate) fn outbound(id: PeerId, hello: Box<[u8]>, deadline: Moment) -> Peer {
        let (early, demands) = Default::default();
        let outbound = Outbound { dial: None, deadline, hello, early, demands };
        let outbound = Some(Box::new(outbound));
        Peer { outbound, told: true, seated: true, ..Peer::new(id, Stage::Dialing) }
    }

    /// A connection that came in.
    pub(crate) fn inbound(id: PeerId, link: Link) -> Peer {
        Peer {
            link: Some(link),
            inbound: true,
            counted_as_greeting: true,
            writable: true,
            ..Peer::new(id, Stage::Greeting)
        }
    }

    /// The memory it pins.
    pub(crate) fn held(&self) -> usize {
        let early = self.outbound.as_ref().map_or(0, |outbound| outbound.early.held());
        self.unparsed.capacity() + self.out.held() + early
    }

    /// Likewise with what it shares with others: the last of them to go frees it.
    pub(crate) fn held_and_shared(&self) -> usize {
        let early = self.outbound.as_ref().map_or(0, |outbound| outbound.early.shared());
        self.held() + self.out.shared() + early
    }

    /// Whether its link should be read now.
    pub(crate) fn wants_reading(&self) -> bool {
        (self.readable || self.backlog) && !self.paused && !self.is_waiting()
    }

    /// Whether it waits for something other than its link.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.stage, Stage::Dialing | Stage::Requested)
    }
}
