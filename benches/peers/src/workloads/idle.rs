//! Clients that are there and say nothing: what each costs the server, and how fast they can come.

use std::time::Duration;

use serde_json::json;

use crate::child::{Figures, over};
use crate::crowd;
use crate::net::{Event, Net, Options, Result, Wait};
use crate::pace::{HZ, Pace};
use crate::params::Params;
use crate::usage::{cpu_seconds, now, resident};
use crate::workload::{Cell, Column, figures};

/// Connections before the measured ones, so that buffers and pools are there.
const WARM: u64 = 50;

pub const ABOUT: &str = "\
Clients that are there and say nothing: what the server's process grew by for each, what a 60 Hz loop costs over \
5 s, and how fast they came, 64 at a time. Pings are the library's own keep-alives, where they can be chosen. In \
counts, the server's system calls with pings, those of its 60 Hz loop included, by strace.";

pub const COLUMNS: &[Column] = &[
    Column::compared("memory per connection", "bytes", |run| run.server("bytes_each")),
    Column::compared("CPU of a 60 Hz loop", "%", |run| run.server("cpu_percent")),
    Column::compared("connections per second", "thousand", |run| {
        Some(run.server("per_second")? / 1e3)
    }),
];

pub const COUNT_COLUMNS: &[Column] =
    &[Column::alone("system calls per client and second", "", |run| run.server("calls_each"))];

pub fn cells(quick: bool) -> Vec<Cell> {
    let ticks = u64::from(HZ) * if quick { 1 } else { 5 };
    let numbers =
        |clients, pings| [("clients", clients), ("warm", WARM), ("pings", pings), ("ticks", ticks)];
    let (some, many) = if quick { (500, 1_000) } else { (5_000, 10_000) };
    let cell = |name, clients, pings, or_fewer| Cell {
        or_fewer,
        ..Cell::new(name, &numbers(clients, pings))
    };
    vec![
        cell("idle-5000", some, 0, true),
        cell("idle-10000", many, 0, false),
        cell("idle-5000-pings", some, 1, true),
        cell("idle-10000-pings", many, 1, false),
        // podsix's pings are 5.45 s apart: the two runs begin to differ after two of them, for four.
        Cell { counts: true, ..cell("idle-counts", some, 1, true) }
            .with("ticks", if quick { 327 } else { 654 }),
    ]
}

pub fn server<N: Net>(net: &mut N, params: &Params) -> Result<Figures> {
    let clients = params.clients();
    crowd::gather(net, params.get("warm") as usize, |_, _| {})?;
    let before = resident();
    let seconds = crowd::gather(net, clients, |_, _| {})?;
    settle(net, 500);
    let after = resident();
    let mut pace = Pace::new(HZ);
    let cpu = cpu_seconds();
    for _ in 0..params.get("ticks") {
        pace.next();
        net.poll(Wait::No, |event| {
            assert!(!matches!(event, Event::Disconnected(_)), "an idle client is gone");
        });
        net.flush();
    }
    let cpu_percent = (cpu_seconds() - cpu) / pace.seconds() * 100.0;
    let bytes_each = (after - before + prepared::<N>(params)?) / clients as f64;
    Ok(figures(json!({
        "bytes_each": bytes_each,
        "per_second": clients as f64 / seconds,
        "cpu_percent": cpu_percent,
    })))
}

/// Bytes that a library takes for connections before they come: what a host for all of them needs
/// more than a host for a few.
fn prepared<N: Net>(params: &Params) -> Result<f64> {
    let all = params.options();
    let few = Options { connections: params.get("warm") as usize, ..all };
    let start = resident();
    let _few = N::listen(&few)?;
    let between = resident();
    let _all = N::listen(&all)?;
    Ok((resident() - between - (between - start)).max(0.0))
}

/// Polls for a while.
fn settle<N: Net>(net: &mut N, milliseconds: u64) {
    let end = now() + milliseconds * 1_000_000;
    while now() < end {
        net.poll(Wait::UpTo(Duration::from_millis(20)), |_| {});
        net.flush();
    }
}

pub fn client<N: Net>(net: &mut N, port: u16, params: &Params) -> Result<Figures> {
    let warm = params.get("warm") as usize;
    crowd::open(net, port, (0, warm), |_, _| {})?;
    // The server has seen the warm ones when it measures.
    settle(net, 200);
    crowd::open(net, port, (warm, warm + params.clients()), |_, _| {})?;
    while !over() {
        net.poll(Wait::UpTo(Duration::from_millis(100)), |_| {});
        net.flush();
    }
    Ok(Figures::new())
}
