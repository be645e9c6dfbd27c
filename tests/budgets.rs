//! Every budget that is accepted works for one honest peer, whatever else is set: bulk both ways between games
//! that poll seldom arrives whole, and nobody is ended for memory.

mod api;

use std::time::{Duration, Instant};

use api::{Api, End, PATIENCE, Raw, RustApi};
use podsix::{Config, Error, EventKind, Host, Mode, PeerId};

/// A small generator of numbers (xorshift), the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }

    /// From `low` to `high`; small numbers are as frequent as large ones.
    fn scale(&mut self, low: u64, high: u64) -> u64 {
        let factor = (high as f64 / low as f64).powf(self.share());
        ((low as f64 * factor) as u64).clamp(low, high)
    }
}

/// Settings that are accepted, on a budget from the smallest there is.
fn settings(random: &mut Random, mode: Mode) -> Config {
    let memory_budget = match random.next() % 4 {
        0 => 64 << 10,
        1 => random.scale(64 << 10, 128 << 10),
        _ => random.scale(64 << 10, 6 << 20),
    };
    let max_message = match random.next() % 4 {
        0 => memory_budget / 4,
        1 => random.scale(1, 64),
        _ => random.scale(1, memory_budget / 4),
    };
    let mut rest = memory_budget - 4 * max_message;
    let mut part = |random: &mut Random| {
        let part = match random.next() % 4 {
            0 => 0,
            1 => rest,
            _ => (rest as f64 * random.share()) as u64,
        };
        rest -= part;
        (max_message + part) as u32
    };
    let (out_buffer, queue_bytes) = match random.one_in(2) {
        true => (part(random), part(random)),
        false => {
            let queue_bytes = part(random);
            (part(random), queue_bytes)
        }
    };
    Config {
        mode,
        memory_budget,
        max_message: max_message as u32,
        out_buffer,
        queue_bytes,
        queue_events: random.scale(1, 1 << 20) as u32,
        max_events_per_poll: if random.one_in(4) { random.scale(1, 100) as u32 } else { 0 },
        // The machine may be busy, and a peer that waits for it is no worse for that.
        idle_timeout: Duration::ZERO,
        ..Config::default()
    }
}

/// MessagePack of exactly so many bytes.
fn message(len: usize, fill: u8) -> Vec<u8> {
    let mut bytes = match len {
        1 => return vec![fill % 128],
        2..=257 => vec![0xc4, (len - 2) as u8],
        _ if len < 65_536 => vec![0xc5, ((len - 3) >> 8) as u8, (len - 3) as u8],
        _ => [vec![0xc6], ((len - 5) as u32).to_be_bytes().to_vec()].concat(),
    };
    bytes.resize(len, fill);
    bytes
}

/// One direction: what is sent, and how far it has come.
struct Flow {
    sizes: Vec<usize>,
    sent: usize,
    come: usize,
}

impl Flow {
    fn new(random: &mut Random, largest: usize, bytes: usize) -> Flow {
        let kind = random.next() % 3;
        let (mut left, mut sizes) = (bytes, Vec::new());
        let many = if random.one_in(10) { 3_000 } else { 150 };
        while left > 0 && sizes.len() < many {
            let size = match kind {
                0 => largest,
                1 => 1.max(largest.min(1 + (random.next() % 8) as usize)),
                _ => random.scale(1, largest as u64) as usize,
            };
            sizes.push(size);
            left = left.saturating_sub(size);
        }
        Flow { sizes, sent: 0, come: 0 }
    }

    fn is_done(&self) -> bool {
        self.come == self.sizes.len()
    }

