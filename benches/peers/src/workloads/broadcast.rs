//! The state of a world, told to many clients 60 times a second: what the server pays, what of it the
//! game thread loses, and how late the last ones hear it.

use std::time::Duration;

use serde_json::json;

use crate::child::{Figures, over};
use crate::content::{Content, state_data};
use crate::crowd;
use crate::net::{Event, Net, Result, Wait};
use crate::pace::{HZ, Pace};
use crate::params::Params;
use crate::usage::{cpu_seconds, median, now, peak_kb, percentile};
use crate::workload::{Cell, Column, figures};

/// Ticks before the measured ones.
const WARM: u32 = 30;
/// Numbers of ticks begin here, so that they all take the same room.
const FIRST: u32 = 100_000;
/// Nanoseconds after the last tick in which states still count.
const GRACE: u64 = 1_500_000_000;

pub const ABOUT: &str = "\
A state of 200 bytes for every client, 60 times a second for 5 s. The game thread's time per tick is poll, \
broadcast and flush together; a missed tick began more than a tick late.";

pub const ABOUT_URING: &str = "\
A prototype, not a library: the plain loop with 1,000 clients as above, once with a send(2) for each, once with one \
io_uring_enter for all of them.";

pub const COLUMNS: &[Column] = &[
    Column::compared("server CPU", "%", |run| run.server("cpu_percent")),
    Column::compared("game thread per tick", "µs", |run| run.server("tick_us")),
    Column::alone("its p99", "µs", |run| run.server("tick_p99_us")),
    Column::compared("p99 delay", "ms", |run| run.client("delay_p99_ms")),
    Column::alone("missed ticks", "", |run| run.server("missed")),
    Column::alone("states that did not arrive", "", |run| run.client("lost")),
];

pub fn cells(quick: bool) -> Vec<Cell> {
    let ticks = u64::from(HZ) * if quick { 1 } else { 5 };
    let cell =
        |name, clients| Cell::new(name, &[("clients", clients), ("ticks", ticks), ("size", 200)]);
    let mut uring = cell("uring", 1_000);
    uring.only = Some(&["plain", "plain-uring"]);
    vec![cell("broadcast-200", 200), cell("broadcast-1000", 1_000), uring]
}

pub fn server<N: Net>(net: &mut N, params: &Params) -> Result<Figures> {
    crowd::gather(net, params.clients(), |_, _| {})?;
    let before = peak_kb();
    let data = state_data(params.get("size") as usize);
    let ticks = params.get("ticks") as u32;
    let (mut missed, mut gone) = (0, 0);
    let mut took = Vec::with_capacity(ticks as usize);
    let mut pace = Pace::new(HZ);
    let mut cpu = 0.0;
    for tick in 0..WARM + ticks {
        if tick == WARM {
            (pace, cpu) = (Pace::new(HZ), cpu_seconds());
        }
        let late = pace.next();
        let begin = now();
        net.poll(Wait::No, |event| gone += u32::from(matches!(event, Event::Disconnected(_))));
        net.broadcast(&Content::State { tick: FIRST + tick, sent: now(), data: &data });
        net.flush();
        if tick >= WARM {
            took.push((now() - begin) as f64 / 1e3);
            missed += u32::from(late);
        }
    }
    let cpu_percent = (cpu_seconds() - cpu) / pace.seconds() * 100.0;
    // The clients hear the last of it, even what has to be sent again.
    let end = now() + GRACE;
    while now() < end {
        net.poll(Wait::UpTo(Duration::from_millis(20)), |event| {
            gone += u32::from(matches!(event, Event::Disconnected(_)));
        });
        net.flush();
    }
    Ok(figures(json!({
        "cpu_percent": cpu_percent,
        "tick_us": median(&took),
        "tick_p99_us": percentile(&took, 0.99),
        "missed": missed,
        "gone": gone,
        "peak_kb": peak_kb() - before,
    })))
}

pub fn client<N: Net>(net: &mut N, port: u16, params: &Params) -> Result<Figures> {
    let clients = params.clients() - params.get("frozen") as usize;
    let expected = clients * params.get("ticks") as usize;
    let mut delays = Vec::with_capacity(expected);
    let mut on = |content: Content<'_>| {
        content.consume();
        if let Content::State { tick, sent, .. } = content
            && tick >= FIRST + WARM
        {
            delays.push((now() - sent) as f64 / 1e6);
        }
    };
    crowd::open(net, port, (0, clients), |_, content| on(content))?;
    while !over() {
        net.poll(Wait::UpTo(Duration::from_millis(20)), |event| {
            if let Event::Message(_, content) = event {
                on(content);
            }
        });
        net.flush();
    }
    Ok(figures(json!({
        "lost": expected - delays.len(),
        "delay_p50_ms": median(&delays),
        "delay_p99_ms": percentile(&delays, 0.99),
    })))
}
