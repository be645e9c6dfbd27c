//! Which descriptors a host has open, a bit each, where a forked child finds them. What owns them it must
//! not look at: a thread that it does not have may have been changing that.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::link::os;

const WORDS: usize = 64;
const BITS: u32 = 64;

/// So many numbers, from 0 on, and the next as many when there is one among them.
pub(crate) struct Descriptors {
    words: [AtomicU64; WORDS],
    next: OnceLock<Box<Descriptors>>,
}

impl Descriptors {
    pub(crate) fn new() -> Descriptors {
        Descriptors { words: [const { AtomicU64::new(0) }; WORDS], next: OnceLock::new() }
    }

    /// One that has just been opened.
    pub(crate) fn add(&self, number: u32) {
        // A child that is being made now may have this memory and not the descriptor, and would close
        // whatever has its number there.
        if !os::forking() {
            let (word, bit) = self.place(number);
            word.fetch_or(bit, Ordering::Relaxed);
        }
    }

    /// One that is about to be closed.
    pub(crate) fn remove(&self, number: u32) {
        let (word, bit) = self.place(number);
        // Release: it must be out of here when its number is somebody else's.
        word.fetch_and(!bit, Ordering::Release);
    }

    /// Takes all of them out, in a child.
    pub(crate) fn drain(&self, mut each: impl FnMut(u32)) {
        let mut first = 0;
        let mut page = Some(self);
        while let Some(Descriptors { words, next }) = page {
            for word in words {
                let mut bits = word.swap(0, Ordering::Relaxed);
                while bits != 0 {
                    each(first + bits.trailing_zeros());
                    bits &= bits - 1;
                }
                first += BITS;
            }
            page = next.get().map(|next| &**next);
        }
    }

    fn place(&self, number: u32) -> (&AtomicU64, u64) {
        let (mut page, mut at) = (self, (number / BITS) as usize);
        while at >= WORDS {
            page = page.next.get_or_init(|| Box::new(Descriptors::new()));
            at -= WORDS;
        }
        (&page.words[at], 1 << (number % BITS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_and_not_removed_is_there() {
        let descriptors = Descriptors::new();
        let numbers = [0, 63, 64, 4095, 4096, 100_000];
        for number in numbers {
            descriptors.add(number);
            descriptors.add(number + 1);
            descriptors.remove(number + 1);
        }
        let mut found = Vec::new();
        descriptors.drain(|number| found.push(number));
        assert_eq!(found, numbers);
        descriptors.drain(|number| panic!("{number} is there twice"));
    }
}
