//! The fast lane of what the game asks: small messages, side by side in a ring of words that any
//! thread appends to and the reactor empties. No lock, no allocation per message.
//!
//! A record is a head, an address and the payload, eight bytes to the word. A sender claims its words
//! by moving `tail`, fills them, and stores the head last: a head that is not zero says that the record
//! is whole. The reactor reads records where they are, in the order of their claims, and leaves zeros behind. Words
//! are atomic because two sides touch them, but all ordering is in the heads, `head` and `tail`.

use std::sync::OnceLock;

use crossbeam_utils::CachePadded;

use crate::shared::sync::atomic::{AtomicU64, Ordering};

/// Words to a page. A record lies within one; pages are made when first needed.
#[cfg(not(loom))]
const PAGE: u64 = 1024;
#[cfg(loom)]
const PAGE: u64 = 4;

/// As many as hold what one peer's out-buffer may at the defaults: 2 MiB.
#[cfg(not(loom))]
const PAGES: u64 = 256;
#[cfg(loom)]
const PAGES: u64 = 2;

const CAPACITY: u64 = PAGE * PAGES;

/// The largest payload, in bytes. Larger ones are not copied so often, see
/// [`commands`](crate::shared::commands).
#[cfg(not(loom))]
pub(crate) const SMALL: usize = 1024;
#[cfg(loom)]
pub(crate) const SMALL: usize = 16;

/// In a head: the record is whole. Below, its length in bytes.
const READY: u64 = 1 << 63;
/// In a head: there is no record, only the rest of a page. Below, how many words.
const SKIP: u64 = 1 << 62;
const LENGTH: u64 = 0xFFFF_FFFF;

/// The words before a payload.
const HEADS: usize = 2;

/// Words for the largest record, behind as many that are left over at the end of a page.
const LEAST: u64 = 2 * (HEADS + SMALL / 8) as u64;

/// Room for a payload.
static ZEROS: [u8; SMALL] = [0; SMALL];

type Page = Box<[AtomicU64; PAGE as usize]>;

pub(crate) struct Ring {
    pages: Box<[OnceLock<Page>; PAGES as usize]>,
    /// Words claimed since the beginning.
    tail: CachePadded<AtomicU64>,
    /// How far `tail` may go, as far as the senders know: they look at `head` only to renew it.
    limit: CachePadded<AtomicU64>,
    /// Words taken since the beginning; the reactor's.
    head: CachePadded<AtomicU64>,
    /// How many words may be there at once.
    capacity: u64,
}

impl Ring {
    /// A ring of about so many bytes, at most all its pages, and at least one record of any size.
    pub(crate) fn new(bytes: usize) -> Ring {
        let capacity = (bytes as u64 / 8).clamp(LEAST, CAPACITY);
        let at = |n| CachePadded::new(AtomicU64::new(n));
        Ring {
            pages: Box::new([const { OnceLock::new() }; PAGES as usize]),
            tail: at(0),
            limit: at(capacity),
            head: at(0),
            capacity,
        }
    }

    /// Appends a record, unless there is no room.
    pub(crate) fn push(&self, address: u64, payload: &[u8]) -> bool {
        debug_assert!(payload.len() <= SMALL);
        let need = (HEADS + payload.len().div_ceil(8)) as u64;
        let mut tail = self.tail.load(Ordering::Relaxed);
        let (start, skip) = loop {
            let left = PAGE - tail % PAGE;
            let skip = if need > left { left } else { 0 };
            let end = tail + skip + need;
            if end > self.limit.load(Ordering::Acquire) && end > self.renew_limit() {
                return false;
            }
            match self.tail.compare_exchange_weak(tail, end, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => break (tail, skip),
                Err(now) => tail = now,
            }
        };
        if skip > 0 {
            self.words(start, 1)[0].store(READY | SKIP | skip, Ordering::Release);
        }
        let [head, to, words @ ..] = self.words(start + skip, need) else { return false };
        to.store(address, Ordering::Relaxed);
        let (whole, rest) = payload.as_chunks::<8>();
        for (word, bytes) in words.iter().zip(whole) {
            word.store(u64::from_ne_bytes(*bytes), Ordering::Relaxed);
        }
        if let Some(last) = words.get(whole.len()) {
            last.store(rest_word(payload, rest), Ordering::Relaxed);
        }
        head.store(READY | payload.len() as u64, Ordering::Release);
        true
    }

