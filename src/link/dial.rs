//! Reaching a server: attempts at its addresses, of which the first to connect wins.

use std::io;
use std::net::SocketAddr;

use crate::address::hint;
use crate::link::kinds::Link;
use crate::link::network::Network;
use crate::link::order::Order;
use crate::link::os;
use crate::shared::log::Log;
use crate::wire::Moment;
use crate::words::{Level, OsError};

/// A connect under way.
pub(crate) struct Dial {
    order: Order,
    deadline: Moment,
    /// The attempts under way, in the order in which they began.
    attempts: Vec<(SocketAddr, Link)>,
    tried: usize,
    /// The most telling failure.
    error: Option<(SocketAddr, io::Error)>,
}

/// What has become of a connect.
pub(crate) enum Progress {
    /// This address has answered. The link is still reported for the connect, and the other attempts are closed.
    Reached(SocketAddr, Link),
    /// To be looked at again by then.
    Waiting(Moment),
    /// Every address has failed, or the time is up.
    Failed,
}

impl Dial {
    pub(crate) fn new(addresses: Vec<SocketAddr>, now: Moment, deadline: Moment) -> Dial {
        let order = Order::new(addresses, now, deadline - now);
        Dial { order, deadline, attempts: Vec::new(), tried: 0, error: None }
    }

    /// Looks at the attempts under way and begins those that are due, all of them reported for the connect at
    /// `index`.
    pub(crate) fn go_on(
        &mut self,
        now: Moment,
        network: &Network,
        index: usize,
        log: &Log,
    ) -> Progress {
        let mut n = 0;
        while n < self.attempts.len() {
            match self.attempts[n].1.answered() {
                None => n += 1,
                Some(Ok(())) => {
                    let (address, link) = self.attempts.remove(n);
                    self.give_up(network);
                    return Progress::Reached(address, link);
                }
                Some(Err(error)) => {
                    let (address, link) = self.attempts.remove(n);
                    link.close(network);
                    if n == self.attempts.len() {
                        self.order.hurry(now);
                    }
                    self.failed(address, error, log);
                }
            }
        }
        while now < self.deadline
            && let Some(address) = self.order.next(now)
        {
            self.tried += 1;
            match Link::connect(address, network, index) {
                Ok(link) => self.attempts.push((address, link)),
                Err(error) => {
                    self.order.hurry(now);
                    self.failed(address, error, log);
                }
            }
        }
        if self.attempts.is_empty() || now >= self.deadline {
            return Progress::Failed;
        }
        Progress::Waiting(self.order.due().map_or(self.deadline, |at| at.min(self.deadline)))
    }

    /// Closes the attempts under way.
    pub(crate) fn give_up(&mut self, network: &Network) {
        for (_, link) in self.attempts.drain(..) {
            link.close(network);
        }
    }

    fn failed(&mut self, address: SocketAddr, error: io::Error, log: &Log) {
        log.add(Level::Debug, format!("connecting to {address} failed: {}", OsError(&error)));
        if self.error.as_ref().is_none_or(|(_, last)| telling(last) < telling(&error)) {
            self.error = Some((address, error));
        }
    }

    /// Why nothing was reached: the system's error number, and words.
    pub(crate) fn verdict(&self) -> (i32, String) {
        let (tried, silent) = (self.tried, self.attempts.len());
        let silence = telling(&io::ErrorKind::TimedOut.into());
        let error = self.error.as_ref();
        let error = error.filter(|(_, error)| silent == 0 || telling(error) > silence);
        let late = "within connect_timeout_ms";
        match (error, self.attempts.first()) {
            (Some((address, error)), _) => {
                let also = match (tried, silent) {
                    (1, _) => String::new(),
                    (_, 0) => format!("; {tried} addresses were tried"),
                    _ => format!("; {silent} of {tried} addresses tried did not answer {late}"),
                };
                let hint = hint(address);
                let error_text = OsError(error);
                let text = format!("connecting to {address}: {error_text}{hint}{also}");
                (error.raw_os_error().unwrap_or(0), text)
            }
            (None, Some((address, _))) => {
                let also = match tried {
                    1 => String::new(),
                    _ => format!("; {tried} addresses were tried"),
                };
                (0, format!("connecting to {address}: no answer {late}{also}"))
            }
            (None, None) => (0, "looking up the name took longer than connect_timeout_ms".into()),
        }
    }
}

