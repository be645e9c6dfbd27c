//! What a broadcast takes of the game thread, however many listen.

use std::time::{Duration, Instant};

use podsix::event::PeerId;
use podsix::{Config, EventKind, Host, Message};

use crate::{allocations, child, median};

const CLIENTS: u32 = 1_000;
const TICKS: usize = 300;
/// Ticks after which every buffer is there.
const WARM: usize = 10;

pub fn run() {
    let mut host = Host::new(Config::default()).expect("a host");
    let listener = host.listen("127.0.0.1:0", false).expect("a listener");
    let address = host.listener_address(listener).expect("its address");
    let mut readers = child::start(&format!("readers {address} {CLIENTS}"));
    let mut connected = 0;
    while connected < CLIENTS {
        while let Some(event) = host.wait(Duration::from_secs(30)).expect("an event") {
            connected += u32::from(event.kind == EventKind::Connected);
        }
    }
    let mut message = Message::new();
    let mut took = Vec::with_capacity(TICKS);
    let mut tick = Instant::now();
    let mut before = 0;
    for n in 0..TICKS {
        if n == WARM {
            before = allocated();
        }
        message.begin("state").set("tick", n as u32).set("data", [1u8; 180].as_slice());
        let start = Instant::now();
        host.broadcast(&message, PeerId::NONE).expect("sent");
        took.push(start.elapsed().as_secs_f64() * 1e6);
        tick += Duration::from_micros(16_667);
        while let Some(left) = tick.checked_duration_since(Instant::now()) {
            while host.wait(left).expect("an event").is_some() {}
        }
    }
    let allocations = (allocated() - before) as f64 / (TICKS - WARM) as f64;
    let worst = took.iter().copied().fold(0.0, f64::max);
    println!(
        "broadcast: 200 bytes to {CLIENTS} peers at 60 Hz: {:.1} µs of the game thread per broadcast (median; worst {worst:.0}), {allocations:.1} allocations in the whole server",
        median(took)
    );
    message.begin("over");
    host.broadcast(&message, PeerId::NONE).expect("sent");
    host.flush(Duration::from_secs(10)).expect("flushed");
    assert!(readers.wait().expect("the readers").success());
}

/// Allocations so far, on all threads.
fn allocated() -> u64 {
    let (game, elsewhere) = allocations::so_far();
    game + elsewhere
}

pub fn readers(address: &str, count: u32) {
    let mut host = Host::new(Config::default()).expect("a host");
    for _ in 0..count {
        host.connect(address, None).expect("a connect");
    }
    let (mut ticks, mut over) = (0, 0);
    while over < count {
        while let Some(event) = host.wait(Duration::from_secs(30)).expect("an event") {
            match event.action {
                "state" => ticks += 1,
                "over" => over += 1,
                _ => {}
            }
        }
    }
    assert_eq!(ticks, TICKS * count as usize, "every client saw every tick");
}
