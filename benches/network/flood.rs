//! As many move messages as go through from one client to one server, built and read field by field.

use std::hint::black_box;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use podsix::{Config, Error, EventKind, Host, Message};

use crate::plain::{Plain, frame};
use crate::{allocations, child, median, move_message};

const MESSAGES: u32 = 5_000_000;
const RUNS: usize = 5;
const BATCH: usize = 64 << 10;
/// The first so many may still grow buffers and pools; allocations are counted after them.
const WARM: u32 = MESSAGES / 2;

pub fn run() {
    allocations::this_is_the_game_thread();
    let (mut podsix, mut plain, mut allocated) = (Vec::new(), Vec::new(), (0, 0));
    let (mut podsix_cpu, mut plain_cpu) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let before = cpu_seconds();
        plain.push(receive_plain());
        let between = cpu_seconds();
        let (rate, counts) = receive_podsix();
        podsix.push(rate);
        allocated = counts;
        plain_cpu.push(between - before);
        podsix_cpu.push(cpu_seconds() - between);
    }
    let (podsix, plain) = (median(podsix), median(plain));
    let per_million = |cpu| median(cpu) / (f64::from(MESSAGES) / 1e6);
    println!(
        "flood: CPU seconds per million messages, both sides: podsix {:.2}, plain {:.2}",
        per_million(podsix_cpu),
        per_million(plain_cpu)
    );
    println!(
        "flood: {MESSAGES} messages of 46 bytes: podsix {:.2} million/s, plain batched loop {:.2}; ratio {:.2}",
        podsix / 1e6,
        plain / 1e6,
        podsix / plain
    );
    println!(
        "flood: allocations while receiving the last {}: {} on the game thread, {} on the I/O thread",
        MESSAGES - WARM,
        allocated.0,
        allocated.1
    );
}

/// What this process and its ended children have used, in user and kernel mode.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("stat");
    let fields = stat.rsplit(')').next().expect("fields").split_whitespace();
    let ticks: u64 = fields.skip(11).take(4).map(|n| n.parse::<u64>().expect("ticks")).sum();
    ticks as f64 / 100.0
}

fn receive_podsix() -> (f64, (u64, u64)) {
    let mut host = Host::new(Config::default()).expect("a host");
    let listener = host.listen("127.0.0.1:0", false).expect("a listener");
    let address = host.listener_address(listener).expect("its address");
    let mut sender = child::start(&format!("flood-podsix {address}"));
    let (mut count, mut sum, mut start) = (0, 0.0, Instant::now());
    let mut before = (0, 0);
    while count < MESSAGES {
        while let Some(event) = host.wait(Duration::from_secs(10)).expect("an event") {
            if event.kind == EventKind::Message {
                if count == 0 {
                    start = Instant::now();
                }
                sum += move_message::read(event.message);
                count += 1;
                if count == WARM {
                    before = allocations::so_far();
                }
            }
        }
    }
    let after = allocations::so_far();
    let rate = f64::from(MESSAGES) / start.elapsed().as_secs_f64();
    black_box(sum);
    let peer = host.peers()[0];
    host.disconnect(peer, 0, "").expect("disconnected");
    assert!(sender.wait().expect("the sender").success());
    (rate, (after.0 - before.0, after.1 - before.1))
}

pub fn send_podsix(address: &str) {
    let mut host = Host::new(Config::default()).expect("a host");
    let peer = host.connect(address, None).expect("a connect");
    let mut message = Message::new();
    let mut writable = true;
    let mut n = 0;
    loop {
        while writable && n < MESSAGES {
            move_message::write(&mut message, n);
            match host.send_message(peer, &message) {
                Ok(()) => n += 1,
                Err(Error::WouldBlock { .. }) => writable = false,
                Err(error) => panic!("sending: {error}"),
            }
        }
        while let Some(event) = host.wait(Duration::from_secs(10)).expect("an event") {
            match event.kind {
                EventKind::Writable => writable = true,
                EventKind::Disconnected => return,
                _ => {}
            }
        }
    }
}

fn receive_plain() -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let address = listener.local_addr().expect("its address");
    let mut sender = child::start(&format!("flood-plain {address}"));
    let mut plain = Plain::new(listener.accept().expect("a connection").0);
    let mut buffer = vec![0; BATCH];
    let (mut filled, mut count, mut sum) = (0, 0, 0.0);
    let mut start = Instant::now();
    while count < MESSAGES {
        plain.ready(None);
        while let Some(n) = plain.read(&mut buffer[filled..]) {
            if n == 0 {
                break;
            }
            if count == 0 {
                start = Instant::now();
            }
            filled += n;
            let mut used = 0;
            while let Some(payload) = frame(&buffer[used..filled]) {
                let limits = podsix::value::Limits { depth: 64, values: 65_536 };
                let value = podsix::Value::parse(payload, &limits).expect("a value");
                sum += move_message::read(value);
                count += 1;
                used += 4 + payload.len();
            }
            buffer.copy_within(used..filled, 0);
            filled -= used;
        }
    }
    let rate = f64::from(MESSAGES) / start.elapsed().as_secs_f64();
    black_box(sum);
    drop(plain);
    assert!(sender.wait().expect("the sender").success());
    rate
}

pub fn send_plain(address: &str) {
    let mut plain = Plain::new(TcpStream::connect(address).expect("a connection"));
    let mut message = Message::new();
    let mut batch = Vec::with_capacity(BATCH);
    for n in 0..MESSAGES {
        move_message::write(&mut message, n);
        let payload = message.bytes().expect("a message");
        if batch.len() + 4 + payload.len() > BATCH {
            plain.write(&batch);
            batch.clear();
        }
        batch.extend_from_slice(&(payload.len() as u32).to_be_bytes());
        batch.extend_from_slice(payload);
    }
    plain.write(&batch);
}
