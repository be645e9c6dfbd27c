//! Every budget that is accepted works for one honest peer, whatever else is set and whatever is spoken: bulk both
//! ways between games that poll seldom arrives whole, and nobody is ended for memory. And no more is held than the
//! setting says, whoever sends what.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::raw::{Raw, frame, kind};
use super::world::{World, ms, quiet, seconds, threaded};
use crate::codec::Custom;
use crate::link::memory::{Internet, Line, Random};
use crate::wire::Dialect;
use crate::{Config, Error, EventKind, Host, Message, Mode, PeerId};

/// Where servers listen.
const PORT: u16 = 31425;
/// So many frames without anything new, and nothing will come any more.
const PATIENCE: u32 = 5_000;
/// Bytes for each peer that may be held beyond the budget for a moment, beside two messages. The header allows more: a
/// buffer of 16 KiB with little in it for each.
const BESIDE: usize = 4 << 10;
/// Smaller messages do not carry PodSixNet's greeting.
const LEAST_GREETING: u64 = 64;

fn one_in(n: u64, random: &mut Random) -> bool {
    random.next().is_multiple_of(n)
}

/// From `low` to `high`; small numbers are as frequent as large ones.
fn scale(low: u64, high: u64, random: &mut Random) -> u64 {
    let factor = (high as f64 / low as f64).powf(random.fraction());
    ((low as f64 * factor) as u64).clamp(low, high)
}

/// Settings that are accepted, on a budget from the smallest there is.
fn settings(mode: Mode, dialect: Dialect, random: &mut Random) -> Config {
    let memory_budget = match random.next() % 4 {
        0 => 64 << 10,
        1 => scale(64 << 10, 128 << 10, random),
        _ => scale(64 << 10, 6 << 20, random),
    };
    let least = if dialect == Dialect::Podsix { 1 } else { LEAST_GREETING };
    let max_message = match random.next() % 4 {
        0 => memory_budget / 4,
        1 => scale(least, 64, random),
        _ => scale(least, memory_budget / 4, random),
    };
    let mut rest = memory_budget - 4 * max_message;
    let mut part = |random: &mut Random| {
        let part = match random.next() % 4 {
            0 => 0,
            1 => rest,
            _ => (rest as f64 * random.fraction()) as u64,
        };
        rest -= part;
        (max_message + part) as u32
    };
    let (one, other) = (part(random), part(random));
    let (out_buffer, queue_bytes) = if one_in(2, random) { (one, other) } else { (other, one) };
    Config {
        mode,
        memory_budget,
        max_message: max_message as u32,
        out_buffer,
        queue_bytes,
        queue_events: scale(1, 1 << 20, random) as u32,
        max_events_per_poll: if one_in(4, random) { scale(1, 100, random) as u32 } else { 0 },
        ..quiet()
    }
}

/// MessagePack of at most so many bytes, and of so many in podsix's own dialect; with the others there is room for
/// what they put around it.
fn message(len: usize, fill: u8, dialect: Dialect) -> Vec<u8> {
    let (mut bytes, len) = match (dialect, len) {
        (Dialect::Podsix, 1) => return vec![fill % 128],
        (Dialect::Podsix, 2..=257) => (vec![0xc4, (len - 2) as u8], len),
        (Dialect::Podsix, ..65_536) => (vec![0xc5, ((len - 3) >> 8) as u8, (len - 3) as u8], len),
        (Dialect::Podsix, _) => {
            ([vec![0xc6], ((len - 5) as u32).to_be_bytes().to_vec()].concat(), len)
        }
        _ => {
            let text = len.saturating_sub(9);
            let head = match text {
                ..32 => vec![0xa0 | text as u8],
                32..256 => vec![0xd9, text as u8],
                256..65_536 => vec![0xda, (text >> 8) as u8, text as u8],
                _ => [vec![0xdb], (text as u32).to_be_bytes().to_vec()].concat(),
            };
            let len = head.len() + text;
            (head, len)
        }
    };
    bytes.resize(len, b'a' + fill % 26);
    bytes
}

