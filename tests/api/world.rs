//! Hosts that are given turns, and what they have seen.

use std::collections::VecDeque;
use std::ops::{Deref, DerefMut};
use std::thread;
use std::time::{Duration, Instant};

use podsix::{Config, EventKind, Mode};

use super::{Api, Fault, Seen, TIMEOUT, bin, config};

/// How long a case waits for what must come, on the slowest machine it may run on.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// One host, and what it has seen that no case has asked for yet.
pub struct End<A> {
    host: A,
    pub seen: VecDeque<Seen>,
    /// Whether STALLED and RESUMED are looked at. On a busy machine every test's own thread may sleep for
    /// so long that the other end hears of it, and only cases about that should care.
    pub sees_naps: bool,
}

impl<A> Deref for End<A> {
    type Target = A;

    fn deref(&self) -> &A {
        &self.host
    }
}

impl<A> DerefMut for End<A> {
    fn deref_mut(&mut self) -> &mut A {
        &mut self.host
    }
}

impl<A: Api> End<A> {
    pub fn new(config: Config) -> End<A> {
        End { host: A::new(config).expect("a host"), seen: VecDeque::new(), sees_naps: false }
    }

    /// A host that listens on a free port of 127.0.0.1, and its address.
    pub fn listening(config: Config, approval: bool) -> (End<A>, String) {
        let end = End::<A>::new(config);
        let listener = end.listen("127.0.0.1:0", approval).expect("a listener");
        let address = end.listener_address(listener).expect("its address");
        (end, address)
    }

    /// One batch of events; waits a moment for the first.
    pub fn turn(&mut self) {
        let mut event = self.host.wait(Duration::from_millis(1)).expect("wait");
        while let Some(seen) = event {
            if self.sees_naps || !matches!(seen.kind, EventKind::Stalled | EventKind::Resumed) {
                self.seen.push_back(seen);
            }
            event = self.host.poll().expect("poll");
        }
    }

    /// The next event, which must be of `kind`, while only this host has turns.
    #[track_caller]
    pub fn gets(&mut self, kind: EventKind) -> Seen {
        expect(&mut [self], 0, kind)
    }

    /// Turns until `done`.
    #[track_caller]
    pub fn until(&mut self, what: &str, mut done: impl FnMut(&mut End<A>) -> bool) {
        until(&mut [self], what, |ends| done(ends[0]));
    }

    /// Takes the events of one kind out of what was seen.
    pub fn take(&mut self, kind: EventKind) -> Vec<Seen> {
        let (taken, left) = self.seen.drain(..).partition(|seen| seen.kind == kind);
        self.seen = left;
        Vec::from_iter::<VecDeque<Seen>>(taken)
    }
}

/// Gives each host turns until `done`; fails when that takes too long.
#[track_caller]
pub fn until<A: Api>(
    ends: &mut [&mut End<A>],
    what: &str,
    mut done: impl FnMut(&mut [&mut End<A>]) -> bool,
) {
    let deadline = Instant::now() + PATIENCE;
    while !done(ends) {
        if Instant::now() > deadline {
            for (at, end) in ends.iter().enumerate() {
                let last: Vec<_> = end.seen.iter().rev().take(5).collect();
                eprintln!("host {at}: {:?}; last seen {last:#?}", end.stats());
            }
            panic!("waited in vain until {what}");
        }
        ends.iter_mut().for_each(|end| end.turn());
    }
}

/// The next event of the host at `at`, which must be of `kind`.
#[track_caller]
pub fn expect<A: Api>(ends: &mut [&mut End<A>], at: usize, kind: EventKind) -> Seen {
    until(ends, &format!("host {at} sees {kind:?}"), |ends| !ends[at].seen.is_empty());
    let seen = ends[at].seen.pop_front().expect("there is one");
    assert_eq!(seen.kind, kind, "host {at} saw {seen:?}");
    seen
}

