//! What a game owns: one queue of events, and whoever fills it.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_utils::sync::Parker;

use crate::api::batch::Batches;
use crate::api::handle::Handle;
use crate::api::thread::{farewell, start};
use crate::config::{Config, Mode, SendMode};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::link::waitable::Waitable;
use crate::link::{Network, Poller, os};
use crate::reactor::Reactor;
use crate::shared::Shared;
use crate::shared::clock::Clock;
use crate::shared::command::Command;
use crate::shared::gate::Gate;
use crate::wire::Moment;

/// The longest that freeing a host takes, however many peers it has.
const FAREWELL: Duration = Duration::from_millis(200);

/// With more peers than this to be closed at the end of that time, a thread goes on with it.
const MANY: u32 = 1_000;

/// A host: listeners, peers, one queue of events and, in threaded mode, one thread.
///
/// It derefs to its [`Handle`], for everything but polling. Dropping it says goodbye to all peers, which
/// takes 200 ms at the most: where it has very many, a thread goes on with it. What was sent just before
/// may be lost on a long line: [`close`](Host::close) waits for it.
///
/// An event borrows from its host; who answers it does so by a clone of the handle:
///
/// ```
/// use podsix::{Config, EventKind, Host, Message};
/// use std::time::{Duration, Instant};
///
/// # fn main() -> podsix::Result<()> {
/// let mut server = Host::new(Config::default())?;
/// let address = server.listener_address(server.listen("127.0.0.1:0", false)?)?;
/// let mut client = Host::new(Config::default())?;
/// let peer = client.connect(&address.to_string(), None)?;
/// client.send_message(peer, Message::new().begin("ping"))?; // waits until it is connected
///
/// let net = server.handle().clone();
/// let deadline = Instant::now() + Duration::from_secs(10);
/// let answered = 'game: loop {
///     while let Some(event) = server.poll()? {
///         if event.kind == EventKind::Message && event.action == "ping" {
///             net.send_message(event.peer, Message::new().begin("pong"))?;
///         }
///     }
///     while let Some(event) = client.wait(Duration::from_millis(10))? {
///         if event.kind == EventKind::Message {
///             break 'game event.action == "pong";
///         }
///     }
///     if Instant::now() > deadline {
///         break false;
///     }
/// };
/// assert!(answered);
/// # Ok(())
/// # }
/// ```
///
/// # Threads
/// A host may move from thread to thread, and one at a time has it: [`poll`](Host::poll), [`wait`](Host::wait),
/// [`flush`](Host::flush) and [`close`](Host::close) take it as `&mut`. All else is its [`Handle`]'s, for any
/// thread, also meanwhile. `wait`, `flush` and `close` block, for as long as their timeout allows; `poll` does not.
/// In threaded mode input and output are the library's own thread's, and the game's while it waits, if that is
/// quicker; inline they are those of whoever polls, waits or sends.
///
/// # Platforms
/// On Unix a `pthread_cancel` of a thread that polls, waits or sends takes effect when the call is over.
///
/// A host belongs to the process that made it. In a forked child every call answers
/// [`Error::Forked`](crate::Error::Forked), and dropping it closes the child's copies of its descriptors
/// and nothing else; its memory goes with the child.
pub struct Host {
    pub(super) handle: Handle,
    pub(super) batches: Batches,
    pub(super) parker: Parker,
    pub(super) reactor: Arc<Gate<Reactor>>,
    pub(super) thread: Option<JoinHandle<()>>,
    /// When the game's last `wait` was over.
    pub(super) waited_until: Option<Moment>,
    /// Inline: what the game's thread sends waits for more of the batch.
    sends_wait: bool,
}

