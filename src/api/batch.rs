//! The game's end of the event queue: batches, the walk through their blocks, and what an event's
//! end means to its peer.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::codec::Codec;
use crate::event::{Direction, Event, EventKind, ListenerId, PeerId, Reason};
use crate::shared::Shared;
use crate::shared::block::{Block, Record};
use crate::shared::command::Command;
use crate::shared::dialects::KEPT;
use crate::shared::slot::{Slot, State};
use crate::value::{Message, Value};
use crate::wire::Dialect;

/// Polled messages are taken out of a peer's count so many at a time, or at the batch's end.
const SETTLE_EVENTS: u32 = 64;
const SETTLE_BYTES: usize = 16 << 10;

pub(crate) struct Batches {
    shared: Arc<Shared>,
    block: Option<Box<Block>>,
    /// What the budget was told of the block.
    held: usize,
    /// The record of the current event; the next one is behind it.
    at: Option<usize>,
    /// Blocks of this batch that are still in the queue.
    blocks_left: usize,
    /// Events this batch may still give.
    events_left: u32,
    in_batch: bool,
    /// Polled, not yet taken out of the peer's count.
    unsettled: (PeerId, u32, usize),
    /// The current message, if it came in the game's own codec.
    decoded: Message,
    /// Connected to with the game's own codec, and not greeted yet.
    ungreeted: Vec<PeerId>,
    /// Whose message that codec has refused, and why: what their last events will say.
    refused: Vec<(PeerId, String)>,
}

impl Batches {
    pub(crate) fn new(shared: Arc<Shared>) -> Batches {
        Batches {
            shared,
            block: None,
            held: 0,
            at: None,
            blocks_left: 0,
            events_left: 0,
            in_batch: false,
            unsettled: (PeerId::NONE, 0, 0),
            decoded: Message::new(),
            ungreeted: Vec::new(),
            refused: Vec::new(),
        }
    }

    /// Ends the current event and goes to the batch's next one: `Some(false)` at the batch's end,
    /// `None` if there is no batch.
    #[inline]
    pub(crate) fn advance(&mut self) -> Option<bool> {
        if !self.in_batch {
            return None;
        }
        self.expire();
        let there = self.events_left > 0 && self.step();
        if !there {
            self.in_batch = false;
            self.settle();
        }
        Some(there)
    }

    /// Begins a batch of what has arrived. Whether there is an event.
    pub(crate) fn begin(&mut self) -> bool {
        // A game polls mostly in vain: that is answered first.
        if self.block.is_none() && self.shared.events.is_empty() {
            return false;
        }
        self.blocks_left = self.shared.events.len();
        let limit = self.shared.config.max_events_per_poll;
        self.events_left = if limit == 0 { u32::MAX } else { limit };
        self.in_batch = self.step();
        if !self.in_batch {
            self.settle();
        }
        self.in_batch
    }

    /// Goes to the next record that the game should see.
    fn step(&mut self) -> bool {
        loop {
            let next = self.at.map_or(0, |at| at + 1);
            match self.block.as_ref().map(|block| block.record(next)) {
                Some(Some(_)) => {
                    self.at = Some(next);
                    if self.is_wanted() && self.is_decoded() {
                        if self.events_left != u32::MAX {
                            self.events_left -= 1;
                        }
                        return true;
                    }
                    self.expire();
                }
                Some(None) => self.put_back(),
                None if self.blocks_left > 0 => self.take_block(),
                None => return false,
            }
        }
    }

    /// Whether there may be something for another batch.
    pub(crate) fn has_more(&self) -> bool {
        let next = self.at.map_or(0, |at| at + 1);
        self.block.as_ref().is_some_and(|block| block.record(next).is_some())
            || !self.shared.events.is_empty()
    }

    fn take_block(&mut self) {
        let queue = &self.shared.events;
        let nearly_full = 2 * queue.len() > queue.capacity();
        self.block = self.shared.events.pop();
        self.blocks_left -= 1;
        self.held = self.block.as_ref().map_or(0, |block| block.held());
        if nearly_full {
            // The reactor may be holding a block that found no room, or be about to.
            self.shared.wake_io();
        }
    }

    fn put_back(&mut self) {
        if let Some(mut block) = self.block.take() {
            self.at = None;
            self.shared.budget.unqueue(std::mem::take(&mut self.held));
            if self.decoded.capacity() > KEPT {
                self.decoded = Message::new();
            }
            if block.recycle() {
                // If there are spare ones enough, this one is freed.
                let _ = self.shared.spare.push(block);
            }
        }
    }

