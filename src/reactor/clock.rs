//! What is due: each connection's deadlines, a look at the game, reports of failed handshakes.

use std::time::Duration;

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
                    Stage::Draining(_) => {
                        // It may have closed just now.
                        self.discard(index);
                        self.linger_expired(index);
                    }
                    Stage::AwaitsHello { .. } | Stage::AwaitsReply(_) => {
                        // What it waits for may be there.
                        self.read_first(index);
                        self.tick(index);
                    }
                    Stage::Requested => self.tick(index),
                    stage @ Stage::Open(_) => {
                        if connection.session.is_stalled() && !stage.is_unheard() {
                            // That its game is awake again may be there.
                            self.read_first(index);
                        }
                        self.tick(index);
                    }
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
        if self.ends_stuck(index) {
            return;
        }
        self.let_rest(index);
        let Some(Connection { link, session, stage, input, out, .. }) =
            self.peers.connection(index)
        else {
            return;
        };
        out.trim(&mut self.spare);
        if input.is_ready() && !stage.is_unheard() && !matches!(stage, Stage::Requested) {
            // Something has arrived and is not read yet: the other end is alive.
            session.heard(self.now);
        }
        let mut ticked = session.tick(&self.common, self.now, &mut self.control);
        if ticked.is_err() && stage.is_open() && link.has_unread() {
            // Likewise something that no report has told of yet.
            session.heard(self.now);
            ticked = session.tick(&self.common, self.now, &mut self.control);
        }
        match ticked {
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

    /// Has a peer that rests looked at when it has rested, and read from then on.
    pub(super) fn let_rest(&mut self, index: usize) {
        let Some(connection) = self.peers.connection(index) else { return };
        if !connection.stage.is_resting() {
            return;
        }
        match connection.session.rests_until() {
            Some(until) if self.now < until => self.timers.arm(index, until),
            _ => {
                connection.stage.unpause(&connection.unparsed);
                // While our game sleeps nobody's silence means anything.
                if !self.stall.is_told() {
                    connection.session.unpause(self.now);
                }
                self.list_for_reading(index);
            }
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

    /// We were away for so long, and asked nobody anything and wrote to nobody: that is nobody's silence, nor slowness.
    pub(super) fn excuse_silence(&mut self, away: Duration) {
        for Connection { session, stage, out, .. } in self.peers.connections() {
            out.excuse(self.now);
            if stage.is_open() && !stage.is_unheard() {
                session.excuse(away, self.now);
            }
        }
    }
}
