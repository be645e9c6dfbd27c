//! Whether a host can be asked for anything: one word, which every call looks at.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{Error, Result};
use crate::shared::forks::forks;

/// The library has panicked.
const POISONED: u32 = 1 << 31;
/// The host has been dropped.
const GONE: u32 = 1 << 30;

/// How many forks lay between the process that made the first host and the one that made this host, and
/// flags for what has befallen it. While all is well the word equals the number of forks of the process that
/// asks, so that one comparison tells everything: a forked child has another number.
pub(crate) struct Condition(AtomicU32);

impl Condition {
    pub(crate) fn new() -> Condition {
        Condition(AtomicU32::new(forks()))
    }

    #[inline]
    pub(crate) fn is_sound(&self) -> bool {
        // Relaxed: whoever needs to see what was done before takes a lock or a queue for that.
        self.0.load(Ordering::Relaxed) == forks()
    }

    /// The error of every call, if there is one.
    #[inline]
    pub(crate) fn check(&self) -> Result<()> {
        if self.is_sound() { Ok(()) } else { Err(self.unsound()) }
    }

    #[cold]
    fn unsound(&self) -> Error {
        if self.is_forked() {
            return Error::Forked;
        }
        match self.0.load(Ordering::Relaxed) & GONE {
            0 => Error::Panic,
            _ => Error::BadArgument("the host has been dropped".into()),
        }
    }

    /// This is a forked child, and the host its parent's: no lock may be taken, no structure walked, for
    /// a thread that is not here may have been changing it.
    pub(crate) fn is_forked(&self) -> bool {
        self.0.load(Ordering::Relaxed) & !(POISONED | GONE) != forks()
    }

    pub(crate) fn poison(&self) {
        self.0.fetch_or(POISONED, Ordering::Relaxed);
    }

    pub(crate) fn end(&self) {
        self.0.fetch_or(GONE, Ordering::Relaxed);
    }
}
