//! The reactor: one object with one `turn`. A thread loops over it, or the game calls it itself.
//!
//! A turn is bounded in work, by [`shares`](crate::reactor::share) of reading, of commands and of writing, so that
//! nobody waits long for any of the three, and the timers run in every one.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{Ordering, fence};
use std::time::Duration;

use crate::config::Mode;
use crate::link::waitable::{Said, Waitable};
use crate::link::{Network, Poller, Ready, Report, Subject};
use crate::reactor::failed_handshakes::FailedHandshakes;
use crate::reactor::greeting_limits::GreetingLimits;
use crate::reactor::peers::Peers;
use crate::reactor::publisher::Publisher;
use crate::reactor::refused::Refused;
use crate::reactor::session::Common;
use crate::reactor::silent::Silent;
use crate::reactor::spare::Spare;
use crate::reactor::stage::Stage;
use crate::reactor::stall::StallWatch;
use crate::reactor::timers::Timers;
use crate::reactor::work_list::WorkList;
use crate::shared::Shared;
use crate::shared::commands::Taker;
use crate::shared::gate::Inside;
use crate::wire::Moment;
use crate::words::{Level, OsError};

/// What lies between two looks at the clock is a bounded wait or a share of work, of which none takes so long: nobody
/// turned meanwhile, or the process was stopped, or the machine slept.
const AWAY: Duration = Duration::from_millis(500);
/// A game that turns the reactor gets all that is there from one poll, if that takes no longer than this. It is enough
/// for a message of each of ten thousand peers.
const POLLING: Duration = Duration::from_millis(50);
/// After a turn with so many commands the thread looks again for a while, giving way to others, before
/// it sleeps: whoever is busy sending would have to wake it for every few messages.
const BUSY: usize = 16;
const STAY_AWAKE: Duration = Duration::from_micros(30);
/// While memory is short, how often to see whether the game has made room.
const MEMORY_RETRY: Duration = Duration::from_millis(5);

pub(crate) struct Reactor {
    pub(super) shared: Arc<Shared>,
    pub(super) network: Arc<Network>,
    pub(super) common: Common,
    poller: Poller,
    ready: Ready,
    pub(super) now: Moment,
    /// When the clock was last looked at in a turn: being away is judged by turns. A send moves `now` alone.
    looked: Moment,
    pub(super) peers: Peers,
    pub(super) to_read: WorkList,
    pub(super) to_write: WorkList,
    /// How many of these, from the front, were listed when commands were last taken. Before all of them have been written
    /// to no more commands are taken: else a broadcast could end as slow whom nobody has tried to write to.
    pub(super) unwritten: usize,
    pub(super) to_accept: Vec<NonZeroU32>,
    pub(super) accept_at: Option<Moment>,
    /// When it was last reported that nothing can be accepted.
    pub(super) exhaustion_reported: Option<Moment>,
    pub(super) timers: Timers,
    pub(super) greeting_limits: GreetingLimits,
    pub(super) failed_handshakes: FailedHandshakes,
    pub(super) refused: Refused,
    pub(super) silent: Silent,
    pub(super) stall: StallWatch,
    pub(super) publisher: Publisher,
    /// Bytes that are in out-buffers, or were put there since all were written, and may not be on the budget yet.
    pub(super) uncounted: usize,
    pub(super) taker: Taker,
    /// One small message.
    pub(super) small: Vec<u8>,
    /// One read's worth of bytes, for all peers.
    pub(super) scratch: Vec<u8>,
    pub(super) spare: Spare,
    /// Control frames on their way into an out-buffer.
    pub(super) control: Vec<u8>,
    /// The game closes the host; until when the other ends have to close too.
    pub(super) closing: Option<Moment>,
    /// The host has been dropped: nobody is told of anything any more.
    pub(super) leaving: bool,
    /// There may be more commands than were a share of the last ones taken.
    pub(super) more_commands: bool,
    /// There may be more reports than the last poll had room for.
    more_reports: bool,
    awake_until: Moment,
    /// What the descriptor of an inline host tells.
    said: Said,
}