    /// Sends until that is refused, as a game does that heeds WOULD_BLOCK.
    fn send(&mut self, host: &Host, peer: PeerId) {
        while let Some(&size) = self.sizes.get(self.sent) {
            match host.send_msgpack(peer, &message(size, self.sent as u8)) {
                Ok(()) => self.sent += 1,
                Err(Error::WouldBlock { .. } | Error::Memory { .. }) => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn comes(&mut self, bytes: &[u8]) {
        assert!(*bytes == message(self.sizes[self.come], self.come as u8), "message {}", self.come);
        self.come += 1;
    }
}

struct Side {
    host: Host,
    peer: PeerId,
    /// Polls in one of so many turns.
    laziness: u64,
    most: u64,
}

impl Side {
    fn new(config: Config, random: &mut Random) -> Side {
        let laziness = if random.one_in(2) { 1 } else { 1 + random.next() % 12 };
        Side { host: Host::new(config).unwrap(), peer: PeerId::NONE, laziness, most: 0 }
    }

    /// One frame of a game: it takes what has arrived, answers each message by `answer`, or is busy elsewhere.
    fn frame(&mut self, random: &mut Random, mut each: impl FnMut(&[u8])) {
        self.most = self.most.max(self.host.stats().memory_used);
        if !random.one_in(self.laziness) {
            let _ = self.host.flush(Duration::ZERO);
            return;
        }
        while let Some(event) = self.host.poll().unwrap() {
            match event.kind {
                EventKind::Connected => self.peer = event.peer,
                EventKind::Message => each(event.message.span()),
                EventKind::Writable | EventKind::Stalled | EventKind::Resumed => {}
                kind => panic!("{kind:?}: {}", event.text),
            }
        }
    }
}

fn plays(seed: u64, mode: Mode) {
    let random = &mut Random(0x9E37_79B9_7F4A_7C15 ^ (seed << 17 | seed));
    (0..8).for_each(|_| _ = random.next());
    let config = settings(random, mode);
    let shown = format!("seed {seed}: {config:?}");
    config.check().unwrap_or_else(|error| panic!("{error}; {shown}"));
    // At the other end the same, or other ones that take as large a message.
    let mut other = Config { mode, ..Config::default() };
    other.set_largest(config.max_message).unwrap();
    let other = if random.one_in(2) { config.clone() } else { other };
    let (mut server, mut client) =
        (Side::new(config.clone(), random), Side::new(other.clone(), random));
    let largest = config.max_message as usize;
    let listener = server.host.listen("127.0.0.1:0", false).unwrap();
    let address = server.host.listener_address(listener).unwrap().to_string();
    client.peer = client.host.connect(&address, None).unwrap();

    let bulk = (config.memory_budget as f64 * (0.2 + random.share())) as usize;
    let bulk = bulk.min(400 << 10);
    let [mut up, mut down] = [(); 2].map(|()| Flow::new(random, largest, bulk));
    let mut begun = Instant::now();
    let mut came = 0;
    let mut turns = 0_u64;
    while !(up.is_done() && down.is_done()) {
        up.send(&client.host, client.peer);
        if server.peer != PeerId::NONE {
            down.send(&server.host, server.peer);
        }
        server.frame(random, |bytes| up.comes(bytes));
        client.frame(random, |bytes| down.comes(bytes));
        turns += 1;
        if came < up.come + down.come {
            (came, begun) = (up.come + down.come, Instant::now());
        }
        assert!(
            begun.elapsed() < PATIENCE / 10,
            "after {turns} turns up {} of {} ({} sent), down {} of {} ({} sent); {:?} {:?}; {shown}",
            up.come,
            up.sizes.len(),
            up.sent,
            down.come,
            down.sizes.len(),
            down.sent,
            server.host.stats(),
            client.host.stats(),
        );
    }
    // Hosts that are freed would wait for each other's goodbyes.
    for side in [&server, &client] {
        let _ = side.host.drop_peer(side.peer);
    }
    // Threaded, more may be on its way to the reactor than could be counted.
    let beside = if mode == Mode::Threaded { 4 * u64::from(config.out_buffer) } else { 0 };
    let most = server.most;
    assert!(most <= config.memory_budget + beside, "{most} bytes were held; {shown}");
}

#[test]
fn every_budget_works_for_one_honest_peer_inline() {
    (0..2_000).for_each(|seed| plays(seed, Mode::Inline));
}

#[test]
fn every_budget_works_for_one_honest_peer_threaded() {
    (0..300).for_each(|seed| plays(seed, Mode::Threaded));
}

/// Many small messages pin more beside themselves than they have bytes. Their only receiver is not ended for it.
#[test]
fn small_messages_do_not_end_the_only_peer() {
    const LARGE: usize = 6_000;
    let config = Config {
        mode: Mode::Inline,
        max_message: LARGE as u32,
        out_buffer: 40 << 10,
        queue_bytes: LARGE as u32,
        memory_budget: 64 << 10,
        idle_timeout: Duration::ZERO,
        ..Config::default()
    };
    let (mut server, address) = End::<RustApi>::listening(config, false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    // Until the system takes no more, without filling the out-buffer.
    server.until("something waits here", |server| {
        for _ in 0..100 {
            if server.peer_stats(peer).unwrap().bytes_waiting > 0 {
                return true;
            }
            server.send_msgpack(peer, &message(LARGE, 1)).unwrap();
        }
        false
    });
    let mut small = 0_u64;
    while server.send_msgpack(peer, &message(1, 2)).is_ok() {
        small += 1;
    }
    assert!(small > 1_000, "{small}");
    (0..20).for_each(|_| server.turn());
    assert!(server.seen.is_empty(), "{:?}", server.seen);

    let reader = std::thread::spawn(move || {
        let mut come = 0;
        while come < small {
            come += u64::from(raw.read_frame().1.len() == 1);
        }
        raw
    });
    server.until("all have come", |_| reader.is_finished());
    server.send_msgpack(peer, &message(LARGE, 3)).unwrap();
    drop(reader.join().unwrap());
}
