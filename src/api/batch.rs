//! The game's end of the event queue: batches, the walk through their blocks, and what becomes of an event
//! when the game goes on to the next one.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::api::decoding::{Decoder, Form};
use crate::event::{Direction, Event, EventKind, ListenerId, PeerId, Reason};
use crate::shared::Shared;
use crate::shared::block::{Block, Record};
use crate::shared::command::Command;
use crate::shared::events::EventTaker;
use crate::shared::slot::{Slot, State};
use crate::shared::via::Via;
use crate::value::Value;

/// Polled messages are taken out of a peer's count so many at a time, or at the batch's end.
const SETTLE_EVENTS: u32 = 64;
const SETTLE_BYTES: usize = 16 << 10;

pub(crate) struct Batches {
    shared: Arc<Shared>,
    taker: EventTaker,
    block: Option<Box<Block>>,
    /// Bytes that are on the budget for the block.
    held: usize,
    current: Option<Current>,
    /// Blocks of this batch that are still in the queue.
    blocks_left: usize,
    /// Events this batch may still give.
    events_left: u32,
    in_batch: bool,
    /// Events and bytes of one peer that are polled, and not yet taken out of its count.
    unsettled: (PeerId, u32, usize),
    decoder: Decoder,
}

/// The event that the game has come to, and what was found out about it then: its peer's slot is looked
/// up once.
struct Current {
    /// Its record in the block; the next one is behind it.
    record: usize,
    /// What it is to the game.
    kind: EventKind,
    form: Form,
    direction: Direction,
    listener: Option<NonZeroU32>,
    user_data: usize,
}

impl Batches {
    pub(crate) fn new(shared: Arc<Shared>) -> Batches {
        Batches {
            shared,
            taker: EventTaker::default(),
            block: None,
            held: 0,
            current: None,
            blocks_left: 0,
            events_left: 0,
            in_batch: false,
            unsettled: (PeerId::NONE, 0, 0),
            decoder: Decoder::default(),
        }
    }

    /// Ends the current event and goes to the batch's next one: `Some(false)` at the batch's end,
    /// `None` if there is no batch.
    #[inline]
    pub(crate) fn advance(&mut self) -> Option<bool> {
        if !self.in_batch {
            return None;
        }
        if self.step_within_peer() {
            return Some(true);
        }
        self.expire();
        let there = self.events_left > 0 && self.step();
        if !there {
            self.in_batch = false;
            self.settle();
        }
        Some(there)
    }

    /// Goes from a message to the next one of the same peer, if that lies behind it: nearly always, and then little
    /// has to be found out. False: nothing is done.
    #[inline]
    fn step_within_peer(&mut self) -> bool {
        let (Some(current), Some(block)) = (&mut self.current, self.block.as_deref()) else {
            return false;
        };
        let shared = &self.shared;
        let next = current.record + 1;
        if let (Some(record), Some(following)) = (block.record(current.record), block.record(next))
            && current.kind == EventKind::Message
            && following.lifecycle.is_none()
            && following.peer == record.peer
            && self.unsettled.0 == record.peer
            && self.unsettled.1 < SETTLE_EVENTS - 1
            && self.unsettled.2 + record.len() < SETTLE_BYTES
            && self.events_left > 0
            && shared.dialects.custom().is_none()
            && let Some(slot) = shared.slots.find(record.peer)
            && !slot.state().is_unwanted()
        {
            self.unsettled.1 += 1;
            self.unsettled.2 += record.len();
            current.record = next;
            current.user_data = user_data(slot);
            self.note_given();
            return true;
        }
        false
    }

