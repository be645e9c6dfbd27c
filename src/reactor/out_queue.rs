//! What waits to be written to one peer: small frames side by side in one buffer, large and shared
//! ones as they are. Everything goes out in vectored writes.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;

use crate::link::{Lane, Link, Taken};
use crate::reactor::spare::Spare;
use crate::shared::frame::{Counted, Frame};

/// Small frames are gathered in buffers of this capacity.
const GATHER: usize = 16 << 10;
/// A smaller one grows by so much, unless there is a spare one.
const GROW: usize = 4;
/// An empty buffer of at most this capacity is kept for the next frame.
const KEPT: usize = 512;
/// The most buffers given to one write.
const SLICES: usize = 32;

enum Segment {
    Own(Vec<u8>),
    Shared(Arc<Counted>),
}

impl Segment {
    fn bytes(&self) -> &[u8] {
        match self {
            Segment::Own(bytes) => bytes,
            Segment::Shared(counted) => counted.bytes(),
        }
    }
}

/// The queue of one peer: nothing but a null pointer while it is idle.
#[derive(Default)]
pub(crate) struct OutQueue(Option<Box<Queue>>);

#[derive(Default)]
struct Queue {
    segments: VecDeque<Segment>,
    /// Bytes of the first segment that are written already.
    written: usize,
    len: usize,
    /// Messages put here and not counted yet.
    uncounted: u32,
}

impl OutQueue {
    /// Bytes that wait.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |queue| queue.len)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The memory pinned here and nowhere else, for the budget: shared frames count themselves.
    pub(crate) fn held(&self) -> usize {
        let Some(queue) = &self.0 else { return 0 };
        let own = |segment: &Segment| match segment {
            Segment::Own(bytes) => bytes.capacity(),
            Segment::Shared(_) => 0,
        };
        queue.segments.iter().map(own).sum::<usize>()
            + queue.segments.capacity() * size_of::<Segment>()
            + size_of::<Queue>()
    }

    /// The memory pinned here and perhaps elsewhere too.
    pub(crate) fn shared(&self) -> usize {
        let Some(queue) = &self.0 else { return 0 };
        let shared = |segment: &Segment| match segment {
            Segment::Own(_) => 0,
            Segment::Shared(counted) => counted.bytes().len(),
        };
        queue.segments.iter().map(shared).sum()
    }

    pub(crate) fn push(&mut self, frame: Frame<'_>, spare: &mut Spare) {
        let queue = self.queue();
        queue.uncounted += 1;
        match frame {
            Frame::Small(bytes) => queue.push_bytes(bytes, spare),
            Frame::Shared(counted) => {
                queue.len += frame.len();
                queue.segments.push_back(Segment::Shared(counted.clone()));
            }
        }
    }

    pub(crate) fn push_bytes(&mut self, bytes: &[u8], spare: &mut Spare) {
        self.queue().push_bytes(bytes, spare);
    }

    /// Messages put here since this was asked last, for the statistics.
    pub(crate) fn take_uncounted(&mut self) -> u64 {
        self.0.as_mut().map_or(0, |queue| std::mem::take(&mut queue.uncounted).into())
    }

    fn queue(&mut self) -> &mut Queue {
        self.0.get_or_insert_default()
    }

    /// Moves everything that waits in `other` behind what waits here.
    pub(crate) fn append(&mut self, other: OutQueue) {
        let Some(mut other) = other.0 else { return };
        debug_assert_eq!(other.written, 0);
        let queue = self.queue();
        queue.len += other.len;
        queue.uncounted += other.uncounted;
        queue.segments.append(&mut other.segments);
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        *self = OutQueue::default();
    }

    /// Forgets every frame of which nothing is written yet. `frame_end` tells of bytes that begin with a frame,
    /// and of how many of them are written, where those end that must stay.
    pub(crate) fn cut(&mut self, frame_end: impl FnOnce(&[u8], usize) -> usize) {
        let stays = self.0.as_mut().is_some_and(|queue| queue.cut(frame_end));
        if !stays {
            self.clear();
        }
    }

    /// Gives back what is kept for frames to come, if none waits.
    pub(crate) fn trim(&mut self) {
        if self.is_empty() {
            self.clear();
        }
    }

    /// Writes as much as the link takes.
    pub(crate) fn write(&mut self, link: &Link, spare: &mut Spare) -> io::Result<()> {
        while let Some(queue) = &self.0
            && queue.len > 0
        {
            let Taken { count, full } = queue.write_once(link)?;
            self.consume(count, spare);
            if full {
                break;
            }
        }
        Ok(())
    }

    fn consume(&mut self, n: usize, spare: &mut Spare) {
        if let Some(queue) = &mut self.0 {
            queue.consume(n, spare);
        }
    }
}

impl Queue {
    fn push_bytes(&mut self, bytes: &[u8], spare: &mut Spare) {
        self.len += bytes.len();
        let is_first = self.segments.is_empty();
        if let Some(Segment::Own(last)) = self.segments.back_mut() {
            let len = last.len() + bytes.len();
            if len > last.capacity() && last.capacity() < GATHER {
                let mut larger = spare.pop().unwrap_or_default();
                larger.reserve(len.max(GATHER.min(GROW * len)));
                larger.extend_from_slice(last);
                *last = larger;
            }
            if len <= last.capacity() {
                last.extend_from_slice(bytes);
                return;
            }
        }
        // The first buffer is as small as its first frame: most peers have one frame in flight.
        let capacity = if is_first { bytes.len() } else { GATHER.max(bytes.len()) };
        let mut own = spare.pop().unwrap_or_else(|| Vec::with_capacity(capacity));
        own.extend_from_slice(bytes);
        self.segments.push_back(Segment::Own(own));
    }

