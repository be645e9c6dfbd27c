//! Making connections: the name, the addresses, the greeting.

use std::net::SocketAddr;

use crate::address::Target;
use crate::event::{PeerId, Reason};
use crate::link::Link;
use crate::link::dial::{Dial, Progress};
use crate::link::resolver::{self, RESOLVER};
use crate::reactor::Reactor;
use crate::reactor::peer::{Dialing, Peer, Phase};
use crate::reactor::session::Session;
use crate::shared::command::Connect;
use crate::words::End;

impl Reactor {
    pub(super) fn connect(&mut self, connect: Connect) {
        let Connect { peer, address, hello } = connect;
        let deadline = self.now + self.shared.config.connect_timeout;
        let index = self.place(Peer::dialing(peer, hello, deadline));
        if self.closing.is_some() {
            // Another thread has begun to close the host meanwhile.
            return self
                .close_now(index, End::new(Reason::Local, "this end is shutting down".into()));
        }
        self.recount(index);
        self.arm(index, deadline);
        if let Some(literal) = address.to_literal() {
            return self.reach(index, vec![literal]);
        }
        // The caller has refused an address that names no server.
        let Target::Name(name) = address.host else { return };
        if let Err(error) = RESOLVER.look_up(&self.shared, peer, &name, address.port) {
            self.close_now(index, resolver::unresolved(&name, &error));
        }
    }

    pub(super) fn resolved(&mut self, peer: PeerId, found: Result<Vec<SocketAddr>, End>) {
        let Some(index) = self.peers.position(peer) else { return };
        match found {
            Ok(addresses) => self.reach(index, addresses),
            Err(end) => self.close_now(index, end),
        }
    }

    fn reach(&mut self, index: usize, addresses: Vec<SocketAddr>) {
        let Some(dialing) = self.peers.dialing(index) else { return };
        dialing.dial = Some(Dial::new(addresses, self.now, dialing.deadline));
        self.dial(index);
    }

    /// One of a connect's attempts has something to say, or the next is due.
    pub(super) fn dial(&mut self, index: usize) {
        let Some(Dialing { dial: Some(dial), deadline, .. }) = self.peers.dialing(index) else {
            return;
        };
        match dial.go_on(self.now, &self.network, index, &self.shared.log) {
            Progress::Reached(address, link) => self.reached(index, address, link),
            Progress::Waiting(at) => self.arm(index, at),
            Progress::Failed => {
                let in_time = self.now < *deadline;
                let reason = if in_time { Reason::Unreachable } else { Reason::ConnectTimeout };
                let (os_error, text) = dial.verdict();
                self.close_now(index, End { os_error, ..End::new(reason, text) });
            }
        }
    }

    /// It is time to look at a connect: at its attempts, or whether its name should be known by now.
    pub(super) fn dial_due(&mut self, index: usize) {
        let Some(&mut Dialing { ref dial, deadline, .. }) = self.peers.dialing(index) else {
            return;
        };
        if dial.is_some() {
            self.dial(index);
        } else if self.now < deadline {
            self.arm(index, deadline);
        } else {
            let text = "looking up the name took longer than connect_timeout_ms".into();
            self.close_now(index, End::new(Reason::ConnectTimeout, text));
        }
    }

