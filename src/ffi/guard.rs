//! What surrounds every call: no panic leaves it, nothing is printed, and where only one thread may be,
//! only one is.

use std::cell::UnsafeCell;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use crate::error::{Error, Result};
use crate::inside::{is_inside, mark};

/// What the names of this crate's source files begin with.
const SOURCES: &str = file!().split_at(file!().len() - "ffi/guard.rs".len()).0;

/// Where the library panicked last, on whichever thread.
static WORDS: Mutex<String> = Mutex::new(String::new());

/// A panic that was caught; `Display` says where it was.
#[derive(Debug)]
pub(super) struct Panicked(String);

impl Panicked {
    /// The last panic, which may have been on one of the library's own threads.
    pub(super) fn last() -> Panicked {
        Panicked(WORDS.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", Error::Panic, self.0)
    }
}

/// Runs a call; no panic leaves it.
#[inline]
pub(super) fn catch<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    let outer = mark(true);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    mark(outer);
    result.map_err(|_| Panicked::last())
}

/// As [`catch`], for calls of a few nanoseconds, which do not mark their thread: their panics are known by
/// the place, which is this crate's own. What may panic elsewhere is to be marked by `inside`.
#[inline(always)]
pub(super) fn catch_brief<T>(call: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(call)).ok()
}

/// Runs a call that has no host to remember its error.
pub(super) fn answer(call: impl FnOnce() -> Result<i32>) -> i32 {
    match catch(call) {
        Ok(Ok(success)) => success,
        Ok(Err(error)) => error.code(),
        Err(_) => Error::Panic.code(),
    }
}

/// Keeps panics inside the library from being printed. Called where a program makes a host, a message or
/// settings, without which there is no other call. A panic of the program itself, if that is Rust too, goes
/// the way it went before.
#[inline]
pub(super) fn keep_quiet() {
    static ONCE: Once = Once::new();
    // A thread of such a program that is about to die of a panic may not say where panics go.
    if ONCE.is_completed() || std::thread::panicking() {
        return;
    }
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let from = panic.location().is_some_and(|place| place.file().starts_with(SOURCES));
            // This crate's own tests panic on purpose.
            if is_inside() || from && !cfg!(test) {
                let words = panic.to_string();
                *WORDS.lock().unwrap_or_else(PoisonError::into_inner) = words;
            } else {
                before(panic);
            }
        }));
    });
}

/// What one thread at a time may use; others are told that it is busy.
pub(super) struct Turn<T> {
    taken: AtomicBool,
    what: UnsafeCell<T>,
}

// SAFETY: one thread at a time gets at what is inside, and to get there it moves to that thread.
unsafe impl<T: Send> Sync for Turn<T> {}

impl<T> Turn<T> {
    pub(super) fn new(what: T) -> Turn<T> {
        Turn { taken: AtomicBool::new(false), what: UnsafeCell::new(what) }
    }

    /// Uses it. After a panic it stays taken: nobody should see what was left half done.
    #[inline]
    pub(super) fn take<R>(&self, call: impl FnOnce(&mut T) -> Result<R>) -> Result<R> {
        if self.taken.swap(true, Ordering::Acquire) {
            return Err(Error::Busy);
        }
        // SAFETY: `taken` was false and is now ours, so nobody else has a reference.
        let result = call(unsafe { &mut *self.what.get() });
        self.taken.store(false, Ordering::Release);
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_with_its_place_and_words() {
        keep_quiet();
        assert_eq!(format!("{SOURCES}ffi/guard.rs"), file!());
        let words = catch(|| -> i32 { panic!("a hole") }).unwrap_err().to_string();
        assert!(words.contains("can only be freed"), "{words}");
        assert!(words.contains("guard.rs:") && words.contains("a hole"), "{words}");
        assert_eq!(answer(|| panic!("a hole")), Error::Panic.code());
        assert!(!is_inside());
    }

    #[test]
    fn a_turn_is_one_users() {
        let turn = Turn::new(1);
        let inner = turn.take(|_| turn.take(|_| Ok(())));
        assert_eq!(inner, Err(Error::Busy));
        assert_eq!(turn.take(|n| Ok(*n)), Ok(1));
    }
}
