//! How long something takes between two addresses, and what is lost.

use std::time::Duration;

use super::random::Random;
use crate::wire::Moment;

/// The largest part of a stream that is lost or comes alone, and the largest datagram.
pub(super) const PACKET: usize = 1_400;
/// A lost packet of a stream is sent again after a round trip and this, and after twice as long each further time.
const RETRANSMIT: Duration = Duration::from_millis(20);

/// A line between two addresses, the same in both directions. The default is a good one between two cities.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// How long a packet travels one way.
    pub(crate) delay: Duration,
    /// It may take so much longer, by chance. Datagrams overtake each other then.
    pub(crate) jitter: Duration,
    /// The part of the packets that is lost. A stream sends them again, and what is behind them waits.
    pub(crate) loss: f64,
    /// Bytes per second, shared by all connections; zero is no limit.
    pub(crate) rate: u64,
    /// Bytes that wait for their turn where there is a rate. A stream waits for room, a datagram is dropped.
    pub(crate) queue: usize,
    /// Bytes of one direction of a stream that have been written and not read, wherever they are.
    pub(crate) buffer: usize,
    /// Nothing comes through, for ever.
    pub(crate) silent: bool,
}

impl Default for Line {
    fn default() -> Line {
        Line {
            delay: Duration::from_millis(20),
            jitter: Duration::ZERO,
            loss: 0.0,
            rate: 0,
            queue: 64 << 10,
            buffer: 256 << 10,
            silent: false,
        }
    }
}

/// A line in use.
pub(super) struct Used {
    pub(super) line: Line,
    /// Until then nothing leaves.
    pub(super) down_until: Option<Moment>,
    /// When the queue of each direction will be empty.
    free_at: [Option<Moment>; 2],
}

impl Used {
    pub(super) fn new(line: Line) -> Used {
        Used { line, down_until: None, free_at: [None; 2] }
    }

    /// How many bytes wait for their turn.
    pub(super) fn queued(&self, direction: usize, now: Moment) -> usize {
        let time = self.free_at[direction].map_or(Duration::ZERO, |at| at - now);
        (time.as_secs_f64() * self.line.rate as f64) as usize
    }

    /// When no more than half a queue will wait.
    pub(super) fn half_empty_at(&self, direction: usize, now: Moment) -> Moment {
        let half = self.transmission(self.line.queue / 2);
        self.free_at[direction].map_or(now, |at| now + (at - now).saturating_sub(half))
    }

    /// How many bytes of a stream may leave now.
    pub(super) fn room(&self, direction: usize, now: Moment) -> usize {
        match self.line.rate {
            0 => usize::MAX,
            _ => self.line.queue.saturating_sub(self.queued(direction, now)),
        }
    }

    /// When a packet of a stream arrives; none on a silent line.
    pub(super) fn stream(
        &mut self,
        direction: usize,
        bytes: usize,
        now: Moment,
        random: &mut Random,
    ) -> Option<Moment> {
        if self.line.silent {
            return None;
        }
        let mut again = 2 * self.line.delay + RETRANSMIT;
        let mut at = self.leaves(direction, bytes, now);
        if self.down_until.is_some_and(|until| now < until) {
            // What was sent in vain is tried again some time after the line is back.
            at = at + again;
        }
        while random.fraction() < self.line.loss {
            at = at + again;
            again *= 2;
        }
        Some(at + self.travel(random))
    }

    /// When a datagram arrives, if it does.
    pub(super) fn datagram(
        &mut self,
        direction: usize,
        bytes: usize,
        now: Moment,
        random: &mut Random,
    ) -> Option<Moment> {
        let down = self.line.silent || self.down_until.is_some_and(|until| now < until);
        if down || self.room(direction, now) < bytes {
            return None;
        }
        let at = self.leaves(direction, bytes, now);
        let lost = random.fraction() < self.line.loss;
        (!lost).then(|| at + self.travel(random))
    }

    /// When the last byte of a packet has left.
    fn leaves(&mut self, direction: usize, bytes: usize, now: Moment) -> Moment {
        let up = self.down_until.map_or(now, |until| until.max(now));
        if self.line.rate == 0 {
            return up;
        }
        let from = self.free_at[direction].map_or(up, |at| at.max(up));
        let at = from + self.transmission(bytes);
        self.free_at[direction] = Some(at);
        at
    }

    fn transmission(&self, bytes: usize) -> Duration {
        match self.line.rate {
            0 => Duration::ZERO,
            rate => Duration::from_nanos((bytes as u128 * 1_000_000_000 / u128::from(rate)) as u64),
        }
    }

    fn travel(&self, random: &mut Random) -> Duration {
        match self.line.jitter {
            Duration::ZERO => self.line.delay,
            jitter => self.line.delay + jitter.mul_f64(random.fraction()),
        }
    }
}
