//! What waits to be written to one peer: small messages side by side in one buffer, large ones as they are,
//! shared. Where each ends is kept, and what is reserved for it in its slot's count. Everything goes out in
//! vectored writes.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;

use crate::link::{Lane, Link, Taken, Unsent};
use crate::reactor::spare::Spare;
use crate::shared::commands::SMALL_MESSAGE;
use crate::shared::payload::{Counted, Payload};
use crate::shared::slot::Waiting;
use crate::wire::{Envelope, Moment};

/// A buffer in which small messages are gathered grows by so much, until it is full size, unless there is a spare one.
const GROW: usize = 4;
/// An empty buffer of at most this capacity is kept for the next message.
const KEPT: usize = 512;
/// The most buffers given to one write. A shared message takes two.
const SLICES: usize = 64;

/// What is written in one piece, but for its beginning in the queue's first.
enum Segment {
    /// Whole small messages, side by side.
    Own(Vec<u8>),
    /// One large message.
    Shared(Envelope, Arc<Counted>),
}

impl Segment {
    fn parts(&self) -> [&[u8]; 3] {
        match self {
            Segment::Own(bytes) => [bytes, &[], &[]],
            Segment::Shared(envelope, payload) => {
                [envelope.before(), payload.bytes(), envelope.behind()]
            }
        }
    }

    fn len(&self) -> usize {
        self.parts().map(<[u8]>::len).iter().sum()
    }
}

/// One message, or one thing that a session says.
struct Message {
    /// Bytes of it that wait.
    left: u32,
    /// What the slot's count has for it. It is given back as the message is written; what is more than its own
    /// length, when it is written whole.
    reserved: Room,
}

/// Bytes of a slot's count that one message has, of those for what was sent or of those for what was broadcast.
/// (No message is longer than 25 bits can tell.)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room(u32);

impl Room {
    const BROADCAST: u32 = 1 << 31;

    pub(crate) fn sent(bytes: usize) -> Room {
        Room(bytes as u32)
    }

    pub(crate) fn broadcast(bytes: usize) -> Room {
        Room(bytes as u32 | Room::BROADCAST)
    }

    fn bytes(self) -> u32 {
        self.0 & !Room::BROADCAST
    }

    /// So many of these bytes, as the slot counts them.
    #[inline]
    fn counted(self, bytes: u32) -> Waiting {
        match self.0 & Room::BROADCAST {
            0 => Waiting::sent(bytes as usize),
            _ => Waiting::broadcast(bytes as usize),
        }
    }
}

/// The queue of one peer: nothing but a null pointer while it is idle.
#[derive(Default)]
pub(crate) struct OutQueue(Option<Box<Queue>>);

#[derive(Default)]
struct Queue {
    segments: VecDeque<Segment>,
    messages: VecDeque<Message>,
    /// Bytes of the first segment that are written already.
    written: usize,
    /// The first message stays whatever is cut: it is under way, or without it the other end would not
    /// understand what follows.
    first_stays: bool,
    /// Messages put here and not counted yet.
    uncounted: u32,
    /// The sum of what is left.
    len: usize,
    /// The sum of what is reserved.
    reserved: Waiting,
    /// Since when something broadcast has waited and nothing was taken.
    stuck_since: Option<Moment>,
    /// The sum of the own buffers' capacities.
    own: usize,
    /// The sum of the shared payloads' lengths.
    shared: usize,
}

impl OutQueue {
    /// Bytes that wait.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |queue| queue.len)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes that the slot's count has for what waits here.
    pub(crate) fn reserved(&self) -> Waiting {
        self.0.as_ref().map_or_else(Waiting::default, |queue| queue.reserved)
    }

    /// Since when something broadcast has waited here and nothing was taken, if it does.
    pub(crate) fn stuck_since(&self) -> Option<Moment> {
        self.0.as_ref().and_then(|queue| queue.stuck_since)
    }

