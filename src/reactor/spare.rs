//! Spare buffers for bytes that wait: for the rest of their frame, or to be written.

use crate::reactor::turn::READ_SIZE;

/// Buffers for what could not be used yet, passed from peer to peer: an idle peer pins none, a busy
/// one allocates none.
#[derive(Default)]
pub(super) struct Spare(Vec<Vec<u8>>);

/// How many are kept, and up to which size; a small rest is worth no large buffer.
const SPARES: usize = 16;
const SPARE_SIZE: usize = 2 * READ_SIZE;
const SMALL_REST: usize = 1 << 10;

impl Spare {
    pub(super) fn take(&mut self, size: usize) -> Vec<u8> {
        if size <= SMALL_REST { Vec::new() } else { self.0.pop().unwrap_or_default() }
    }

    /// One that is there already, empty.
    pub(super) fn pop(&mut self) -> Option<Vec<u8>> {
        self.0.pop()
    }

    pub(super) fn put(&mut self, mut buffer: Vec<u8>) {
        let useful = (SMALL_REST + 1..=SPARE_SIZE).contains(&buffer.capacity());
        if useful && self.0.len() < SPARES {
            buffer.clear();
            self.0.push(buffer);
        }
    }
}
