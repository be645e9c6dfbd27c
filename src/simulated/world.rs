//! A world: hosts in one simulated internet, each with a game that polls as often as the test lets it.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::ops::{Index, IndexMut};
use std::sync::Arc;
use std::time::Duration;

use super::raw::Raw;
use crate::link::memory::{Internet, Line, MemoryEndpoint, Station};
use crate::wire::Moment;
use crate::{Config, EventKind, Host, Mode, PeerId, Reason, Value};

/// A game that has nothing to do still polls this often, as one that draws pictures does.
const FRAME: Duration = Duration::from_millis(100);
/// A test that waits for longer waits in vain.
const PATIENCE: Duration = Duration::from_secs(2 * 60 * 60);
/// Turns at one moment: more than that, and time would never go on.
const TURNS: usize = 10_000;
/// Where servers listen.
const PORT: u16 = 31425;

/// An event, as it was polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// When, since the world began.
    pub(super) at: Duration,
    pub(super) kind: EventKind,
    pub(super) peer: PeerId,
    pub(super) reason: Reason,
    pub(super) code: i32,
    pub(super) text: String,
    /// As MessagePack; empty if there is none.
    pub(super) message: Vec<u8>,
}

impl Seen {
    /// The integer that is its message.
    #[track_caller]
    pub(super) fn int(&self) -> i64 {
        Value::trusted(&self.message).as_int(i64::MIN)
    }
}

/// Which host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id(usize);

struct Actor {
    host: Host,
    station: Station,
    /// Its game polls.
    awake: bool,
    /// When it does so at the latest.
    frame: Moment,
    seen: VecDeque<Seen>,
}

pub(super) struct World {
    internet: Arc<Internet>,
    actors: Vec<Actor>,
    /// Listened on by nobody who answers.
    deaf: Vec<MemoryEndpoint>,
    /// What is due within so much time is done together at its end, as a machine that is busy does.
    grain: Option<Duration>,
}

impl Index<Id> for World {
    type Output = Host;

    fn index(&self, id: Id) -> &Host {
        &self.actors[id.0].host
    }
}

impl IndexMut<Id> for World {
    fn index_mut(&mut self, id: Id) -> &mut Host {
        &mut self.actors[id.0].host
    }
}

/// The settings of most tests: inline, for nothing is gained by a thread that is not there.
pub(super) fn inline() -> Config {
    Config { mode: Mode::Inline, ..Config::default() }
}

/// Nobody is pinged, and nobody timed out: for peers that are no hosts, and answer nothing.
pub(super) fn quiet() -> Config {
    Config { ping_interval: Duration::ZERO, idle_timeout: Duration::ZERO, ..inline() }
}

/// For what only hosts with a thread do.
pub(super) fn threaded() -> Config {
    Config { mode: Mode::Threaded, ..Config::default() }
}

pub(super) fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

// What is in it.
impl World {
    /// A world of lines that lose nothing.
    pub(super) fn new() -> World {
        World::with(0, Line::default())
    }

    /// A world whose lines are like this one, and lose what `seed` says.
    pub(super) fn with(seed: u64, line: Line) -> World {
        World {
            internet: Internet::new(seed, line),
            actors: Vec::new(),
            deaf: Vec::new(),
            grain: None,
        }
    }

    /// A host, with an address of its own.
    pub(super) fn host(&mut self, config: Config) -> Id {
        let station = self.internet.station();
        let host = Host::simulated(config, station.clone());
        let (frame, seen) = (self.internet.hand().now(), VecDeque::new());
        self.actors.push(Actor { host, station, awake: true, frame, seen });
        Id(self.actors.len() - 1)
    }

    /// A host that listens, and its address.
    pub(super) fn server(&mut self, config: Config) -> (Id, String) {
        let id = self.host(config);
        self[id].listen(&format!("*:{PORT}"), false).expect("a port of its own");
        (id, SocketAddr::new(self.ip(id), PORT).to_string())
    }

    /// Connects; both see it. The peer at the client, and the one at the server.
    #[track_caller]
    pub(super) fn open(&mut self, client: Id, server: Id) -> (PeerId, PeerId) {
        let address = SocketAddr::new(self.ip(server), PORT).to_string();
        let peer = self[client].connect(&address, None).expect("a connect");
        assert_eq!(self.gets(client, EventKind::Connected).peer, peer);
        (peer, self.gets(server, EventKind::Connected).peer)
    }

