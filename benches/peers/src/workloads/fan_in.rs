//! Many clients that each say something 60 times a second, spread over the frame; the server's game
//! loop takes it 60 times a second.

use serde_json::json;

use crate::child::{Figures, over};
use crate::content::Content;
use crate::crowd;
use crate::net::{Event, Net, Result, Wait};
use crate::pace::{HZ, Pace};
use crate::params::Params;
use crate::usage::{cpu_seconds, median, now, percentile};
use crate::workload::{Cell, Column, figures};

/// Frames before the measured ones.
const WARM: u64 = 30;
/// How often the clients wake, to say what is due.
const SLOTS_PER_SECOND: u64 = 1_000;

pub const ABOUT: &str = "\
200 clients say something 60 times a second each, spread over the frame; the server's game loop polls 60 times a \
second for 5 s. The delay lasts until that frame's poll is through, so 17 ms are the frame's own.";

pub const COLUMNS: &[Column] = &[
    Column::compared("server CPU", "%", |run| run.server("cpu_percent")),
    Column::compared("game thread per frame", "µs", |run| run.server("frame_us")),
    Column::compared("game thread per message", "ns", |run| run.server("message_ns")),
    Column::compared("p99 delay", "ms", |run| run.server("delay_p99_ms")),
];

pub fn cells(quick: bool) -> Vec<Cell> {
    let frames = u64::from(HZ) * if quick { 1 } else { 5 };
    vec![Cell::new("fan-in", &[("clients", 200), ("frames", frames)])]
}

pub fn server<N: Net>(net: &mut N, params: &Params) -> Result<Figures> {
    crowd::gather(net, params.clients(), |_, _| {})?;
    let frames = params.get("frames");
    let (mut delays, mut took) = (Vec::with_capacity(1 << 20), Vec::with_capacity(1 << 10));
    let mut sent_at = Vec::with_capacity(1 << 16);
    let mut pace = Pace::new(HZ);
    let mut cpu = 0.0;
    for frame in 0..WARM + frames {
        if frame == WARM {
            (pace, cpu) = (Pace::new(HZ), cpu_seconds());
            delays.clear();
        }
        pace.next();
        let begin = now();
        net.poll(Wait::No, |event| {
            if let Event::Message(_, content) = event {
                content.consume();
                if let Content::Input { sent, .. } = content {
                    sent_at.push(sent);
                }
            }
        });
        net.flush();
        // A look at the clock for each message would cost more than some libraries do.
        let end = now();
        delays.extend(sent_at.drain(..).map(|sent| (end - sent) as f64 / 1e6));
        if frame >= WARM {
            took.push((end - begin) as f64 / 1e3);
        }
    }
    let cpu_percent = (cpu_seconds() - cpu) / pace.seconds() * 100.0;
    let expected = params.clients() as f64 * frames as f64;
    if (delays.len() as f64) < expected * 0.98 {
        return Err(format!("{} of {expected} messages arrived", delays.len()).into());
    }
    Ok(figures(json!({
        "cpu_percent": cpu_percent,
        "frame_us": median(&took),
        "message_ns": took.iter().sum::<f64>() * 1e3 / delays.len() as f64,
        "delay_p99_ms": percentile(&delays, 0.99),
    })))
}

pub fn client<N: Net>(net: &mut N, port: u16, params: &Params) -> Result<Figures> {
    crowd::open(net, port, (0, params.clients()), |_, _| {})?;
    talk(net, params.clients(), u64::MAX);
    Ok(Figures::new())
}

/// Says so many messages, 60 a second and client, spread over the frame; or until all is over.
pub fn talk<N: Net>(net: &mut N, clients: usize, messages: u64) {
    let per_second = clients as u64 * u64::from(HZ);
    let mut pace = Pace::new(SLOTS_PER_SECOND as u32);
    let mut said = 0;
    for slot in 1.. {
        if over() || said == messages {
            return;
        }
        pace.next();
        while said < messages.min(slot * per_second / SLOTS_PER_SECOND) {
            let conn = (said % clients as u64) as usize;
            let seq = (said / clients as u64) as u32;
            let content = Content::Input { seq, sent: now(), x: 0.5, y: -0.5 };
            while !net.send(conn, &content) && !over() {
                net.poll(Wait::No, |_| {});
            }
            said += 1;
        }
        net.flush();
        net.poll(Wait::No, |_| {});
    }
}