impl Deref for Host {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Host {
    /// Makes a host. In threaded mode its thread begins at once.
    ///
    /// # Errors
    /// `BadConfig` for settings out of range or at odds, as [`Config::check`] has it; `Os` if the system gives no
    /// thread or no descriptor.
    pub fn new(config: Config) -> Result<Host> {
        config.check()?;
        let refused = |error: std::io::Error| Error::os("starting a host", &error);
        let (network, poller) = Network::new(&config).map_err(refused)?;
        let mut host = Host::without_thread(config, Clock::start(), network, poller);
        if host.config().mode == Mode::Threaded {
            let (reactor, shared) = (host.reactor.clone(), host.handle.shared.clone());
            host.thread = Some(start(reactor, shared).map_err(refused)?);
        }
        Ok(host)
    }

    /// A host that nobody turns yet.
    pub(super) fn without_thread(
        config: Config,
        clock: Clock,
        network: Arc<Network>,
        poller: Poller,
    ) -> Host {
        let parker = Parker::new();
        let mode = config.mode;
        let unparker = parker.unparker().clone();
        let shared = Arc::new(Shared::new(config, clock, network.clone(), unparker));
        let reactor = Reactor::new(poller, network.clone(), shared.clone());
        let reactor = Arc::new(Gate::new(reactor));
        let batches = Batches::new(shared.clone());
        let inline = (mode == Mode::Inline).then(|| reactor.clone());
        let handle = Handle { shared, network, inline };
        Host {
            handle,
            batches,
            parker,
            reactor,
            thread: None,
            waited_until: None,
            sends_wait: false,
        }
    }

    /// Everything but polling, for any thread: to be cloned and moved there.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The next event, without waiting. The first call takes what has arrived as a batch, later ones
    /// walk through it, and at its end there is `None` once: so a loop over `poll` ends even while
    /// messages pour in. An event lives until the next poll or wait.
    ///
    /// # Errors
    /// `Panic` if the library has failed: the host can only be dropped then. `Forked` in a forked child.
    pub fn poll(&mut self) -> Result<Option<Event<'_>>> {
        Ok(self.next(None)?.then(|| self.batches.event()))
    }

