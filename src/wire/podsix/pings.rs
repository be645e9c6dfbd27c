//! When the pings of an open session go, and what they measure.
//!
//! A ping and its answer show both ends that the other lives, so one end's makes the other's needless. The ends take
//! turns: who was pinged pings next, a little more than an interval later; who pinged waits a while longer for that. So
//! each measures the round trip every second time, and an interval costs each end one write and one read.

use std::num::NonZeroU32;
use std::time::Duration;

use super::Rules;
use super::frame::{self, Kind};
use crate::wire::Moment;

/// Bytes of a ping's payload.
pub(super) const PING: usize = 8;

/// Pings of a host's connections go together that are due within so small a part of their interval: one for each would
/// wake a host of thousands every millisecond.
const GROUPS: u32 = 128;

#[derive(Clone, Copy, Debug)]
pub(super) struct Pings {
    /// When the next one goes, unless one of the other end's puts it off.
    due: Moment,
    /// When the last one went; if it went again unanswered, the first time.
    asked: Moment,
    /// In microseconds.
    rtt: Option<NonZeroU32>,
    /// The last one's payload. It begins again, after more pings than can be on their way.
    number: u16,
    /// This connection's own, in 256ths.
    share: u8,
    /// The last one's pong has come.
    answered: bool,
}

impl Pings {
    /// The session is open: the first ping goes at once, so that there is a round-trip time early. The second is
    /// due after an interval shortened by a share of it that is the connection's own.
    pub(super) fn begin(rules: &Rules, share: u16, now: Moment, out: &mut Vec<u8>) -> Pings {
        // Not that share again: who pings late at first must not be who pings sooner from then on, or all come together.
        let [_, own] = share.to_be_bytes();
        let mut pings =
            Pings { due: now, asked: now, rtt: None, number: 0, share: own, answered: true };
        if let Some(interval) = interval(rules, now) {
            pings.send(now, out);
            pings.due = together(now + (interval - part(interval, share)), interval);
        }
        pings
    }

    pub(super) fn rtt(&self) -> Option<Duration> {
        self.rtt.map(|us| Duration::from_micros(us.get().into()))
    }

    /// Sends a ping if it is due, and gives the time when the next one is.
    pub(super) fn tick(&mut self, rules: &Rules, now: Moment, out: &mut Vec<u8>) -> Option<Moment> {
        let interval = interval(rules, now)?;
        if now >= self.due {
            // Those who were late together, after a stall, go on each at its own time.
            let late = (now - self.due).as_nanos() % interval.as_nanos();
            let late = Duration::from_nanos(late as u64);
            self.ask(rules, interval, interval - late, now, out);
        }
        Some(self.due)
    }

    /// The other end has asked, and its answer is in `out`. Ours goes in the same write if the other end asks so
    /// often that ours would never be due; otherwise it is put off. While ours is on its way it is not: both ask at
    /// once when the session opens, and that is no turn of either.
    pub(super) fn pinged(&mut self, rules: &Rules, now: Moment, out: &mut Vec<u8>) {
        let Some(interval) = interval(rules, now) else { return };
        if !self.answered {
            return;
        }
        if now - self.asked >= interval * 2 - interval / 4 {
            self.ask(rules, interval, interval, now, out);
        } else {
            let wait = interval + patience(rules, interval) / 4;
            self.due = self.due.max(self.after(rules, interval, wait, now));
        }
    }

    /// A pong that answers no ping is of no interest.
    pub(super) fn pong(&mut self, payload: [u8; PING], now: Moment) {
        if payload == self.payload() && !self.answered {
            self.answered = true;
            let us = u32::try_from((now - self.asked).as_micros()).unwrap_or(u32::MAX);
            self.rtt = NonZeroU32::new(us.max(1));
        }
    }

    /// Sends a ping. The next one, in so much time, is the other end's, unless it sends none.
    fn ask(
        &mut self,
        rules: &Rules,
        interval: Duration,
        time: Duration,
        now: Moment,
        out: &mut Vec<u8>,
    ) {
        self.send(now, out);
        self.due = self.after(rules, interval, time + patience(rules, interval), now);
    }

    /// While a pong is awaited the same ping goes again: it shows that this end lives, and the first
    /// pong still measures the whole way, however many intervals that takes.
    fn send(&mut self, now: Moment, out: &mut Vec<u8>) {
        if self.answered {
            self.answered = false;
            self.asked = now;
            self.number = self.number.wrapping_add(1);
        }
        frame::write(Kind::Ping, &self.payload(), out);
    }

    fn payload(&self) -> [u8; PING] {
        u64::from(self.number).to_be_bytes()
    }

    /// When so much time has passed, and a little more, by this connection's own share: those that came into step fall
    /// out of it again.
    fn after(&self, rules: &Rules, interval: Duration, time: Duration, now: Moment) -> Moment {
        let share = u16::from(self.share) << 8;
        let patience = patience(rules, interval);
        let little = part(patience / 4, share);
        // Down to its group's time, but not always from the same place in it: who is a little slower stays so.
        let place = part(patience.min(interval / GROUPS), share.wrapping_mul(self.number));
        together(now + time + little + place, interval)
    }
}

/// So many 65,536ths.
fn part(time: Duration, share: u16) -> Duration {
    time / (1 << 16) * u32::from(share)
}

/// None: no pings are sent. An interval beyond the clock's end sends none, either.
fn interval(rules: &Rules, now: Moment) -> Option<Duration> {
    let interval = rules.ping_interval;
    (!interval.is_zero() && now.checked_add(interval).is_some()).then_some(interval)
}

/// How much longer than an interval an end that has pinged waits for the other's ping. Where an interval is nearly the
/// `idle_timeout` there is little time for that, since the answer has to come in it too.
fn patience(rules: &Rules, interval: Duration) -> Duration {
    let room = rules.idle_timeout.checked_sub(interval);
    room.map_or(interval, |room| room.min(interval)) / 4
}

fn together(due: Moment, interval: Duration) -> Moment {
    due.rounded_down(interval / GROUPS)
}