    /// Notes whether anything was taken, of which that depends.
    #[inline]
    pub(crate) fn note_taken(&mut self, any: bool, now: Moment) {
        let Some(queue) = &mut self.0 else { return };
        queue.stuck_since = match queue.reserved.broadcast {
            0 => None,
            _ if any => Some(now),
            _ => queue.stuck_since.or(Some(now)),
        };
    }

    /// That nothing was taken is not the other end's fault: the time begins anew.
    pub(crate) fn excuse(&mut self, now: Moment) {
        if let Some(queue) = &mut self.0
            && let Some(since) = &mut queue.stuck_since
        {
            *since = now;
        }
    }

    /// The memory pinned here and nowhere else, for the budget: shared payloads count themselves.
    pub(crate) fn held(&self) -> usize {
        let Some(queue) = &self.0 else { return 0 };
        queue.own
            + queue.segments.capacity() * size_of::<Segment>()
            + queue.messages.capacity() * size_of::<Message>()
            + size_of::<Queue>()
    }

    /// The memory pinned here and perhaps elsewhere too.
    pub(crate) fn shared(&self) -> usize {
        self.0.as_ref().map_or(0, |queue| queue.shared)
    }

    /// Puts a message here, for which this is reserved.
    #[inline]
    pub(crate) fn push(
        &mut self,
        envelope: Envelope,
        payload: Payload<'_>,
        reserved: Room,
        spare: &mut Spare,
    ) {
        let queue = self.queue(spare);
        queue.uncounted += 1;
        let len = envelope.before().len() + payload.len() + envelope.behind().len();
        match payload {
            // A small one is copied, even if it is shared: that is less work than a buffer of its own in a write.
            Payload::Shared(counted) if payload.len() > SMALL_MESSAGE => {
                queue.shared += payload.len();
                append(&mut queue.segments, Segment::Shared(envelope, counted.clone()));
            }
            _ => queue.gather(len, spare, |out| {
                envelope.put_around(out, |out| payload.append_to(out));
            }),
        }
        queue.note(len, reserved);
    }

    /// Puts something here that a session says, with as many bytes reserved.
    pub(crate) fn push_control(&mut self, bytes: &[u8], spare: &mut Spare) {
        let queue = self.queue(spare);
        queue.gather(bytes.len(), spare, |out| out.extend_from_slice(bytes));
        queue.note(bytes.len(), Room::sent(bytes.len()));
    }

    /// Likewise the greeting, which is the first of all and stays whatever is cut: without it the other end would
    /// not understand what follows.
    pub(crate) fn push_greeting(&mut self, bytes: &[u8], spare: &mut Spare) {
        debug_assert!(self.is_empty(), "nothing goes before a greeting");
        self.push_control(bytes, spare);
        self.queue(spare).first_stays = true;
    }

    /// Messages put here since this was asked last, for the statistics.
    pub(crate) fn take_uncounted(&mut self) -> u64 {
        self.0.as_mut().map_or(0, |queue| std::mem::take(&mut queue.uncounted).into())
    }

    #[inline]
    fn queue(&mut self, spare: &mut Spare) -> &mut Queue {
        if self.0.is_none() {
            *self = spare.take_queue();
        }
        self.0.get_or_insert_default()
    }

    /// Moves everything that waits in `other`, of which nothing is written yet, behind what waits here.
    pub(crate) fn append(&mut self, other: OutQueue) {
        let Some(mut other) = other.0 else { return };
        debug_assert!(!other.first_stays);
        let queue = self.0.get_or_insert_default();
        queue.segments.append(&mut other.segments);
        queue.messages.append(&mut other.messages);
        queue.uncounted += other.uncounted;
        queue.len += other.len;
        queue.reserved = queue.reserved + other.reserved;
        queue.own += other.own;
        queue.shared += other.shared;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = OutQueue::default();
    }

