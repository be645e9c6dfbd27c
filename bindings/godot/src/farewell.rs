//! Closing hosts behind the game's back: what was sent just before still arrives, and no frame waits for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use podsix::{Error, Host};

/// How soon a thread notices that its host has no connections left, or that the engine ends.
const GLANCE: Duration = Duration::from_millis(20);

/// The hosts of all nodes and multiplayer peers that were stopped, closed or freed.
pub static FAREWELLS: Farewells = Farewells::new();

/// Hosts that are closing, each on a thread of its own, for as long as their `linger` allows.
pub struct Farewells {
    threads: Mutex<Vec<JoinHandle<()>>>,
    is_ending: AtomicBool,
}

impl Farewells {
    const fn new() -> Farewells {
        Farewells { threads: Mutex::new(Vec::new()), is_ending: AtomicBool::new(false) }
    }

    /// Closes a host. Its ports are free when this returns.
    pub fn take(&'static self, mut host: Host, code: i32, text: &str) {
        if !matches!(host.close(Duration::ZERO, code, text), Err(Error::StillOpen { .. })) {
            return; // nobody is there, or the library has failed
        }
        // Where the system has no thread left the host is dropped here and now, which takes 200 ms at the most.
        let thread = Builder::new().name("podsix-close".into()).spawn(|| self.see_off(host));
        let mut threads = self.threads();
        threads.retain(|thread| !thread.is_finished());
        threads.extend(thread);
    }

    /// Whether any host is still closing.
    pub fn is_closing(&self) -> bool {
        self.threads().iter().any(|thread| !thread.is_finished())
    }

    /// The engine ends, and unloads this library: no thread may be left. Those that are closing are given the 200 ms
    /// that dropping a host takes, all at the same time.
    pub fn finish(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
        let threads = std::mem::take(&mut *self.threads());
        for thread in threads {
            // A panic of its own has nothing more to say.
            let _ = thread.join();
        }
        // The editor may load the library again where it lies.
        self.is_ending.store(false, Ordering::Relaxed);
    }

    fn see_off(&self, mut host: Host) {
        while host.stats().peers > 0 && !self.is_ending.load(Ordering::Relaxed) {
            // What still comes is of no interest.
            if host.wait(GLANCE).is_err() {
                return;
            }
        }
    }

    fn threads(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use podsix::{Config, EventKind, Message, Mode, PeerId, Reason};

    use super::*;

    const MESSAGES: usize = 24;
    const SIZE: usize = 500_000;

    fn deadline() -> impl Fn(&str) {
        let deadline = Instant::now() + Duration::from_secs(30);
        move |what| assert!(Instant::now() < deadline, "{what}")
    }

    /// A server with a client that reads nothing yet, for which more waits than the system holds.
    fn backlog(mode: Mode, linger: Duration) -> (Host, Host) {
        let config = Config { mode, linger, out_buffer: 16 << 20, ..Config::default() };
        let mut server = Host::new(config).unwrap();
        let mut client = Host::new(Config { queue_events: 4, ..Config::default() }).unwrap();
        let listener = server.listen("127.0.0.1:0", false).unwrap();
        let address = server.listener_address(listener).unwrap().to_string();
        client.connect(&address, None).unwrap();
        let in_time = deadline();
        let peer = connected(&mut server, &in_time);
        connected(&mut client, &in_time);
        let mut message = Message::new();
        message.add_bytes(&[7; SIZE]);
        for _ in 0..MESSAGES {
            server.send_message(peer, &message).unwrap();
        }
        (server, client)
    }

    fn connected(host: &mut Host, in_time: &impl Fn(&str)) -> PeerId {
        loop {
            in_time("nobody came");
            if let Some(event) = host.wait(GLANCE).unwrap() {
                assert_eq!(event.kind, EventKind::Connected);
                return event.peer;
            }
        }
    }

    #[test]
    fn what_was_sent_arrives_and_nobody_waits_for_it() {
        for mode in [Mode::Threaded, Mode::Inline] {
            let farewells: &'static Farewells = Box::leak(Box::new(Farewells::new()));
            let (server, mut client) = backlog(mode, Duration::from_secs(60));
            farewells.take(server, 7, "that was all");
            assert!(farewells.is_closing(), "the client has read nothing");
            let in_time = deadline();
            let mut messages = 0;
            loop {
                in_time("no end");
                let Some(event) = client.wait(GLANCE).unwrap() else { continue };
                if event.kind == EventKind::Disconnected {
                    assert_eq!((event.reason, event.code), (Reason::Closed, 7));
                    break assert_eq!(event.text, "that was all");
                }
                messages += 1;
            }
            assert_eq!(messages, MESSAGES);
            while farewells.is_closing() {
                in_time("it is still closing");
                std::thread::yield_now();
            }
        }
    }

    #[test]
    fn the_end_of_the_engine_waits_for_no_linger() {
        let farewells: &'static Farewells = Box::leak(Box::new(Farewells::new()));
        let began = Instant::now();
        let linger = Duration::from_secs(600);
        let ends: Vec<_> = (0..3).map(|_| backlog(Mode::Threaded, linger)).collect();
        let mut clients = Vec::new();
        for (server, client) in ends {
            farewells.take(server, 0, "");
            clients.push(client);
        }
        farewells.finish();
        assert!(!farewells.is_closing());
        assert!(began.elapsed() < linger / 2, "it has waited");
    }
}
