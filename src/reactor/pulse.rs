//! The clock: each connection's deadlines, whether our own game still polls, and reports that are due.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::event::Reason;
use crate::link::waitable::Waitable;
use crate::reactor::Reactor;
use crate::reactor::peer::Stage;
use crate::reactor::session::Session;
use crate::shared::count;
use crate::wire::{Close, Moment, Takes};
use crate::words::End;
use crate::words::Level;

/// How often to see whether the game has polled.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A game that has not polled for this long is asleep, and its peers are told.
const ASLEEP_AFTER: Duration = Duration::from_millis(500);
/// How often they are told again.
const REPEAT_EVERY: Duration = Duration::from_secs(5);

/// Whether the game polls. Inline there is nothing to watch: who turns is the game.
pub(crate) struct Pulse {
    next_look: Option<Moment>,
    polls: u64,
    /// When the game was last known to poll.
    seen: Moment,
    /// When the peers were last told that it does not.
    told: Option<Moment>,
}

impl Pulse {
    pub(crate) fn new(now: Moment, threaded: bool) -> Pulse {
        let next_look = threaded.then_some(now + LOOK_EVERY);
        Pulse { next_look, polls: 0, seen: now, told: None }
    }

    pub(crate) fn next(&self) -> Option<Moment> {
        self.next_look
    }
}

impl Reactor {
    pub(super) fn run_timers(&mut self) {
        while let Some(index) = self.timers.pop(self.now) {
            let Some(peer) = self.peers.get_mut(index).and_then(Option::as_mut) else { continue };
            match peer.stage {
                Stage::Dialing => self.dial_due(index),
                Stage::Draining => match peer.parting.as_ref().map(|parting| parting.until) {
                    Some(until) if self.now < until => self.arm(index, until),
                    _ => self.linger_expired(index),
                },
                _ => self.tick(index),
            }
        }
        if self.pulse.next_look.is_some_and(|at| at <= self.now) {
            self.look_at_game();
        }
        if self.door.due(self.now).is_some_and(|at| at <= self.now) {
            self.report_door();
        }
    }

    /// Sees to it that a connection is looked at by `at`.
    pub(super) fn arm(&mut self, index: usize, at: Moment) {
        if self.peers[index].is_some() {
            self.timers.arm(index, at);
        }
    }

    /// Lets a session send its pings and see whether its time is up.
    pub(super) fn tick(&mut self, index: usize) {
        let Some(peer) = self.peers[index].as_deref_mut() else { return };
        let unread = peer.readable && !peer.is_waiting();
        peer.outbox.trim();
        let Some(session) = peer.session.as_mut() else { return };
        if unread {
            // Something has arrived that we have not got round to reading: it is alive.
            session.heard(self.now);
        }
        let ticked = session.tick(&self.common, self.now, &mut self.control);
        match ticked {
            // A server that does not greet: the session waits no longer.
            Ok(_) if peer.stage == Stage::Greeting && session.is_open() => {
                self.welcomed(index, &[], Takes::ANYTHING)
            }
            Ok(next) => {
                self.queue_control(index);
                if let Some(at) = next {
                    self.arm(index, at);
                }
            }
            Err(expired) => self.expired(index, expired.reason, expired.text.to_string()),
        }
    }

    fn expired(&mut self, index: usize, reason: Reason, text: String) {
        let Some(peer) = self.peers[index].as_deref() else { return };
        let end = End::new(reason, text);
        match peer.stage {
            Stage::Requested => self.refuse_with(index, end),
            Stage::Greeting if peer.inbound => {
                count(&self.shared.counters.handshakes_timed_out);
                self.not_greeted(index, &end.text);
                let close = Close { reason, code: 0, text: &end.text };
                if let Some(session) = self.peers[index].as_mut().and_then(|p| p.session.as_mut()) {
                    session.refuse(&self.common, &close, &mut self.control);
                }
                self.part(index, end);
            }
            Stage::Open => {
                // The words tell it from this end; the other one is told what became of it.
                let text = &format!("timed out: {}", end.text);
                self.say_close(index, &Close { reason, code: 0, text });
                self.part(index, end);
            }
            _ => self.end(index, end),
        }
    }

    /// Has the game polled since the last look?
    fn look_at_game(&mut self) {
        let now = self.now;
        self.pulse.next_look = Some(now + LOOK_EVERY);
        let polls = self.shared.polls.load(Ordering::Relaxed);
        let shared = &self.shared;
        // Who waits for the descriptor need not poll before it is readable.
        let attends = match shared.waitable.get() {
            Some(Waitable::Threaded(bell)) => !bell.is_rung(),
            _ => false,
        };
        if polls != self.pulse.polls || shared.waiting.load(Ordering::Relaxed) || attends {
            self.pulse.polls = polls;
            // If it was told that it sleeps: it may have begun to wait just before, and would say so only when
            // it polls again.
            return self.awake();
        }
        let slept = now - self.pulse.seen;
        if slept < ASLEEP_AFTER || self.pulse.told.is_some_and(|at| now < at + REPEAT_EVERY) {
            return;
        }
        self.pulse.told = Some(now);
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
        self.pulse.seen = now;
        if self.pulse.told.take().is_some() {
            self.shared.asleep.store(false, Ordering::Relaxed);
            self.tell_open(|session, control| {
                session.unpause(now);
                session.resumed(control);
            });
            // Those whose queue is still full go on being excused from answering.
            for index in 0..self.peers.len() {
                if let Some(peer) = self.peers[index].as_deref_mut()
                    && let (true, Some(session)) = (peer.paused, peer.session.as_mut())
                {
                    session.pause();
                }
                self.tick(index);
            }
        }
    }

    /// Nobody has listened for a while, so nobody's silence means anything: clocks start anew.
    pub(super) fn was_away(&mut self) {
        let now = self.now;
        for peer in self.peers.iter_mut().flatten() {
            if let (Stage::Open, false, Some(session)) =
                (peer.stage, peer.paused, &mut peer.session)
            {
                session.unpause(now);
            }
        }
    }

    fn tell_open(&mut self, mut say: impl FnMut(&mut Session, &mut Vec<u8>)) {
        for index in 0..self.peers.len() {
            if let Some(peer) = self.peers[index].as_deref_mut()
                && let (Stage::Open, Some(session)) = (peer.stage, peer.session.as_mut())
            {
                say(session, &mut self.control);
                self.queue_control(index);
            }
        }
    }

    /// Reports failed handshakes, unless the last report has not even been polled.
    fn report_door(&mut self) {
        if self.shared.reported.swap(true, Ordering::AcqRel) {
            return self.door.postpone(self.now);
        }
        if let Some((listener, text)) = self.door.report(self.now) {
            self.shared.log.add(Level::Warning, text.clone());
            self.outlet.trouble(listener, Reason::None, 0, text);
        }
    }
}
