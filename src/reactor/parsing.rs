//! Parsing: what was read is taken apart into frames, validated, put into a block.

use std::sync::atomic::Ordering;

use crate::event::EventKind;
use crate::reactor::Reactor;
use crate::reactor::connection::Connection;
use crate::reactor::stage::{Reading, Stage};
use crate::reactor::unparsed::make_room;
use crate::shared::Shared;
use crate::shared::block::Lifecycle;
use crate::shared::slot::{Waiting, bump};
use crate::wire::{Violation, What};
use crate::words::End;

/// More than any protocol puts around a message.
const AROUND: usize = 8;

/// What taking frames apart has come to.
pub(super) enum Parsed {
    /// The rest is the beginning of a frame that needs so many bytes in all.
    Partial(usize),
    /// The peer must wait, for the game to poll or to answer; there may be whole frames left.
    Waiting,
    /// The other end has said goodbye, or does not let us in.
    Ended(End),
    /// It does not keep to the protocol.
    Violated(Violation),
}

impl Reactor {
    /// Takes apart what was received before. Whether the link may be read now: no whole frame is left.
    pub(super) fn parse_unparsed(&mut self, index: usize) -> bool {
        let Some(connection) = self.peers.connection(index) else { return false };
        let mut unparsed = std::mem::take(&mut connection.unparsed);
        let start = match &mut connection.stage {
            Stage::Open(open) => std::mem::take(&mut open.parsed) as usize,
            _ => 0,
        };
        let (used, parsed) = self.parse(index, &unparsed[start..]);
        let partial = matches!(parsed, Parsed::Partial(_));
        if let Some(connection) = self.peers.connection(index) {
            let done = start + used;
            match &mut connection.stage {
                // A game that makes room for one message at a time would have all that lies behind it moved each time:
                // that is done when no more is moved than was taken apart.
                Stage::Open(open) if !partial && done < unparsed.len() / 2 => {
                    open.parsed = done as u32;
                }
                _ => drop(unparsed.drain(..done)),
            }
            let portions = &self.shared.portions;
            if unparsed.capacity() > portions.spare() && unparsed.len() <= portions.copied_rest() {
                // A large message was here; what is left should not pin its room.
                unparsed.shrink_to(portions.copied_rest());
            }
            make_room_for(&parsed, &mut unparsed, &self.shared);
            connection.stage.note_backlog(!partial && !unparsed.is_empty());
            if unparsed.is_empty() || connection.stage.is_draining() {
                self.spare.put(unparsed);
            } else {
                connection.unparsed = unparsed;
            }
        }
        self.conclude(index, parsed);
        partial
    }

    /// Keeps what could not be used yet.
    pub(super) fn keep_unparsed(&mut self, index: usize, rest: &[u8], parsed: &Parsed) {
        if let Some(connection) = self.peers.connection(index) {
            if rest.is_empty() || connection.stage.is_draining() {
                self.spare.put(std::mem::take(&mut connection.unparsed));
            } else {
                if connection.unparsed.capacity() == 0 {
                    connection.unparsed = self.spare.take(rest.len());
                }
                connection.unparsed.extend_from_slice(rest);
                make_room_for(parsed, &mut connection.unparsed, &self.shared);
            }
            connection
                .stage
                .note_backlog(!rest.is_empty() && !matches!(parsed, Parsed::Partial(_)));
        }
    }

    /// Answers what was taken apart, and ends the connection if that says so.
    pub(super) fn conclude(&mut self, index: usize, parsed: Parsed) {
        self.queue_control(index);
        if self.drowns_in_answers(index) {
            return;
        }
        match parsed {
            Parsed::Ended(end) => self.close_now(index, end),
            Parsed::Violated(violation) => self.violated(index, violation),
            Parsed::Partial(_) | Parsed::Waiting => {}
        }
    }

    /// Pings are answered, so a peer that sends them and never reads would fill its out-buffer.
    fn drowns_in_answers(&mut self, index: usize) -> bool {
        let limit = self.shared.config.out_buffer as usize;
        let Some(connection) = self.peers.connection(index) else { return true };
        let most = limit.saturating_add(2 * self.shared.portions.read());
        let drowns = |connection: &mut Connection| connection.out.reserved().sent > most;
        if !drowns(connection) {
            return false;
        }
        self.write_anyway(index);
        if !self.peers.connection(index).is_some_and(drowns) {
            return false;
        }
        let text = format!(
            "the connection is too slow: pings come, and their answers, which fill out_buffer ({limit}), are \
             not read"
        );
        self.end_slow(index, &text);
        true
    }

