//! Round trips of one 64-byte message: how long until the answer is there.

use std::thread;
use std::time::Duration;

use serde_json::json;

use crate::child::{Figures, go_on, over};
use crate::content::Content;
use crate::crowd;
use crate::net::{Event, Net, Result, Wait};
use crate::params::Params;
use crate::usage::{cpu_seconds, now, percentile};
use crate::workload::{Cell, Column};

const WARM: u64 = 1_000;
const SPINNING: u64 = 0;
const NAPPING: u64 = 1;
const WAITING: u64 = 2;
const NAP: Duration = Duration::from_micros(20);
/// Nanoseconds after which a slow library has made trips enough.
const PATIENCE: u64 = 8_000_000_000;

pub const ABOUT: &str = "\
One client, one message of 64 bytes there and back, 20,000 times (8 seconds at most): the round trip. Spinning: \
both sides poll without a pause. Napping: they sleep 20 µs after a poll that found nothing. Waiting: they wait \
inside the library, or at its queue. Where the system puts two processes that mostly wait decides more than any library: \
on one core a round trip takes the plain loop some 20 µs, on two some 130, because an idle core has to be woken, and it may \
change from run to run. So apart is waiting once more, with each process, and all its threads, held on a core of its own: that \
is the one to compare.";

pub const COLUMNS: &[Column] = &[
    Column::compared("p50", "µs", |run| run.client("p50_us")),
    Column::compared("p99", "µs", |run| run.client("p99_us")),
    Column::compared("p99.9", "µs", |run| run.client("p999_us")),
    Column::alone("CPU of the client", "%", |run| run.client("cpu_percent")),
    Column::alone("CPU of the server", "%", |run| run.server("cpu_percent")),
];

pub fn cells(quick: bool) -> Vec<Cell> {
    let trips = if quick { 4_000 } else { 20_000 };
    let cell = |name, mode| Cell::new(name, &[("trips", trips), ("mode", mode)]);
    vec![
        cell("pingpong-spinning", SPINNING),
        cell("pingpong-napping", NAPPING),
        cell("pingpong-waiting", WAITING),
        Cell::new("pingpong-apart", &[("trips", trips), ("mode", WAITING), ("apart", 1)]),
    ]
}

/// What one round of a loop brought.
enum Arrived {
    Nothing,
    Ping([u8; 44]),
    /// A ping without data ends the game.
    Goodbye,
}

fn turn<N: Net>(net: &mut N, mode: u64) -> Arrived {
    let wait = if mode == WAITING { Wait::UpTo(Duration::from_millis(500)) } else { Wait::No };
    let mut arrived = Arrived::Nothing;
    net.poll(wait, |event| {
        if let Event::Message(_, content) = event {
            content.consume();
            if let Content::Ping { data } = content {
                arrived = data.try_into().map_or(Arrived::Goodbye, Arrived::Ping);
            }
        }
    });
    if mode == NAPPING && matches!(arrived, Arrived::Nothing) {
        thread::sleep(NAP);
    }
    arrived
}

fn say<N: Net>(net: &mut N, data: &[u8]) {
    while !net.send(0, &Content::Ping { data }) {
        net.poll(Wait::No, |_| {});
    }
    net.flush();
}

pub fn server<N: Net>(net: &mut N, params: &Params) -> Result<Figures> {
    let mode = params.get("mode");
    let (mut start, mut cpu) = (now(), cpu_seconds());
    let mut trips = 0;
    loop {
        go_on()?;
        match turn(net, mode) {
            Arrived::Nothing => {}
            Arrived::Ping(data) => {
                say(net, &data);
                trips += 1;
                if trips == WARM {
                    (start, cpu) = (now(), cpu_seconds());
                }
            }
            Arrived::Goodbye => return Ok(cpu_percent(start, cpu)),
        }
    }
}

pub fn client<N: Net>(net: &mut N, port: u16, params: &Params) -> Result<Figures> {
    let mode = params.get("mode");
    crowd::open(net, port, (0, 1), |_, _| {})?;
    let mut trips = |most: u64, patience: u64| -> Result<Vec<f64>> {
        let mut took = Vec::with_capacity(most as usize);
        let end = now() + patience;
        while (took.len() as u64) < most && now() < end {
            let sent = now();
            say(net, &[7; 44]);
            while !matches!(turn(net, mode), Arrived::Ping(_)) {
                go_on()?;
            }
            took.push((now() - sent) as f64 / 1e3);
        }
        Ok(took)
    };
    trips(WARM, PATIENCE / 4)?;
    let (start, cpu) = (now(), cpu_seconds());
    let took = trips(params.get("trips"), PATIENCE)?;
    let mut figures = cpu_percent(start, cpu);
    for (name, p) in [("p50_us", 0.5), ("p99_us", 0.99), ("p999_us", 0.999)] {
        figures.insert(name.to_owned(), json!(percentile(&took, p)));
    }
    figures.insert("trips".to_owned(), json!(took.len()));
    say(net, &[]);
    while !over() {
        net.poll(Wait::UpTo(Duration::from_millis(20)), |_| {});
        net.flush();
    }
    Ok(figures)
}

fn cpu_percent(start: u64, cpu: f64) -> Figures {
    let share = (cpu_seconds() - cpu) / ((now() - start) as f64 / 1e9);
    Figures::from_iter([("cpu_percent".to_owned(), json!(share * 100.0))])
}