/// Each byte of the MessagePack inverted.
fn codec() -> Custom {
    Custom::new(
        |value, out| {
            out.extend(value.span().iter().map(|byte| !byte));
            Ok(())
        },
        |payload, message| {
            let bytes: Vec<_> = payload.iter().map(|byte| !byte).collect();
            message.add_msgpack(&bytes);
            message.bytes().map(drop).map_err(|error| error.to_string())
        },
    )
}

/// One direction: what is sent, and how far it has come.
struct Flow {
    dialect: Dialect,
    sizes: Vec<usize>,
    sent: usize,
    come: usize,
}

impl Flow {
    fn new(dialect: Dialect, largest: usize, bytes: usize, random: &mut Random) -> Flow {
        let kind = random.next() % 3;
        let (mut left, mut sizes) = (bytes, Vec::new());
        let many = if one_in(10, random) { 3_000 } else { 150 };
        while left > 0 && sizes.len() < many {
            let size = match kind {
                0 => largest,
                1 => 1.max(largest.min(1 + (random.next() % 8) as usize)),
                _ => scale(1, largest as u64, random) as usize,
            };
            sizes.push(size);
            left = left.saturating_sub(size);
        }
        Flow { dialect, sizes, sent: 0, come: 0 }
    }

    fn is_done(&self) -> bool {
        self.come == self.sizes.len()
    }

    /// Sends until that is refused, as a game does that heeds WOULD_BLOCK.
    fn send(&mut self, host: &Host, peer: PeerId) {
        while let Some(&size) = self.sizes.get(self.sent) {
            match host.send_msgpack(peer, &message(size, self.sent as u8, self.dialect)) {
                Ok(()) => self.sent += 1,
                Err(Error::WouldBlock { .. } | Error::Memory { .. }) => return,
                // It is told why when the game polls.
                Err(Error::NotConnected(_) | Error::UnknownPeer(_)) => return,
                Err(error) => panic!("{error}"),
            }
        }
    }

    fn comes(&mut self, bytes: &[u8]) {
        let expected = message(self.sizes[self.come], self.come as u8, self.dialect);
        assert!(*bytes == expected, "message {}: {} bytes", self.come, bytes.len());
        self.come += 1;
    }
}

struct Side {
    host: Host,
    ip: IpAddr,
    peer: PeerId,
    /// Polls in one of so many frames, and its thread turns in one of so many.
    laziness: [u64; 2],
}

impl Side {
    fn new(config: Config, internet: &Arc<Internet>, random: &mut Random) -> Side {
        let mut laziness = || if one_in(2, random) { 1 } else { 1 + random.next() % 12 };
        let laziness = [laziness(), laziness()];
        let station = internet.station();
        let ip = station.ip();
        let host = Host::simulated(config, station);
        host.set_codec(codec()).unwrap();
        Side { host, ip, peer: PeerId::NONE, laziness }
    }

