//! Figures as dictionaries.

use godot::prelude::*;
use podsix::{HostStats, PeerStats};

macro_rules! dictionary {
    ($stats:expr; $($name:ident)*) => {{
        let mut dictionary = VarDictionary::new();
        $(dictionary.set(stringify!($name), i64::try_from($stats.$name).unwrap_or(i64::MAX));)*
        dictionary
    }};
}

/// Those of one peer.
pub fn of_peer(stats: &PeerStats) -> VarDictionary {
    dictionary! { stats; rtt_us age_ms bytes_in bytes_out messages_in messages_out bytes_waiting waiting_ms queued_events queued_bytes }
}

/// Those of a host.
pub fn of_host(stats: &HostStats) -> VarDictionary {
    dictionary! { stats; peers listeners bytes_in bytes_out messages_in messages_out memory_used memory_budget accepted refused handshakes_failed handshakes_timed_out refused_per_address refused_full refused_memory slow_peers accept_pauses log_dropped }
}
