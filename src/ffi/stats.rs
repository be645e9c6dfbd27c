//! Counters.

use std::ptr;

use super::host::{call, podsix_host};
use super::input;
use super::output;
use crate::error::Result;
use crate::event::PeerId;
use crate::{HostStats, PeerStats};

/// What is known of one peer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct podsix_peer_stats {
    /// The last measured round trip, in microseconds; 0 if there was none yet. This end's own pings measure it,
    /// which take turns with the other end's: every eleven seconds or so by default.
    pub rtt_us: u64,
    /// Since the connection was open, in milliseconds.
    pub age_ms: u64,
    /// Bytes received, framing included.
    pub bytes_in: u64,
    /// Bytes written to the connection, framing included.
    pub bytes_out: u64,
    /// Messages received.
    pub messages_in: u64,
    /// Messages sent.
    pub messages_out: u64,
    /// Bytes that wait to be written: of those sent to this peer alone out_buffer is the limit, of all
    /// slow_peer_bytes. On Linux a slow line has little more than what leaves in 40 ms waiting in the system;
    /// elsewhere that may be megabytes, which are not counted.
    pub bytes_waiting: u64,
    /// For how long bytes have been waiting without a break, in milliseconds.
    pub waiting_ms: u64,
    /// Events received and not yet polled; queue_events is the limit.
    pub queued_events: u64,
    /// Bytes received and not yet polled; queue_bytes is the limit.
    pub queued_bytes: u64,
}

/// What is known of a host. Counts begin when it is made.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct podsix_host_stats {
    /// Peers that are connected or being connected to.
    pub peers: u64,
    /// Listeners.
    pub listeners: u64,
    /// Bytes received, framing included.
    pub bytes_in: u64,
    /// Bytes written, framing included.
    pub bytes_out: u64,
    /// Messages received.
    pub messages_in: u64,
    /// Messages sent; one per peer that a broadcast reached.
    pub messages_out: u64,
    /// Bytes held for all peers together.
    pub memory_used: u64,
    /// The setting memory_budget.
    pub memory_budget: u64,
    /// Inbound connections that became peers.
    pub accepted: u64,
    /// Inbound connections refused by the game, or not answered by it in time.
    pub refused: u64,
    /// Inbound connections that failed to greet: strangers, broken ones, late ones.
    pub handshakes_failed: u64,
    /// Those of them that took longer than handshake_timeout_ms.
    pub handshakes_timed_out: u64,
    /// Inbound connections refused because of max_greeting_per_address.
    pub refused_per_address: u64,
    /// Inbound connections refused because of max_peers.
    pub refused_full: u64,
    /// Inbound connections refused because most of memory_budget was in use.
    pub refused_memory: u64,
    /// Peers disconnected with PODSIX_REASON_SLOW_PEER.
    pub slow_peers: u64,
    /// How often accepting paused: the process was out of descriptors, every place was taken by
    /// connections that greet or linger, or all who had come had given up already.
    pub accept_pauses: u64,
    /// Log records lost because nobody read them.
    pub log_dropped: u64,
}

/// # Counters
///
/// Copies what is known of a host.
///
/// stats: where to. size: sizeof *stats; what is beyond it is left out, and fields that this library
/// does not know yet are left as they are.
///
/// Returns the size this library knows. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_copy_stats(
    host: *const podsix_host,
    stats: *mut podsix_host_stats,
    size: usize,
) -> i32 {
    // SAFETY: *host* and *output*.
    unsafe { call(host, |host| copy(podsix_host_stats::from(host.stats()), stats, size)) }
}

/// Copies what is known of a peer.
///
/// stats, size: as for podsix_host_copy_stats.
///
/// Returns the size this library knows, or PODSIX_ERR_UNKNOWN_PEER. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_copy_stats(
    host: *const podsix_host,
    peer: u64,
    stats: *mut podsix_peer_stats,
    size: usize,
) -> i32 {
    // SAFETY: *host* and *output*.
    unsafe {
        call(host, |host| {
            let known = host.peer_stats(PeerId::from_u64(peer))?;
            copy(podsix_peer_stats::from(known), stats, size)
        })
    }
}

impl From<PeerStats> for podsix_peer_stats {
    fn from(stats: PeerStats) -> podsix_peer_stats {
        podsix_peer_stats {
            rtt_us: stats.rtt_us,
            age_ms: stats.age_ms,
            bytes_in: stats.bytes_in,
            bytes_out: stats.bytes_out,
            messages_in: stats.messages_in,
            messages_out: stats.messages_out,
            bytes_waiting: stats.bytes_waiting,
            waiting_ms: stats.waiting_ms,
            queued_events: stats.queued_events,
            queued_bytes: stats.queued_bytes,
        }
    }
}

impl From<HostStats> for podsix_host_stats {
    fn from(stats: HostStats) -> podsix_host_stats {
        podsix_host_stats {
            peers: stats.peers,
            listeners: stats.listeners,
            bytes_in: stats.bytes_in,
            bytes_out: stats.bytes_out,
            messages_in: stats.messages_in,
            messages_out: stats.messages_out,
            memory_used: stats.memory_used,
            memory_budget: stats.memory_budget,
            accepted: stats.accepted,
            refused: stats.refused,
            handshakes_failed: stats.handshakes_failed,
            handshakes_timed_out: stats.handshakes_timed_out,
            refused_per_address: stats.refused_per_address,
            refused_full: stats.refused_full,
            refused_memory: stats.refused_memory,
            slow_peers: stats.slow_peers,
            accept_pauses: stats.accept_pauses,
            log_dropped: stats.log_dropped,
        }
    }
}

/// Copies as much of a struct as the caller's has.
///
/// # Safety
/// The *output* promise: there is room for `size` bytes.
unsafe fn copy<T>(known: T, stats: *mut T, size: usize) -> Result<i32> {
    if stats.is_null() && size > 0 {
        return Err(input::null("stats"));
    }
    // SAFETY: *output*, and not more than `known` has.
    unsafe {
        ptr::copy_nonoverlapping(
            (&raw const known).cast::<u8>(),
            stats.cast(),
            size.min(size_of::<T>()),
        );
    }
    Ok(output::count(size_of::<T>()))
}
