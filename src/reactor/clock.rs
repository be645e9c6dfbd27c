//! The clock: each connection's deadlines, and reports that are due.

use crate::event::Reason;
use crate::reactor::Reactor;
use crate::reactor::peer::Stage;
use crate::shared::count;
use crate::wire::{Close, Moment, Takes};
use crate::words::End;

impl Reactor {
    pub(super) fn run_timers(&mut self) {
        while let Some(index) = self.timers.pop(self.now) {
            let Some(peer) = self.peers.get_mut(index).and_then(Option::as_mut) else { continue };
            match peer.stage {
                Stage::Dialing => self.dial_due(index),
                Stage::Draining => match peer.draining.as_ref().map(|draining| draining.until) {
                    Some(until) if self.now < until => self.arm(index, until),
                    _ => self.linger_expired(index),
                },
                _ => self.tick(index),
            }
        }
        if self.stall.next().is_some_and(|at| at <= self.now) {
            self.look_at_game();
        }
        if self.failed_handshakes.due(self.now).is_some_and(|at| at <= self.now) {
            self.report_failed_handshakes();
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
        peer.out.trim();
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
                self.note_failed_handshake(index, &end.text);
                let close = Close { reason, code: 0, text: &end.text };
                if let Some(session) = self.peers[index].as_mut().and_then(|p| p.session.as_mut()) {
                    session.refuse(&self.common, &close, &mut self.control);
                }
                self.close_after_writing(index, end);
            }
            Stage::Open => {
                // The words tell it from this end; the other one is told what became of it.
                let text = &format!("timed out: {}", end.text);
                self.say_close(index, &Close { reason, code: 0, text });
                self.close_after_writing(index, end);
            }
            _ => self.close_now(index, end),
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
}