    /// A connection to a server by somebody who says nothing.
    pub(super) fn raw(&mut self, server: Id) -> Raw {
        let to = SocketAddr::new(self.ip(server), PORT);
        Raw::new(self.internet.station(), to)
    }

    /// A place of its own in this internet.
    pub(super) fn station(&self) -> Station {
        self.internet.station()
    }

    /// One that has greeted, and the server's peer.
    #[track_caller]
    pub(super) fn open_raw(&mut self, server: Id) -> (Raw, PeerId) {
        let mut raw = self.raw(server);
        self.until("the line is there", |_| raw.is_connected());
        raw.greet();
        (raw, self.gets(server, EventKind::Connected).peer)
    }

    /// An address at which the system connects whoever comes, and no program says anything.
    pub(super) fn deaf_server(&mut self) -> String {
        let endpoint = self.internet.station().bind(None, PORT).expect("a port of its own");
        let address = endpoint.address().to_string();
        self.deaf.push(endpoint);
        address
    }

    pub(super) fn ip(&self, id: Id) -> IpAddr {
        self.actors[id.0].station.ip()
    }

    /// Joins two addresses by another line from now on.
    pub(super) fn set_line(&self, one: IpAddr, other: IpAddr, line: Line) {
        self.internet.set_line(one, other, line);
    }

    /// Lets every read of a link take so long from now on, as on a slow machine.
    pub(super) fn set_read(&self, time: Duration) {
        self.internet.set_read(time);
    }

    /// Lets nothing leave between two addresses for so long.
    pub(super) fn cut(&self, one: IpAddr, other: IpAddr, time: Duration) {
        self.internet.cut(one, other, self.internet.hand().now() + time);
    }

    /// A host's connections and connects are gone, and it does not hear of that.
    pub(super) fn lose_connections(&self, id: Id, why: std::io::ErrorKind) {
        self.actors[id.0].station.lose_connections(why);
    }

    /// What a host listens with gives an error for each accept, or is well again.
    pub(super) fn lose_listeners(&self, id: Id, taken: bool) {
        self.actors[id.0].station.lose_listeners(taken);
    }

    /// How often all hosts have tried to accept.
    pub(super) fn accepts(&self) -> u64 {
        self.internet.accepts()
    }

    /// A host's game polls no more, until it is woken.
    pub(super) fn sleep(&mut self, id: Id) {
        self.actors[id.0].awake = false;
    }

    pub(super) fn wake(&mut self, id: Id) {
        let now = self.internet.hand().now();
        let actor = &mut self.actors[id.0];
        (actor.awake, actor.frame) = (true, now);
    }

    /// Polls so often, and stops where that is in a batch.
    pub(super) fn poll_few(&mut self, id: Id, few: u64) {
        let now = self.internet.hand().now();
        let actor = &mut self.actors[id.0];
        if actor.awake {
            for _ in 0..few {
                actor.poll_one(now);
            }
        }
    }

    /// Frees a host, which takes the time that it takes. Nothing can be asked of it any more.
    pub(super) fn free(&mut self, id: Id) {
        let actor = &mut self.actors[id.0];
        let nobody = Host::simulated(inline(), self.internet.station());
        actor.awake = false;
        drop(std::mem::replace(&mut actor.host, nobody));
    }

    /// How often all hosts have read or written.
    pub(super) fn calls(&self) -> u64 {
        self.internet.calls()
    }

    /// What a host has seen that no test has asked for yet.
    pub(super) fn seen(&mut self, id: Id) -> &mut VecDeque<Seen> {
        &mut self.actors[id.0].seen
    }
}

// Its time.
impl World {
    /// From now on nothing happens but at a whole number of such grains, however much is due in between.
    pub(super) fn set_grain(&mut self, grain: Duration) {
        self.grain = Some(grain);
    }

    /// Writes to streams so far, of all hosts and of what is none.
    pub(super) fn writes(&self) -> u64 {
        self.internet.writes()
    }

    /// The time since it began.
    pub(super) fn now(&self) -> Duration {
        self.internet.hand().now().since_start()
    }