    /// Forgets every message of which nothing is written yet, but for a greeting.
    pub(crate) fn cut(&mut self) {
        match &mut self.0 {
            Some(queue) if queue.first_stays => queue.cut(),
            _ => self.clear(),
        }
    }

    /// Gives back what is kept for messages to come, if none waits.
    pub(crate) fn trim(&mut self, spare: &mut Spare) {
        if self.is_empty()
            && let Some(mut queue) = self.0.take()
        {
            queue.uncounted = 0;
            spare.put_queue(OutQueue(Some(queue)));
        }
    }

    /// Writes as much as the link takes.
    pub(crate) fn write(
        &mut self,
        link: &Link,
        unsent: &mut Unsent,
        spare: &mut Spare,
    ) -> io::Result<()> {
        while let Some(queue) = &self.0
            && queue.len > 0
        {
            let Taken { count, full } = queue.write_once(link, unsent)?;
            self.consume(count, spare);
            if full {
                break;
            }
        }
        Ok(())
    }

    fn consume(&mut self, n: usize, spare: &mut Spare) {
        if let Some(queue) = &mut self.0 {
            queue.pass_messages(n, spare.portions().gather());
            queue.pass_segments(n, spare);
        }
    }
}

impl Queue {
    /// Lets `fill` append at most so many bytes to the last buffer.
    #[inline]
    fn gather(&mut self, len: usize, spare: &mut Spare, fill: impl FnOnce(&mut Vec<u8>)) {
        let full_size = spare.portions().gather();
        let mut is_first = true;
        if let Some(Segment::Own(last)) = self.segments.back_mut() {
            let (capacity, needed) = (last.capacity(), last.len() + len);
            if needed > capacity && capacity < full_size {
                let mut larger = spare.pop().unwrap_or_default();
                larger.reserve(needed.max(full_size.min(GROW * needed)));
                larger.extend_from_slice(last);
                self.own = self.own - capacity + larger.capacity();
                *last = larger;
            }
            if needed <= last.capacity() {
                return fill(last);
            }
            is_first = false;
        }
        // The first buffer is as small as its first message, most peers have one in flight; and so is the first behind a
        // shared payload, which may be the last before another. And what is left of one that the next message does not
        // fit into is not to be much.
        let capacity = if is_first || len > full_size / 4 { len } else { full_size };
        let mut own = spare.pop().unwrap_or_else(|| Vec::with_capacity(capacity));
        own.reserve(len);
        fill(&mut own);
        self.own += own.capacity();
        append(&mut self.segments, Segment::Own(own));
    }

    /// Notes where a message ends that has just been put here. (No message is longer than 32 bits can tell.)
    #[inline]
    fn note(&mut self, len: usize, reserved: Room) {
        self.len += len;
        self.reserved = self.reserved + reserved.counted(reserved.bytes());
        append(&mut self.messages, Message { left: len as u32, reserved });
    }

    /// Keeps the first message alone.
    fn cut(&mut self) {
        self.messages.truncate(1);
        self.messages.shrink_to_fit();
        self.segments.truncate(1);
        self.segments.shrink_to_fit();
        let (Some(message), Some(segment)) = (self.messages.front(), self.segments.front_mut())
        else {
            return;
        };
        self.len = message.left as usize;
        self.reserved = message.reserved.counted(message.reserved.bytes());
        (self.own, self.shared) = match segment {
            Segment::Own(bytes) => {
                bytes.truncate(self.written + self.len);
                bytes.shrink_to_fit();
                (bytes.capacity(), 0)
            }
            Segment::Shared(_, payload) => (0, payload.bytes().len()),
        };
    }