    /// Begins a batch of what has arrived. Whether there is an event.
    pub(crate) fn begin(&mut self) -> bool {
        // Most polls find nothing: these must be cheap.
        if self.block.is_none() && self.is_queue_empty() {
            return false;
        }
        self.blocks_left = self.shared.events.len() + usize::from(self.taker.has_next());
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
            let next = self.next();
            match self.block.as_deref() {
                Some(block) => match block.record(next) {
                    Some(record) => {
                        let slot = self.shared.slots.find(record.peer);
                        let form = match slot {
                            Some(slot) if !is_wanted(&self.shared, record, slot) => Form::Nothing,
                            Some(slot) => self.decoder.read(&self.shared, slot, block, record),
                            None => Form::Plain,
                        };
                        self.current = Some(Current::new(next, record, slot, form));
                        if form != Form::Nothing {
                            self.note_given();
                            return true;
                        }
                        self.expire();
                    }
                    None => self.put_back(),
                },
                None if self.blocks_left > 0 => self.take_block(),
                None => return false,
            }
        }
    }

    /// One event more of this batch is given.
    #[inline]
    fn note_given(&mut self) {
        if self.events_left != u32::MAX {
            self.events_left -= 1;
        }
    }

    /// The record behind the current one.
    fn next(&self) -> usize {
        self.current.as_ref().map_or(0, |current| current.record + 1)
    }

    /// Whether the game is to poll on, for the batch's end at least.
    pub(crate) fn is_under_way(&self) -> bool {
        self.in_batch
    }

    /// Whether the batch may have an event behind the current one.
    #[inline]
    pub(crate) fn is_more(&self) -> bool {
        let is_behind = |block: &Block| block.record(self.next()).is_some();
        self.in_batch
            && self.events_left > 0
            && (self.blocks_left > 0 || self.block.as_deref().is_some_and(is_behind))
    }

    /// Whether there may be something for another batch.
    pub(crate) fn has_more(&self) -> bool {
        self.block.as_ref().is_some_and(|block| block.record(self.next()).is_some())
            || !self.is_queue_empty()
    }

    fn is_queue_empty(&self) -> bool {
        self.shared.events.is_empty() && !self.taker.has_next()
    }

    fn take_block(&mut self) {
        let nearly_full = self.shared.events.is_nearly_full();
        self.block = self.taker.take(&self.shared.events);
        self.blocks_left -= 1;
        self.held = self.block.as_ref().map_or(0, |block| block.held());
        if nearly_full {
            // The reactor may have found no room for its block, or be about to find none: now there is some.
            // It is woken after the pop, so that it finds it.
            self.shared.wake_io();
        }
    }

    fn put_back(&mut self) {
        if let Some(mut block) = self.block.take() {
            self.current = None;
            self.shared.budget.unqueue(std::mem::take(&mut self.held));
            self.decoder.trim();
            if block.recycle(&self.shared.portions) {
                // With enough spare ones already, this one is freed.
                let _ = self.shared.spare.push(block);
            }
        }
    }

    fn current(&self) -> Option<(&Current, &Block, &Record)> {
        let (current, block) = (self.current.as_ref()?, self.block.as_deref()?);
        Some((current, block, block.record(current.record)?))
    }

    /// The current event is over: it no longer counts as queued, and if it was its peer's last one the game
    /// lets go of the peer's slot.
    fn expire(&mut self) {
        let Some((current, _, record)) = self.current() else { return };
        let (peer, bytes) = (record.peer, record.len());
        match current.kind {
            EventKind::Message => self.consumed(peer, bytes),
            kind => self.expire_lifecycle(kind, peer),
        }
    }

    fn expire_lifecycle(&mut self, kind: EventKind, peer: PeerId) {
        match kind {
            EventKind::Stalled | EventKind::Resumed => self.consumed(peer, 0),
            // Not before: while a report waits to be polled there shall be no second one.
            EventKind::Error if peer == PeerId::NONE => {
                self.shared.reported.store(false, Ordering::Release);
            }
            kind if is_last(kind) => {
                // First of all: when the game has let go of the slot it may be another peer's.
                self.settle();
                if let Some(slot) = self.shared.slots.find(peer) {
                    let _ = slot.change_state(peer, |_| Some(State::Gone));
                }
                self.shared.slots.let_go(peer);
                self.decoder.forget(peer);
            }
            _ => {}
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
            && slot.sub_queued(events, bytes, self.shared.resume_at())
        {
            self.shared.slots.note_resumable(peer);
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

    /// The current event if it is a message as it lies in its block, nearly always, and without its action. Always
    /// inlined: so large a thing is put where it is wanted at once.
    #[inline(always)]
    pub(crate) fn message_without_action(&self) -> Option<Event<'_>> {
        let (current, block, record) = self.current()?;
        let is_plain = current.kind == EventKind::Message && current.form == Form::Plain;
        is_plain.then(|| current.event(record, message(block, record)))
    }

    /// The current event, a message without its action, which is yet to be looked up.
    #[inline]
    pub(crate) fn event_without_action(&self) -> Event<'_> {
        let (current, block, record) =
            self.current().expect("an event is only asked for where there is one");
        let message = match current.form {
            Form::Decoded if record.len() > 0 => self.decoder.message(),
            _ => message(block, record),
        };
        let event = current.event(record, message);
        let Some(what) = &record.lifecycle else { return event };
        let event = Event { action: event.kind.action(), ..event };
        match self.decoder.refusal(record.peer) {
            Some(text) => Event { reason: Reason::Protocol, text, ..event },
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

impl Current {
    #[inline]
    fn new(index: usize, record: &Record, slot: Option<&Slot>, form: Form) -> Current {
        let kind = match (&record.lifecycle, slot) {
            (None, _) => EventKind::Message,
            (Some(what), Some(slot)) if is_unmet(what.kind, slot) => EventKind::Error,
            (Some(what), _) => what.kind,
        };
        let via = slot.map(Slot::via);
        Current {
            record: index,
            kind,
            form,
            direction: via.map_or(Direction::None, Via::direction),
            listener: via.and_then(|via| via.listener),
            user_data: slot.map_or(0, user_data),
        }
    }

    /// The event, if there is nothing to it but a message.
    #[inline(always)]
    fn event<'a>(&self, record: &Record, message: Value<'a>) -> Event<'a> {
        Event {
            kind: self.kind,
            reason: Reason::None,
            code: 0,
            os_error: 0,
            peer: record.peer,
            listener: self.listener.map(ListenerId),
            direction: self.direction,
            user_data: self.user_data,
            action: "",
            message,
            text: "",
        }
    }
}

/// The value that lies in the block for a record.
#[inline(always)]
fn message<'a>(block: &'a Block, record: &Record) -> Value<'a> {
    match block.payload(record) {
        [] => Value::NONE,
        payload => Value::trusted(payload),
    }
}

