//! One client in a hundred stops reading while the world is told: its process is frozen. The others
//! should not notice, and the server should not fill up.

use std::time::Duration;

use super::broadcast;
use crate::child::{Figures, go_on, over};
use crate::crowd;
use crate::net::{Event, Net, Result, Wait};
use crate::pace::HZ;
use crate::params::Params;
use crate::workload::{Cell, Column};

/// The system's own buffers take some 4 MB before a library notices, and podsix gives 5 s from then.
const SECONDS: u64 = 18;

pub const ABOUT: &str = "\
A state of 8 KiB for each of 100 clients, 60 times a second for 18 s (the first 4 MB are taken by the system): once all read (none), once the process of one of \
them is frozen (one).";

pub const COLUMNS: &[Column] = &[
    Column::compared("the others' p99 delay", "ms", |run| run.client("delay_p99_ms")),
    Column::alone("memory the server came to need", "MB", |run| Some(run.server("peak_kb")? / 1e3)),
    Column::alone("clients gone", "", |run| run.server("gone")),
    Column::alone("states that did not arrive", "", |run| run.client("lost")),
];

pub fn cells(quick: bool) -> Vec<Cell> {
    let ticks = u64::from(HZ) * if quick { 1 } else { SECONDS };
    let cell = |name, frozen| {
        let numbers = [("clients", 100), ("ticks", ticks), ("size", 8192), ("frozen", frozen)];
        Cell::new(name, &numbers)
    };
    vec![cell("stall-none", 0), cell("stall-one", 1)]
}

pub use broadcast::{client, server};

/// The client that stops.
pub fn frozen<N: Net>(net: &mut N, port: u16, _: &Params) -> Result<Figures> {
    let mut told = false;
    crowd::open(net, port, (0, 1), |_, _| told = true)?;
    while !told {
        go_on()?;
        net.poll(Wait::UpTo(Duration::from_millis(20)), |event| {
            told |= matches!(event, Event::Message(..));
        });
        net.flush();
    }
    while !over() {
        // SAFETY: nothing is touched; this process sleeps until it is ended.
        unsafe { libc::raise(libc::SIGSTOP) };
    }
    Ok(Figures::new())
}
