//! Much at once, by chance: whatever happens, the events of each peer come in their order and end once, messages come
//! whole and in order, whoever is owed a WRITABLE gets it, and in the end no count is left over.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::raw::{HELLO, Raw, kind};
use super::world::{Id, Seen, World, inline, ms, threaded};
use crate::link::memory::Line;
use crate::{Config, Error, EventKind, Message, PeerId, SendMode, Value};

/// Schemes that servers listen for, whether their clients ask to be let in, and where.
const ADDRESSES: [(&str, bool, u16); 4] = [
    ("tcp", false, 1001),
    ("tcp", true, 1002),
    ("podsixnet", false, 1003),
    ("podsixnet+json", true, 1004),
];

/// Chance, by xorshift.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    fn once_in(&mut self, times: u64) -> bool {
        self.roll(times) == 0
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.roll(all.len() as u64) as usize]
    }
}

/// What a game knows of a peer.
#[derive(Debug, Default)]
struct Peer {
    is_connected: bool,
    asks: bool,
    /// The game has closed it.
    is_closed: bool,
    is_over: bool,
    /// A send was refused, and no WRITABLE has come since.
    is_owed: bool,
    /// Refused sends that no WRITABLE has answered yet.
    refusals: u32,
    sent: i64,
    got: i64,
}

impl Peer {
    /// A send came to this.
    fn answered(&mut self, taken: &Result<(), Error>) {
        if let Err(Error::WouldBlock { .. }) = taken {
            self.is_owed = true;
            self.refusals += 1;
        }
    }

    /// Takes note of an event; panics at one that must not come.
    fn see(&mut self, seen: &Seen) {
        assert!(!self.is_over, "after the last event: {seen:?}");
        match seen.kind {
            EventKind::Request => {
                assert!(!self.asks && !self.is_connected && !self.is_closed, "{seen:?}");
                self.asks = true;
            }
            EventKind::Connected => {
                assert!(!self.is_connected && !self.is_closed, "{seen:?}");
                (self.is_connected, self.asks) = (true, false);
            }
            EventKind::Message => {
                assert!(self.is_connected && !self.is_closed, "{seen:?}");
                let message = Value::trusted(&seen.message);
                if message.action() == Some("to one") {
                    assert_eq!(message.get("n").as_int(-1), self.got, "{seen:?}");
                    self.got += 1;
                }
            }
            EventKind::Writable => {
                // It may answer an earlier refusal than the last: then another one comes.
                assert!(self.is_connected && !self.is_closed && self.refusals > 0, "{seen:?}");
                self.refusals -= 1;
                self.is_owed = false;
            }
            EventKind::Disconnected | EventKind::Error => self.is_over = true,
            _ => assert!(self.is_connected && !self.is_closed, "{seen:?}"),
        }
    }
}

type Peers = BTreeMap<PeerId, Peer>;

struct Storm {
    world: World,
    dice: Dice,
    games: Vec<(Id, Peers)>,
    /// And whether podsix is spoken there.
    raws: Vec<(Raw, bool)>,
}

impl Storm {
    fn new(seed: u64) -> Storm {
        let mut dice = Dice::new(seed);
        let line = Line {
            delay: ms(30),
            jitter: ms(20),
            loss: 0.02,
            rate: dice.one_of(&[0, 60_000, 1_000_000]),
            buffer: dice.one_of(&[4 << 10, 32 << 10, 256 << 10]),
            ..Line::default()
        };
        let mut world = World::with(seed, line);
        let mut games = Vec::new();
        for _ in 0..4 {
            let config = Config {
                max_peers: 20,
                max_message: 50_000,
                out_buffer: 1 << 16,
                queue_bytes: 1 << 16,
                queue_events: dice.one_of(&[8, 64, 1024]),
                memory_budget: dice.one_of(&[600 << 10, 4 << 20, 256 << 20]),
                handshake_timeout: ms(2_000),
                approval_timeout: ms(2_000),
                ping_interval: ms(500),
                idle_timeout: ms(4_000),
                stall_limit: ms(20_000),
                linger: ms(1_000),
                send_mode: dice.one_of(&[SendMode::AtOnce, SendMode::Gathered]),
                slow_peer: dice.one_of(&[ms(0), ms(1_000), ms(5_000)]),
                slow_peer_bytes: dice.one_of(&[1, 1 << 18, 8 << 20]),
                max_events_per_poll: dice.one_of(&[0, 0, 3]),
                ..if dice.once_in(2) { inline() } else { threaded() }
            };
            games.push((world.host(config), Peers::new()));
        }
        for (id, _) in &games[..2] {
            for (scheme, approval, port) in ADDRESSES {
                world[*id].listen(&format!("{scheme}://*:{port}"), approval).unwrap();
            }
        }
        Storm { world, dice, games, raws: Vec::new() }
    }

