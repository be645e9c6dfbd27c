//! A server's game thread that loads a level: for three seconds nobody polls while the clients talk
//! on. Then it polls, and all of it has to be there.

use std::thread;
use std::time::Duration;

use serde_json::json;

use super::fan_in;
use crate::child::{Figures, go_on, over};
use crate::crowd;
use crate::net::{Event, Net, Result, Wait};
use crate::pace::HZ;
use crate::params::Params;
use crate::usage::{now, peak_kb};
use crate::workload::{Cell, Column, figures};

/// The clients have said all when the game wakes.
const SLACK: Duration = Duration::from_millis(200);

pub const ABOUT: &str = "\
100 clients say something 60 times a second for 3 s, while the server's game thread does not poll; then it polls until \
all 18,000 messages are there.";

pub const COLUMNS: &[Column] = &[
    Column::alone("messages counted", "", |run| run.server("counted")),
    Column::compared("until the backlog is through", "ms", |run| run.server("through_ms")),
    Column::alone("memory it took", "MB", |run| Some(run.server("peak_kb")? / 1e3)),
];

pub fn cells(quick: bool) -> Vec<Cell> {
    let seconds = if quick { 1 } else { 3 };
    vec![Cell::new("load", &[("clients", 100), ("seconds", seconds)])]
}

fn messages(params: &Params) -> u64 {
    params.clients() as u64 * params.get("seconds") * u64::from(HZ)
}

pub fn server<N: Net>(net: &mut N, params: &Params) -> Result<Figures> {
    let mut counted = 0;
    crowd::gather(net, params.clients(), |_, content| {
        content.consume();
        counted += 1;
    })?;
    // Greetings that a library only writes when it is polled have to reach the clients first.
    let settled = now() + 50_000_000;
    while now() < settled {
        counted += take(net);
    }
    let (before, early) = (peak_kb(), counted);
    thread::sleep(Duration::from_secs(params.get("seconds")) + SLACK);
    let start = now();
    while counted < messages(params) {
        go_on()?;
        counted += take(net);
    }
    Ok(figures(json!({
        "counted": counted,
        "early": early,
        "through_ms": (now() - start) as f64 / 1e6,
        "peak_kb": peak_kb() - before,
    })))
}

/// Polls once; how many messages came.
fn take<N: Net>(net: &mut N) -> u64 {
    let mut taken = 0;
    net.poll(Wait::UpTo(Duration::from_millis(20)), |event| {
        if let Event::Message(_, content) = event {
            content.consume();
            taken += 1;
        }
    });
    net.flush();
    taken
}

pub fn client<N: Net>(net: &mut N, port: u16, params: &Params) -> Result<Figures> {
    crowd::open(net, port, (0, params.clients()), |_, _| {})?;
    let start = now();
    fan_in::talk(net, params.clients(), messages(params));
    let talked_ms = (now() - start) as f64 / 1e6;
    while !over() {
        net.poll(Wait::UpTo(Duration::from_millis(10)), |_| {});
        net.flush();
    }
    Ok(figures(json!({ "talked_ms": talked_ms })))
}
