//! Which threads are inside the library: a panic there is its own mistake, and not printed.

use std::cell::Cell;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside the library. If it is ending and its mark is gone already, it may be.
pub(crate) fn is_inside() -> bool {
    INSIDE.try_with(Cell::get).unwrap_or(true)
}

/// Marks the thread while it runs a call.
pub(crate) fn inside<T>(call: impl FnOnce() -> T) -> T {
    let _leave = Leave(mark(true));
    call()
}

/// Marks the thread as inside or not, and gives the mark that it had, to be put back afterwards.
#[inline]
pub(crate) fn mark(inside: bool) -> bool {
    INSIDE.try_with(|mark| mark.replace(inside)).unwrap_or(true)
}

/// Puts back what the mark was, after a panic too.
struct Leave(bool);

impl Drop for Leave {
    fn drop(&mut self) {
        mark(self.0);
    }
}