    /// Whether anything is left: the rest of the frame under way, or a greeting.
    fn cut(&mut self, frame_end: impl FnOnce(&[u8], usize) -> usize) -> bool {
        // A segment begins with a frame, and only the first one can be written in part.
        self.segments.truncate(1);
        let Some(first) = self.segments.front_mut() else { return false };
        let end = match first {
            Segment::Shared(_) if self.written == 0 => 0,
            Segment::Shared(counted) => counted.bytes().len(),
            Segment::Own(bytes) => {
                let end = frame_end(bytes, self.written);
                bytes.truncate(end);
                bytes.shrink_to_fit();
                bytes.len()
            }
        };
        self.len = end - self.written;
        self.len > 0
    }

    /// Offers the link what stands at the front.
    fn write_once(&self, link: &Link) -> io::Result<Taken> {
        if let [only] = self.segments.as_slices().0
            && self.segments.len() == 1
        {
            let bytes = &only.bytes()[self.written..];
            return link.write(Lane::SESSION, &[IoSlice::new(bytes)]);
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut skip = self.written;
        let mut count = 0;
        for (slice, segment) in slices.iter_mut().zip(&self.segments) {
            *slice = IoSlice::new(&segment.bytes()[skip..]);
            count += 1;
            skip = 0;
        }
        link.write(Lane::SESSION, &slices[..count])
    }

    fn consume(&mut self, mut n: usize, spare: &mut Spare) {
        self.len -= n;
        let mut segments = self.segments.len();
        while let Some(first) = self.segments.front_mut() {
            let left = first.bytes().len() - self.written;
            if n < left {
                self.written += n;
                return;
            }
            n -= left;
            self.written = 0;
            match first {
                // The last buffer is kept for the frames to come; an idle peer's goes at the next trim.
                Segment::Own(bytes) if segments == 1 && bytes.capacity() <= KEPT => {
                    bytes.clear();
                    return;
                }
                _ => {
                    if let Some(Segment::Own(bytes)) = self.segments.pop_front() {
                        spare.put(bytes);
                    }
                }
            }
            segments -= 1;
        }
        if self.segments.capacity() > SLICES {
            self.segments = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::budget::Budget;

    fn contents(out: &OutQueue) -> Vec<u8> {
        let Some(queue) = &out.0 else { return Vec::new() };
        let all: Vec<u8> = queue.segments.iter().flat_map(|s| s.bytes().iter().copied()).collect();
        all[queue.written..].to_vec()
    }

    #[test]
    fn what_is_kept_for_the_next_frame_goes_with_a_trim() {
        let (mut out, mut spare) = (OutQueue::default(), Spare::default());
        out.push_bytes(&[0; 200], &mut spare);
        let held = out.held();
        out.trim();
        out.consume(100, &mut spare);
        out.trim();
        assert_eq!(out.len(), 100, "what waits stays");
        out.consume(100, &mut spare);
        out.push_bytes(&[0; 200], &mut spare);
        out.consume(200, &mut spare);
        assert_eq!(out.held(), held, "the same buffer serves the next frame");
        out.trim();
        assert_eq!(out.held(), 0);
    }

    #[test]
    fn a_cut_leaves_the_rest_of_the_frame_under_way() {
        // Frames of ten bytes.
        let frame_end = |_: &[u8], at: usize| at.next_multiple_of(10);
        let budget = Arc::new(Budget::new(1 << 30));
        for (written, left) in [(0, 0), (1, 9), (9, 1), (10, 0), (15, 5), (30, 0), (31, 29)] {
            let (mut out, mut spare) = (OutQueue::default(), Spare::default());
            for _ in 0..3 {
                out.push(Frame::Small(&[7; 10]), &mut spare);
            }
            out.push(Frame::Shared(&Counted::frame(&[8; 30], &budget)), &mut spare);
            out.push(Frame::Small(&[9; 10]), &mut spare);
            out.consume(written, &mut spare);
            let before = contents(&out);
            out.cut(frame_end);
            assert_eq!((out.len(), contents(&out)), (left, before[..left].to_vec()));
            out.push_bytes(&[1; 10], &mut spare);
            assert_eq!(contents(&out), [&before[..left], &[1; 10]].concat(), "{written}");
            out.consume(left + 10, &mut spare);
            assert!(out.is_empty());
        }
        assert_eq!(budget.used(), 0);
    }

    #[test]
    fn order_is_kept_across_small_large_and_partial_writes() {
        let budget = Arc::new(Budget::new(1 << 30));
        let (mut out, mut spare) = (OutQueue::default(), Spare::default());
        let mut expected = Vec::new();
        for n in 0..2_000usize {
            let payload = vec![n as u8; (n * 37) % 3_000];
            let counted = Counted::message(&payload, &budget);
            let frame = match payload.len() {
                ..=1_000 => Frame::Small(counted.bytes()),
                _ => Frame::Shared(&counted),
            };
            out.push(frame, &mut spare);
            expected.extend_from_slice(counted.bytes());
            if n % 3 == 0 {
                let taken = (n * 53) % (out.len() + 1);
                out.consume(taken, &mut spare);
                expected.drain(..taken);
            }
        }
        assert_eq!(out.len(), expected.len());
        assert!(contents(&out) == expected);
        out.consume(expected.len(), &mut spare);
        assert!(out.is_empty());
        assert!(out.held() < 2 * GATHER, "an empty out pins little");
        drop(out);
        assert_eq!(budget.used(), 0, "shared frames are uncounted with their last holder");
    }
}