#[track_caller]
fn last<A: Api>(ends: &mut [&mut End<A>], at: usize, peer: u64) -> Seen {
    loop {
        until(ends, &format!("host {at} sees its peer end"), |ends| !ends[at].seen.is_empty());
        let seen = ends[at].seen.pop_front().expect("there is one");
        assert_eq!(seen.peer, peer, "{seen:?}");
        if seen.kind != EventKind::Message {
            return seen;
        }
    }
}

/// The size of the messages that [`fill`] sends.
pub const FILL: usize = 50_000;

/// Sends to a peer that does not read, until neither the system nor the out-buffer takes more. How many
/// messages were taken, and the refusal of the next.
#[track_caller]
pub fn fill<A: Api>(end: &mut End<A>, peer: u64) -> (u32, Fault) {
    let (mut sent, mut stuck) = (0, 0);
    loop {
        let before = sent;
        let fault = loop {
            match end.send_msgpack(peer, &bin(FILL, sent as u8)) {
                Ok(()) => sent += 1,
                Err(fault) => break fault,
            }
            assert!(sent < 10_000, "a peer that does not read must fill up");
        };
        // Whoever writes gets its time, several times over on a busy machine.
        let timed_out = end.flush(Duration::from_millis(30)).is_err_and(|f| f.code == TIMEOUT);
        stuck = if timed_out && sent == before { stuck + 1 } else { 0 };
        if stuck == 3 {
            return (sent, fault);
        }
    }
}

/// Lets `other` run in a thread while the host has turns; what it gives.
#[track_caller]
pub fn alongside<A: Api, T: Send + 'static>(
    end: &mut End<A>,
    other: impl FnOnce() -> T + Send + 'static,
) -> T {
    let thread = thread::spawn(other);
    end.until("the other thread is done", |_| thread.is_finished());
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A server and a client.
pub struct World<A> {
    pub server: End<A>,
    pub client: End<A>,
    pub address: String,
}

impl<A: Api> World<A> {
    /// Both with the defaults.
    pub fn new(mode: Mode) -> World<A> {
        World::with(config(mode), config(mode), false)
    }

    pub fn with(server: Config, client: Config, approval: bool) -> World<A> {
        let (server, address) = End::listening(server, approval);
        World { server, client: End::new(client), address }
    }

    /// Connects the client; both see it. The peer at the client, and the one at the server.
    #[track_caller]
    pub fn open(&mut self) -> (u64, u64) {
        let at_client = self.client.connect(&self.address, "").expect("connect");
        assert_eq!(self.client_gets(EventKind::Connected).peer, at_client);
        (at_client, self.server_gets(EventKind::Connected).peer)
    }

    #[track_caller]
    pub fn server_gets(&mut self, kind: EventKind) -> Seen {
        expect(&mut [&mut self.server, &mut self.client], 0, kind)
    }

    #[track_caller]
    pub fn client_gets(&mut self, kind: EventKind) -> Seen {
        expect(&mut [&mut self.server, &mut self.client], 1, kind)
    }

    /// The first event of a peer that is no message; what came before is forgotten.
    #[track_caller]
    pub fn server_gets_last(&mut self, peer: u64) -> Seen {
        last(&mut [&mut self.server, &mut self.client], 0, peer)
    }

    #[track_caller]
    pub fn client_gets_last(&mut self, peer: u64) -> Seen {
        last(&mut [&mut self.server, &mut self.client], 1, peer)
    }

    #[track_caller]
    pub fn until(&mut self, what: &str, mut done: impl FnMut(&mut End<A>, &mut End<A>) -> bool) {
        until(&mut [&mut self.server, &mut self.client], what, |ends| {
            let [server, client] = ends else { unreachable!("two were given") };
            done(server, client)
        });
    }

    /// A new connection's opening passes through everything that was under way before it; then
    /// neither end has seen anything else.
    #[track_caller]
    pub fn nothing_more(&mut self) {
        self.open();
        assert!(self.server.seen.is_empty(), "the server saw {:?}", self.server.seen);
        assert!(self.client.seen.is_empty(), "the client saw {:?}", self.client.seen);
    }
}
