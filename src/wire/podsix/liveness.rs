//! Whether the other end of an open session lives: silence, and games that sleep.

use super::Rules;
use crate::wire::{Expired, Moment, Reason};

#[derive(Debug)]
pub(super) struct Liveness {
    /// When bytes last came, or reading began again; none while this end does not read.
    heard: Option<Moment>,
    /// Since when the other game is known to sleep, or reading began again meanwhile.
    stalled: Option<Moment>,
}

impl Liveness {
    pub(super) fn new(now: Moment) -> Liveness {
        Liveness { heard: Some(now), stalled: None }
    }

    pub(super) fn heard(&mut self, now: Moment) {
        if let Some(heard) = &mut self.heard {
            *heard = now;
        }
    }

    /// Whether nothing has come since the beginning, which was at `began`.
    pub(super) fn is_silent(&self, began: Moment) -> bool {
        self.heard == Some(began)
    }

    pub(super) fn pause(&mut self) {
        self.heard = None;
    }

    /// What came meanwhile is still to be read, an end of the stall perhaps: both clocks start again.
    pub(super) fn unpause(&mut self, now: Moment) {
        self.heard = Some(now);
        if self.stalled.is_some() {
            self.stalled = Some(now);
        }
    }

    /// Whether this begins a stall.
    pub(super) fn stall(&mut self, now: Moment) -> bool {
        let begins = self.stalled.is_none();
        self.stalled.get_or_insert(now);
        begins
    }

    /// Whether this ends a stall.
    pub(super) fn resume(&mut self) -> bool {
        self.stalled.take().is_some()
    }

    /// When the other end's time is up; `None` is never.
    pub(super) fn tick(&self, rules: &Rules, now: Moment) -> Result<Option<Moment>, Expired> {
        let silence = self.heard.map(|heard| match self.stalled {
            Some(since) => (since, rules.stall_limit),
            None => (heard, rules.idle_timeout),
        });
        let Some((since, limit)) = silence.filter(|(_, limit)| !limit.is_zero()) else {
            return Ok(None);
        };
        if now - since < limit {
            return Ok(since.checked_add(limit));
        }
        let ms = limit.as_millis();
        let text = match self.stalled {
            Some(_) => format!("its game has not polled for {ms} ms (stall_limit_ms)"),
            None => format!("silent for {ms} ms (idle_timeout_ms)"),
        };
        Err(Expired { reason: Reason::Timeout, text })
    }
}
