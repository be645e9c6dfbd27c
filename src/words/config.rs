//! Every limit of a host, by name, with its default.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::value::{Limits, MAX_DEPTH};
use crate::wire;

/// Who does the host's input and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// A thread of the host's own: the game thread never enters the operating system's network calls.
    #[default]
    Threaded,
    /// The calling thread, inside poll, wait, flush and send. The shortest way for tools, tests and
    /// dedicated servers; nobody answers pings while nobody polls.
    Inline,
}

/// When what an inline host sends leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SendMode {
    /// At once; but what answers a batch of events leaves together when the batch's last event is taken.
    #[default]
    AtOnce,
    /// With the next poll, wait or flush.
    Gathered,
}

/// The settings of a host. Start from [`Config::default`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Who does input and output. Default: [`Mode::Threaded`].
    pub mode: Mode,
    /// The largest message sent or accepted, in bytes: of MessagePack, and for peers that speak PodSixNet
    /// also of what goes over the wire. Default 1 MiB, at most 16,777,215.
    pub max_message: u32,
    /// The deepest nesting of a message; a plain value has depth 0, a list of them 1. Default 64, at most 256.
    /// The other end is told, and does not send what is deeper.
    pub max_depth: u32,
    /// The most values in one message, containers and keys counted. Default 65,536. The other end is told,
    /// and does not send more.
    pub max_values: u32,
    /// The most peers at once. Default 4,096, at most 65,000.
    pub max_peers: u32,
    /// How long a new inbound connection may take to greet. Default 5 s.
    pub handshake_timeout: Duration,
    /// How long the game may take to accept or refuse a request; a client waits this long and
    /// `handshake_timeout` for the answer. Default 10 s.
    pub approval_timeout: Duration,
    /// How long looking up a name and reaching one of its addresses may take. Default 10 s.
    pub connect_timeout: Duration,
    /// How often a ping goes between this host and each peer, and is answered. The ends take turns, and the
    /// times between are up to a third longer; zero sends none from this end. Default 5 s.
    pub ping_interval: Duration,
    /// A peer silent for this long is disconnected; zero waits for ever. Default 15 s. A line that is gone makes
    /// silence too. Where both ends run Linux 6.15 or later, something goes over it within a second (or a 15th of
    /// this, if that is more) after it is back; elsewhere it may take as long again as the line was gone.
    pub idle_timeout: Duration,
    /// A peer that speaks PodSixNet, which has no pings, is disconnected when it has said nothing for
    /// this long; zero waits for ever. Default zero. One that has said nothing since it connected makes room
    /// for the next client when `max_peers` are there, after `handshake_timeout`, whatever this is.
    pub podsixnet_idle_timeout: Duration,
    /// The longest that a peer whose game sleeps is waited for, also where `idle_timeout` is zero. Default 60 s.
    pub stall_limit: Duration,
    /// How long a closing connection may take to deliver what was sent before. Default 5 s.
    pub linger: Duration,
    /// The most bytes sent to one peer that wait to be written. What is broadcast has room of its own:
    /// `slow_peer_bytes` is the most that waits of both. Default 1 MiB.
    pub out_buffer: u32,
    /// The most events of one peer that wait to be polled. Default 1,024.
    pub queue_events: u32,
    /// The most bytes of one peer's events that wait to be polled, as MessagePack; a queue at most half
    /// full takes one more message of any size. Default 1 MiB.
    pub queue_bytes: u32,
    /// The most bytes held for all peers together, with all that their buffers have allocated. Default 256 MiB. From
    /// three quarters of it on nobody new is let in, from nine tenths on sends are refused; in one under 10 MiB
    /// earlier, so that there is room for one message that comes. What is under way may exceed it for a moment, by no
    /// more than two messages of `max_message` and 16 KiB for each peer.
    pub memory_budget: u64,
    /// The most connections from one address, or from one IPv6 network (/64), that have not greeted yet; more are
    /// refused with [`Reason::Full`](crate::event::Reason::Full). Zero is no limit. Default 256, half of the 512 that
    /// may greet while `max_peers` are there.
    pub max_greeting_per_address: u32,
    /// Whether `max_greeting_per_address` holds for loopback addresses too. Default no.
    pub limit_loopback: bool,
    /// The most events of one batch of polls; zero is no limit. Default 0.
    pub max_events_per_poll: u32,
    /// A peer that has taken nothing for this long, while something that was broadcast waits for it, is disconnected
    /// as slow ([`Reason::SlowPeer`](crate::event::Reason::SlowPeer)); zero waits for ever. One whose game sleeps, and
    /// that has said so, has `stall_limit`. Default 5 s.
    pub slow_peer: Duration,
    /// The most bytes that wait for one peer, what was broadcast among them: one for which a broadcast would be more
    /// is disconnected as slow. Whatever is set, it is at least twice `out_buffer`, and at most what `memory_budget`
    /// leaves beside `queue_bytes` and two messages of `max_message`. While three quarters of the budget are in use, no
    /// more than `out_buffer` of broadcasts waits for one peer. Default 8 MiB.
    pub slow_peer_bytes: u32,
    /// When what is sent leaves: see [sends that leave together](crate::Handle#sends-that-leave-together). Inline
    /// hosts only: a thread of the host's own gathers by itself what it finds when it comes to it. Default:
    /// [`SendMode::AtOnce`].
    pub send_mode: SendMode,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            mode: Mode::Threaded,
            max_message: 1 << 20,
            max_depth: 64,
            max_values: 65_536,
            max_peers: 4_096,
            handshake_timeout: Duration::from_secs(5),
            approval_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(10),
            ping_interval: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(15),
            podsixnet_idle_timeout: Duration::ZERO,
            stall_limit: Duration::from_secs(60),
            linger: Duration::from_secs(5),
            out_buffer: 1 << 20,
            queue_events: 1_024,
            queue_bytes: 1 << 20,
            memory_budget: 256 << 20,
            max_greeting_per_address: 256,
            limit_loopback: false,
            max_events_per_poll: 0,
            slow_peer: Duration::from_secs(5),
            slow_peer_bytes: 8 << 20,
            send_mode: SendMode::AtOnce,
        }
    }
}