impl Reactor {
    pub(crate) fn new(poller: Poller, network: Arc<Network>, shared: Arc<Shared>) -> Reactor {
        let now = shared.now();
        Reactor {
            common: Common::new(&shared.config),
            poller,
            ready: Ready::new(),
            now,
            looked: now,
            peers: Peers::default(),
            to_read: WorkList::default(),
            to_write: WorkList::default(),
            unwritten: 0,
            to_accept: Vec::new(),
            accept_at: None,
            exhaustion_reported: None,
            timers: Timers::default(),
            greeting_limits: GreetingLimits::default(),
            failed_handshakes: FailedHandshakes::default(),
            refused: Refused::default(),
            silent: Silent::default(),
            stall: StallWatch::new(now, shared.config.mode == Mode::Threaded),
            publisher: Publisher::new(shared.clone(), network.clone()),
            uncounted: 0,
            taker: Taker::default(),
            small: Vec::new(),
            scratch: vec![0; shared.portions.read()],
            spare: Spare::new(shared.portions),
            control: Vec::new(),
            closing: None,
            leaving: false,
            more_commands: false,
            more_reports: false,
            awake_until: now,
            said: Said::default(),
            network,
            shared,
        }
    }

    /// The host has been dropped.
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving
    }

    /// Waits at most `timeout` for something to do, and does it. The thread has no timeout, a game that
    /// turns has one.
    ///
    /// The thread comes back at once where there is more to do than a turn's share. A game that turns may come back
    /// with its next picture: so much is done for it as was there when it came.
    pub(crate) fn turn(&mut self, timeout: Option<Duration>) {
        let wait = self.may_wait(timeout);
        self.wait(wait);
        let until = self.now + POLLING;
        let mut unread = self.work(usize::MAX);
        while self.shared.config.mode == Mode::Inline
            && (unread > 0 || self.unwritten > 0 || self.more_reports)
            && self.now < until
        {
            // Until no report is left, whatever is listed may have been there when the game came.
            let listed = if self.more_reports { usize::MAX } else { unread };
            self.wait(Some(Duration::ZERO));
            unread = self.work(listed);
        }
        // Either this sees that the game flushes, or the game sees what was written.
        fence(Ordering::SeqCst);
        if self.shared.flushing.load(Ordering::Relaxed) {
            self.shared.wake_game();
        }
    }

    fn wait(&mut self, wait: Option<Duration>) {
        if let Err(error) = self.poller.wait(&mut self.ready, wait) {
            self.shared
                .log
                .add(Level::Error, format!("waiting for the network: {}", OsError(&error)));
        }
        let expected = self.expected().zip(wait).map(|(at, wait)| at + wait);
        self.said.lit = false;
        self.look(expected);
        self.shared.io.begin();
    }

    /// One share of everything that there is to do; read is none but the first `unread` of those that are listed for
    /// that. Says how many of them are left.
    fn work(&mut self, unread: usize) -> usize {
        self.note_readiness();
        if self.unwritten > 0 {
            // What is not taken now is still there: the turn after the last of them must not sleep.
            let _ = self.shared.io.notify();
        } else if self.take_commands() >= BUSY {
            self.awake_until = self.now + STAY_AWAKE;
        }
        self.accept_all();
        let unread = self.read_some(unread);
        self.relieve_memory();
        self.run_timers();
        self.write_some();
        self.common.trim();
        if self.publisher.has_some() {
            self.stall.hasten(self.now);
        }
        self.publisher.publish();
        self.look(Some(self.looked));
        unread
    }

    /// Looks at the clock, which should show the time `expected` at the latest, if there is one.
    fn look(&mut self, expected: Option<Moment>) {
        self.now = self.shared.now();
        if let Some(expected) = expected
            && self.now > expected + AWAY
        {
            self.excuse_silence(self.now - expected - AWAY);
        }
        self.looked = self.now;
    }

    /// When the wait should have begun: when the clock was last looked at, or when the descriptor that the game waits
    /// for told it to come. None: whenever a link has something.
    fn expected(&self) -> Option<Moment> {
        match self.network.waitable.get() {
            Some(Waitable::Inline(_)) if !self.said.lit => {
                self.said.at.map(|at| at.max(self.looked))
            }
            _ => Some(self.looked),
        }
    }

    /// Takes what the game has asked for since, and writes it at once: inline mode's short way from
    /// `send` to the link.
    pub(crate) fn send_now(&mut self) {
        self.now = self.shared.now();
        self.shared.io.begin();
        self.write_all();
        self.take_commands();
        self.write_all();
        self.publisher.publish();
    }

    /// Likewise until nothing is left of what is there now. Not until nothing is there: a thread whose sends wait for
    /// more goes on putting them there, and nobody would get out again before it pauses.
    pub(crate) fn send_all(&mut self) {
        while self.has_commands() {
            self.send_now();
            if !self.more_commands {
                return;
            }
        }
    }

    /// How long the turn may wait; going to sleep is told to those who would have to wake us.
    fn may_wait(&mut self, timeout: Option<Duration>) -> Option<Duration> {
        if timeout == Some(Duration::ZERO) {
            return timeout;
        }
        let now = self.shared.now();
        let next = self.next_work(now);
        if next == Some(Duration::ZERO) {
            return next;
        }
        if now < self.awake_until && timeout.is_none() {
            std::thread::yield_now();
            return Some(Duration::ZERO);
        }
        if !self.shared.io.sleep() {
            return Some(Duration::ZERO);
        }
        // Rounded up: the system counts milliseconds, and waking early would be turning in vain.
        let next = next.map(|wait| wait + Duration::from_millis(1));
        [timeout, next].into_iter().flatten().min()
    }

    /// How long until there is something to do that no link tells of.
    pub(crate) fn next_work(&self, now: Moment) -> Option<Duration> {
        let short_of_memory = !self.may_read();
        let busy = (!self.to_read.is_empty() && !short_of_memory)
            || (!self.to_accept.is_empty() && self.accept_at.is_none())
            || !self.to_write.is_empty();
        if busy {
            return Some(Duration::ZERO);
        }
        let due = [
            self.timers.next(),
            self.failed_handshakes.due(now),
            self.accept_at,
            self.stall.next(),
        ];
        let due = due.into_iter().flatten().min().map(|at| at - now);
        let retry = (short_of_memory && !self.to_read.is_empty()).then_some(MEMORY_RETRY);
        [due, retry].into_iter().flatten().min()
    }

    /// Inline: lets the descriptor tell of everything that the next poll would do or give, now or later.
    fn show(&mut self, is_more: bool) {
        let Some(Waitable::Inline(timer)) = self.network.waitable.get() else { return };
        let now = self.shared.now();
        let next = self.next_work(now);
        if is_more || next == Some(Duration::ZERO) || self.shared.io.is_notified() {
            if !std::mem::replace(&mut self.said.lit, true) {
                self.shared.show();
            }
        } else if let Some(wait) = next {
            let at = Some(now + wait);
            if std::mem::replace(&mut self.said.at, at) != at {
                timer.set(wait);
            }
        }
    }

    /// For a simulated host: whatever is left to chance otherwise is the same each time.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn make_repeatable(&mut self) {
        self.common.stagger.make_repeatable();
    }

    /// Publishes an event that means nothing.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn publish_trouble(&mut self) {
        self.publisher.trouble(NonZeroU32::MIN, crate::event::Reason::None, 0, String::new());
        self.publisher.publish();
    }

    fn note_readiness(&mut self) {
        let ready = std::mem::take(&mut self.ready);
        self.more_reports = ready.is_crowded();
        for report in ready.reports() {
            match report.subject {
                Subject::Link(index) => self.note_link(index, &report),
                Subject::Listener(id) if self.to_accept.contains(&id) => {}
                Subject::Listener(id) => self.to_accept.push(id),
                Subject::Dial(index) => self.dial(index),
            }
        }
        self.ready = ready;
    }

    fn note_link(&mut self, index: usize, report: &Report) {
        let Some(connection) = self.peers.connection(index) else { return };
        connection.note(report);
        if let Stage::Requested = connection.stage {
            // Nothing is read or written before the game answers.
            self.end_if_it_left(index);
            return;
        }
        // A report of something to read says nearly always that the link takes something, too: whoever speaks
        // would be written to in vain each time if it were listed with nothing waiting.
        if !connection.out.is_empty() || connection.stage.is_draining() {
            self.to_write.push(index);
        }
        self.list_for_reading(index);
    }

    pub(super) fn list_for_reading(&mut self, index: usize) {
        if let Some(connection) = self.peers.connection(index)
            && connection.wants_reading()
        {
            self.to_read.push(index);
        }
    }
}

impl Inside<'_, Reactor> {
    /// Goes out. What other threads have left to us is done first, but not what they send meanwhile: that
    /// might have no end. `is_more`: whether the game has not polled all that it has.
    pub(crate) fn leave(mut self, is_more: bool) {
        self.last_look();
        self.send_all();
        // A game that polls comes here once more when it has polled.
        if self.network.waitable.get().is_some() && !self.shared.polling.load(Ordering::Relaxed) {
            let is_more = is_more || !self.shared.events.is_empty();
            self.show(is_more);
        }
    }
}