    /// One frame of a game: it takes what has arrived, or is busy elsewhere.
    fn frame(&mut self, random: &mut Random, mut each: impl FnMut(&[u8])) {
        let [polls, turns] = self.laziness;
        if one_in(turns, random) {
            self.host.turn_reactor();
        }
        if !one_in(polls, random) {
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

    /// By how much more was held than the settings allow, and how much that may be.
    fn excess(&self, peers: usize) -> (usize, usize) {
        let Config { memory_budget, max_message, .. } = *self.host.config();
        let peak = self.host.handle().shared.budget.peak();
        (peak.saturating_sub(memory_budget as usize), 2 * max_message as usize + peers * BESIDE)
    }
}

fn plays(seed: u64, mode: Mode, dialect: Dialect) {
    let random = &mut Random::new(seed << 2 | dialect as u64);
    let config = settings(mode, dialect, random);
    let shown = format!("seed {seed}, {dialect}: {config:?}");
    // At the other end the same, or other ones that take as large a message.
    let mut other = Config { mode, ..quiet() };
    other.set_largest(config.max_message).unwrap();
    let other = if one_in(2, random) { config.clone() } else { other };
    let buffer = scale(4 << 10, 256 << 10, random) as usize;
    let internet = Internet::new(seed, Line { delay: ms(1), buffer, ..Line::default() });
    let mut server = Side::new(config.clone(), &internet, random);
    let mut client = Side::new(other, &internet, random);
    let largest = config.max_message as usize;
    let scheme = match dialect {
        Dialect::Podsix => String::new(),
        _ => dialect.to_string(),
    };
    server.host.listen(&format!("{scheme}*:{PORT}"), false).unwrap();
    let at = SocketAddr::new(server.ip, PORT);
    client.peer = client.host.connect(&format!("{scheme}{at}"), None).unwrap();

    let bulk = (config.memory_budget as f64 * (0.2 + random.fraction())) as usize;
    let bulk = bulk.min(400 << 10);
    let [mut up, mut down] = [(); 2].map(|()| Flow::new(dialect, largest, bulk, random));
    let (mut came, mut in_vain) = (0, 0);
    while !(up.is_done() && down.is_done()) {
        up.send(&client.host, client.peer);
        if server.peer != PeerId::NONE {
            down.send(&server.host, server.peer);
        }
        server.frame(random, |bytes| up.comes(bytes));
        client.frame(random, |bytes| down.comes(bytes));
        internet.move_to(internet.hand().now() + ms(1));
        in_vain = if came < up.come + down.come { 0 } else { in_vain + 1 };
        came = up.come + down.come;
        assert!(
            in_vain < PATIENCE,
            "up {} of {} ({} sent), down {} of {} ({} sent); {:?} {:?}; {shown}",
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
    let (excess, allowed) = server.excess(1);
    assert!(excess <= allowed, "{excess} bytes too many were held; {shown}");
}

/// Peers send what they like and read what they like, and the game sends to them whatever is taken.
fn is_kept(seed: u64, mode: Mode) {
    let random = &mut Random::new(seed << 2 | 3);
    let config = settings(mode, Dialect::Podsix, random);
    let buffer = scale(4 << 10, 256 << 10, random) as usize;
    let internet = Internet::new(seed, Line { delay: ms(1), buffer, ..Line::default() });
    let mut server = Side::new(config.clone(), &internet, random);
    server.host.listen(&format!("*:{PORT}"), false).unwrap();
    let at = SocketAddr::new(server.ip, PORT);
    let largest = config.max_message as u64;
    let mut raws: Vec<_> = (0..1 + random.next() % 30)
        .map(|_| (Raw::new(internet.station(), at), Vec::new(), random.next() % 4))
        .collect();
    for _ in 0..300 {
        for (raw, rest, kind) in &mut raws {
            if !raw.is_connected() {
                continue;
            }
            if rest.is_empty() {
                let size = scale(1, largest, random) as usize;
                *rest = match *kind {
                    0 => frame(kind::MESSAGE, &message(size, 1, Dialect::Podsix)),
                    1 => frame(kind::MESSAGE, &[1]).repeat(1_000),
                    2 => frame(kind::PING, &[1; 8]).repeat(100),
                    _ => frame(kind::MESSAGE, &message(largest as usize, 1, Dialect::Podsix)),
                };
            }
            let part = (random.next() as usize % 50_000).min(rest.len());
            if raw.got.is_empty() {
                raw.greet();
                raw.got.push(0);
            } else if one_in(4, random) {
                let written = raw.write(&rest[..part]);
                rest.drain(..written);
            }
            if one_in(9, random) {
                raw.read(scale(1, 100_000, random) as usize);
                raw.got = vec![0];
            }
        }
        let peers = server.host.peers();
        for _ in 0..random.next() % 100 {
            let size = if one_in(2, random) { 1 } else { scale(1, largest, random) };
            let bytes = message(size as usize, 1, Dialect::Podsix);
            match random.next() % 30 {
                0 => {
                    let _ = server.host.broadcast(Message::new().add_msgpack(&bytes), PeerId::NONE);
                }
                _ if !peers.is_empty() => {
                    let peer = peers[random.next() as usize % peers.len()];
                    while server.host.send_msgpack(peer, &bytes).is_ok() && !one_in(100, random) {}
                }
                _ => {}
            }
        }
        let [polls, turns] = server.laziness;
        if one_in(turns, random) {
            server.host.turn_reactor();
        }
        if one_in(polls, random) {
            while server.host.poll().unwrap().is_some() {}
        }
        internet.move_to(internet.hand().now() + ms(1));
    }
    let (excess, allowed) = server.excess(raws.len());
    assert!(excess <= allowed, "{excess} bytes too many were held; seed {seed}: {config:?}");
}

/// So many configurations for each dialect and mode, and so many for each mode of a crowd's host.
const SEEDS: u64 = if cfg!(debug_assertions) { 25 } else { 400 };
const CROWDS: u64 = if cfg!(debug_assertions) { 10 } else { 200 };

fn all_play(mode: Mode) {
    for dialect in Dialect::ALL {
        (0..SEEDS).for_each(|seed| plays(seed, mode, dialect));
    }
}

#[test]
fn every_budget_works_for_one_honest_peer_inline() {
    all_play(Mode::Inline);
}

#[test]
fn every_budget_works_for_one_honest_peer_threaded() {
    all_play(Mode::Threaded);
}

#[test]
fn no_more_is_held_than_the_budget_and_what_is_under_way() {
    for seed in 0..CROWDS {
        is_kept(seed, Mode::Inline);
        is_kept(seed, Mode::Threaded);
    }
}

/// Whoever lets many small messages wait, which pin more beside themselves than they have bytes, sends a large one.
#[test]
fn what_sends_fill_leaves_room_for_one_message_that_comes() {
    const LARGE: usize = 12_000;
    let config = Config {
        max_message: LARGE as u32,
        out_buffer: (64 << 10) - 3 * LARGE as u32,
        queue_bytes: LARGE as u32,
        memory_budget: 64 << 10,
        ..quiet()
    };
    let mut world = World::with(0, Line { buffer: 16 << 10, ..Line::default() });
    let (server, _) = world.server(config);
    let (mut raw, peer) = world.open_raw(server);
    let full = loop {
        if let Err(error) = world[server].send_msgpack(peer, &[2]) {
            break error;
        }
    };
    assert!(matches!(full, Error::Memory { .. }), "{full}");
    let frame = frame(kind::MESSAGE, &message(LARGE, 1, Dialect::Podsix));
    let (most, rest) = frame.split_at(LARGE - 100);
    assert_eq!(raw.write(most), most.len());
    world.run(seconds(1));
    assert!(world.seen(server).is_empty(), "{:?}", world.seen(server));
    assert_eq!(raw.write(rest), rest.len());
    assert_eq!(world.gets(server, EventKind::Message).message.len(), LARGE);
}

/// Small messages that are copied to everybody: what is sent to many multiplies as a broadcast does.
#[test]
fn what_is_sent_to_many_is_refused_before_it_fills_the_budget_and_ends_nobody() {
    /// What each is sent fills one of its buffers.
    const PEERS: usize = 230;
    const LARGEST: u32 = 16 << 10;
    let (out_buffer, queue_bytes) = (64 << 10, 64 << 10);
    let memory_budget = 4 << 20;
    let limits =
        Config { max_message: LARGEST, out_buffer, queue_bytes, memory_budget, ..threaded() };
    let mut world = World::with(0, Line { buffer: 4 << 10, ..Line::default() });
    let (server, _) = world.server(limits);
    let mut raws: Vec<_> = (0..PEERS).map(|_| world.raw(server)).collect();
    world.run(ms(50));
    raws.iter_mut().for_each(Raw::greet);
    world.run(ms(100));
    let peers: Vec<_> = world.seen(server).drain(..).map(|seen| seen.peer).collect();
    let mut large = Message::new();
    large.add_bytes(&[1; 1_000]);
    let send = || world[server].send_many(&peers, &large, |_, taken| taken.unwrap());
    let refused = (0..100).find_map(|_| send().err());
    assert!(matches!(refused, Some(Error::Memory { .. })), "{refused:?}");
    world.run(ms(100));
    let budget = &world[server].shared.budget;
    let most = budget.limit() + 2 * LARGEST as usize + PEERS * BESIDE;
    assert!(budget.peak() <= most, "{} of {most}", budget.peak());
    assert!(world.seen(server).is_empty(), "{:?}", world.seen(server));
}
