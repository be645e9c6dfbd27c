//! The table of peers that all threads share.
//!
//! A peer id is a serial number, unique in the process, and the index of a slot. Whoever has an id
//! finds the slot without a lock and sees at once whether it still belongs to that id.
//!
//! A slot is given back when both its holders have let go: the reactor, when the connection is over,
//! and the game, when the peer's last event has expired. (The game does not hold a peer it has not
//! heard of yet.) Until then address, statistics and user data stay readable. Whoever does not hold a slot
//! reads it with [`Slots::read`] and changes it with [`Slots::pin`]; the state needs neither, for the peer's id
//! is in its word.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::OnceLock;

use crate::event::PeerId;
use crate::shared::slot::{Slot, State};
use crate::shared::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};
use crate::shared::via::Via;

/// Slots to a page; pages are made when first needed, so that a client's table stays small.
#[cfg(not(loom))]
const PAGE: usize = 64;
#[cfg(loom)]
const PAGE: usize = 2;

/// All slots of one host.
pub(crate) struct Slots {
    pages: Box<[OnceLock<Box<[Slot]>>]>,
    taken: Box<[AtomicU64]>,
    /// Slots whose paused peer can be read again, a bit each: unlike a queue this takes no memory, however often.
    resumable: Box<[AtomicU64]>,
    any_resumable: AtomicU32,
    capacity: usize,
}

/// Peer serials: process-wide, so that an id of another host is never mistaken for one of this.
static SERIAL: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
const SERIALS: u64 = 1 << 37;

impl Slots {
    pub(crate) fn new(capacity: usize) -> Slots {
        let pages = capacity.div_ceil(PAGE);
        Slots {
            pages: (0..pages).map(|_| OnceLock::new()).collect(),
            taken: (0..pages).map(|_| AtomicU64::new(0)).collect(),
            resumable: (0..pages).map(|_| AtomicU64::new(0)).collect(),
            any_resumable: AtomicU32::new(0),
            capacity,
        }
    }

    /// Takes a free slot for a new peer, held by `holders`.
    pub(crate) fn claim(
        &self,
        state: State,
        holders: u32,
        via: Via,
        address: Option<SocketAddr>,
    ) -> Option<PeerId> {
        let index = self.take_index()?;
        let slot = self.slot(index);
        let serial = SERIAL.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if serial >= SERIALS {
            self.give_back(index);
            return None;
        }
        let peer = PeerId(serial << 16 | index as u64);
        slot.reset(peer, state, holders, via, address);
        slot.id.store(peer.0, Ordering::Release);
        Some(peer)
    }

    /// The slot of a peer that is still there.
    pub(crate) fn find(&self, peer: PeerId) -> Option<&Slot> {
        let slot = self.at(index(peer))?;
        (slot.id.load(Ordering::Acquire) == peer.0 && peer.0 != 0).then_some(slot)
    }

    /// The slot with this index, whoever has it now: for taking out what was counted there.
    pub(crate) fn at(&self, index: usize) -> Option<&Slot> {
        self.pages.get(index / PAGE)?.get()?.get(index % PAGE)
    }

    /// Reads something of a peer's. What is more than one word must not change while the peer is there.
    pub(crate) fn read<T>(&self, peer: PeerId, read: impl FnOnce(&Slot) -> T) -> Option<T> {
        let slot = self.find(peer)?;
        let value = read(slot);
        fence(Ordering::Acquire);
        (slot.id.load(Ordering::Relaxed) == peer.0).then_some(value)
    }