    /// Looks at all that was polled.
    fn see(&mut self) {
        for (id, peers) in &mut self.games {
            while let Some(seen) = self.world.seen(*id).pop_front() {
                if seen.peer != PeerId::NONE {
                    peers.entry(seen.peer).or_default().see(&seen);
                }
            }
        }
        for (raw, is_podsix) in &mut self.raws {
            let most = self.dice.one_of(&[1, 1_000, 100_000]);
            raw.read(most);
            // What greets podsix is answered in frames, once the whole greeting is there.
            let greeting = raw.got.starts_with(b"PDSX").then(|| {
                let hello = raw.got.get(12..16)?.try_into().map(u32::from_be_bytes).ok()?;
                Some(16 + hello as usize)
            });
            let is_whole =
                greeting.is_none_or(|size| size.is_some_and(|size| raw.got.len() >= size));
            if !*is_podsix || !is_whole {
                continue;
            }
            for (kind, _) in raw.frames() {
                assert!((kind::MESSAGE..=kind::RESUMED).contains(&kind) || kind == 0x80, "{kind}");
            }
        }
    }

    fn connect(&mut self) {
        let server = self.games[self.dice.roll(2) as usize].0;
        let (scheme, _, port) = self.dice.one_of(&ADDRESSES);
        // Some to an address where something else is spoken, and some to one where nobody listens.
        let port = if self.dice.once_in(10) { 1000 + self.dice.roll(6) as u16 } else { port };
        let to = SocketAddr::new(self.world.ip(server), port);
        if self.dice.once_in(6) {
            let mut raw = Raw::new(self.world.station(), to);
            self.world.run(ms(100));
            let hello: &[u8] = self.dice.one_of(&[
                &HELLO[..],
                &HELLO,
                &HELLO,
                b"GET / HTTP/1.1\r\n\r\n",
                b"PDSX",
                b"\0---\0",
                b"",
            ]);
            raw.write(hello);
            return self.raws.push((raw, port <= 1002 && hello == HELLO));
        }
        let (id, peers) = &mut self.games[2 + self.dice.roll(2) as usize];
        if let Ok(peer) = self.world[*id].connect(&format!("{scheme}://{to}"), None) {
            peers.insert(peer, Peer::default());
        }
    }

    fn act(&mut self, game: usize) {
        let (id, peers) = &mut self.games[game];
        let host = &self.world[*id];
        let there: Vec<PeerId> =
            peers.iter().filter(|(_, it)| !it.is_over && !it.is_closed).map(|it| *it.0).collect();
        if there.is_empty() {
            return;
        }
        let id = self.dice.one_of(&there);
        let padding = "x".repeat(match self.dice.roll(6) {
            0 => self.dice.roll(45_000),
            1 => self.dice.roll(1_200),
            _ => self.dice.roll(60),
        } as usize);
        let mut message = Message::new();
        let peer = peers.get_mut(&id).unwrap();
        match self.dice.roll(80) {
            _ if peer.asks && self.dice.once_in(3) => {
                peer.is_closed = host.refuse(id, 1, "no").is_ok();
            }
            _ if peer.asks => drop(host.accept(id, None)),
            0 => peer.is_closed = host.disconnect(id, 2, "enough").is_ok(),
            1 => peer.is_closed = host.kick(id, 3, "out").is_ok(),
            2 => peer.is_closed = host.drop_peer(id).is_ok(),
            3 => {
                peer.is_closed = host.disconnect(id, 4, "soon").is_ok();
                let _ = host.kick(id, 5, "now");
            }
            4..8 => {
                message.begin("to all").set("x", &*padding);
                let _ = host.broadcast(&message, id);
            }
            8..12 => {
                message.begin("to many").set("x", &*padding);
                let _ = host.send_many(&there, &message, |at, taken| {
                    let peer = peers.get_mut(&there[at]).unwrap();
                    peer.answered(&taken);
                });
            }
            _ => {
                for _ in 0..1 + self.dice.roll(12) {
                    message.begin("to one").set("n", peer.sent).set("x", &*padding);
                    let taken = host.send_message(id, &message);
                    peer.answered(&taken);
                    peer.sent += i64::from(taken.is_ok());
                }
            }
        }
    }

