//! Shares of one turn: so much of one kind of work is done before the other kinds have their turn.
//!
//! None takes more than a few milliseconds on a slow machine, which is what a turn may be late by.

/// Work of one kind, in whatever it is counted in, and in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    left: usize,
    bytes: usize,
}

/// Reads, one for each peer. A read of a small message takes a microsecond or two with what becomes of it, so that a
/// game hears the first of thousands after a third of a millisecond, and the poll before it costs a hundredth of them.
const READS: usize = 128;
/// Commands of the game's, most of which are small messages to one.
pub(super) const COMMANDS: usize = 1 << 10;
/// Messages put into out-buffers, each of which takes a tenth of a microsecond. A broadcast counts for each peer, and
/// is never cut in two: so it may go beyond this by as many peers as there are.
const DELIVERIES: usize = 1 << 15;
/// Writes, one for each peer, of several microseconds each.
const WRITES: usize = 256;

impl Share {
    /// What is read. A megabyte of the smallest frames takes some milliseconds.
    pub(super) const READING: Share = Share { left: READS, bytes: 1 << 20 };
    /// What commands put into out-buffers, each message with its bytes for each that gets it: what is copied is copied
    /// in a few milliseconds, and what is shared is on its way before much more of it has come.
    pub(super) const DELIVERING: Share = Share { left: DELIVERIES, bytes: 16 << 20 };
    /// What is written. The system copies four megabytes in a millisecond.
    pub(super) const WRITING: Share = Share { left: WRITES, bytes: 4 << 20 };

    /// What is written when the time to say goodbye is over: to everybody, but what is large in the time that freeing may
    /// still take.
    pub(super) const LAST_WORDS: Share = Share { left: usize::MAX, bytes: 64 << 20 };

    pub(super) const UNLIMITED: Share = Share { left: usize::MAX, bytes: usize::MAX };

    #[inline]
    pub(super) fn spend(&mut self, count: usize, bytes: usize) {
        self.left = self.left.saturating_sub(count);
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// On one message to so many.
    pub(super) fn spend_on_each(&mut self, count: usize, bytes: usize) {
        self.spend(count, count.saturating_mul(bytes));
    }

    #[inline]
    pub(super) fn is_spent(&self) -> bool {
        self.left == 0 || self.bytes == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_spent_by_number_or_by_bytes_and_the_last_may_go_beyond() {
        let whole = Share { left: 3, bytes: 100 };
        for (spent, is_spent) in [
            (&[(1, 10), (1, 89)][..], false),
            (&[(1, 10), (2, 0)], true),
            (&[(1, 100)], true),
            (&[(1, 99), (10, usize::MAX)], true),
        ] {
            let mut share = whole;
            spent.iter().for_each(|(count, bytes)| share.spend(*count, *bytes));
            assert_eq!(share.is_spent(), is_spent, "{spent:?}");
        }
    }
}