    /// Holds a peer's slot, so that it can be changed: until the pin is dropped no other peer gets it.
    pub(crate) fn pin(&self, peer: PeerId) -> Option<Pin<'_>> {
        let slot = self.find(peer)?;
        // A slot without holders is being given back, or its next peer is not there yet.
        let more = |holders| (holders > 0).then_some(holders + 1);
        slot.holders.fetch_update(Ordering::AcqRel, Ordering::Relaxed, more).ok()?;
        // Now it stays whose it is; that may be another one than was found.
        let pin = Pin { slots: self, slot, index: index(peer) };
        (slot.id.load(Ordering::Acquire) == peer.0).then_some(pin)
    }

    /// One holder lets go; the last one gives the slot back.
    pub(crate) fn let_go(&self, peer: PeerId) {
        if let Some(slot) = self.find(peer) {
            self.release(slot, index(peer));
        }
    }

    fn release(&self, slot: &Slot, index: usize) {
        if slot.holders.fetch_sub(1, Ordering::AcqRel) == 1 {
            slot.id.store(0, Ordering::Release);
            self.give_back(index);
        }
    }

    /// Notes that a paused peer can be read again; the caller wakes the reactor.
    pub(crate) fn note_resumable(&self, peer: PeerId) {
        let index = index(peer);
        self.resumable[index / PAGE].fetch_or(1 << (index % PAGE), Ordering::Release);
        self.any_resumable.store(1, Ordering::Release);
    }

    /// Calls `each` with the indexes noted since the last call.
    pub(crate) fn take_resumable(&self, mut each: impl FnMut(usize)) {
        // Looked at every turn, and almost always there is nothing.
        if self.any_resumable.load(Ordering::Relaxed) == 0 {
            return;
        }
        self.any_resumable.swap(0, Ordering::AcqRel);
        for (page, word) in self.resumable.iter().enumerate() {
            let mut bits = match word.load(Ordering::Relaxed) {
                0 => continue,
                _ => word.swap(0, Ordering::AcqRel),
            };
            while bits != 0 {
                each(page * PAGE + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }

    /// Whether another connection could be taken in.
    pub(crate) fn has_room(&self) -> bool {
        (0..self.taken.len()).any(|page| self.free_bit(page).is_some())
    }

    /// Calls `each` with every peer that is there.
    pub(crate) fn for_each(&self, mut each: impl FnMut(PeerId, &Slot)) {
        for slot in self.pages.iter().filter_map(OnceLock::get).flat_map(|page| page.iter()) {
            let id = slot.id.load(Ordering::Acquire);
            if id != 0 {
                each(PeerId(id), slot);
            }
        }
    }

    fn slot(&self, index: usize) -> &Slot {
        let page =
            self.pages[index / PAGE].get_or_init(|| (0..PAGE).map(|_| Slot::new()).collect());
        &page[index % PAGE]
    }

    /// The lowest free bit of a page's word, within the table.
    fn free_bit(&self, page: usize) -> Option<(u64, usize)> {
        let word = self.taken[page].load(Ordering::Relaxed);
        let bit = word.trailing_ones() as usize;
        (bit < PAGE && page * PAGE + bit < self.capacity).then_some((word, bit))
    }

    fn take_index(&self) -> Option<usize> {
        for page in 0..self.taken.len() {
            while let Some((word, bit)) = self.free_bit(page) {
                let next = word | 1 << bit;
                let (ok, no) = (Ordering::Acquire, Ordering::Relaxed);
                if self.taken[page].compare_exchange(word, next, ok, no).is_ok() {
                    return Some(page * PAGE + bit);
                }
            }
        }
        None
    }

    fn give_back(&self, index: usize) {
        self.taken[index / PAGE].fetch_and(!(1 << (index % PAGE)), Ordering::Release);
    }
}

/// A slot that is held; see [`Slots::pin`].
pub(crate) struct Pin<'a> {
    slots: &'a Slots,
    slot: &'a Slot,
    index: usize,
}

impl Deref for Pin<'_> {
    type Target = Slot;

    fn deref(&self) -> &Slot {
        self.slot
    }
}

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        self.slots.release(self.slot, self.index);
    }
}

/// The index of the slot that an id names.
pub(crate) fn index(peer: PeerId) -> usize {
    (peer.0 & 0xFFFF) as usize
}

/// The number of a peer among all of the process.
pub(crate) fn serial(peer: PeerId) -> u64 {
    peer.0 >> 16
}

