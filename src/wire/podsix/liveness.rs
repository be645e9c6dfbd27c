//! Whether the other end of an open session lives: silence, and games that sleep.

use std::time::Duration;

use super::Rules;
use crate::wire::{Expired, Moment, Reason};

#[derive(Debug)]
pub(super) struct Liveness {
    /// When bytes last came, or reading began again.
    heard: Moment,
    /// Since when the other game is known to sleep, or reading began again meanwhile.
    stalled: Option<Moment>,
}

impl Liveness {
    pub(super) fn new(now: Moment) -> Liveness {
        Liveness { heard: now, stalled: None }
    }

    /// Gives the time since it was last heard of.
    pub(super) fn heard(&mut self, now: Moment) -> Duration {
        now - std::mem::replace(&mut self.heard, now)
    }

    /// When bytes last came, or reading began again.
    pub(super) fn last(&self) -> Moment {
        self.heard
    }

    /// Whether nothing has come since the beginning, which was at `began`.
    pub(super) fn is_silent(&self, began: Moment) -> bool {
        self.heard == began
    }

    /// This end reads again. What came meanwhile is still to be read, an end of the stall perhaps: both clocks start
    /// again. Gives the time since it was last heard of.
    pub(super) fn unpause(&mut self, now: Moment) -> Duration {
        if self.stalled.is_some() {
            self.stalled = Some(now);
        }
        self.heard(now)
    }

    /// So much of the silence, and of the other game's sleep, was ours.
    pub(super) fn excuse(&mut self, away: Duration, now: Moment) {
        for since in [Some(&mut self.heard), self.stalled.as_mut()].into_iter().flatten() {
            *since = (*since + away).min(now);
        }
    }

    /// Whether this begins a stall.
    pub(super) fn stall(&mut self, now: Moment) -> bool {
        let begins = self.stalled.is_none();
        self.stalled.get_or_insert(now);
        begins
    }

    pub(super) fn is_stalled(&self) -> bool {
        self.stalled.is_some()
    }

    /// Whether this ends a stall.
    pub(super) fn resume(&mut self) -> bool {
        self.stalled.take().is_some()
    }

    /// When the other end's time is up; `None` is never.
    pub(super) fn tick(&self, rules: &Rules, now: Moment) -> Result<Option<Moment>, Expired> {
        let (since, limit) = match self.stalled {
            Some(since) => (since, rules.stall_limit),
            None => (self.heard, rules.idle_timeout),
        };
        if limit.is_zero() {
            return Ok(None);
        }
        if now - since < limit {
            return Ok(since.checked_add(limit));
        }
        let ms = limit.as_millis();
        let text = match self.stalled {
            Some(_) => format!("the game stood still for {ms} ms (stall_limit_ms)"),
            None => format!("nothing was heard for {ms} ms (idle_timeout_ms)"),
        };
        Err(Expired { reason: Reason::Timeout, text })
    }
}
