//! Sizes and offsets of the ABI's structs, for 32 and 64 bits: should one of them move, this does not
//! compile. tests/c/layout.h says the same to C and C++.

use std::mem::{offset_of, size_of};

use super::config::podsix_config;
use super::event::{podsix_event, podsix_handler};
use super::log::podsix_log_record;
use super::stats::{podsix_host_stats, podsix_peer_stats};
use super::value::{podsix_iter, podsix_key};

const WORD: usize = size_of::<*const u8>();

const _: () = {
    assert!(size_of::<podsix_event>() == 128);
    assert!(offset_of!(podsix_event, kind) == 0);
    assert!(offset_of!(podsix_event, reason) == 4);
    assert!(offset_of!(podsix_event, code) == 8);
    assert!(offset_of!(podsix_event, os_error) == 12);
    assert!(offset_of!(podsix_event, peer) == 16);
    assert!(offset_of!(podsix_event, listener) == 24);
    assert!(offset_of!(podsix_event, direction) == 28);
    assert!(offset_of!(podsix_event, user_data) == 32);
    assert!(offset_of!(podsix_event, action) == 32 + WORD);
    assert!(offset_of!(podsix_event, action_len) == 32 + 2 * WORD);
    assert!(offset_of!(podsix_event, message) == 32 + 3 * WORD);
    assert!(offset_of!(podsix_event, text) == 32 + 4 * WORD);
    assert!(offset_of!(podsix_event, text_len) == 32 + 5 * WORD);
    assert!(offset_of!(podsix_event, reserved) == 32 + 6 * WORD);

    assert!(size_of::<podsix_config>() == 104);
    assert!(offset_of!(podsix_config, struct_size) == 0);
    assert!(offset_of!(podsix_config, mode) == 4);
    assert!(offset_of!(podsix_config, handshake_timeout_ms) == 24);
    assert!(offset_of!(podsix_config, queue_bytes) == 60);
    assert!(offset_of!(podsix_config, memory_budget) == 64);
    assert!(offset_of!(podsix_config, max_greeting_per_address) == 72);
    assert!(offset_of!(podsix_config, podsixnet_idle_timeout_ms) == 84);
    assert!(offset_of!(podsix_config, slow_peer_ms) == 88);
    assert!(offset_of!(podsix_config, slow_peer_bytes) == 92);
    assert!(offset_of!(podsix_config, send_mode) == 96);

    assert!(size_of::<podsix_handler>() == 2 * WORD);
    assert!(offset_of!(podsix_handler, call) == WORD);
    assert!(size_of::<podsix_key>() == 2 * WORD);
    assert!(offset_of!(podsix_key, len) == WORD);
    assert!(size_of::<podsix_iter>() == 4 * WORD);
    assert!(offset_of!(podsix_iter, position) == WORD);

    assert!(size_of::<podsix_log_record>() == 32 + 2 * WORD);
    assert!(offset_of!(podsix_log_record, at_ms) == 24);
    assert!(offset_of!(podsix_log_record, text) == 32);
    assert!(offset_of!(podsix_log_record, text_len) == 32 + WORD);

    assert!(size_of::<podsix_peer_stats>() == 80);
    assert!(offset_of!(podsix_peer_stats, queued_bytes) == 72);
    assert!(size_of::<podsix_host_stats>() == 144);
    assert!(offset_of!(podsix_host_stats, log_dropped) == 136);
};
