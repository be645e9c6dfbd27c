//! Indexes of peers that there is something to do for, in the order in which they came and each at most once.

use std::collections::VecDeque;

/// Bits of a word.
const BITS: usize = u64::BITS as usize;

#[derive(Default)]
pub(crate) struct WorkList {
    queue: VecDeque<u32>,
    /// Who is in the queue, a bit for each index.
    queued: Vec<u64>,
}

impl WorkList {
    pub(crate) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Appends an index, unless it is there.
    #[inline]
    pub(crate) fn push(&mut self, index: usize) {
        let Some(word) = self.queued.get_mut(index / BITS) else { return self.push_beyond(index) };
        let bit = 1 << (index % BITS);
        if *word & bit == 0 {
            *word |= bit;
            self.queue.push_back(index as u32);
        }
    }

    /// Likewise one that is larger than any before.
    #[cold]
    fn push_beyond(&mut self, index: usize) {
        self.queued.resize(index / BITS + 1, 0);
        self.push(index);
    }

    /// Takes the first.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<usize> {
        let index = self.queue.pop_front()? as usize;
        self.queued[index / BITS] &= !(1 << (index % BITS));
        Some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_waits_once_and_comes_in_order() {
        let mut list = WorkList::default();
        for index in [3, 64, 3, 0, 1_000, 64] {
            list.push(index);
        }
        assert_eq!(list.len(), 4);
        assert_eq!(list.pop(), Some(3));
        list.push(3);
        list.push(0);
        let rest: Vec<_> = std::iter::from_fn(|| list.pop()).collect();
        assert_eq!(rest, [64, 0, 1_000, 3]);
        assert!(list.is_empty());
    }
}
