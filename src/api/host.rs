//! What a game owns: one queue of events, and whoever fills it.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_utils::sync::Parker;

use crate::api::batch::Inbox;
use crate::api::handle::{Handle, goodbye};
use crate::api::thread::{farewell, start};
use crate::config::{Config, Mode};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::link::os;
use crate::link::tokens::waker;
use crate::link::waitable::Waitable;
use crate::link::watch::Watch;
use crate::reactor::Reactor;
use crate::shared::Shared;
use crate::shared::command::Command;
use crate::shared::gate::Gate;
use crate::shared::lease::{Enter, NAP};
use crate::shared::slot::State;

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
/// A host belongs to the process that made it. In a forked child every call answers
/// [`Error::Forked`](crate::Error::Forked), and dropping it closes the child's copies of its descriptors
/// and nothing else; its memory goes with the child.
pub struct Host {
    handle: Handle,
    inbox: Inbox,
    parker: Parker,
    reactor: Arc<Gate<Reactor>>,
    thread: Option<JoinHandle<()>>,
    /// When the game left `wait` last.
    left: Option<Instant>,
}

impl Deref for Host {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Host {
    /// Makes a host.
    ///
    /// # Errors
    /// `BadConfig` for settings out of range or at odds, `Os` if the system gives no thread or no
    /// descriptor.
    pub fn new(config: Config) -> Result<Host> {
        config.check()?;
        let refused = |error: std::io::Error| Error::os("starting a host", &error);
        os::count_forks().map_err(refused)?;
        let poll = mio::Poll::new().map_err(refused)?;
        let watch = Watch::new(&poll).map_err(refused)?;
        let waker = waker(watch.registry()).map_err(refused)?;
        let parker = Parker::new();
        let mode = config.mode;
        let shared = Arc::new(Shared::new(config, waker, watch, parker.unparker().clone()));
        let reactor = Arc::new(Gate::new(Reactor::new(poll, shared.clone())));
        let (inline, thread) = match mode {
            Mode::Inline => (Some(reactor.clone()), None),
            Mode::Threaded => {
                (None, Some(start(reactor.clone(), shared.clone()).map_err(refused)?))
            }
        };
        let inbox = Inbox::new(shared.clone());
        let handle = Handle { shared, inline };
        Ok(Host { handle, inbox, parker, reactor, thread, left: None })
    }

    /// Everything but polling, for any thread.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The next event, without waiting. The first call takes what has arrived as a batch, later ones
    /// walk through it, and at its end there is `None` once: so a loop over `poll` ends even while
    /// messages pour in. An event lives until the next poll or wait.
    ///
    /// # Errors
    /// `Panic` if the library has failed; the host can only be dropped then.
    pub fn poll(&mut self) -> Result<Option<Event<'_>>> {
        Ok(self.next(None)?.then(|| self.inbox.event()))
    }

