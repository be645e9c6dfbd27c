//! Whether the other end of an open session lives: pings, silence, and games that sleep.

use std::num::NonZeroU32;
use std::time::Duration;

use super::Rules;
use super::frame::{self, Kind};
use crate::wire::{Expired, Moment, Reason};

/// Bytes of a ping's payload.
pub(super) const PING: usize = 8;

/// Pings of a host's connections go together that are due within so small a part of their interval: one for each would
/// wake a host of thousands every millisecond.
const GROUPS: u32 = 128;

#[derive(Debug)]
pub(super) struct Liveness {
    /// When bytes last came, or reading began again.
    heard: Moment,
    /// When the ping went whose pong has not come yet.
    awaited: Option<Moment>,
    /// Since when the other game is known to sleep, or reading began again meanwhile.
    stalled: Option<Moment>,
    /// In microseconds.
    rtt: Option<NonZeroU32>,
    /// The last ping's payload. It begins again, after more pings than can be on their way.
    ping: u16,
    /// This end does not read.
    is_paused: bool,
}

impl Liveness {
    pub(super) fn new(now: Moment) -> Liveness {
        Liveness { heard: now, awaited: None, stalled: None, rtt: None, ping: 0, is_paused: false }
    }

    /// The session is open: the first ping goes at once, so that there is a round-trip time early. Gives when
    /// the second is due, with the interval shortened by so many 65,536ths, and to the next group's time.
    pub(super) fn begin(
        &mut self,
        rules: &Rules,
        stagger: u16,
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Moment {
        self.heard(now);
        let interval = rules.ping_interval;
        if !interval.is_zero() {
            self.send_ping(now, out);
        }
        let due = now + (interval - interval / (1 << 16) * u32::from(stagger));
        due.rounded_down(interval / GROUPS)
    }

    /// Gives the time since it was last heard of.
    pub(super) fn heard(&mut self, now: Moment) -> Duration {
        match self.is_paused {
            true => Duration::ZERO,
            false => now - std::mem::replace(&mut self.heard, now),
        }
    }

    /// When bytes last came, or reading began again.
    pub(super) fn last(&self) -> Moment {
        self.heard
    }

    /// Whether nothing has come since the beginning, which was at `began`.
    pub(super) fn is_silent(&self, began: Moment) -> bool {
        self.heard == began
    }

    pub(super) fn pause(&mut self) {
        self.is_paused = true;
    }

    /// What came meanwhile is still to be read, an end of the stall perhaps: both clocks start again. Gives the time
    /// since bytes last came.
    pub(super) fn unpause(&mut self, now: Moment) -> Duration {
        self.is_paused = false;
        if self.stalled.is_some() {
            self.stalled = Some(now);
        }
        now - std::mem::replace(&mut self.heard, now)
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

    /// A pong that answers no ping is of no interest.
    pub(super) fn pong(&mut self, payload: [u8; PING], now: Moment) {
        if payload == self.payload()
            && let Some(sent) = self.awaited.take()
        {
            let us = u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX);
            self.rtt = NonZeroU32::new(us.max(1));
        }
    }

    pub(super) fn rtt(&self) -> Option<Duration> {
        self.rtt.map(|us| Duration::from_micros(us.get().into()))
    }

    /// Sends a ping if it is due, and says in `due` when the next one is. Gives the next deadline.
    pub(super) fn tick(
        &mut self,
        rules: &Rules,
        due: &mut Moment,
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<Option<Moment>, Expired> {
        let mut next = None;
        let (since, limit) = match self.stalled {
            Some(since) => (since, rules.stall_limit),
            None => (self.heard, rules.idle_timeout),
        };
        if !self.is_paused && !limit.is_zero() {
            if now - since >= limit {
                let ms = limit.as_millis();
                let text = match self.stalled {
                    Some(_) => format!("its game has not polled for {ms} ms (stall_limit_ms)"),
                    None => format!("silent for {ms} ms (idle_timeout_ms)"),
                };
                return Err(Expired { reason: Reason::Timeout, text });
            }
            next = since.checked_add(limit);
        }
        // An interval beyond the clock's end sends none, either.
        if !rules.ping_interval.is_zero() && now.checked_add(rules.ping_interval).is_some() {
            if now >= *due {
                *due = following(*due, rules.ping_interval, now);
                self.send_ping(now, out);
            }
            next = Some(next.map_or(*due, |next| next.min(*due)));
        }
        Ok(next)
    }

    /// While a pong is awaited the same ping goes again: it shows that this end lives, and the first
    /// pong still measures the whole way, however many intervals that takes.
    fn send_ping(&mut self, now: Moment, out: &mut Vec<u8>) {
        if self.awaited.is_none() {
            self.awaited = Some(now);
            self.ping = self.ping.wrapping_add(1);
        }
        frame::write(Kind::Ping, &self.payload(), out);
    }

    fn payload(&self) -> [u8; PING] {
        u64::from(self.ping).to_be_bytes()
    }
}

/// The time after `now` that is a whole number of intervals after `due`. Counted from when it was due, not
/// from now: those who were late together, after a stall, go on each at its own time.
fn following(due: Moment, interval: Duration, now: Moment) -> Moment {
    let late = (now - due).as_nanos() % interval.as_nanos();
    now + (interval - Duration::from_nanos(late as u64))
}
