//! A process that plays one side of a workload, and how it talks with the one that started it:
//! lines on its output, and the end of its input, which says that all is over.

use std::io::{self, Read, Write};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Map, Value};

use crate::net::Result;

/// What one side has measured, by name.
pub type Figures = Map<String, Value>;

static OVER: AtomicBool = AtomicBool::new(false);

/// Whether the parent has ended this process's part.
pub fn over() -> bool {
    OVER.load(Ordering::Relaxed)
}

/// Fails once the parent has ended this process's part: for loops that have a goal to reach.
pub fn go_on() -> Result<()> {
    if over() { Err("ended before it was through".into()) } else { Ok(()) }
}

/// Prints a line to the parent.
pub fn say(line: &str) {
    let mut out = io::stdout().lock();
    // A parent that is gone also closes our input, which ends us.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// Prepares this process: the parent's end is noticed, and mistakes are told in one line.
pub fn begin() {
    panic::set_hook(Box::new(|info| {
        let text = info.payload_as_str().unwrap_or("a mistake without words");
        eprintln!("{text}");
    }));
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        OVER.store(true, Ordering::Relaxed);
    });
}
