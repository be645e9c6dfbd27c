//! Whether the other end of an open session lives: pings, silence, and games that sleep.

use std::time::{Duration, Instant};

use super::frame::{self, Kind};
use super::{Expired, Reason, Rules};

/// Bytes of a ping's payload.
pub(super) const PING: usize = 8;

#[derive(Debug)]
pub(super) struct Liveness {
    /// When bytes last came, or reading began again.
    heard: Instant,
    /// When the last ping went.
    pinged: Instant,
    /// When the ping went whose pong has not come yet.
    awaited: Option<Instant>,
    /// Since when the other game is known to sleep, or reading began again meanwhile.
    stalled: Option<Instant>,
    rtt: Option<Duration>,
    /// The last ping's payload.
    ping: u32,
    /// Whether this end does not read at present.
    paused: bool,
}

impl Liveness {
    pub(super) fn new(now: Instant) -> Liveness {
        Liveness {
            heard: now,
            pinged: now,
            awaited: None,
            stalled: None,
            rtt: None,
            ping: 0,
            paused: false,
        }
    }

    /// The session is open: the first ping goes at once, so that there is a round-trip time early.
    pub(super) fn begin(&mut self, rules: &Rules, now: Instant, out: &mut Vec<u8>) {
        self.heard = now;
        if !rules.ping_interval.is_zero() {
            self.send_ping(now, out);
        }
    }

    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = now;
    }

    pub(super) fn pause(&mut self) {
        self.paused = true;
    }

    /// What came meanwhile is still to be read, an end of the stall perhaps: both clocks start again.
    pub(super) fn unpause(&mut self, now: Instant) {
        self.paused = false;
        self.heard = now;
        if self.stalled.is_some() {
            self.stalled = Some(now);
        }
    }

    /// Whether this begins a stall.
    pub(super) fn stall(&mut self, now: Instant) -> bool {
        let begins = self.stalled.is_none();
        self.stalled.get_or_insert(now);
        begins
    }

    /// Whether this ends a stall.
    pub(super) fn resume(&mut self) -> bool {
        self.stalled.take().is_some()
    }

    /// A pong that answers no ping is of no interest.
    pub(super) fn pong(&mut self, payload: [u8; PING], now: Instant) {
        if payload == self.payload()
            && let Some(sent) = self.awaited.take()
        {
            self.rtt = Some(now.saturating_duration_since(sent));
        }
    }

    pub(super) fn rtt(&self) -> Option<Duration> {
        self.rtt
    }

    /// Sends the ping that is due. Gives the next deadline.
    pub(super) fn tick(
        &mut self,
        rules: &Rules,
        now: Instant,
        out: &mut Vec<u8>,
    ) -> Result<Option<Instant>, Expired> {
        let mut next = None;
        if !self.paused && !rules.idle_timeout.is_zero() {
            let (since, limit) = match self.stalled {
                Some(since) => (since, rules.stall_limit),
                None => (self.heard, rules.idle_timeout),
            };
            if now.saturating_duration_since(since) >= limit {
                let ms = limit.as_millis();
                let text = match self.stalled {
                    Some(_) => format!("its game has not polled for {ms} ms (stall_limit_ms)"),
                    None => format!("silent for {ms} ms (idle_timeout_ms)"),
                };
                return Err(Expired { reason: Reason::Timeout, text });
            }
            next = since.checked_add(limit);
        }
        if !rules.ping_interval.is_zero() {
            if now.saturating_duration_since(self.pinged) >= rules.ping_interval {
                self.send_ping(now, out);
            }
            let ping = self.pinged.checked_add(rules.ping_interval);
            next = next.into_iter().chain(ping).min();
        }
        Ok(next)
    }

    /// While a pong is awaited the same ping goes again: it shows that this end lives, and the first
    /// pong still measures the whole way, however many intervals that takes.
    fn send_ping(&mut self, now: Instant, out: &mut Vec<u8>) {
        self.pinged = now;
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
