//! Round trips of one 64-byte message: how long until the answer is there.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use podsix::{Config, Error, EventKind, Host, Message, Mode};

use crate::plain::{Plain, frame};
use crate::{child, median};

const TRIPS: usize = 20_000;
const WARM: usize = 1_000;
const RUNS: usize = 5;

pub fn run() {
    let (mut plain, mut inline, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        plain.push(ping_plain());
        inline.push(ping_podsix("inline"));
        waiting.push(ping_podsix("waiting"));
    }
    let p50 = |runs: &[[f64; 3]]| median(runs.iter().map(|run| run[0]).collect());
    let all = |runs: &[[f64; 3]]| {
        [0, 1, 2]
            .map(|n| median(runs.iter().map(|run| run[n]).collect()))
            .map(|us| format!("{us:.1}"))
            .join(" / ")
    };
    println!("pingpong: 64 bytes, round trip p50 / p99 / p99.9 in µs");
    println!("pingpong: plain epoll loop, spinning: {}", all(&plain));
    println!(
        "pingpong: podsix inline, spinning: {}; p50 ratio {:.2}",
        all(&inline),
        p50(&inline) / p50(&plain)
    );
    println!("pingpong: podsix threaded, in podsix_wait: {}", all(&waiting));
}

/// A message of 64 bytes.
fn message() -> Message {
    let mut message = Message::new();
    message.begin("ping").set("data", [7u8; 44].as_slice());
    assert_eq!(message.bytes().expect("a message").len(), 64);
    message
}

/// The three percentiles, in microseconds.
fn percentiles(mut trips: Vec<Duration>) -> [f64; 3] {
    trips.drain(..WARM);
    trips.sort();
    [0.5, 0.99, 0.999].map(|p| trips[(trips.len() as f64 * p) as usize].as_secs_f64() * 1e6)
}

fn config(inline: bool) -> Config {
    Config { mode: if inline { Mode::Inline } else { Mode::Threaded }, ..Config::default() }
}

fn ping_podsix(mode: &str) -> [f64; 3] {
    let mut echo = child::start(&format!("echo-podsix {mode}"));
    let address = child::line(&mut echo);
    let mut host = Host::new(config(mode == "inline")).expect("a host");
    let peer = host.connect(&address, None).expect("a connect");
    let message = message();
    let timeout = if mode == "waiting" { Duration::from_secs(10) } else { Duration::ZERO };
    let mut trips = Vec::with_capacity(WARM + TRIPS);
    let mut sent = Instant::now();
    while trips.len() < WARM + TRIPS {
        let mut next = false;
        while let Some(event) = host.wait(timeout).expect("an event") {
            if event.kind == EventKind::Message {
                trips.push(sent.elapsed());
            }
            next = true;
        }
        if next {
            sent = Instant::now();
            host.send_message(peer, &message).expect("sent");
        }
    }
    host.disconnect(peer, 0, "").expect("disconnected");
    host.flush(Duration::from_secs(5)).expect("flushed");
    assert!(echo.wait().expect("the echo").success());
    percentiles(trips)
}

pub fn echo_podsix(inline: bool, spin: bool) {
    let mut host = Host::new(config(inline)).expect("a host");
    let listener = host.listen("127.0.0.1:0", false).expect("a listener");
    let address = host.listener_address(listener).expect("its address");
    println!("{address}");
    std::io::stdout().flush().expect("printed");
    let handle = host.handle().clone();
    let timeout = if spin { Duration::ZERO } else { Duration::from_secs(10) };
    loop {
        while let Some(event) = host.wait(timeout).expect("an event") {
            match event.kind {
                EventKind::Message => {
                    match handle.send_msgpack(event.peer, event.message.span()) {
                        // The last ping comes with the goodbye right behind it.
                        Ok(()) | Err(Error::NotConnected(_)) => {}
                        Err(error) => panic!("sending: {error}"),
                    }
                }
                EventKind::Disconnected => return,
                _ => {}
            }
        }
    }
}

fn ping_plain() -> [f64; 3] {
    let mut echo = child::start("echo-plain");
    let address = child::line(&mut echo);
    let mut plain = Plain::new(TcpStream::connect(address).expect("a connection"));
    let message = message();
    let payload = message.bytes().expect("a message");
    let bytes = [&(payload.len() as u32).to_be_bytes(), payload].concat();
    let mut trips = Vec::with_capacity(WARM + TRIPS);
    let mut buffer = [0; 4096];
    for _ in 0..WARM + TRIPS {
        let sent = Instant::now();
        plain.write(&bytes);
        let n = loop {
            if plain.ready(Some(Duration::ZERO))
                && let Some(n) = plain.read(&mut buffer)
            {
                break n;
            }
        };
        assert_eq!(frame(&buffer[..n]), Some(payload));
        trips.push(sent.elapsed());
    }
    drop(plain);
    assert!(echo.wait().expect("the echo").success());
    percentiles(trips)
}

pub fn echo_plain() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    println!("{}", listener.local_addr().expect("its address"));
    std::io::stdout().flush().expect("printed");
    let mut plain = Plain::new(listener.accept().expect("a connection").0);
    let mut buffer = [0; 4096];
    loop {
        if plain.ready(Some(Duration::ZERO))
            && let Some(n) = plain.read(&mut buffer)
        {
            if n == 0 {
                return;
            }
            plain.write(&buffer[..n]);
        }
    }
}
