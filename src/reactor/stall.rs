//! Whether our own game still polls: its peers are told when it does not, and do not take it for dead.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::link::waitable::Waitable;
use crate::reactor::Reactor;
use crate::reactor::connection::Connection;
use crate::reactor::session::Session;
use crate::reactor::stage::Stage;
use crate::wire::Moment;

/// How often to see whether the game has polled.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// And where the answer changes nothing: while the game waits, nobody is connected, or the peers know. An idle host must
/// not wake more often, for a machine that sleeps when nobody has anything to do.
const LOOK_IDLY_EVERY: Duration = Duration::from_secs(1);
/// A game that has not polled for this long is asleep, and its peers are told.
const ASLEEP_AFTER: Duration = Duration::from_millis(500);
/// How often they are told again.
const REPEAT_EVERY: Duration = Duration::from_secs(5);

/// Whether the game polls. Inline there is nothing to watch: who turns is the game.
pub(crate) struct StallWatch {
    next_look: Option<Moment>,
    polls: u64,
    /// When the game was last known to poll.
    seen: Moment,
    /// When the peers were last told that it does not.
    told: Option<Moment>,
}

impl StallWatch {
    pub(crate) fn new(now: Moment, threaded: bool) -> StallWatch {
        let next_look = threaded.then_some(now + LOOK_EVERY);
        StallWatch { next_look, polls: 0, seen: now, told: None }
    }

    pub(crate) fn next(&self) -> Option<Moment> {
        self.next_look
    }

    /// The game is about to get something: from here on it matters whether it polls.
    pub(crate) fn hasten(&mut self, now: Moment) {
        if let Some(at) = &mut self.next_look {
            // Earlier by whole steps: news upon news does not put it off.
            let mut left = *at - now;
            while left > LOOK_EVERY {
                left -= LOOK_EVERY;
            }
            *at = now + left;
        }
    }

    /// Whether the peers were told that the game sleeps.
    pub(crate) fn is_told(&self) -> bool {
        self.told.is_some()
    }
}

impl Reactor {
    /// Has the game polled since the last look?
    pub(super) fn look_at_game(&mut self) {
        let now = self.now;
        let polls = self.shared.polls.load(Ordering::Relaxed);
        let shared = &self.shared;
        // A game that waits for the descriptor need not poll before that is readable.
        let attends = match self.network.waitable.get() {
            Some(Waitable::Threaded(bell)) => !bell.is_rung(),
            _ => false,
        };
        let waits = shared.waiting.load(Ordering::Relaxed) || attends;
        let idle = waits || shared.connections.load(Ordering::Relaxed) == 0 || self.stall.is_told();
        self.stall.next_look = Some(now + if idle { LOOK_IDLY_EVERY } else { LOOK_EVERY });
        if polls != self.stall.polls || waits {
            self.stall.polls = polls;
            // Peers that were told that the game sleeps are told here that it does not. The game itself says so when
            // it next polls: if it began to wait just before they were told, that may be long from now.
            return self.awake();
        }
        let slept = now - self.stall.seen;
        if slept < ASLEEP_AFTER || self.stall.told.is_some_and(|at| now < at + REPEAT_EVERY) {
            return;
        }
        self.stall.told = Some(now);
        self.stall.next_look = Some(now + LOOK_IDLY_EVERY);
        self.shared.asleep.store(true, Ordering::Release);
        let ms = u32::try_from(slept.as_millis()).unwrap_or(u32::MAX);
        self.tell_open(|session, control| {
            session.pause();
            session.stalled(ms, control);
        });
    }

    /// The game polls again.
    pub(super) fn awake(&mut self) {
        let now = self.now;
        self.stall.seen = now;
        if self.stall.told.take().is_some() {
            self.shared.asleep.store(false, Ordering::Relaxed);
            self.stall.hasten(now);
            self.tell_open(|session, control| {
                session.unpause(now);
                session.resumed(control);
            });
            // A peer whose event queue is still full, say, is still not read: its silence goes on meaning nothing.
            for index in 0..self.peers.len() {
                if let Some(connection) = self.peers.connection(index)
                    && connection.stage.is_unheard()
                {
                    connection.session.pause();
                }
                self.tick(index);
            }
        }
    }

    fn tell_open(&mut self, mut say: impl FnMut(&mut Session, &mut Vec<u8>)) {
        for index in 0..self.peers.len() {
            if let Some(Connection { session, stage: Stage::Open(_), .. }) =
                self.peers.connection(index)
            {
                say(session, &mut self.control);
                self.queue_control(index);
            }
        }
    }
}
