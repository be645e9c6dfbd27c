//! In what portions a host takes memory. Where its budget is small they are small too: a buffer that is kept for
//! the next use counts with all its room, and must not be what fills the budget.

/// What one read brings at the most, where the budget is large.
const READ: usize = 64 << 10;
/// The most that one read may bring, as a part of the budget.
const PARTS: usize = 64;
/// What senders may have put into the ring, where the budget is large.
const RING: usize = 2 << 20;
/// A buffer in which small messages are gathered, likewise.
const GATHER: usize = 16 << 10;
/// Buffers that are passed on, likewise.
const SPARES: usize = 16;
/// The most that sends leave for what they take beside their bytes.
const NOTES: usize = 32 << 10;

/// Everything is a part or a multiple of what one read brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Portions {
    read: usize,
    /// Spent blocks that are kept.
    spare_blocks: usize,
    /// Buffers that are kept.
    spares: usize,
    ring: usize,
}

impl Portions {
    pub(crate) fn new(budget: usize) -> Portions {
        let read = (budget / PARTS).clamp(1 << 10, READ);
        // Of each together no more than two such parts.
        let parts = budget / PARTS / read;
        let (spare_blocks, spares) = (parts.clamp(1, 32), parts.clamp(1, SPARES));
        Portions { read, spare_blocks, spares, ring: (2 * parts * read).min(RING) }
    }

    /// The most bytes read from one peer before it is another's turn.
    pub(crate) fn read(&self) -> usize {
        self.read
    }

    /// Bytes received that are copied before those of the next read, so that frames lie whole.
    pub(crate) fn copied_rest(&self) -> usize {
        self.read / 2
    }

    /// The room of the largest buffer that is passed on from one peer to the next.
    pub(crate) fn spare(&self) -> usize {
        2 * self.read
    }

    /// How many of these are kept.
    pub(crate) fn spares(&self) -> usize {
        self.spares
    }

    /// Empty queues that are kept for whoever is written to next, of at most 512 bytes each. Of ten thousand peers about
    /// as many are pinged, or ping, together.
    pub(crate) fn spare_queues(&self) -> usize {
        self.read / 800
    }

    /// Bytes in the ring of small messages, which are on the budget only when the reactor takes them.
    pub(crate) fn ring(&self) -> usize {
        self.ring
    }

    /// What one read may pin beside the message that it completes: what came, the events in it and what is left.
    pub(crate) fn one_read(&self) -> usize {
        6 * self.read
    }

    /// What sends may come to take beyond what they were counted with, in the ring and as notes and half-empty buffers: of
    /// a small budget a part that matters.
    pub(crate) fn notes(&self) -> usize {
        (self.ring + 4 * self.read).min(NOTES)
    }

    /// The room of a buffer in which small messages are gathered before they are written.
    pub(crate) fn gather(&self) -> usize {
        self.read.min(GATHER)
    }

    /// A block of events is handed over when it holds this many bytes, or when the reactor's turn ends.
    pub(crate) fn block_bytes(&self) -> usize {
        self.read / 2
    }

    /// Likewise this many events.
    pub(crate) fn block_events(&self) -> usize {
        self.read / 128
    }

    /// Spent blocks that are kept for reuse.
    pub(crate) fn spare_blocks(&self) -> usize {
        self.spare_blocks
    }
}

impl Default for Portions {
    fn default() -> Portions {
        Portions { read: READ, spare_blocks: 32, spares: SPARES, ring: RING }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_small_parts_of_every_budget() {
        for budget in (16..46).map(|bits| 1_usize << bits) {
            let portions = Portions::new(budget);
            assert!(portions.read() <= budget / 64);
            assert!(portions.spares() * portions.spare() <= budget / 32);
            assert!(portions.ring() <= budget / 32);
            let kept = 2 * portions.block_bytes() + 2 * portions.block_events() * 24;
            assert!(portions.spare_blocks() * kept <= budget / 16, "{budget}: {portions:?}");
            assert!(portions.block_events() > 0);
        }
        assert_eq!(Portions::new(256 << 20), Portions::default());
    }
}
