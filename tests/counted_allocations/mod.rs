//! Counts allocations, apart for the thread that plays the game.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

thread_local! {
    static GAME: Cell<bool> = const { Cell::new(false) };
}

static ON_GAME_THREAD: AtomicU64 = AtomicU64::new(0);
static ELSEWHERE: AtomicU64 = AtomicU64::new(0);
/// Pieces of this size are buffers, or tables.
const LARGE: i64 = 10_000;
static HELD_BY_GAME: AtomicI64 = AtomicI64::new(0);

/// The system's allocator, counted.
pub struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let game = GAME.try_with(Cell::get).unwrap_or(false);
        let counter = if game { &ON_GAME_THREAD } else { &ELSEWHERE };
        counter.fetch_add(1, Ordering::Relaxed);
        hold(game, room(layout));
        // SAFETY: the caller's promise is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        hold(GAME.try_with(Cell::get).unwrap_or(false), -room(layout));
        // SAFETY: the pointer came from `alloc` above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn hold(game: bool, bytes: i64) {
    if game && bytes.abs() < LARGE {
        HELD_BY_GAME.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// What the C library takes for it: eight bytes more, in steps of sixteen, 32 at least.
fn room(layout: Layout) -> i64 {
    ((layout.size() + 8).next_multiple_of(16).max(32)) as i64
}

/// Bytes that the game thread has taken and not given back, in pieces smaller than buffers and long tables.
#[allow(dead_code, reason = "not every test asks")]
pub fn held_in_small_pieces() -> i64 {
    HELD_BY_GAME.load(Ordering::Relaxed)
}

/// This thread plays the game.
pub fn this_is_the_game_thread() {
    GAME.with(|game| game.set(true));
}

/// Allocations so far: on the game thread, and on all others.
pub fn so_far() -> (u64, u64) {
    (ON_GAME_THREAD.load(Ordering::Relaxed), ELSEWHERE.load(Ordering::Relaxed))
}
