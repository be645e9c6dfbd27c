//! Refused connections: each lingers until its other end has read why, without a seat or a place of anybody else's.
//! Who doesn't close is waited for only while there is room.

use std::collections::VecDeque;

use crate::event::{PeerId, Reason};
use crate::reactor::Reactor;
use crate::reactor::failed_handshakes::REPORT_EVERY;
use crate::reactor::stage::{Stage, Was};
use crate::shared::{GREETING_ROOM, count};
use crate::wire::{Close, Moment};
use crate::words::{End, Level};

#[derive(Default)]
pub(crate) struct Refused {
    /// Those that linger, and some that are through, in the order in which they were refused.
    lingering: VecDeque<PeerId>,
    logged_at: Option<Moment>,
    /// Refused since then, without a line in the log.
    unlogged: u64,
}

impl Refused {
    /// Whether to log one more: if so, how many were not logged since the last one.
    fn log(&mut self, now: Moment) -> Option<u64> {
        if self.logged_at.is_some_and(|at| now < at + REPORT_EVERY) {
            self.unlogged += 1;
            return None;
        }
        self.logged_at = Some(now);
        Some(std::mem::take(&mut self.unlogged))
    }
}

impl Reactor {
    /// Refuses a connection that the game does not know of.
    pub(super) fn turn_away(&mut self, index: usize, reason: Reason, text: &str) {
        self.log_refusal(index, reason, text);
        self.say_refused(index, &Close { reason, code: 0, text });
        self.close_after_writing(index, End::new(reason, text.into()));
    }

    /// Refuses a client the game was asked about.
    pub(super) fn refuse_with(&mut self, index: usize, end: End) {
        count(&self.shared.counters.refused);
        let reason = if end.reason == Reason::Local { Reason::Refused } else { end.reason };
        let close = Close { reason, code: end.code, text: &end.text };
        self.say_refused(index, &close);
        self.close_after_writing(index, end);
    }

    /// Sends a client that is not let in the reason.
    pub(super) fn say_refused(&mut self, index: usize, close: &Close) {
        if let Some(connection) = self.peers.connection(index) {
            connection.session.refuse(&self.common, close, &mut self.control);
        }
    }

    /// A line in the log, at most one a second.
    fn log_refusal(&mut self, index: usize, reason: Reason, text: &str) {
        let Some(peer) = self.peers.get(index) else { return };
        let Some(slot) = self.shared.slots.find(peer.id) else { return };
        if let Some(others) = self.refused.log(self.now) {
            let address = slot.address().map(|address| address.to_string()).unwrap_or_default();
            let mut line = format!("{address} was refused, {}: {text}", reason.name());
            if others > 0 {
                line += &format!(" ({others} more were refused since the last such line)");
            }
            self.shared.log.add(Level::Warning, line);
        }
    }

    /// A connection drains that was let in and is not any longer: its seat is somebody else's.
    pub(super) fn give_up_seat(&mut self, index: usize) {
        if let Some((id, connection)) = self.peers.linked(index)
            && let Stage::Draining(draining) = &mut connection.stage
        {
            draining.was = Was::Refused;
            self.shared.leave_seat();
            self.note_refused(id);
        }
    }

    /// One more connection lingers that was refused.
    pub(super) fn note_refused(&mut self, id: PeerId) {
        let Reactor { refused: Refused { lingering, .. }, peers, .. } = self;
        while lingering.front().is_some_and(|&first| peers.position(first).is_none()) {
            lingering.pop_front();
        }
        // More would take slots of those that have a seat.
        if lingering.len() >= GREETING_ROOM {
            self.close_oldest_refused();
        }
        self.refused.lingering.push_back(id);
    }

    /// Makes room: whoever was refused first is left, with the reason written if its link takes it. Whether there
    /// was one.
    pub(super) fn close_oldest_refused(&mut self) -> bool {
        while let Some(id) = self.refused.lingering.pop_front() {
            if let Some(index) = self.peers.position(id) {
                self.write(index);
                self.close_without_reason(index);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn refusals_are_logged_once_a_second_with_their_number() {
        let mut refused = Refused::default();
        let at = |ms| Moment::START + Duration::from_millis(ms);
        assert_eq!(refused.log(at(0)), Some(0));
        assert_eq!((refused.log(at(1)), refused.log(at(999))), (None, None));
        assert_eq!(refused.log(at(1_000)), Some(2));
        assert_eq!(refused.log(at(5_000)), Some(0));
    }
}
