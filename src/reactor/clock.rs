//! What is due: each connection's deadlines, a look at the game, reports of failed handshakes.

use crate::event::Reason;
use crate::reactor::Reactor;
use crate::reactor::connection::Connection;
use crate::reactor::peer::Phase;
use crate::reactor::stage::Stage;
use crate::shared::count;
use crate::wire::{Close, Moment, Takes};
use crate::words::End;

impl Reactor {
    pub(super) fn run_timers(&mut self) {
        while let Some(index) = self.timers.pop(self.now) {
            let Some(peer) = self.peers.get(index) else { continue };
            match &peer.phase {
                Phase::Dialing(_) => self.dial_due(index),
                Phase::Linked(connection) => match &connection.stage {
                    Stage::Draining(draining) if self.now < draining.until => {
                        let until = draining.until;
                        self.arm(index, until);
                    }
                    Stage::Draining(_) => self.linger_expired(index),
                    _ => self.tick(index),
                },
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
        if self.peers.get(index).is_some() {
            self.timers.arm(index, at);
        }
    }

    /// Lets a session send its pings and see whether its time is up.
    pub(super) fn tick(&mut self, index: usize) {
        let Some(Connection { session, stage, input, out, .. }) = self.peers.connection(index)
        else {
            return;
        };
        out.trim(&mut self.spare);
        if input.is_ready() && !matches!(stage, Stage::Requested) {
            // Something has arrived and is not read yet: the other end is alive.
            session.heard(self.now);
        }
        match session.tick(&self.common, self.now, &mut self.control) {
            // A server that does not greet: the session waits no longer.
            Ok(_) if matches!(stage, Stage::AwaitsReply(_)) && session.is_open() => {
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
        let end = End::new(reason, text);
        match self.peers.stage(index) {
            Some(Stage::Requested) => self.refuse_with(index, end),
            Some(Stage::AwaitsHello { .. }) => {
                count(&self.shared.counters.handshakes_timed_out);
                self.note_failed_handshake(index, &end.text);
                self.say_refused(index, &Close { reason, code: 0, text: &end.text });
                self.close_after_writing(index, end);
            }
            Some(Stage::Open(_)) => {
                // The words say what this end has waited for; to the other end that means that it timed out.
                let text = &format!("timed out: {}", end.text);
                self.say_close(index, &Close { reason, code: 0, text });
                self.close_after_writing(index, end);
            }
            Some(Stage::AwaitsReply(_) | Stage::Draining(_)) | None => self.close_now(index, end),
        }
    }

    /// Nothing was read for a while, so that nobody's silence means anything: it counts from now.
    pub(super) fn forgive_silence(&mut self) {
        for Connection { session, stage, .. } in self.peers.connections() {
            if stage.is_open() && !stage.is_paused() {
                session.unpause(self.now);
            }
        }
    }
}
