//! Counts allocations, apart for the thread that plays the game.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    static GAME: Cell<bool> = const { Cell::new(false) };
}

static ON_GAME_THREAD: AtomicU64 = AtomicU64::new(0);
static ELSEWHERE: AtomicU64 = AtomicU64::new(0);

/// The system's allocator, counted.
pub struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let game = GAME.try_with(Cell::get).unwrap_or(false);
        let counter = if game { &ON_GAME_THREAD } else { &ELSEWHERE };
        counter.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// This thread plays the game.
pub fn this_is_the_game_thread() {
    GAME.with(|game| game.set(true));
}

/// Allocations so far: on the game thread, and on all others.
pub fn so_far() -> (u64, u64) {
    (ON_GAME_THREAD.load(Ordering::Relaxed), ELSEWHERE.load(Ordering::Relaxed))
}