    /// The link is up: greet.
    fn reached(&mut self, index: usize, address: SocketAddr, link: Link) {
        let Some(peer) = self.peers.get_mut(index) else { return };
        let (Phase::Dialing(dialing), Some(slot)) =
            (&mut peer.phase, self.shared.slots.find(peer.id))
        else {
            return;
        };
        link.equip(&self.network);
        slot.set_address(Some(address));
        let (dialect, hello) = (slot.via().dialect, dialing.hello.bytes());
        let session =
            Session::connect(dialect, &self.common, peer.id, hello, self.now, &mut self.control);
        peer.phase = dialing.reached(link, session);
        self.queue_greeting(index);
        // After this, what has arrived already is reported too.
        if let Some(connection) = self.peers.connection(index)
            && let Err(error) = connection.link.take_over(&self.network, index)
        {
            return self
                .close_now(index, End::os(Reason::Lost, "watching a new connection", &error));
        }
        self.tick(index);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::error::Error;
    use crate::event::EventKind;
    use crate::link::dial::tests::BlackHole;
    use crate::shared::payload::Counted;
    use crate::shared::slot::State;
    use crate::shared::via::Via;
    use crate::value::Message;
    use crate::words::Scheme;
    use crate::{Config, Host, Mode};

    /// Connects to addresses as if a look-up had found them.
    fn connect(host: &Host, addresses: Vec<SocketAddr>) -> PeerId {
        let shared = &host.handle().shared;
        assert!(shared.take_seat());
        let via = Via::new(None, Scheme::DEFAULT);
        let peer = shared.slots.claim(State::Connecting, 2, via, None).unwrap();
        let hello = Counted::new(Vec::new(), &shared.budget);
        let mut reactor = host.handle().inline.as_ref().unwrap().try_enter().unwrap();
        reactor.now = shared.now();
        let deadline = reactor.now + shared.config.connect_timeout;
        let index = reactor.place(Peer::dialing(peer, hello, deadline));
        reactor.arm(index, deadline);
        reactor.reach(index, addresses);
        peer
    }

    /// The next event, and whose it is.
    fn next(host: &mut Host) -> (EventKind, PeerId, i32) {
        let minute = Instant::now() + Duration::from_secs(60);
        while Instant::now() < minute {
            if let Some(event) = host.wait(Duration::from_secs(60)).unwrap() {
                return (event.kind, event.peer, event.code);
            }
        }
        panic!("no event comes");
    }

    #[test]
    fn addresses_that_do_not_answer_cost_a_moment_each() {
        let holes = [BlackHole::new(), BlackHole::new()];
        let server = Host::new(Config::default()).unwrap();
        let listener = server.listen("127.0.0.1:0", false).unwrap();
        let live = server.listener_address(listener).unwrap();
        let connect_timeout = Duration::from_secs(90);
        let config = Config { mode: Mode::Inline, connect_timeout, ..Config::default() };
        let mut client = Host::new(config).unwrap();

        let began = Instant::now();
        let peer = connect(&client, vec![holes[0].address, holes[1].address, live]);
        assert_eq!(next(&mut client), (EventKind::Connected, peer, 0));
        let took = began.elapsed();
        assert!(took >= Duration::from_millis(500), "{took:?}");
        assert!(took < connect_timeout / 3, "one that is dead has cost its share: {took:?}");
        assert_eq!(client.peer_address(peer).unwrap(), live);

        // Giving up ends all attempts.
        let peer = connect(&client, vec![holes[0].address, holes[1].address]);
        client.disconnect(peer, 3, "no more").unwrap();
        assert_eq!(next(&mut client), (EventKind::Error, peer, 3));
    }

    /// A hello of so many bytes and a few more.
    fn hello(bytes: usize) -> Message {
        let mut message = Message::new();
        message.add_bytes(&vec![7; bytes]);
        message
    }

    #[test]
    fn what_waits_for_a_server_is_on_the_budget_until_the_connect_ends() {
        let hole = BlackHole::new();
        let config = Config { mode: Mode::Inline, ..Config::default() };
        let mut client = Host::new(config).unwrap();
        let used = |client: &Host| client.stats().memory_used;
        let peer = client.connect(&hole.address.to_string(), Some(&hello(4_000))).unwrap();
        client.poll().unwrap();
        let greeting = used(&client);
        assert!((4_000..5_000).contains(&greeting), "{greeting}");
        for _ in 0..100 {
            client.send_msgpack(peer, &[&[0xc4, 200][..], &[1; 200]].concat()).unwrap();
        }
        let early = used(&client) - greeting;
        assert!((20_000..50_000).contains(&early), "{early}");
        client.disconnect(peer, 0, "").unwrap();
        assert_eq!(next(&mut client), (EventKind::Error, peer, 0));
        while client.poll().unwrap().is_some() {}
        assert_eq!(used(&client), 0);
    }

    #[test]
    fn connects_under_way_are_refused_when_they_fill_the_budget() {
        let hole = BlackHole::new();
        let (max_message, out_buffer, queue_bytes) = (1 << 10, 1 << 10, 1 << 10);
        let memory_budget = 1 << 20;
        let config = Config {
            mode: Mode::Inline,
            max_message,
            out_buffer,
            queue_bytes,
            ..Config::default()
        };
        let client = Host::new(Config { memory_budget, ..config }).unwrap();
        let hello = hello(4_000);
        let mut peers = Vec::new();
        let refused = loop {
            match client.connect(&hole.address.to_string(), Some(&hello)) {
                Ok(peer) => peers.push(peer),
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, Error::Memory { .. }), "{refused}");
        assert!((150..200).contains(&peers.len()), "{}", peers.len());
        peers.iter().for_each(|peer| client.drop_peer(*peer).unwrap());
        assert!(client.connect(&hole.address.to_string(), Some(&hello)).is_ok());
    }

    #[test]
    fn one_connection_comes_of_many_attempts() {
        let hole = BlackHole::new();
        let server = Host::new(Config::default()).unwrap();
        let listener = server.listen("127.0.0.1:0", false).unwrap();
        let live = server.listener_address(listener).unwrap();
        let config = Config { mode: Mode::Inline, ..Config::default() };
        let mut client = Host::new(config).unwrap();
        for addresses in [vec![live, live], vec![hole.address, live]] {
            let peer = connect(&client, addresses);
            assert_eq!(next(&mut client), (EventKind::Connected, peer, 0));
        }
    }
}