/// How much an error says about the server: that it is there and refuses, more than that nobody answers;
/// that this machine has no way to such addresses, least.
fn telling(error: &io::Error) -> u8 {
    use io::ErrorKind::*;
    match error.kind() {
        ConnectionRefused | ConnectionReset | ConnectionAborted => 3,
        TimedOut => 2,
        NetworkUnreachable | AddrNotAvailable | Unsupported => 0,
        _ if os::lacks_family(error) => 0,
        _ => 1,
    }
}

#[cfg(all(test, target_os = "linux"))]
pub(crate) mod tests {
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::time::Duration;

    use socket2::{Domain, Socket, Type};

    use super::*;
    use crate::config::Config;
    use crate::link::poller::{Poller, Ready};
    use crate::link::subject::Subject;
    use crate::shared::clock::Clock;

    /// An address at which nothing answers: a listener whose queue is full.
    pub(crate) struct BlackHole {
        pub(crate) address: SocketAddr,
        _listener: Socket,
        _queue: Vec<std::net::TcpStream>,
    }

    impl BlackHole {
        pub(crate) fn new() -> BlackHole {
            let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            listener.bind(&"127.0.0.2:0".parse::<SocketAddr>().unwrap().into()).unwrap();
            listener.listen(0).unwrap();
            let address = listener.local_addr().unwrap().as_socket().unwrap();
            let join =
                || std::net::TcpStream::connect_timeout(&address, Duration::from_millis(300));
            let queue: Vec<_> = std::iter::from_fn(|| join().ok()).take(64).collect();
            assert!(queue.len() < 64, "the queue does not fill up here");
            BlackHole { address, _listener: listener, _queue: queue }
        }
    }

    /// An address on which nobody listens.
    fn closed() -> SocketAddr {
        TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
    }

    fn at(ms: u64) -> Moment {
        Moment::START + Duration::from_millis(ms)
    }

    /// A connect with a poll, and a clock that the test sets.
    struct World {
        dial: Dial,
        network: Arc<Network>,
        poller: Poller,
        log: Log,
    }

    impl World {
        fn new(addresses: Vec<SocketAddr>, deadline: Moment) -> World {
            let dial = Dial::new(addresses, at(0), deadline);
            let (network, poller) = Network::new(&Config::default()).unwrap();
            World { dial, network, poller, log: Log::new(Clock::start()) }
        }

        fn go_on(&mut self, ms: u64) -> Progress {
            self.dial.go_on(at(ms), &self.network, 7, &self.log)
        }

        fn waits_until(&mut self, now: u64, until: u64) {
            match self.go_on(now) {
                Progress::Waiting(due) => assert_eq!(due, at(until)),
                Progress::Reached(address, _) => panic!("reached {address}"),
                Progress::Failed => panic!("failed: {:?}", self.dial.verdict()),
            }
        }

        /// Goes on at a time that stands still until there is something other than waiting.
        fn settle(&mut self, ms: u64) -> Progress {
            let mut ready = Ready::new();
            loop {
                match self.go_on(ms) {
                    Progress::Waiting(_) => {}
                    progress => return progress,
                }
                self.poller.wait(&mut ready, Some(Duration::from_secs(30))).unwrap();
                assert!(ready.reports().count() > 0, "nothing has happened for long");
            }
        }
    }

    #[test]
    fn the_next_address_starts_beside_one_that_does_not_answer_and_wins() {
        let (dead, live) = (BlackHole::new(), TcpListener::bind("127.0.0.1:0").unwrap());
        let live = live.local_addr().map(|address| (address, live)).unwrap();
        let mut world = World::new(vec![dead.address, live.0], at(10_000));
        world.waits_until(0, 250);
        world.waits_until(249, 250);
        assert_eq!(world.dial.attempts.len(), 1);
        let Progress::Reached(address, mut link) = world.settle(250) else { panic!() };
        assert_eq!(address, live.0);
        assert!(world.dial.attempts.is_empty(), "the other socket is closed");
        link.take_over(&world.network, 1).expect("in the poll");
        let mut ready = Ready::new();
        world.poller.wait(&mut ready, Some(Duration::from_secs(30))).unwrap();
        let reports: Vec<_> = ready.reports().map(|it| (it.subject, it.writable)).collect();
        assert_eq!(reports, [(Subject::Link(1), true)], "what was reported to the connect, too");
    }