    /// Like [`poll`](Self::poll); but where a new batch would be empty it waits up to `timeout` for
    /// the first event.
    pub fn wait(&mut self, timeout: Duration) -> Result<Option<Event<'_>>> {
        Ok(self.next(Some(timeout))?.then(|| self.inbox.event()))
    }

    /// Goes to the next event. Whether there is one.
    #[inline]
    pub(crate) fn next(&mut self, timeout: Option<Duration>) -> Result<bool> {
        self.handle.shared.condition.check()?;
        let there = match self.inbox.advance() {
            Some(there) => there,
            None => {
                self.begin_batch()?
                    || match timeout {
                        Some(timeout) => self.wait_for_batch(timeout)?,
                        None => false,
                    }
            }
        };
        if !there && self.handle.shared.waitable.get().is_some() {
            self.show();
        }
        Ok(there)
    }

    /// Lets the descriptor tell whether there is anything else to poll.
    #[cold]
    fn show(&self) {
        let shared = &self.handle.shared;
        match shared.waitable.get() {
            Some(Waitable::Threaded(bell)) if self.inbox.has_more() => bell.repeat(),
            Some(Waitable::Threaded(bell)) => bell.quiet(|| !shared.events.is_empty()),
            Some(Waitable::Inline(_)) => os::uncancelled(|| {
                // From here on the others show what they bring about. What they have brought about, they
                // did inside.
                shared.polling.store(false, Ordering::Relaxed);
                if let Ok(reactor) = self.reactor.enter() {
                    reactor.leave(self.inbox.has_more());
                }
            }),
            None => {}
        }
    }

    /// The event that `next` went to; a message has no action yet.
    #[inline]
    pub(crate) fn unnamed(&self) -> Event<'_> {
        self.inbox.unnamed()
    }

    /// Waits until everything sent so far, to any peer, has been handed to the operating system.
    ///
    /// # Errors
    /// `Timeout` if that takes longer; nothing is lost, it still waits.
    pub fn flush(&mut self, timeout: Duration) -> Result<()> {
        let shared = self.handle.shared.clone();
        shared.condition.check()?;
        let waiting = || {
            let mut bytes = 0;
            shared.slots.for_each(|_, slot| bytes += slot.waiting());
            bytes
        };
        if self.settle(timeout, || waiting() == 0)? {
            return Ok(());
        }
        Err(Error::Timeout { waiting: waiting(), after: timeout })
    }

    /// Closes the host: listeners stop, connects that are not open end with ERROR, clients that ask to be let
    /// in are refused, and every peer gets what was sent to it, then `code` and `text` (at most 1,024 bytes).
    /// Waits until each other end has closed. No event is taken away: each DISCONNECTED waits to be polled;
    /// a peer whose other end did not close within `linger`, or `timeout` if that is longer, has the reason
    /// LOST. Nothing can be sent any more, and neither [`listen`](Handle::listen) nor
    /// [`connect`](Handle::connect) begin anything new.
    ///
    /// # Errors
    /// `Timeout` if that takes longer. Call it again, or poll until [`all_peers`](Handle::all_peers) is empty;
    /// a timeout of zero begins to close and returns.
    pub fn close(&mut self, timeout: Duration, code: i32, text: &str) -> Result<()> {
        let shared = self.handle.shared.clone();
        shared.condition.check()?;
        shared.closing.store(true, Ordering::Release);
        os::uncancelled(|| shared.close_listeners());
        // Here and not by the reactor alone: what this thread sends after this call must be refused.
        shared.slots.for_each(|peer, slot| {
            let _ = slot.change_state(peer, State::left);
        });
        self.handle.command(Command::Close { goodbye: goodbye(code, text), patience: timeout });
        self.settle(timeout, || shared.connections.load(Ordering::Acquire) == 0)?;
        let left = shared.connections.load(Ordering::Acquire);
        let left = left + shared.unclosed.swap(0, Ordering::Relaxed);
        if left == 0 {
            return Ok(());
        }
        Err(Error::StillOpen { left, after: timeout })
    }

    /// Waits until the reactor has done everything asked of it so far and `done` holds, for at most `timeout`;
    /// whether that is so.
    fn settle(&mut self, timeout: Duration, done: impl Fn() -> bool) -> Result<bool> {
        let shared = self.handle.shared.clone();
        // A timeout beyond the clock's range is as good as none.
        let deadline = Instant::now().checked_add(timeout);
        // First `unplaced`: a broadcast is in no out-buffer before the reactor has taken it.
        let in_vain = |shared: &Shared| shared.unplaced.load(Ordering::Acquire) > 0 || !done();
        shared.waiting.store(true, Ordering::Relaxed);
        shared.flushing.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let result = loop {
            // Before looking, so that a wake between looking and sleeping is not missed.
            shared.game.begin();
            if !in_vain(&shared) {
                break Ok(true);
            }
            let left = time_left(deadline);
            if left.is_zero() {
                break Ok(false);
            }
            if let Err(error) = self.rest(left, false, in_vain) {
                break Err(error);
            }
        };
        shared.flushing.store(false, Ordering::Release);
        if shared.waitable.get().is_some() {
            self.show();
        }
        shared.waiting.store(false, Ordering::Relaxed);
        result
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
            if shared.waitable.get().is_some() {
                shared.polling.store(true, Ordering::Relaxed);
            }
            self.turn(Duration::ZERO, |_| true)?;
        }
        Ok(self.inbox.begin())
    }

    fn wait_for_batch(&mut self, timeout: Duration) -> Result<bool> {
        let shared = self.handle.shared.clone();
        let now = Instant::now();
        // A timeout beyond the clock's range is as good as none.
        let deadline = now.checked_add(timeout);
        // A game that was here a moment ago will be back as soon: it may as well turn the reactor.
        let drives = self.left.is_some_and(|left| now < left + NAP);
        shared.waiting.store(true, Ordering::Relaxed);
        let result = loop {
            shared.game.begin();
            if self.inbox.begin() {
                break Ok(true);
            }
            let left = time_left(deadline);
            if left.is_zero() {
                break Ok(false);
            }
            if let Err(error) = self.rest(left, drives, |shared| shared.events.is_empty()) {
                break Err(error);
            }
        };
        shared.waiting.store(false, Ordering::Relaxed);
        if let Some(thread) = &self.thread {
            if shared.lease.leave() {
                thread.thread().unpark();
            }
            self.left = Some(Instant::now());
        }
        result
    }

    /// Waits until the reactor has done something; inline, or where the thread lends it, turns it.
    /// `in_vain`: whether there is still nothing of what is waited for.
    fn rest(
        &mut self,
        timeout: Duration,
        drives: bool,
        in_vain: impl Fn(&Shared) -> bool,
    ) -> Result<()> {
        let shared = &self.handle.shared;
        shared.condition.check()?;
        if self.thread.is_none() {
            return self.turn(timeout, in_vain);
        }
        if drives {
            match shared.lease.enter() {
                Enter::Drive => return self.turn(timeout, in_vain),
                Enter::Ask => shared.wake_io(),
                Enter::Wait => {}
            }
        }
        if shared.game.sleep() {
            os::uncancelled(|| self.parker.park_timeout(timeout));
        }
        Ok(())
    }

    /// One turn of the reactor on this thread.
    fn turn(&mut self, timeout: Duration, in_vain: impl Fn(&Shared) -> bool) -> Result<()> {
        let shared = &self.handle.shared;
        let turned = os::uncancelled(|| {
            let Ok(mut reactor) = self.reactor.enter() else { return false };
            // Between the caller's look and this, another thread may have turned or sent. Whatever it
            // brought about came while it was inside, and nobody will wake us for it.
            let timeout = if in_vain(shared) { timeout } else { Duration::ZERO };
            reactor.turn(Some(timeout));
            if self.thread.is_none() {
                reactor.leave(false);
            }
            true
        });
        if turned { Ok(()) } else { Err(self.poison()) }
    }

    /// In a forked child: closes the copies of the parent's descriptors. The rest stays as it is, and goes
    /// with the process: what a thread of the parent's was changing cannot be taken apart here.
    fn leave_to_parent(&mut self) {
        self.handle.shared.close_copies();
        let inbox = Inbox::new(self.handle.shared.clone());
        std::mem::forget(std::mem::replace(&mut self.inbox, inbox));
        std::mem::forget((self.handle.clone(), self.reactor.clone(), self.thread.take()));
    }

    fn poison(&self) -> Error {
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
        let deadline = Instant::now() + FAREWELL;
        shared.condition.end();
        shared.close_listeners();
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
            let left = time_left(Some(deadline));
            let finished = shared.finished.load(Ordering::Acquire);
            if finished || left.is_zero() {
                // By now it waits for nobody: few are closed in a moment, of many it closes the rest alone.
                if finished || shared.connections.load(Ordering::Relaxed) <= MANY {
                    // It has caught its own panics; there is nothing to be done about an error here.
                    let _ = thread.join();
                }
                return;
            }
            if shared.game.sleep() {
                self.parker.park_timeout(left);
            }
        }
    }
}

/// The time until a deadline; none is for ever.
fn time_left(deadline: Option<Instant>) -> Duration {
    deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::thread;

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
            let other = thread::spawn({
                let handle = handle.clone();
                move || {
                    let gate = handle.inline.as_ref().unwrap();
                    let (Ok(mut reactor) | Err(mut reactor)) = gate.enter();
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
            // Once the other one is inside; `poll` would wait for it before it looks.
            while handle.inline.as_ref().unwrap().try_enter().is_ok() {
                thread::yield_now();
            }
            if round % 2 == 0 {
                assert_eq!(host.wait_for_batch(PATIENCE), Ok(true));
                assert_eq!(host.inbox.advance(), Some(false));
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