    /// Offers the link what stands at the front.
    fn write_once(&self, link: &Link, unsent: &mut Unsent) -> io::Result<Taken> {
        if let [Segment::Own(only)] = self.segments.as_slices().0
            && self.segments.len() == 1
        {
            let rest = IoSlice::new(&only[self.written..]);
            return link.write(Lane::SESSION, &[rest], unsent);
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let count = self.slices(&mut slices);
        link.write(Lane::SESSION, &slices[..count], unsent)
    }

    /// What waits, as far as there is place for it, and how many slices that is.
    fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let (mut count, mut skip) = (0, self.written);
        for part in self.segments.iter().flat_map(Segment::parts) {
            let (_, bytes) = part.split_at(skip.min(part.len()));
            skip -= part.len() - bytes.len();
            if bytes.is_empty() {
                continue;
            }
            let Some(slice) = slices.get_mut(count) else { break };
            *slice = IoSlice::new(bytes);
            count += 1;
        }
        count
    }

    /// So many bytes are written. Where the notes of messages take at most `kept` bytes, their room is kept.
    fn pass_messages(&mut self, mut n: usize, kept: usize) {
        self.len -= n;
        if self.len == 0 {
            self.messages.clear();
            // What a busy peer needs every time is kept; an idle one's goes at the next trim.
            if self.messages.capacity() * size_of::<Message>() > kept {
                self.messages = VecDeque::new();
            }
            (self.reserved, self.stuck_since) = (Waiting::default(), None);
            self.first_stays = false;
            return;
        }
        while n > 0
            && let Some(first) = self.messages.front_mut()
        {
            let written = first.left.min(n.try_into().unwrap_or(u32::MAX));
            n -= written as usize;
            first.left -= written;
            let is_whole = first.left == 0;
            let room = first.reserved.bytes();
            let freed = if is_whole { room } else { room.min(written) };
            first.reserved.0 -= freed;
            self.reserved = self.reserved - first.reserved.counted(freed);
            self.first_stays = !is_whole;
            if is_whole {
                self.messages.pop_front();
            }
        }
    }

    fn pass_segments(&mut self, mut n: usize, spare: &mut Spare) {
        let mut segments = self.segments.len();
        while let Some(first) = self.segments.front_mut() {
            let left = first.len() - self.written;
            if n < left {
                self.written += n;
                return;
            }
            n -= left;
            self.written = 0;
            match first {
                // The last buffer is kept for the messages to come; an idle peer's goes at the next trim.
                Segment::Own(bytes) if segments == 1 && bytes.capacity() <= KEPT => {
                    bytes.clear();
                    return;
                }
                Segment::Own(bytes) => {
                    self.own -= bytes.capacity();
                    spare.put(std::mem::take(bytes));
                }
                Segment::Shared(_, payload) => self.shared -= payload.bytes().len(),
            }
            self.segments.pop_front();
            segments -= 1;
        }
        if self.segments.capacity() > SLICES {
            self.segments = VecDeque::new();
        }
    }
}