    fn current(&self) -> Option<(&Block, &Record)> {
        let block = self.block.as_deref()?;
        Some((block, block.record(self.at?)?))
    }

    /// After the game has closed a connection nothing of it but its last event is of interest, and of one that
    /// it has never heard of not even that.
    #[inline]
    fn is_wanted(&self) -> bool {
        let Some((_, record)) = self.current() else { return false };
        let Some(slot) = self.shared.slots.find(record.peer) else { return true };
        let wanted = !slot.state().is_unwanted();
        let Some(what) = &record.lifecycle else { return wanted };
        match what.kind {
            kind if is_last(kind) => slot.is_known() || slot.direction() == Direction::Outbound,
            EventKind::Connected | EventKind::Request => {
                let seen =
                    wanted && (what.kind == EventKind::Request || self.is_met(record.peer, slot));
                if seen {
                    slot.note_known();
                }
                seen
            }
            _ => wanted,
        }
    }

    /// The game is about to see a peer's CONNECTED; whether it still should. Only now is the peer one of those
    /// that a broadcast is for: what the game sends to all before it has heard of a peer is not meant for it.
    /// The reactor learns it in the order of what is sent.
    fn is_met(&self, peer: PeerId, slot: &Slot) -> bool {
        // What has opened while the host began to close is closed with the others.
        let closing = self.shared.closing.load(Ordering::Acquire);
        let met = |state: State| match closing {
            true => state.left(),
            false => (state == State::Opened).then_some(State::Open),
        };
        match slot.change_state(peer, met) {
            Ok(_) if closing => false,
            Ok(_) => {
                self.shared.command(Command::Met { peer });
                true
            }
            // Another thread has closed it since.
            Err(state) => !state.is_unwanted(),
        }
    }

    /// Reads the current event if it is a message in the game's own codec, which only the game's thread
    /// may call. False: there is nothing in it for the game.
    #[inline]
    fn is_decoded(&mut self) -> bool {
        self.shared.dialects.custom().is_none() || self.decode()
    }

    fn decode(&mut self) -> bool {
        let shared = self.shared.clone();
        let mut decoded = std::mem::take(&mut self.decoded);
        let read = match (self.opaque(), shared.dialects.custom()) {
            (Some((peer, payload)), Some(codec)) => {
                let read = codec.decode(payload, &shared.config.limits(), &mut decoded);
                Some((peer, read))
            }
            _ => None,
        };
        self.decoded = decoded;
        match read {
            None => {
                self.expect_greeting();
                true
            }
            Some((peer, Ok(()))) => !(self.is_first(peer) && is_bare_greeting(&self.decoded)),
            Some((peer, Err(error))) => {
                // What had arrived before it ended is not wanted any more, either.
                let unwanted = |state: State| match state {
                    State::Ended => Some(State::Left),
                    _ => state.left(),
                };
                if let Some(slot) = shared.slots.find(peer)
                    && slot.change_state(peer, unwanted).is_ok()
                {
                    let text = format!("a message that the game's codec refuses: {error}");
                    self.refused.push((peer, text));
                    shared.command(Command::Unreadable { peer });
                }
                false
            }
        }
    }

    /// A server that speaks PodSixNet greets with its first message, which is that after CONNECTED.
    fn expect_greeting(&mut self) {
        let Some((_, record)) = self.current() else { return };
        let connected =
            record.lifecycle.as_ref().is_some_and(|what| what.kind == EventKind::Connected);
        let peer = record.peer;
        if let Some(slot) = self.shared.slots.find(peer)
            && (connected && slot.direction() == Direction::Outbound)
            && slot.via().dialect == Dialect::PodSixNetCustom
        {
            self.ungreeted.push(peer);
        }
    }

    /// Whether this is the first message from a server.
    fn is_first(&mut self, peer: PeerId) -> bool {
        let place = self.ungreeted.iter().position(|ungreeted| *ungreeted == peer);
        place.map(|place| self.ungreeted.swap_remove(place)).is_some()
    }

    /// The current event's peer and payload, if it is a message in the game's own codec.
    fn opaque(&self) -> Option<(PeerId, &[u8])> {
        let (block, record) = self.current()?;
        let slot = self.shared.slots.find(record.peer)?;
        let is_opaque =
            record.lifecycle.is_none() && slot.via().dialect == Dialect::PodSixNetCustom;
        let payload = is_opaque.then(|| Value::trusted(block.payload(record)).as_bytes())??;
        Some((record.peer, payload))
    }