/// What the game has stored for a peer.
fn user_data(slot: &Slot) -> usize {
    // Acquire: it may be a pointer, and what it points to was written before another thread set it.
    slot.user_data.load(Ordering::Acquire)
}

/// Whether an event ends what is a connection that did not open, to the game that closed it before it saw
/// CONNECTED.
fn is_unmet(kind: EventKind, slot: &Slot) -> bool {
    kind == EventKind::Disconnected
        && slot.direction() == Direction::Outbound
        && slot.state().is_unmet()
}

/// Whether the game should see an event. Of a connection that it has closed it sees the last event only, and
/// of one that it closed before it heard of it (all at once, with the host) not even that.
#[inline]
fn is_wanted(shared: &Shared, record: &Record, slot: &Slot) -> bool {
    let wanted = !slot.state().is_unwanted();
    let Some(what) = &record.lifecycle else { return wanted };
    match what.kind {
        kind if is_last(kind) => slot.is_known() || slot.direction() == Direction::Outbound,
        EventKind::Connected | EventKind::Request => {
            let connected = what.kind == EventKind::Connected;
            let seen = wanted && (!connected || is_met(shared, record.peer, slot));
            if seen {
                slot.note_known();
            }
            seen
        }
        _ => wanted,
    }
}

/// The game is about to see a peer's CONNECTED; whether it still should. Only from now on do broadcasts go to
/// the peer: what the game sends to all before it has heard of a peer is not meant for it. The reactor is told
/// by a command, so that it knows where among the broadcasts that is.
fn is_met(shared: &Shared, peer: PeerId, slot: &Slot) -> bool {
    // What has opened while the host began to close is closed with the others.
    let closing = shared.closing.load(Ordering::Acquire);
    let met = |state: State| match closing {
        true => state.left(),
        false => (state == State::Opened).then_some(State::Open),
    };
    match slot.change_state(peer, met) {
        Ok(_) if closing => false,
        Ok(_) => {
            shared.command(Command::Met { peer });
            true
        }
        // Another thread has closed it since.
        Err(state) => !state.is_unwanted(),
    }
}

/// Whether nothing comes from a peer after an event of this kind.
fn is_last(kind: EventKind) -> bool {
    matches!(kind, EventKind::Disconnected | EventKind::Error)
}