    #[test]
    fn the_address_that_came_first_may_still_win() {
        let listeners = ["127.0.0.1:0", "127.0.0.1:0"].map(|at| TcpListener::bind(at).unwrap());
        let [first, second] = listeners.each_ref().map(|on| on.local_addr().unwrap());
        let mut world = World::new(vec![first, second], at(10_000));
        world.waits_until(0, 250);
        let Progress::Reached(address, _) = world.settle(250) else { panic!() };
        assert_eq!(address, first);
    }

    #[test]
    fn after_a_failure_the_next_starts_at_once() {
        let live = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = live.local_addr().unwrap();
        // The clock stands still: no delay ever passes.
        let mut world = World::new(vec![closed(), closed(), address], at(10_000));
        let Progress::Reached(reached, _) = world.settle(0) else { panic!() };
        assert_eq!((reached, world.dial.tried), (address, 3));
    }

    #[test]
    fn the_verdict_names_the_most_telling_error_and_how_many_were_tried() {
        let (dead, closed) = (BlackHole::new(), closed());

        let mut world = World::new(vec![closed], at(10_000));
        assert!(matches!(world.settle(0), Progress::Failed));
        let (os_error, text) = world.dial.verdict();
        assert_eq!(os_error, libc::ECONNREFUSED);
        assert!(text.starts_with(&format!("connecting to {closed}: ")), "{text}");
        assert!(text.ends_with(&format!("(os error {})", libc::ECONNREFUSED)), "{text}");

        let mut world = World::new(vec![closed, closed], at(10_000));
        assert!(matches!(world.settle(0), Progress::Failed));
        assert!(world.dial.verdict().1.ends_with("; 2 addresses were tried"));

        let mut world = World::new(vec![dead.address, closed], at(400));
        world.waits_until(0, 200);
        while world.dial.error.is_none() {
            world.waits_until(300, 400);
        }
        assert!(matches!(world.go_on(400), Progress::Failed));
        let (os_error, text) = world.dial.verdict();
        assert_eq!(os_error, libc::ECONNREFUSED);
        assert!(text.starts_with(&format!("connecting to {closed}: ")), "{text}");
        let rest = "; 1 of 2 addresses tried did not answer within connect_timeout_ms";
        assert!(text.ends_with(rest), "{text}");

        // No way to an address says less than that another one does not answer.
        let mut world = World::new(vec![dead.address], at(400));
        world.dial.failed(closed, io::ErrorKind::NetworkUnreachable.into(), &world.log);
        world.dial.tried += 1;
        world.waits_until(0, 400);
        assert!(matches!(world.go_on(400), Progress::Failed));
        let text = world.dial.verdict().1;
        let dead = dead.address;
        let words =
            format!("connecting to {dead}: no answer within connect_timeout_ms; 2 addresses");
        assert!(text.starts_with(&words), "{text}");
    }

    #[test]
    fn a_machine_without_ipv6_is_not_told_so_where_ipv4_failed_for_another_reason() {
        let [v6, v4] = ["[::1]:5", "127.0.0.1:5"].map(|it| it.parse().unwrap());
        let mut world = World::new(vec![v6, v4], at(1_000));
        let no_family = io::Error::from_raw_os_error(libc::EAFNOSUPPORT);
        world.dial.failed(v6, no_family, &world.log);
        let no_route = io::Error::from_raw_os_error(libc::EHOSTUNREACH);
        world.dial.failed(v4, no_route, &world.log);
        assert_eq!(world.dial.verdict().0, libc::EHOSTUNREACH);
    }

    #[test]
    fn a_link_local_address_without_an_interface_is_told_what_it_lacks() {
        let mut world = World::new(vec!["[fe80::1]:5".parse().unwrap()], at(1_000));
        world.dial.failed(
            "[fe80::1]:5".parse().unwrap(),
            io::ErrorKind::InvalidInput.into(),
            &world.log,
        );
        assert!(world.dial.verdict().1.contains("needs its interface: [fe80::1%eth0]"));
    }
}