    #[cold]
    fn renew_limit(&self) -> u64 {
        let limit = self.head.load(Ordering::Acquire) + self.capacity;
        self.limit.fetch_max(limit, Ordering::AcqRel).max(limit)
    }

    /// Words claimed so far. What the calling thread has appended lies before this.
    pub(crate) fn claimed(&self) -> u64 {
        self.tail.load(Ordering::Relaxed)
    }

    /// Words taken so far. The reactor's.
    pub(crate) fn taken(&self) -> u64 {
        self.head.load(Ordering::Relaxed)
    }

    /// Whether there is something to take. The reactor's.
    pub(crate) fn has_next(&self) -> bool {
        let at = self.head.load(Ordering::Acquire);
        let page = self.pages[(at / PAGE % PAGES) as usize].get();
        page.is_some_and(|page| page[(at % PAGE) as usize].load(Ordering::Acquire) != 0)
    }

    /// The next record, if it is there whole. The reactor's.
    #[inline(always)]
    pub(crate) fn peek(&self) -> Option<Peeked<'_>> {
        loop {
            let at = self.head.load(Ordering::Relaxed);
            let page = self.pages[(at / PAGE % PAGES) as usize].get()?;
            let words = &page[(at % PAGE) as usize..];
            let head = words[0].load(Ordering::Acquire);
            if head & READY == 0 {
                return None;
            }
            if head & SKIP == 0 {
                let len = (head & LENGTH) as usize;
                return Some(Peeked { words: &words[..HEADS + len.div_ceil(8)], len });
            }
            words[0].store(0, Ordering::Relaxed);
            self.head.store(at + (head & LENGTH), Ordering::Release);
        }
    }

    /// Takes the record that was peeked at: it is gone when this is dropped. The reactor's.
    #[inline]
    pub(crate) fn take<'a>(&'a self, Peeked { words, len }: Peeked<'a>) -> Record<'a> {
        Record { words, len, head: &self.head }
    }

    /// Starts over at the first page if nothing is claimed, so that little traffic goes through few
    /// pages. The reactor's.
    pub(crate) fn rewind(&self) {
        let at = self.head.load(Ordering::Relaxed);
        let lap = at.next_multiple_of(CAPACITY);
        let (ok, no) = (Ordering::AcqRel, Ordering::Relaxed);
        if lap > at && self.tail.compare_exchange(at, lap, ok, no).is_ok() {
            self.head.store(lap, Ordering::Release);
        }
    }

    /// Words that lie within one page.
    fn words(&self, at: u64, count: u64) -> &[AtomicU64] {
        let page = self.pages[(at / PAGE % PAGES) as usize]
            .get_or_init(|| Box::new(std::array::from_fn(|_| AtomicU64::new(0))));
        &page[(at % PAGE) as usize..][..count as usize]
    }
}

/// What is left of a payload behind its last whole word, as a word with zeros behind it.
#[inline(always)]
fn rest_word(payload: &[u8], rest: &[u8]) -> u64 {
    // Gathered byte by byte it would have to be waited for: it is read off the payload's last eight bytes.
    match payload.last_chunk() {
        Some(last) => {
            let unused = 64 - 8 * rest.len() as u32;
            u64::from_le_bytes(*last).unbounded_shr(unused).to_le()
        }
        None => {
            let mut bytes = [0; 8];
            bytes[..rest.len()].copy_from_slice(rest);
            u64::from_ne_bytes(bytes)
        }
    }
}

/// A record that may stay.
pub(crate) struct Peeked<'a> {
    words: &'a [AtomicU64],
    len: usize,
}

/// A record that is being taken. It stays where it is while it is read.
pub(crate) struct Record<'a> {
    words: &'a [AtomicU64],
    len: usize,
    head: &'a AtomicU64,
}

