//! What a game owns: one queue of events, and whoever fills it.

use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_utils::sync::Parker;

use crate::config::{Config, Mode};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::handle::{Handle, goodbye};
use crate::inbox::Inbox;
use crate::inside::inside;
use crate::net::command::Command;
use crate::net::lease::{Enter, Look, NAP};
use crate::net::os;
use crate::net::reactor::{Reactor, waker};
use crate::net::shared::Shared;
use crate::net::slot::State;
use crate::net::watch::Watch;

/// The longest that freeing a host takes, however many peers it has.
const FAREWELL: Duration = Duration::from_millis(200);

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
    reactor: Arc<Mutex<Reactor>>,
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
        let reactor = Arc::new(Mutex::new(Reactor::new(poll, shared.clone())));
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
        match self.inbox.advance() {
            Some(there) => Ok(there),
            None => Ok(self.begin_batch()?
                || match timeout {
                    Some(timeout) => self.wait_for_batch(timeout)?,
                    None => false,
                }),
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
        shared.close_listeners();
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
        shared.waiting.store(true, Ordering::Relaxed);
        shared.flushing.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let result = loop {
            // Before looking, so that a wake between looking and sleeping is not missed.
            shared.game.begin();
            // First: a broadcast is in no out-buffer before the reactor has taken it.
            if shared.unplaced.load(Ordering::Acquire) == 0 && done() {
                break Ok(true);
            }
            let left = time_left(deadline);
            if left.is_zero() {
                break Ok(false);
            }
            if let Err(error) = self.rest(left, false) {
                break Err(error);
            }
        };
        shared.flushing.store(false, Ordering::Release);
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
            self.turn(Duration::ZERO)?;
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
            if let Err(error) = self.rest(left, drives) {
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
    fn rest(&mut self, timeout: Duration, drives: bool) -> Result<()> {
        let shared = &self.handle.shared;
        shared.condition.check()?;
        if self.thread.is_none() {
            return self.turn(timeout);
        }
        if drives {
            match shared.lease.enter() {
                Enter::Drive => return self.turn(timeout),
                Enter::Ask => shared.wake_io(),
                Enter::Wait => {}
            }
        }
        if shared.game.sleep() {
            self.parker.park_timeout(timeout);
        }
        Ok(())
    }

    /// One turn of the reactor on this thread.
    fn turn(&mut self, timeout: Duration) -> Result<()> {
        // Another thread may be writing what it sent; that takes microseconds.
        match self.reactor.lock() {
            Ok(mut reactor) => reactor.turn(Some(timeout)),
            Err(_) => return Err(self.poison()),
        }
        // Another thread may have sent something and found the reactor taken.
        self.handle.send_now();
        Ok(())
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
            if shared.finished.load(Ordering::Acquire) {
                // It has caught its own panics; there is nothing to be done about an error here.
                let _ = thread.join();
                return;
            }
            let left = time_left(Some(deadline));
            if left.is_zero() {
                // So many peers take longer. The thread closes them all, and ends.
                return;
            }
            if shared.game.sleep() {
                self.parker.park_timeout(left);
            }
        }
    }
}

/// Inline mode: says goodbye, on a thread of its own if that may take a while.
fn farewell(reactor: &Arc<Mutex<Reactor>>, shared: &Arc<Shared>) -> Option<JoinHandle<()>> {
    let run = |reactor: &Mutex<Reactor>, shared: &Shared| {
        // A reactor that has panicked may do so again.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            reactor.lock().unwrap_or_else(PoisonError::into_inner).say_goodbye();
        }));
        shared.finish();
    };
    if shared.connections.load(Ordering::Acquire) > 0 {
        let (reactor, shared) = (reactor.clone(), shared.clone());
        let thread = thread::Builder::new().name("podsix-farewell".into());
        if let Ok(thread) = thread.spawn(move || inside(|| run(&reactor, &shared))) {
            return Some(thread);
        }
    }
    run(reactor, shared);
    None
}

/// The time until a deadline; none is for ever.
fn time_left(deadline: Option<Instant>) -> Duration {
    deadline.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
}

/// Starts the thread of threaded mode.
fn start(reactor: Arc<Mutex<Reactor>>, shared: Arc<Shared>) -> std::io::Result<JoinHandle<()>> {
    thread::Builder::new().name("podsix".into()).spawn(move || {
        let turn = || inside(|| run(&reactor, &shared));
        if catch_unwind(AssertUnwindSafe(turn)).is_err() {
            shared.condition.poison();
        }
        shared.finish();
    })
}

/// Turns the reactor until the host is dropped, but while it is lent.
fn run(reactor: &Mutex<Reactor>, shared: &Shared) {
    loop {
        // If the game panicked while it turned, so does this thread: the host is poisoned.
        let mut turning = reactor.lock().expect("a reactor that has not panicked");
        while !turning.is_leaving() && !shared.lease.is_wanted() {
            turning.turn(None);
        }
        if turning.is_leaving() {
            return turning.say_goodbye();
        }
        drop(turning);
        if !shared.lease.lend() {
            continue;
        }
        shared.wake_game();
        let mut seen = None;
        loop {
            match shared.lease.look(&mut seen) {
                Look::Take => break,
                Look::Nap => thread::park_timeout(NAP),
                Look::Doze => thread::park(),
            }
        }
    }
}
