//! Room that a thread keeps from one call to the next.
//!
//! A thread that ends may still call: from the destructor of a C++ object, from a function of atexit.
//! What it kept may be gone by then, and it does without.

use std::cell::Cell;
use std::thread::LocalKey;

/// The room kept, or new room. Taken, not borrowed: a call may come here again before it gives it back.
#[inline]
pub(crate) fn take<T: Default>(kept: &'static LocalKey<Cell<T>>) -> T {
    kept.try_with(Cell::take).unwrap_or_default()
}

/// Keeps the room for the next one to take.
#[inline]
pub(crate) fn keep<T>(kept: &'static LocalKey<Cell<T>>, room: T) {
    let _ = kept.try_with(|kept| kept.set(room));
}