impl Record<'_> {
    pub(crate) fn address(&self) -> u64 {
        self.words[1].load(Ordering::Relaxed)
    }

    /// Bytes of the payload.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Appends the payload: room for all of it, then the words into their places. Gathered elsewhere first they would
    /// have to be waited for.
    #[inline(always)]
    pub(crate) fn append_to(&self, out: &mut Vec<u8>) {
        let words = self.words.get(HEADS..).unwrap_or_default();
        let start = out.len();
        out.extend_from_slice(&ZEROS[..self.len.min(SMALL)]);
        let Some(place) = out.get_mut(start..) else { return };
        let (whole, rest) = place.as_chunks_mut::<8>();
        for (place, word) in whole.iter_mut().zip(words) {
            *place = word.load(Ordering::Relaxed).to_ne_bytes();
        }
        if let Some(last) = words.get(whole.len()) {
            let last = u64::from_le_bytes(last.load(Ordering::Relaxed).to_ne_bytes());
            match whole.last_chunk::<1>() {
                Some([before]) => {
                    let unused = 64 - 8 * rest.len() as u32;
                    let both = u64::from_le_bytes(*before).unbounded_shr(64 - unused)
                        | last.unbounded_shl(unused);
                    if let Some(place) = place.last_chunk_mut() {
                        *place = both.to_le_bytes();
                    }
                }
                None => {
                    for (place, byte) in rest.iter_mut().zip(last.to_le_bytes()) {
                        *place = byte;
                    }
                }
            }
        }
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        for word in self.words {
            word.store(0, Ordering::Relaxed);
        }
        let end = self.head.load(Ordering::Relaxed) + self.words.len() as u64;
        // Release: a sender that sees it and claims these words finds them zero.
        self.head.store(end, Ordering::Release);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn next(ring: &Ring) -> Option<(u64, Vec<u8>)> {
        let record = ring.take(ring.peek()?);
        let mut payload = Vec::new();
        record.append_to(&mut payload);
        assert_eq!(record.len(), payload.len());
        Some((record.address(), payload))
    }

    #[test]
    fn records_of_every_size_come_out_as_they_went_in_lap_after_lap() {
        let ring = Ring::new(usize::MAX);
        let payload =
            |n: usize| -> Vec<u8> { (0..n * 31 % (SMALL + 1)).map(|at| (n + at) as u8).collect() };
        let (mut pushed, mut taken) = (0, 0);
        while pushed < 20_000 {
            while pushed < 20_000 && ring.push(pushed as u64, &payload(pushed)) {
                pushed += 1;
            }
            for _ in 0..777 {
                if taken < pushed {
                    assert_eq!(next(&ring), Some((taken as u64, payload(taken))));
                    taken += 1;
                }
            }
        }
        while taken < pushed {
            assert_eq!(next(&ring), Some((taken as u64, payload(taken))));
            taken += 1;
        }
        assert_eq!(next(&ring), None);
        assert!(!ring.has_next());
    }

    #[test]
    fn a_full_ring_refuses_and_an_empty_one_starts_over_in_its_first_page() {
        let ring = Ring::new(usize::MAX);
        let mut pushed = 0;
        while ring.push(7, &[1; SMALL]) {
            pushed += 1;
        }
        let room = (CAPACITY * 8) as usize / (SMALL + 8 * HEADS);
        assert!((room * 8 / 10..=room).contains(&pushed), "{pushed} of {room}");
        for _ in 0..pushed {
            assert!(next(&ring).is_some());
        }
        ring.rewind();
        assert_eq!(ring.taken() % CAPACITY, 0);
        for n in 0..pushed {
            assert!(ring.push(7, &[1; SMALL]), "all the room is there again: {n}");
        }
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    /// Two senders go around a ring with room for two records while it is emptied and rewound: each
    /// record comes out whole, once, and each sender's in order.
    #[test]
    fn loom_records_come_out_whole_and_in_order() {
        loom::model(|| {
            let ring = Arc::new(Ring::new(usize::MAX));
            let senders: Vec<_> = (1..=2u8)
                .map(|from| {
                    let ring = ring.clone();
                    thread::spawn(move || {
                        (1..=2u8).filter(|&n| ring.push(from.into(), &[n; 9])).count()
                    })
                })
                .collect();
            let mut last = [0; 3];
            let mut count = 0;
            let mut drain = |ring: &Ring| {
                while let Some(record) = ring.peek() {
                    let record = ring.take(record);
                    let (from, mut payload) = (record.address() as usize, Vec::new());
                    record.append_to(&mut payload);
                    assert_eq!(payload, [payload[0]; 9], "torn");
                    assert!(payload[0] > last[from], "out of order");
                    last[from] = payload[0];
                    count += 1;
                }
            };
            drain(&ring);
            ring.rewind();
            let pushed: usize = senders.into_iter().map(|sender| sender.join().unwrap()).sum();
            drain(&ring);
            assert_eq!(count, pushed);
        });
    }
}
