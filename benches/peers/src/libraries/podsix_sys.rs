//! The C functions of podsix that are used here, as include/podsix.h declares them.

#![allow(non_camel_case_types)]

use std::ffi::{c_char, c_void};

pub const PODSIX_NUL: usize = usize::MAX;
pub const PODSIX_EVENT_CONNECTED: i32 = 1;
pub const PODSIX_EVENT_MESSAGE: i32 = 3;
pub const PODSIX_EVENT_DISCONNECTED: i32 = 4;
pub const PODSIX_EVENT_ERROR: i32 = 5;
pub const PODSIX_ERR_WOULD_BLOCK: i32 = -10;
pub const PODSIX_ERR_UNKNOWN_PEER: i32 = -12;
pub const PODSIX_ERR_NOT_CONNECTED: i32 = -13;
pub const PODSIX_MODE_THREADED: u32 = 0;
pub const PODSIX_MODE_INLINE: u32 = 1;
pub const PODSIX_SEND_AT_ONCE: u32 = 0;
pub const PODSIX_SEND_GATHERED: u32 = 1;

#[repr(C)]
pub struct podsix_host {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct podsix_message {
    _opaque: [u8; 0],
}

#[repr(C)]
pub struct podsix_value {
    _opaque: [u8; 0],
}

#[repr(C)]
#[derive(Default)]
pub struct podsix_config {
    pub struct_size: u32,
    pub mode: u32,
    pub max_message: u32,
    pub max_depth: u32,
    pub max_values: u32,
    pub max_peers: u32,
    pub handshake_timeout_ms: u32,
    pub approval_timeout_ms: u32,
    pub connect_timeout_ms: u32,
    pub ping_interval_ms: u32,
    pub idle_timeout_ms: u32,
    pub stall_limit_ms: u32,
    pub linger_ms: u32,
    pub out_buffer: u32,
    pub queue_events: u32,
    pub queue_bytes: u32,
    pub memory_budget: u64,
    pub max_greeting_per_address: u32,
    pub limit_loopback: u32,
    pub max_events_per_poll: u32,
    pub podsixnet_idle_timeout_ms: u32,
    pub slow_peer_ms: u32,
    pub slow_peer_bytes: u32,
    pub send_mode: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct podsix_event {
    pub kind: i32,
    pub reason: i32,
    pub code: i32,
    pub os_error: i32,
    pub peer: u64,
    pub listener: u32,
    pub direction: u32,
    pub user_data: *mut c_void,
    pub action: *const c_char,
    pub action_len: usize,
    pub message: *const podsix_value,
    pub text: *const c_char,
    pub text_len: usize,
    pub reserved: [usize; 96 / size_of::<usize>() - 6],
}

#[repr(C)]
pub struct podsix_key {
    pub name: *const c_char,
    pub len: usize,
}

unsafe extern "C" {
    pub fn podsix_version_string() -> *const c_char;
    pub fn podsix_error_name(code: i32) -> *const c_char;
    pub fn podsix_config_init(config: *mut podsix_config, struct_size: usize) -> i32;

    pub fn podsix_host_new(
        config: *const podsix_config,
        host: *mut *mut podsix_host,
        error: *mut c_char,
        error_cap: usize,
    ) -> i32;
    pub fn podsix_host_free(host: *mut podsix_host);
    pub fn podsix_listen(
        host: *mut podsix_host,
        address: *const c_char,
        len: usize,
        flags: u32,
        listener: *mut u32,
    ) -> i32;
    pub fn podsix_listener_get_port(host: *const podsix_host, listener: u32) -> i32;
    pub fn podsix_connect(
        host: *mut podsix_host,
        address: *const c_char,
        len: usize,
        hello: *const podsix_message,
        flags: u32,
        peer: *mut u64,
    ) -> i32;
    pub fn podsix_peer_set_user_data(
        host: *mut podsix_host,
        peer: u64,
        user_data: *mut c_void,
    ) -> i32;

    pub fn podsix_poll(host: *mut podsix_host, event: *mut podsix_event) -> i32;
    pub fn podsix_wait(host: *mut podsix_host, timeout_ms: u32, event: *mut podsix_event) -> i32;
    pub fn podsix_send(
        host: *mut podsix_host,
        peer: u64,
        message: *const podsix_message,
        flags: u32,
    ) -> i32;
    pub fn podsix_broadcast(
        host: *mut podsix_host,
        message: *const podsix_message,
        except: u64,
        flags: u32,
    ) -> i32;

    pub fn podsix_message_new() -> *mut podsix_message;
    pub fn podsix_message_free(message: *mut podsix_message);
    pub fn podsix_message_begin(message: *mut podsix_message, action: *const c_char) -> i32;
    pub fn podsix_message_add_uint(
        message: *mut podsix_message,
        key: *const c_char,
        value: u64,
    ) -> i32;
    pub fn podsix_message_add_double(
        message: *mut podsix_message,
        key: *const c_char,
        value: f64,
    ) -> i32;
    pub fn podsix_message_add_bytes(
        message: *mut podsix_message,
        key: *const c_char,
        data: *const u8,
        len: usize,
    ) -> i32;

    pub fn podsix_value_fields(
        value: *const podsix_value,
        keys: *const podsix_key,
        count: usize,
        values: *mut *const podsix_value,
    ) -> i32;
    pub fn podsix_value_as_uint(value: *const podsix_value, fallback: u64) -> u64;
    pub fn podsix_value_as_double(value: *const podsix_value, fallback: f64) -> f64;
    pub fn podsix_value_get_bytes(
        value: *const podsix_value,
        data: *mut *const u8,
        len: *mut usize,
    ) -> i32;
}