    /// Like [`poll`](Self::poll); but where a new batch would be empty it waits up to `timeout` for
    /// the first event. At the end of a batch there is `None` at once. A timeout beyond the clock's range waits for
    /// ever.
    ///
    /// # Errors
    /// As [`poll`](Self::poll). A timeout is none: there is `None`.
    pub fn wait(&mut self, timeout: Duration) -> Result<Option<Event<'_>>> {
        Ok(self.next(Some(timeout))?.then(|| self.batches.event()))
    }

    /// Goes to the next event. Whether there is one.
    #[inline]
    pub(crate) fn next(&mut self, timeout: Option<Duration>) -> Result<bool> {
        self.handle.shared.condition.check()?;
        let there = match self.batches.advance() {
            Some(there) => there,
            None => {
                self.begin_batch()?
                    || match timeout {
                        Some(timeout) => self.wait_for_batch(timeout)?,
                        None => false,
                    }
            }
        };
        if self.handle.inline.is_some() {
            self.let_sends_wait();
        }
        if !there && self.handle.network.waitable.get().is_some() {
            self.show();
        }
        Ok(there)
    }

    /// Inline: what this thread sends waits while it takes a batch. By default only until the batch's last event is
    /// taken: with none to come, nobody knows when the game polls again. What waits longer than it should leaves.
    #[inline]
    fn let_sends_wait(&mut self) {
        let withheld = &self.handle.shared.withheld;
        let wait = match self.handle.config().send_mode {
            SendMode::AtOnce => self.batches.is_more(),
            SendMode::Gathered => self.batches.is_under_way(),
        };
        if std::mem::replace(&mut self.sends_wait, wait) != wait {
            withheld.set_walking(wait);
        }
        if withheld.is_any() && (!wait || withheld.is_overdue(self.handle.shared.now())) {
            self.handle.send_now();
        }
    }

    /// Lets the descriptor tell whether there is anything else to poll.
    #[cold]
    pub(super) fn show(&self) {
        let shared = &self.handle.shared;
        match self.handle.network.waitable.get() {
            Some(Waitable::Threaded(bell)) if self.batches.has_more() => bell.repeat(),
            Some(Waitable::Threaded(bell)) => bell.quiet(|| !shared.events.is_empty()),
            Some(Waitable::Inline(_)) => os::uncancelled(|| {
                // From here on the others show what they bring about. What they have brought about, they
                // did inside.
                shared.polling.store(false, Ordering::Relaxed);
                if let Ok(reactor) = self.reactor.enter() {
                    reactor.leave(self.batches.has_more());
                }
            }),
            None => {}
        }
    }

    /// The event that `next` went to if it is a message like most, without its action.
    #[inline(always)]
    pub(crate) fn message_without_action(&self) -> Option<Event<'_>> {
        self.batches.message_without_action()
    }

    /// The event that `next` went to; a message has no action yet.
    #[inline]
    pub(crate) fn event_without_action(&self) -> Event<'_> {
        self.batches.event_without_action()
    }

    /// Takes what has arrived. Whether there is an event.
    fn begin_batch(&mut self) -> Result<bool> {
        let shared = &self.handle.shared;
        // The poll thread is its only writer: no read-modify-write, an empty poll stays cheap.
        shared.polls.store(shared.polls.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        if shared.asleep.load(Ordering::Relaxed) {
            shared.asleep.store(false, Ordering::Relaxed);
            shared.command(Command::Awake);
        }
        if self.handle.inline.is_some() {
            if self.handle.network.waitable.get().is_some() {
                shared.polling.store(true, Ordering::Relaxed);
            }
            self.turn(Duration::ZERO, |_| true)?;
        }
        Ok(self.batches.begin())
    }

    /// In a forked child: closes the copies of the parent's descriptors. The rest stays as it is, and goes
    /// with the process: what a thread of the parent's was changing cannot be taken apart here.
    fn leave_to_parent(&mut self) {
        self.handle.network.close_copies();
        let batches = Batches::new(self.handle.shared.clone());
        std::mem::forget(std::mem::replace(&mut self.batches, batches));
        std::mem::forget((self.handle.clone(), self.reactor.clone(), self.thread.take()));
    }

    pub(super) fn poison(&self) -> Error {
        self.handle.shared.condition.poison();
        Error::Panic
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let shared = &self.handle.shared;
        if shared.condition.is_forked() {
            return self.leave_to_parent();
        }
        let deadline = shared.now() + FAREWELL;
        shared.condition.end();
        self.handle.network.close_listeners();
        let thread = match self.thread.take() {
            Some(thread) => {
                shared.lease.end();
                thread.thread().unpark();
                shared.command(Command::Shutdown);
                Some(thread)
            }
            None => farewell(&self.reactor, shared),
        };
        let Some(thread) = thread else { return };
        loop {
            shared.game.begin();
            let left = shared.clock.until(Some(deadline));
            let finished = shared.finished.load(Ordering::Acquire);
            if finished || left.is_zero() {
                // By now it waits for nobody: few are closed in a moment, of many it closes the rest alone.
                if finished || shared.connections.load(Ordering::Relaxed) <= MANY {
                    // It has caught its own panics; there is nothing to be done about an error here.
                    let _ = thread.join();
                } else {
                    os::stay_loaded();
                }
                return;
            }
            if shared.game.sleep() {
                self.parker.park_timeout(left);
            }
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Instant;

    use super::*;
    use crate::event::EventKind;

    const PATIENCE: Duration = Duration::from_secs(30);

    fn host(mode: Mode) -> Host {
        Host::new(Config { mode, ..Config::default() }).unwrap()
    }

    /// An event, and bytes that wait, come and go between a look at them and the sleep.
    #[test]
    fn what_happened_between_a_look_and_the_sleep_is_seen() {
        let mut host = host(Mode::Inline);
        let handle = host.handle().clone();
        let began = Instant::now();
        for round in 0..50 {
            let (inside, is_inside) = mpsc::channel();
            let other = thread::spawn({
                let handle = handle.clone();
                move || {
                    let gate = handle.inline.as_ref().unwrap();
                    let (Ok(mut reactor) | Err(mut reactor)) = gate.enter();
                    inside.send(()).unwrap();
                    // The game looks, and then waits to get in, where it would sleep.
                    while !gate.is_wanted() {
                        thread::yield_now();
                    }
                    if round % 2 == 0 {
                        reactor.publish_trouble();
                    } else {
                        handle.shared.unplaced.fetch_sub(1, Ordering::Release);
                    }
                }
            });
            // `poll` would wait for the other one before it looks.
            is_inside.recv().unwrap();
            if round % 2 == 0 {
                assert_eq!(host.wait_for_batch(PATIENCE), Ok(true));
                assert_eq!(host.batches.advance(), Some(false));
            } else {
                handle.shared.unplaced.fetch_add(1, Ordering::Relaxed);
                assert_eq!(host.flush(PATIENCE), Ok(()));
            }
            other.join().unwrap();
        }
        assert!(began.elapsed() < PATIENCE, "it slept its whole timeout");
    }

    /// Whoever waits for the descriptor turns seldom, but always when it is time to: that is not being away.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_silent_peer_times_out_where_the_game_waits_for_the_descriptor() {
        use std::io::Write as _;
        use std::os::fd::AsRawFd as _;

        use mio::unix::SourceFd;

        use crate::Reason;

        let (ping_interval, idle_timeout) = (Duration::from_millis(700), Duration::from_secs(3));
        let config =
            Config { mode: Mode::Inline, ping_interval, idle_timeout, ..Config::default() };
        let mut server = Host::new(config).unwrap();
        let listener = server.listen("127.0.0.1:0", false).unwrap();
        let address = server.listener_address(listener).unwrap();
        let mut client = std::net::TcpStream::connect(address).unwrap();
        client.write_all(b"PDSX\x01\0\0\0\0\x01\0\0\0\0\0\0").unwrap();
        let handle = server.handle().clone();
        let descriptor = handle.descriptor().unwrap().as_raw_fd();
        let mut others = mio::Poll::new().unwrap();
        let mut ready = mio::Events::with_capacity(1);
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Some(event) = server.poll().unwrap() {
                if event.kind == EventKind::Disconnected {
                    return assert_eq!(event.reason, Reason::Timeout);
                }
            }
            assert!(Instant::now() < deadline, "it never ends");
            let mut watched = SourceFd(&descriptor);
            let registry = others.registry();
            registry.register(&mut watched, mio::Token(0), mio::Interest::READABLE).unwrap();
            others.poll(&mut ready, Some(PATIENCE)).unwrap();
            others.registry().deregister(&mut watched).unwrap();
        }
    }

    /// It was told to be asleep in the moment in which it began to wait.
    #[test]
    fn a_game_that_waits_is_awake() {
        let mut server = host(Mode::Threaded);
        let listener = server.listen("127.0.0.1:0", false).unwrap();
        let address = server.listener_address(listener).unwrap().to_string();
        let mut client = host(Mode::Threaded);
        client.connect(&address, None).unwrap();
        let next = |host: &mut Host| {
            let event = host.wait(PATIENCE).unwrap().expect("an event in time");
            let seen = (event.kind, event.peer);
            while host.poll().unwrap().is_some() {}
            seen
        };
        assert_eq!(next(&mut client).0, EventKind::Connected);
        let (_, at_server) = next(&mut server);
        // It sleeps until its peer has heard of it.
        assert_eq!(next(&mut client).0, EventKind::Stalled);
        let waits = thread::spawn(move || {
            // As `wait`, but for what it does first, where it says that it polls again.
            server.wait_for_batch(PATIENCE).unwrap();
            server
        });
        assert_eq!(next(&mut client).0, EventKind::Resumed);
        client.send_json(client.peers()[0], "1").unwrap();
        let server = waits.join().unwrap();
        assert_eq!(server.peers(), [at_server]);
    }
}