    /// Lets so much time pass.
    pub(super) fn run(&mut self, time: Duration) {
        let until = self.internet.hand().now() + time;
        loop {
            self.settle(until);
            let next = self.next().min(until);
            if self.internet.hand().now() >= until {
                return;
            }
            self.internet.move_to(next);
        }
    }

    /// Lets time pass until `done`, which is asked whenever something may have happened.
    #[track_caller]
    pub(super) fn until(&mut self, what: &str, mut done: impl FnMut(&mut World) -> bool) {
        let deadline = self.now() + PATIENCE;
        loop {
            self.settle(self.internet.hand().now());
            if done(self) {
                return;
            }
            assert!(self.now() < deadline, "waited in vain until {what}: {self:?}");
            // What `done` has asked for goes first.
            if !self.has_work() {
                let next = self.next();
                self.internet.move_to(next);
            }
        }
    }

    /// The next event of a host, which must be of `kind`.
    #[track_caller]
    pub(super) fn gets(&mut self, id: Id, kind: EventKind) -> Seen {
        self.until(&format!("{id:?} sees {kind:?}"), |world| !world.seen(id).is_empty());
        let seen = self.seen(id).pop_front().expect("there is one");
        assert_eq!(seen.kind, kind, "{id:?} saw {seen:?}");
        seen
    }

    /// Lets everything happen that happens at this moment, and what has begun by then where reads take time.
    fn settle(&mut self, until: Moment) {
        for round in 0..TURNS {
            let now = self.internet.hand().now();
            if round > 0 && now > until {
                return;
            }
            self.internet.move_to(now);
            let mut turned = false;
            for actor in &mut self.actors {
                turned |= actor.act(now);
            }
            if !turned && !self.has_work() {
                return;
            }
        }
        panic!("time stands still: {self:?}");
    }

    fn has_work(&self) -> bool {
        self.next() <= self.internet.hand().now()
    }

    /// When the next thing happens.
    fn next(&self) -> Moment {
        let now = self.internet.hand().now();
        let hosts = self.actors.iter().filter_map(|actor| actor.due(now));
        let next = hosts.chain(self.internet.due()).min().unwrap_or(now + FRAME);
        let (Some(grain), true) = (self.grain, next > now) else { return next };
        let grains = next.since_start().as_nanos().div_ceil(grain.as_nanos());
        Moment::START + grain * grains as u32
    }
}

impl Actor {
    /// When it does something next. An inline host of a game that sleeps does nothing.
    fn due(&self, now: Moment) -> Option<Moment> {
        let frame = self.awake.then_some(self.frame);
        if !self.awake && self.host.config().mode == Mode::Inline {
            return None;
        }
        let reported = self.station.has_reports().then_some(now);
        let work = self.host.next_work().map(|wait| now + wait);
        // One that takes so many events at a time takes them once a frame.
        let polls = self.awake && self.host.config().max_events_per_poll == 0;
        let events = (polls && self.host.has_events()).then_some(now);
        [frame, reported, work, events].into_iter().flatten().min()
    }

    /// Does what is due; whether there was something.
    fn act(&mut self, now: Moment) -> bool {
        if self.due(now).is_none_or(|at| at > now) {
            return false;
        }
        if self.host.config().mode == Mode::Threaded {
            self.host.turn_reactor();
        }
        if self.awake {
            self.frame = now + FRAME;
            self.poll(now);
        }
        true
    }

    /// One batch.
    fn poll(&mut self, now: Moment) {
        while self.poll_one(now) {}
    }

    /// One event. Whether there was one.
    fn poll_one(&mut self, now: Moment) -> bool {
        let event = self.host.poll().expect("a host that has not panicked");
        self.seen.extend(event.map(|event| Seen {
            at: now.since_start(),
            kind: event.kind,
            peer: event.peer,
            reason: event.reason,
            code: event.code,
            text: event.text.to_owned(),
            message: event.message.span().to_vec(),
        }));
        event.is_some()
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "after {:?}", self.now())?;
        for (at, actor) in self.actors.iter().enumerate() {
            let last: Vec<_> = actor.seen.iter().rev().take(5).collect();
            writeln!(f, "host {at}: {:?}; last seen {last:#?}", actor.host.stats())?;
        }
        Ok(())
    }
}