    /// The current event is over: its room is given back, and its peer if it was the last one.
    fn expire(&mut self) {
        let Some((_, record)) = self.current() else { return };
        let (peer, bytes) = (record.peer, record.len());
        match record.lifecycle.as_ref().map(|what| what.kind) {
            None => self.consumed(peer, bytes),
            Some(EventKind::Stalled | EventKind::Resumed) => self.consumed(peer, 0),
            Some(EventKind::Error) if peer == PeerId::NONE => {
                self.shared.reported.store(false, Ordering::Release);
            }
            Some(kind) if is_last(kind) => {
                self.settle();
                if let Some(slot) = self.shared.slots.find(peer) {
                    let _ = slot.change_state(peer, |_| Some(State::Gone));
                }
                self.shared.slots.let_go(peer);
                self.refused.retain(|(refused, _)| *refused != peer);
                self.is_first(peer);
            }
            Some(_) => {}
        }
    }

    fn consumed(&mut self, peer: PeerId, bytes: usize) {
        if self.unsettled.0 != peer {
            self.settle();
            self.unsettled.0 = peer;
        }
        self.unsettled.1 += 1;
        self.unsettled.2 += bytes;
        if self.unsettled.1 >= SETTLE_EVENTS || self.unsettled.2 >= SETTLE_BYTES {
            self.settle();
        }
    }

    /// Takes what was polled out of the peer's count, and lets the reactor read on if it waits.
    fn settle(&mut self) {
        let (peer, events, bytes) = std::mem::replace(&mut self.unsettled, (PeerId::NONE, 0, 0));
        if events > 0
            && let Some(slot) = self.shared.slots.find(peer)
            && slot.sub_queued(events, bytes, self.shared.drained())
        {
            self.shared.slots.note_drained(peer);
            self.shared.wake_io();
        }
    }

    /// The current event.
    pub(crate) fn event(&self) -> Event<'_> {
        let event = self.event_without_action();
        match event.kind {
            EventKind::Message => {
                Event { action: event.message.action().unwrap_or_default(), ..event }
            }
            _ => event,
        }
    }

    /// The current event, a message without its action, which is yet to be looked up.
    #[inline]
    pub(crate) fn event_without_action(&self) -> Event<'_> {
        let (block, record) =
            self.current().expect("an event is only asked for where there is one");
        let slot = self.shared.slots.find(record.peer);
        let payload = block.payload(record);
        let message = match payload {
            [] => Value::NONE,
            _ if self.shared.dialects.custom().is_some() && self.opaque().is_some() => {
                self.decoded.value().unwrap_or(Value::NONE)
            }
            _ => Value::trusted(payload),
        };
        let event = Event {
            kind: EventKind::Message,
            reason: Reason::None,
            code: 0,
            os_error: 0,
            peer: record.peer,
            listener: slot.and_then(|slot| slot.via().listener).map(ListenerId),
            direction: slot.map_or(Direction::None, Slot::direction),
            user_data: slot.map_or(0, |slot| slot.user_data.load(Ordering::Acquire)),
            action: "",
            message,
            text: "",
        };
        let Some(what) = &record.lifecycle else { return event };
        // To the game that closed it before it saw CONNECTED, it is a connect that did not open.
        let unmet = what.kind == EventKind::Disconnected
            && event.direction == Direction::Outbound
            && slot.is_some_and(|slot| slot.state().is_unmet());
        let kind = if unmet { EventKind::Error } else { what.kind };
        let refused = self.refused.iter().find(|(peer, _)| *peer == record.peer);
        let event = Event { kind, action: kind.action(), ..event };
        match refused {
            Some((_, text)) => Event { reason: Reason::Protocol, text, ..event },
            None => Event {
                reason: what.reason,
                code: what.code,
                os_error: what.os_error,
                listener: what.listener.map(ListenerId).or(event.listener),
                text: &what.text,
                ..event
            },
        }
    }
}

/// Whether a message says nothing but that the client is connected: the game has its CONNECTED event.
fn is_bare_greeting(message: &Message) -> bool {
    let greets = |message: Value| message.action() == Some("connected") && message.count() == 1;
    message.value().is_ok_and(greets)
}

/// Whether nothing comes from a peer after an event of this kind.
fn is_last(kind: EventKind) -> bool {
    matches!(kind, EventKind::Disconnected | EventKind::Error)
}
