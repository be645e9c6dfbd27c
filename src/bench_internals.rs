//! The two queues between a game's threads and the reactor, driven from one thread and without sockets,
//! so that a bench can tell what they take.

use std::sync::Arc;

use crossbeam_utils::sync::Parker;

use crate::api::batch::Batches;
use crate::config::Config;
use crate::event::{Event, PeerId};
use crate::shared::Shared;
use crate::shared::block::Block;
use crate::shared::clock::Clock;
use crate::shared::commands::{Commands, Next, Taker};
use crate::shared::slot::{Reservation, State};
use crate::shared::via::Via;
use crate::shared::wake::Wake;
use crate::wire::Dialect;
use crate::words::Scheme;

/// The way of a send: from any thread to the reactor.
pub struct CommandQueue {
    commands: Commands,
    taker: Taker,
    out: Vec<u8>,
}

impl Default for CommandQueue {
    fn default() -> CommandQueue {
        CommandQueue {
            commands: Commands::new(usize::MAX),
            taker: Taker::default(),
            out: Vec::new(),
        }
    }
}

impl CommandQueue {
    /// Appends a small message to a peer, as a send does. False if there is no room.
    pub fn push(&self, peer: PeerId, payload: &[u8]) -> bool {
        let to = Reservation::of(peer, Dialect::Podsix, payload.len());
        self.commands.push_send(&to, payload)
    }

    /// Takes everything and puts it into one buffer, each payload in its envelope, as a turn of the reactor
    /// does. Gives the bytes of the payloads.
    pub fn drain(&mut self) -> usize {
        let mut bytes = 0;
        self.out.clear();
        while let Some(next) = self.taker.next(&self.commands) {
            if let Next::Send { to, payload } = next {
                let envelope = to.dialect.envelope(payload.len());
                envelope.put_around(&mut self.out, |out| payload.append_to(out));
                bytes += payload.len();
            }
        }
        self.taker.rewind(&self.commands);
        bytes
    }
}

/// The way of an event: from the reactor to the game that polls. One peer is there.
pub struct EventQueue {
    shared: Arc<Shared>,
    batches: Batches,
    peer: PeerId,
    block: Box<Block>,
}

/// Nobody sleeps here.
struct Nobody;

impl Wake for Nobody {
    fn wake_reactor(&self) {}

    fn show(&self) {}
}

impl Default for EventQueue {
    /// A host's queue without the host.
    fn default() -> EventQueue {
        let unparker = Parker::new().unparker().clone();
        let shared =
            Arc::new(Shared::new(Config::default(), Clock::start(), Arc::new(Nobody), unparker));
        let via = Via::new(None, Scheme::DEFAULT);
        let peer = shared.slots.claim(State::Open, 2, via, None).unwrap_or(PeerId::NONE);
        let batches = Batches::new(shared.clone());
        EventQueue { shared, batches, peer, block: Box::default() }
    }
}

impl EventQueue {
    /// Puts a message into the block that is being filled.
    pub fn push(&mut self, payload: &[u8]) {
        self.block.push(self.peer, payload, None);
    }

    /// Hands over the block, which holds so many messages and bytes.
    pub fn publish(&mut self, messages: u32, bytes: usize) {
        if let Some(slot) = self.shared.slots.find(self.peer) {
            slot.add_queued(messages, bytes);
        }
        self.shared.budget.requeue(0, self.block.held());
        let fresh = self.shared.spare.pop().unwrap_or_default();
        self.shared.events.put(std::mem::replace(&mut self.block, fresh));
    }

    /// Polls everything.
    pub fn drain(&mut self, mut each: impl FnMut(Event<'_>)) {
        let mut there = self.batches.begin();
        while there {
            each(self.batches.event());
            there = self.batches.advance().unwrap_or(false);
        }
    }
}