    /// Whoever is connected gets what is owed, every connect comes to something, and what was closed ends.
    fn calm_down(&mut self) {
        for (id, _) in &self.games {
            self.world.wake(*id);
        }
        self.raws.clear();
        let is_done = |it: &Peer| it.is_over || (it.is_connected && !it.is_closed && !it.is_owed);
        for _ in 0..2_000 {
            self.world.run(ms(100));
            self.see();
            for (id, peers) in &self.games {
                for (peer, _) in peers.iter().filter(|(_, it)| it.asks && !it.is_over) {
                    let _ = self.world[*id].accept(*peer, None);
                }
            }
            if self.games.iter().all(|(_, peers)| peers.values().all(is_done)) {
                return;
            }
        }
        for (_, peers) in &self.games {
            let left: Vec<_> = peers.iter().filter(|it| !is_done(it.1)).collect();
            assert!(left.is_empty(), "{left:?}");
        }
    }

    fn end(&mut self) {
        for at in 0..self.games.len() {
            let id = self.games[at].0;
            let _ = self.world[id].close(Duration::ZERO, 0, "over");
        }
        self.world.run(Duration::from_secs(20));
        self.see();
        for (id, peers) in &self.games {
            let shared = &self.world[*id].shared;
            assert!(peers.values().all(|peer| peer.is_over), "{peers:?}");
            assert_eq!(self.world[*id].all_peers(), []);
            assert_eq!(shared.connections.load(Ordering::Relaxed), 0);
            assert_eq!(shared.seats.load(Ordering::Relaxed), 0);
            assert_eq!(shared.unplaced.load(Ordering::Relaxed), 0);
            assert_eq!(shared.speakers.spoken().count(), 0);
            let waiting: usize = (0..1_000)
                .filter_map(|at| shared.slots.at(at))
                .map(|slot| slot.waiting().total())
                .sum();
            assert_eq!(waiting, 0);
            assert_eq!(shared.budget.used(), 0);
        }
    }
}

fn storm(seed: u64) {
    let mut storm = Storm::new(seed);
    for _ in 0..400 {
        if storm.dice.once_in(3) {
            storm.connect();
            storm.see();
        }
        for game in 0..storm.games.len() {
            for _ in 0..storm.dice.roll(3) {
                if storm.dice.once_in(2) {
                    let (id, few) = (storm.games[game].0, storm.dice.roll(4));
                    storm.world.poll_few(id, few);
                    storm.see();
                }
                storm.act(game);
            }
            let id = storm.games[game].0;
            match storm.dice.roll(100) {
                0..2 => storm.world.sleep(id),
                2..10 => storm.world.wake(id),
                _ => {}
            }
        }
        if storm.raws.len() > 6 {
            storm.raws.remove(0);
        }
        let pause = storm.dice.one_of(&[0, 1, 30, 300]);
        storm.world.run(ms(pause));
        storm.see();
    }
    storm.calm_down();
    storm.end();
}

/// STORM=17 STORMS=100 in the environment are the seeds from 17 on, a hundred of them.
#[test]
fn nothing_is_lost_doubled_or_left_over() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (first, count) = (number("STORM").unwrap_or(1), number("STORMS").unwrap_or(8));
    for seed in first..first + count {
        println!("STORM={seed}");
        storm(seed);
    }
}