/// Appends to notes that are as large as what they are about where messages are small: there is not room for twice as
/// many each time, but for an eighth more.
#[inline]
fn append<T>(notes: &mut VecDeque<T>, note: T) {
    let len = notes.len();
    if len == notes.capacity() {
        notes.reserve_exact((len / 8).max(len.clamp(4, 32)));
    }
    notes.push_back(note);
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::ops::Add;

    use proptest::prelude::*;

    use super::*;
    use crate::shared::budget::Budget;
    use crate::wire::Dialect;

    fn contents(out: &OutQueue) -> Vec<u8> {
        let Some(queue) = &out.0 else { return Vec::new() };
        let parts = queue.segments.iter().flat_map(Segment::parts);
        parts.flatten().skip(queue.written).copied().collect()
    }

    #[test]
    fn what_is_kept_for_the_next_message_goes_with_a_trim() {
        let (mut out, mut spare) = (OutQueue::default(), Spare::default());
        out.push_control(&[0; 200], &mut spare);
        let held = out.held();
        out.trim(&mut spare);
        out.consume(100, &mut spare);
        out.trim(&mut spare);
        assert_eq!(out.len(), 100, "what waits stays");
        out.consume(100, &mut spare);
        out.push_control(&[0; 200], &mut spare);
        out.consume(200, &mut spare);
        assert_eq!(out.held(), held, "the same buffers serve the next message");
        out.trim(&mut spare);
        assert_eq!(out.held(), 0);
    }

    #[test]
    fn an_empty_queue_pins_little_whatever_was_in_it() {
        let (mut out, mut spare) = (OutQueue::default(), Spare::default());
        for _ in 0..5_000 {
            out.push_control(&[1; 20], &mut spare);
        }
        while !out.is_empty() {
            out.consume(7_777.min(out.len()), &mut spare);
        }
        assert!(out.held() < 4 << 10, "{}", out.held());
    }

    /// A message that is put into a queue.
    #[derive(Clone, Debug)]
    struct Pushed {
        dialect: Dialect,
        len: usize,
        is_shared: bool,
        is_broadcast: bool,
        /// So many bytes more are reserved than it has.
        more: i32,
    }

    /// What is done with a queue.
    #[derive(Clone, Debug)]
    enum Act {
        Push(Pushed),
        Control(usize),
        Append(Vec<usize>),
        /// This share of what waits, of 1,000.
        Write(usize),
        Cut,
        Trim,
    }

    fn act() -> impl Strategy<Value = Act> {
        let len = || prop_oneof![8 => 0..200_usize, 1 => 0..3_000_usize, 1 => 0..20_000_usize];
        let dialect = (0..2_usize).prop_map(|n| Dialect::ALL[n]);
        let pushed = (dialect, len(), any::<bool>(), any::<bool>(), -4..9).prop_map(
            |(dialect, len, is_shared, is_broadcast, more)| {
                Act::Push(Pushed { dialect, len, is_shared, is_broadcast, more })
            },
        );
        prop_oneof![
            8 => pushed,
            2 => (1..40_usize).prop_map(Act::Control),
            1 => prop::collection::vec(len(), 0..4).prop_map(Act::Append),
            4 => prop_oneof![Just(1_000), 0..1_000_usize].prop_map(Act::Write),
            1 => Just(Act::Cut),
            1 => Just(Act::Trim),
        ]
    }

    /// A queue as it is meant: the bytes of each message that wait, and what is reserved for it.
    #[derive(Default)]
    struct Model {
        messages: VecDeque<(Vec<u8>, Room)>,
        first_stays: bool,
    }

    impl Model {
        fn bytes(&self) -> Vec<u8> {
            self.messages.iter().flat_map(|(bytes, _)| bytes).copied().collect()
        }

        fn reserved(&self) -> Waiting {
            let counts = self.messages.iter().map(|(_, room)| room.counted(room.bytes()));
            counts.fold(Waiting::default(), Waiting::add)
        }

        fn write(&mut self, mut n: usize) {
            while n > 0 {
                let (bytes, reserved) = self.messages.front_mut().unwrap();
                let written = bytes.len().min(n);
                n -= written;
                bytes.drain(..written);
                reserved.0 -= reserved.bytes().min(written as u32);
                self.first_stays = !bytes.is_empty();
                if bytes.is_empty() {
                    self.messages.pop_front();
                }
            }
        }
    }

    /// A message as it is pushed: all bytes the same, so that it is told from its neighbours.
    fn push(
        out: &mut OutQueue,
        model: &mut Model,
        Pushed { dialect, len, is_shared, is_broadcast, more }: Pushed,
        budget: &Arc<Budget>,
        spare: &mut Spare,
    ) {
        let payload = vec![model.messages.len() as u8; len];
        let envelope = dialect.envelope(len);
        let bytes = [envelope.before(), &payload, envelope.behind()].concat();
        let reserved = bytes.len().saturating_add_signed(more as isize);
        let reserved = match is_broadcast {
            true => Room::broadcast(reserved),
            false => Room::sent(reserved),
        };
        match is_shared {
            true => {
                let counted = Counted::new(payload, budget);
                out.push(envelope, Payload::Shared(&counted), reserved, spare);
            }
            false => out.push(envelope, Payload::Bytes(&payload), reserved, spare),
        }
        model.messages.push_back((bytes, reserved));
    }

    fn check(out: &OutQueue, model: &Model) {
        assert_eq!((out.len(), out.reserved()), (model.bytes().len(), model.reserved()));
        assert!(contents(out) == model.bytes());
        let Some(queue) = &out.0 else { return assert_eq!((out.held(), out.shared()), (0, 0)) };
        let ends = |(bytes, reserved): &(Vec<u8>, Room)| (bytes.len() as u32, *reserved);
        assert!(
            queue
                .messages
                .iter()
                .map(|it| (it.left, it.reserved))
                .eq(model.messages.iter().map(ends))
        );
        let (mut own, mut shared) = (0, 0);
        for segment in &queue.segments {
            match segment {
                Segment::Own(bytes) => own += bytes.capacity(),
                Segment::Shared(_, payload) => shared += payload.bytes().len(),
            }
        }
        assert_eq!((queue.own, queue.shared), (own, shared), "sums are kept");
        let mut slices = [IoSlice::new(&[]); SLICES];
        let count = queue.slices(&mut slices);
        let offer: Vec<u8> = slices[..count].iter().flat_map(|slice| slice.to_vec()).collect();
        assert!(model.bytes().starts_with(&offer));
        assert_eq!(offer.is_empty(), model.messages.is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn it_is_a_queue_of_messages(
            greeting in prop::option::of(1..300_usize),
            acts in prop::collection::vec(act(), 0..60),
        ) {
            let budget = Arc::new(Budget::new(1 << 40, 0));
            let (mut out, mut spare, mut model) = <(OutQueue, Spare, Model)>::default();
            let (mut reserved, mut freed) = <(Waiting, Waiting)>::default();
            if let Some(len) = greeting {
                out.push_greeting(&vec![7; len], &mut spare);
                model.messages.push_back((vec![7; len], Room::sent(len)));
                model.first_stays = true;
                reserved.sent += len;
            }
            for act in acts {
                let before = out.reserved();
                match act {
                    Act::Push(pushed) => push(&mut out, &mut model, pushed, &budget, &mut spare),
                    Act::Control(len) => {
                        out.push_control(&vec![8; len], &mut spare);
                        model.messages.push_back((vec![8; len], Room::sent(len)));
                    }
                    Act::Append(lens) => {
                        let (mut early, mut waits) = <(OutQueue, Model)>::default();
                        for len in lens {
                            let pushed = Pushed {
                                dialect: Dialect::Podsix,
                                len,
                                is_shared: len % 2 == 0,
                                is_broadcast: false,
                                more: 0,
                            };
                            push(&mut early, &mut waits, pushed, &budget, &mut spare);
                        }
                        out.append(early);
                        model.messages.append(&mut waits.messages);
                    }
                    Act::Write(share) => {
                        let n = out.len() * share / 1_000;
                        out.consume(n, &mut spare);
                        model.write(n);
                    }
                    Act::Cut => {
                        out.cut();
                        model.messages.truncate(model.first_stays.into());
                    }
                    Act::Trim => out.trim(&mut spare),
                }
                check(&out, &model);
                let beyond = |one: Waiting, other: Waiting| Waiting {
                    sent: one.sent.saturating_sub(other.sent),
                    broadcast: one.broadcast.saturating_sub(other.broadcast),
                };
                reserved = reserved + beyond(out.reserved(), before);
                freed = freed + beyond(before, out.reserved());
            }
            prop_assert_eq!(reserved, freed + out.reserved(), "what is reserved is freed once");
            out.consume(out.len(), &mut spare);
            prop_assert_eq!((out.reserved(), out.shared()), (Waiting::default(), 0));
            drop(out);
            prop_assert_eq!(budget.used(), 0, "shared payloads are uncounted with their last holder");
        }
    }
}