#[cfg(test)]
fn via(listener: u32) -> Via {
    use crate::words::Scheme;

    Via::new(std::num::NonZeroU32::new(listener), Scheme::DEFAULT)
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn claim(slots: &Slots) -> Option<PeerId> {
        slots.claim(State::Open, 2, via(1), "10.1.2.3:4".parse().ok())
    }

    #[test]
    fn ids_are_new_each_time_and_small_enough_for_a_double() {
        let slots = Slots::new(1);
        let first = claim(&slots).unwrap();
        assert_eq!(claim(&slots), None, "full");
        assert!(first.get() < 1 << 53);
        slots.let_go(first);
        assert!(slots.find(first).is_some(), "one holder is left");
        slots.let_go(first);
        assert!(slots.find(first).is_none());
        let second = claim(&slots).unwrap();
        assert_eq!(index(first), index(second));
        assert_ne!(first, second);
        assert!(slots.find(first).is_none(), "a stale id finds nothing");
        assert!(slots.find(PeerId::NONE).is_none());
    }

    #[test]
    fn a_slot_begins_anew_with_each_peer() {
        let slots = Slots::new(1);
        let first = claim(&slots).unwrap();
        let slot = slots.find(first).unwrap();
        slot.stats.rtt_us.store(9, Ordering::Relaxed);
        slot.user_data.store(9, Ordering::Relaxed);
        slot.stats.bytes_in.store(9, Ordering::Relaxed);
        slot.add_queued(9, 9);
        slots.let_go(first);
        slots.let_go(first);
        let second = slots.claim(State::Connecting, 2, via(0), None).unwrap();
        let slot = slots.find(second).unwrap();
        assert_eq!(slot.stats.rtt_us.load(Ordering::Relaxed), 0);
        assert_eq!(slot.user_data.load(Ordering::Relaxed), 0);
        assert_eq!(slot.stats.bytes_in.load(Ordering::Relaxed), 0);
        assert_eq!(slot.queued(), (0, 0));
        assert_eq!((slot.address(), slot.state()), (None, State::Connecting));
    }

    #[test]
    fn the_table_is_full_at_its_capacity_even_within_a_page() {
        let slots = Slots::new(PAGE + 3);
        let peers: Vec<_> = std::iter::from_fn(|| claim(&slots)).collect();
        assert_eq!(peers.len(), PAGE + 3);
        assert!(!slots.has_room());
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use std::num::NonZeroU32;

    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    /// A slot changes hands while another thread reads it by its old id: it sees the old peer's
    /// fields or nothing, never a mixture.
    #[test]
    fn loom_a_stale_reader_sees_no_stranger() {
        loom::model(|| {
            let slots = Arc::new(Slots::new(1));
            let first = slots.claim(State::Open, 1, via(1), "10.0.0.1:1".parse().ok()).unwrap();
            let reader = {
                let slots = slots.clone();
                thread::spawn(move || slots.read(first, |slot| slot.via().listener))
            };
            slots.let_go(first);
            slots.claim(State::Open, 1, via(2), "10.0.0.2:2".parse().ok()).unwrap();
            assert_ne!(reader.join().unwrap().flatten(), NonZeroU32::new(2));
        });
    }

    /// A slot changes hands while another thread writes to it by its old id: the new peer's stays as it was,
    /// and the slot is given back as often as it is taken.
    #[test]
    fn loom_a_stale_writer_changes_no_stranger() {
        loom::model(|| {
            let slots = Arc::new(Slots::new(1));
            let first = slots.claim(State::Open, 1, via(1), None).unwrap();
            let writer = {
                let slots = slots.clone();
                thread::spawn(move || {
                    if let Some(pin) = slots.pin(first) {
                        pin.user_data.store(1, Ordering::Release);
                        assert_eq!(
                            slots.read(first, |slot| slot.user_data.load(Ordering::Acquire)),
                            Some(1)
                        );
                    }
                })
            };
            slots.let_go(first);
            // While the writer holds it there is no room.
            let second = slots.claim(State::Open, 1, via(2), None);
            if let Some(second) = second {
                let data = slots.read(second, |slot| slot.user_data.load(Ordering::Acquire));
                assert_eq!(data, Some(0));
            }
            writer.join().unwrap();
            if let Some(second) = second {
                let data = slots.read(second, |slot| slot.user_data.load(Ordering::Acquire));
                assert_eq!(data, Some(0));
                slots.let_go(second);
            }
            assert!(slots.has_room());
            let mut left = 0;
            slots.for_each(|_, _| left += 1);
            assert_eq!(left, 0);
        });
    }

    /// Two threads ask for the last slot: one gets it.
    #[test]
    fn loom_a_slot_has_one_owner() {
        loom::model(|| {
            let slots = Arc::new(Slots::new(1));
            let other = {
                let slots = slots.clone();
                thread::spawn(move || slots.claim(State::Open, 1, via(1), None).is_some())
            };
            let mine = slots.claim(State::Open, 1, via(1), None).is_some();
            assert!(mine ^ other.join().unwrap());
        });
    }

    /// Both holders let go at once: the slot is free again, exactly once.
    #[test]
    fn loom_the_last_holder_gives_back() {
        loom::model(|| {
            let slots = Arc::new(Slots::new(1));
            let peer = slots.claim(State::Open, 2, via(1), None).unwrap();
            let other = {
                let slots = slots.clone();
                thread::spawn(move || slots.let_go(peer))
            };
            slots.let_go(peer);
            other.join().unwrap();
            assert!(slots.find(peer).is_none());
            assert!(slots.has_room());
        });
    }
}