/// The most peers a host can be asked to hold; the rest of the 16-bit slots greet and linger.
pub const MAX_PEERS: u32 = 65_000;

impl Config {
    /// Sets `max_message`, and raises `out_buffer`, `queue_bytes` and `memory_budget` to what it needs; what is
    /// larger stays. The other end has to take messages of this size too. 1 to 16,777,215 bytes.
    ///
    /// ```
    /// let mut config = podsix::Config::default();
    /// config.set_largest(10 << 20)?;
    /// assert_eq!((config.out_buffer, config.queue_bytes), (10 << 20, 10 << 20));
    /// # config.check()?;
    /// # Ok::<(), podsix::Error>(())
    /// ```
    ///
    /// # Errors
    /// `BadConfig` for another size; nothing is changed then.
    pub fn set_largest(&mut self, max_message: u32) -> Result<()> {
        check_largest(max_message)?;
        self.max_message = max_message;
        self.out_buffer = self.out_buffer.max(max_message);
        self.queue_bytes = self.queue_bytes.max(max_message);
        self.memory_budget = self.memory_budget.max(self.one_peer());
        Ok(())
    }

    /// What one peer with full buffers takes of the budget.
    fn one_peer(&self) -> u64 {
        u64::from(self.out_buffer) + u64::from(self.queue_bytes) + 2 * u64::from(self.max_message)
    }

    /// The most bytes that wait for one peer, broadcasts included: `slow_peer_bytes`, so that sends leave room for
    /// broadcasts and one peer with full buffers has room in the budget. Not less than `out_buffer`.
    pub(crate) fn most_waiting(&self) -> usize {
        let least = 2 * u64::from(self.out_buffer);
        let beside = self.one_peer() - u64::from(self.out_buffer);
        let most = u64::from(self.slow_peer_bytes).max(least);
        usize::try_from(most.min(self.memory_budget - beside)).unwrap_or(usize::MAX)
    }

