//! An editor without a window that meets the addon for the first time, as in CI.
//!
//! An editor that finds a new extension makes its documentation anew, on a thread whose last act is to have the main thread
//! describe the extension's classes. One that only imports and quits is over before that: it describes them when the
//! documentation has been freed, and aborts with its work done (<https://github.com/godotengine/godot/issues/111048>). So
//! the editor is held up until it has described them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use godot::classes::{DisplayServer, Engine};
use godot::prelude::*;

/// Whether one of our classes was described. An atomic for the compiler's sake: all of this is on the main thread.
static IS_DESCRIBED: AtomicBool = AtomicBool::new(false);
/// After so long it is left to its fate.
const PATIENCE: Duration = Duration::from_secs(10);

/// The editor has loaded the addon.
pub fn loaded() {
    // An extension that it knew is loaded before there is a main loop.
    let is_new = Engine::singleton().get_main_loop().is_some();
    if is_new && DisplayServer::singleton().get_name() == "headless" {
        IS_DESCRIBED.store(false, Ordering::Relaxed);
        hold_up(Instant::now() + PATIENCE);
    }
}

/// The settings were made. The editor makes some to read the defaults that it describes.
pub fn made() {
    IS_DESCRIBED.store(true, Ordering::Relaxed);
}

/// Deferred calls are made until none is left: each one makes another, and between them comes the thread's.
fn hold_up(deadline: Instant) {
    let again = move |_: &[&Variant]| {
        if !IS_DESCRIBED.load(Ordering::Relaxed) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
            hold_up(deadline);
        }
    };
    Callable::from_fn("until its classes are described", again).call_deferred(&[]);
}