    /// Takes frames from `input` until it ends, the peer's queue is full, or the connection does.
    pub(super) fn parse(&mut self, index: usize, input: &[u8]) -> (usize, Parsed) {
        let mut used = 0;
        loop {
            let Some(Connection { session, stage, .. }) = self.peers.connection(index) else {
                return (used, Parsed::Waiting);
            };
            match stage {
                Stage::Open(_) => {
                    let (more, parsed) = self.parse_messages(index, &input[used..]);
                    return (used + more, parsed);
                }
                Stage::AwaitsHello { .. } | Stage::AwaitsReply(_) => {}
                Stage::Requested | Stage::Draining(_) => return (used, Parsed::Waiting),
            }
            match session.step(&mut self.common, &input[used..], self.now, &mut self.control) {
                Err(violation) => return (used, Parsed::Violated(violation)),
                Ok(step) => {
                    used += step.consumed;
                    match step.what {
                        What::Need(bytes) => return (used, Parsed::Partial(bytes)),
                        // A copy: it lies in the reactor, which is borrowed whole from here on.
                        What::Hello(hello, takes) => {
                            let hello = hello.unwrap_or_default().to_vec();
                            self.greeted(index, &hello, takes);
                        }
                        What::Welcome(reply, takes) => {
                            let reply = reply.unwrap_or_default().to_vec();
                            self.welcomed(index, &reply, takes);
                        }
                        What::Refused(close) | What::Closed(close) => {
                            return (used, Parsed::Ended(End::from_wire(&close)));
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    /// The hot path: everything here happens once per message.
    fn parse_messages(&mut self, index: usize, input: &[u8]) -> (usize, Parsed) {
        let Reactor { peers, publisher, shared, common, control, now, spare, .. } = self;
        let Some((id, Connection { session, out, stage: Stage::Open(open), .. })) =
            peers.linked(index)
        else {
            return (0, Parsed::Waiting);
        };
        let Some(slot) = shared.slots.find(id) else { return (0, Parsed::Waiting) };
        let (max_events, max_bytes) =
            (shared.config.queue_events, shared.config.queue_bytes as usize);
        let half = shared.resume_at().bytes;
        let (mut events, mut bytes) = slot.queued();
        // The slot is told of them before the block is handed over: if the game took them out of its count first,
        // that would be below zero for a moment.
        let (mut new_events, mut new_bytes) = (0, 0);
        let mut messages = 0;
        let mut answers = false;
        let mut used = 0;
        let parsed = loop {
            if events + new_events >= max_events {
                slot.add_queued(std::mem::take(&mut new_events), std::mem::take(&mut new_bytes));
                if slot.pause(shared.resume_at()) {
                    open.reading = Reading::Paused;
                    break Parsed::Waiting;
                }
                (events, bytes) = slot.queued();
            }
            let step = match session.step(common, &input[used..], *now, control) {
                Ok(step) => step,
                Err(violation) => break Parsed::Violated(violation),
            };
            match step.what {
                What::Message(payload) => {
                    let queued = bytes + new_bytes;
                    // A queue at most half full takes any message, however large: half is where a pause ends, so
                    // that one which did not fit then would be waited for in vain.
                    if queued > half && queued + payload.len() > max_bytes {
                        slot.add_queued(
                            std::mem::take(&mut new_events),
                            std::mem::take(&mut new_bytes),
                        );
                        if slot.pause(shared.resume_at()) {
                            open.reading = Reading::Paused;
                            break Parsed::Waiting;
                        }
                        (events, bytes) = slot.queued();
                        continue;
                    }
                    messages += 1;
                    new_events += 1;
                    new_bytes += payload.len();
                    publisher.message(id, payload);
                }
                What::Stalled { ms } => {
                    new_events += 1;
                    let code = i32::try_from(ms).unwrap_or(i32::MAX);
                    publisher.lifecycle(
                        id,
                        &[],
                        Lifecycle { code, ..Lifecycle::new(EventKind::Stalled) },
                    );
                }
                What::Resumed => {
                    new_events += 1;
                    out.excuse(*now);
                    publisher.lifecycle(id, &[], Lifecycle::new(EventKind::Resumed));
                }
                What::Refused(close) | What::Closed(close) => {
                    break Parsed::Ended(End::from_wire(&close));
                }
                What::Need(bytes) => break Parsed::Partial(bytes),
                // An answer has an end of its own: who is cut off gets no more than the rest of one.
                What::Quiet if !control.is_empty() => {
                    slot.add_waiting(Waiting::sent(control.len()));
                    out.push_control(control, spare);
                    control.clear();
                    answers = true;
                }
                _ => {}
            }
            used += step.consumed;
            if publisher.is_full() {
                slot.add_queued(std::mem::take(&mut new_events), std::mem::take(&mut new_bytes));
                publisher.publish();
                (events, bytes) = slot.queued();
                if !shared.budget.reads() {
                    break Parsed::Waiting;
                }
            }
        };
        slot.add_queued(new_events, new_bytes);
        if messages > 0 {
            bump(&slot.stats.messages_in, messages);
            bump(&shared.counters.messages_in, messages);
            session.earn(messages);
        }
        if let Some(rtt) = session.rtt() {
            slot.stats.rtt_us.store(rtt.as_micros() as u32, Ordering::Relaxed);
        }
        let rests = session.rests_until().is_some() && open.reading != Reading::Paused;
        if rests {
            open.reading = Reading::Resting;
        }
        if matches!(open.reading, Reading::Paused | Reading::Resting) {
            session.pause();
        }
        if answers {
            self.to_write.push(index);
        }
        if rests {
            self.let_rest(index);
        }
        (used, parsed)
    }

    /// The other end does not keep to the protocol.
    fn violated(&mut self, index: usize, violation: Violation) {
        let Violation { reason, text, answer } = violation;
        if let Some(Stage::AwaitsHello { .. }) = self.peers.stage(index) {
            self.note_failed_handshake(index, &text);
        }
        self.control.extend_from_slice(answer.as_ref());
        self.close_after_writing(index, End::new(reason, text.to_string()));
    }
}

/// Makes room for the rest of a large frame. The beginning of a small one is copied before what is read next.
fn make_room_for(parsed: &Parsed, unparsed: &mut Vec<u8>, shared: &Shared) {
    if let Parsed::Partial(need) = *parsed
        && unparsed.len() > shared.portions.copied_rest()
    {
        make_room(unparsed, need, shared.config.max_message as usize + AROUND);
    }
}
