//! Figures a game or an operator can read at any time, from any thread.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::shared::Shared;
use crate::shared::slot::Slot;

/// Figures of one peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeerStats {
    /// The last round-trip time, in microseconds; 0 is not known yet. This end's own pings measure it, which take turns
    /// with the other end's: every eleven seconds or so by default.
    pub rtt_us: u64,
    /// Milliseconds since the connection was open.
    pub age_ms: u64,
    /// Bytes received, protocol included.
    pub bytes_in: u64,
    /// Bytes written to the socket, protocol included.
    pub bytes_out: u64,
    /// Messages received.
    pub messages_in: u64,
    /// Messages put into the out-buffer.
    pub messages_out: u64,
    /// Bytes sent but not written to the socket yet. On Linux a slow line has little more than what leaves in 40 ms
    /// waiting in the system; elsewhere that may be megabytes, which are not counted.
    pub bytes_waiting: u64,
    /// For how many milliseconds the out-buffer has not been empty.
    pub waiting_ms: u64,
    /// Events received that wait to be polled.
    pub queued_events: u64,
    /// Bytes of those events.
    pub queued_bytes: u64,
}

/// Figures of a host. But for the first two and the memory, they count from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HostStats {
    /// Peers: greeted, or being connected to.
    pub peers: u64,
    /// Listeners.
    pub listeners: u64,
    /// Bytes received.
    pub bytes_in: u64,
    /// Bytes written.
    pub bytes_out: u64,
    /// Messages received.
    pub messages_in: u64,
    /// Messages put into out-buffers, one for each receiver of a broadcast.
    pub messages_out: u64,
    /// Bytes held for peers.
    pub memory_used: u64,
    /// The setting `memory_budget`.
    pub memory_budget: u64,
    /// Clients let in.
    pub accepted: u64,
    /// Clients refused by the game, or not answered in time.
    pub refused: u64,
    /// Connections that failed to greet: strangers, broken or late.
    pub handshakes_failed: u64,
    /// Those of them that took longer than `handshake_timeout`.
    pub handshakes_timed_out: u64,
    /// Connections refused for `max_greeting_per_address`.
    pub refused_per_address: u64,
    /// Clients refused for `max_peers`.
    pub refused_full: u64,
    /// Connections refused because three quarters of `memory_budget` were in use.
    pub refused_memory: u64,
    /// Peers disconnected as slow (`SlowPeer`).
    pub slow_peers: u64,
    /// How often accepting had to pause: the system was out of descriptors, every place was taken by connections
    /// that greet or linger, or all who had come had given up already.
    pub accept_pauses: u64,
    /// Log records that were pushed out before they were read.
    pub log_dropped: u64,
}

impl PeerStats {
    /// `now` as [`Shared::stamp`] gives it.
    pub(crate) fn of(slot: &Slot, now: u64) -> PeerStats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let age_ms = match get(&slot.stats.opened_at) {
            0 => 0,
            at => now.saturating_sub(at),
        };
        let (queued_events, queued_bytes) = slot.queued();
        PeerStats {
            rtt_us: slot.stats.rtt_us.load(Ordering::Relaxed).into(),
            age_ms,
            bytes_in: get(&slot.stats.bytes_in),
            bytes_out: get(&slot.stats.bytes_out),
            messages_in: get(&slot.stats.messages_in),
            messages_out: get(&slot.stats.messages_out),
            bytes_waiting: slot.waiting().total() as u64,
            waiting_ms: slot.stats.waiting_ms(now),
            queued_events: queued_events.into(),
            queued_bytes: queued_bytes as u64,
        }
    }
}

impl HostStats {
    pub(crate) fn of(shared: &Shared, listeners: usize) -> HostStats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &shared.counters;
        HostStats {
            peers: shared.seats.load(Ordering::Relaxed).into(),
            listeners: listeners as u64,
            bytes_in: get(&counters.bytes_in),
            bytes_out: get(&counters.bytes_out),
            messages_in: get(&counters.messages_in),
            messages_out: get(&counters.messages_out),
            memory_used: shared.budget.used() as u64,
            memory_budget: shared.budget.limit() as u64,
            accepted: get(&counters.accepted),
            refused: get(&counters.refused),
            handshakes_failed: get(&counters.handshakes_failed),
            handshakes_timed_out: get(&counters.handshakes_timed_out),
            refused_per_address: get(&counters.refused_per_address),
            refused_full: get(&counters.refused_full),
            refused_memory: get(&counters.refused_memory),
            slow_peers: get(&counters.slow_peers),
            accept_pauses: get(&counters.accept_pauses),
            log_dropped: shared.log.dropped(),
        }
    }
}