    /// Whether the settings are in range and agree with each other, which [`Host::new`](crate::Host::new) asks too.
    ///
    /// # Errors
    /// `BadConfig`, with words that name the setting and what it may be: `max_message` from 1 to 16,777,215,
    /// `max_depth` to 256, `max_peers` to 65,000, `out_buffer`, `queue_bytes` and `slow_peer_bytes` to 1 GiB,
    /// `queue_events` to 8,388,608, `memory_budget` from 64 KiB to 64 TiB; times from 1 ms to 24 hours, and those for which zero has
    /// a meaning also zero. And for settings at odds with each other:
    /// - `max_message` must fit into `out_buffer` and into `queue_bytes`, and both buffers with two messages of
    ///   that size into `memory_budget`: [`set_largest`](Config::set_largest) sees to it;
    /// - an `idle_timeout` needs a shorter `ping_interval` and a `stall_limit` that is not shorter.
    pub fn check(&self) -> Result<()> {
        let no_more = |name: &str, value: u64, than: &str, limit: u64, why: &str| {
            if value <= limit {
                return Ok(());
            }
            let message = self.max_message;
            let least = u64::from(self.out_buffer.max(message))
                + u64::from(self.queue_bytes.max(message))
                + 2 * u64::from(message);
            Err(Error::BadConfig(format!(
                "{name} ({value}) is more than {than} ({limit}): {why}; a max_message of {message} needs \
                 an out_buffer and queue_bytes of {message} and then a memory_budget of {least}, which \
                 set_largest sets"
            )))
        };
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let day = 24 * 60 * 60 * 1000;

        check_largest(self.max_message)?;
        range("max_depth", self.max_depth.into(), 1, MAX_DEPTH.into())?;
        range("max_values", self.max_values.into(), 1, u32::MAX.into())?;
        range("max_peers", self.max_peers.into(), 1, MAX_PEERS.into())?;
        range("out_buffer", self.out_buffer.into(), 1, 1 << 30)?;
        range("queue_events", self.queue_events.into(), 1, 1 << 23)?;
        range("queue_bytes", self.queue_bytes.into(), 1, 1 << 30)?;
        range("memory_budget", self.memory_budget, 64 << 10, 1 << 46)?;
        range("handshake_timeout_ms", millis(self.handshake_timeout), 1, day)?;
        range("approval_timeout_ms", millis(self.approval_timeout), 1, day)?;
        range("connect_timeout_ms", millis(self.connect_timeout), 1, day)?;
        range("ping_interval_ms", millis(self.ping_interval), 0, day)?;
        range("idle_timeout_ms", millis(self.idle_timeout), 0, day)?;
        let quiet = millis(self.podsixnet_idle_timeout);
        range("podsixnet_idle_timeout_ms", quiet, 0, day)?;
        range("stall_limit_ms", millis(self.stall_limit), 1, day)?;
        range("linger_ms", millis(self.linger), 1, day)?;
        range("slow_peer_ms", millis(self.slow_peer), 0, day)?;
        range("slow_peer_bytes", self.slow_peer_bytes.into(), 1, 1 << 30)?;

        let message = u64::from(self.max_message);
        let unsendable = "a message of the largest size could never be sent";
        let unreadable = "a message of the largest size could never be received";
        no_more("max_message", message, "out_buffer", self.out_buffer.into(), unsendable)?;
        no_more("max_message", message, "queue_bytes", self.queue_bytes.into(), unreadable)?;
        let full = "one peer with full buffers would not fit";
        no_more(
            "out_buffer + queue_bytes + 2 × max_message",
            self.one_peer(),
            "memory_budget",
            self.memory_budget,
            full,
        )?;
        if !self.idle_timeout.is_zero() {
            if self.ping_interval.is_zero() {
                return Err(Error::BadConfig(
                    "idle_timeout_ms needs pings to tell a quiet peer from a dead one: set \
                     ping_interval_ms, or set both to 0"
                        .into(),
                ));
            }
            if self.ping_interval >= self.idle_timeout {
                return Err(Error::BadConfig(format!(
                    "ping_interval_ms ({}) must be less than idle_timeout_ms ({}): every quiet peer \
                     would be taken for a dead one",
                    self.ping_interval.as_millis(),
                    self.idle_timeout.as_millis()
                )));
            }
            if self.stall_limit < self.idle_timeout {
                return Err(Error::BadConfig(format!(
                    "stall_limit_ms ({}) must not be less than idle_timeout_ms ({}): a peer that says \
                     it is busy would be dropped sooner than one that says nothing",
                    self.stall_limit.as_millis(),
                    self.idle_timeout.as_millis()
                )));
            }
        }
        Ok(())
    }

    /// What the protocol needs to know of the settings.
    pub(crate) fn rules(&self) -> wire::Rules {
        wire::Rules {
            max_message: self.max_message,
            limits: self.limits(),
            handshake_timeout: self.handshake_timeout,
            approval_timeout: self.approval_timeout,
            ping_interval: self.ping_interval,
            idle_timeout: self.idle_timeout,
            stall_limit: self.stall_limit,
        }
    }

    /// What a value must keep to.
    pub(crate) fn limits(&self) -> Limits {
        Limits { depth: self.max_depth, values: self.max_values }
    }
}

fn check_largest(max_message: u32) -> Result<()> {
    range("max_message", max_message.into(), 1, wire::MAX_PAYLOAD as u64)
}

fn range(name: &str, value: u64, low: u64, high: u64) -> Result<()> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(Error::BadConfig(format!("{name} is {value}, it must be from {low} to {high}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What waits for one peer at most, with these settings, which are accepted.
    fn most(out_buffer: u32, slow_peer_bytes: u32, memory_budget: u64) -> usize {
        let max_message = 1 << 10;
        let config = Config {
            max_message,
            out_buffer,
            queue_bytes: max_message,
            slow_peer_bytes,
            memory_budget,
            ..Config::default()
        };
        config.check().unwrap();
        config.most_waiting()
    }

    #[test]
    fn room_for_broadcasts_follows_out_buffer_and_the_budget() {
        const MIB: usize = 1 << 20;
        assert_eq!(Config::default().most_waiting(), 8 * MIB);
        assert_eq!(most(1 << 20, 3 << 20, 256 << 20), 3 * MIB, "as it is set");
        assert_eq!(most(1 << 20, 1, 256 << 20), 2 * MIB, "not less than twice out_buffer");
        assert_eq!(most(1 << 30, 8 << 20, 1 << 46), 2_048 * MIB, "whatever that is");
        // The budget has a queue and two messages beside it.
        assert_eq!(most(1 << 20, 8 << 20, 4 << 20), 4 * MIB - 3 * (1 << 10));
        let tight = (1 << 20) + 3 * (1 << 10);
        assert_eq!(most(1 << 20, 8 << 20, tight), MIB, "never less than out_buffer");
    }
}
