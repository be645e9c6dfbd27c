//! As many move messages as go through from one client to one server, built and read field by field.

use std::time::Duration;

use serde_json::json;

use crate::child::{Figures, go_on, over};
use crate::content::Content;
use crate::crowd;
use crate::net::{Event, Net, Result, Wait};
use crate::params::Params;
use crate::usage::{cpu_seconds, now, peak_kb};
use crate::workload::{Cell, Column, figures};

pub const ABOUT: &str = "\
One client sends as many 46-byte messages as go through, built and read field by field: 1,000,000, and 5,000,000 \
for podsix and the batched loop. podsix-gathered is podsix-inline with PODSIX_SEND_GATHERED. In counts, both processes together; system calls are counted by strace, which \
slows them down, so that batches are larger than without.";

pub const COLUMNS: &[Column] = &[
    Column::compared("messages per second", "thousand", |run| {
        Some(run.server("per_second")? / 1e3)
    }),
    Column::compared("CPU seconds per million, both", "s", |run| {
        Some((run.server("cpu_s")? + run.client("cpu_s")?) / run.param("messages")? * 1e6)
    }),
    Column::alone("memory the server came to need", "MB", |run| Some(run.server("peak_kb")? / 1e3)),
    Column::alone("memory the client came to need", "MB", |run| Some(run.client("peak_kb")? / 1e3)),
];

pub const COUNT_COLUMNS: &[Column] = &[
    Column::alone("system calls per message, both", "", |run| run.server("calls_each")),
    Column::alone("allocations per message, both", "", |run| run.server("allocations_each")),
];

pub fn cells(quick: bool) -> Vec<Cell> {
    let messages = if quick { 200_000 } else { 1_000_000 };
    let cell = |name, messages| Cell {
        more: &[
            ("podsix-threaded", 5),
            ("podsix-inline", 5),
            ("podsix-gathered", 5),
            ("plain-batched", 5),
        ],
        also: &["podsix-gathered"],
        ..Cell::new(name, &[("messages", messages)])
    };
    let counts = Cell { counts: true, ..cell("flood-counts", if quick { 5_000 } else { 50_000 }) };
    vec![cell("flood", messages), counts]
}

pub fn server<N: Net>(net: &mut N, params: &Params) -> Result<Figures> {
    let messages = params.get("messages");
    let before = peak_kb();
    let (mut count, mut start, mut cpu) = (0, 0, 0.0);
    while count < messages {
        go_on()?;
        net.poll(Wait::UpTo(Duration::from_millis(100)), |event| {
            if let Event::Message(_, content) = event {
                if count == 0 {
                    (start, cpu) = (now(), cpu_seconds());
                }
                content.consume();
                count += 1;
            }
        });
        net.flush();
    }
    let seconds = (now() - start) as f64 / 1e9;
    Ok(figures(json!({
        "per_second": count as f64 / seconds,
        "cpu_s": cpu_seconds() - cpu,
        "peak_kb": peak_kb() - before,
    })))
}

pub fn client<N: Net>(net: &mut N, port: u16, params: &Params) -> Result<Figures> {
    let before = peak_kb();
    crowd::open(net, port, (0, 1), |_, _| {})?;
    let cpu = cpu_seconds();
    for n in 0..params.get("messages") {
        let content = Content::nth_move(n);
        while !net.send(0, &content) {
            go_on()?;
            net.poll(Wait::UpTo(Duration::from_millis(10)), |_| {});
        }
    }
    while !over() {
        net.flush();
        net.poll(Wait::UpTo(Duration::from_millis(10)), |_| {});
    }
    Ok(figures(json!({ "cpu_s": cpu_seconds() - cpu, "peak_kb": peak_kb() - before })))
}
