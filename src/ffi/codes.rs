//! The numbers of errors and reasons, and their names.

use std::ffi::c_char;

use crate::error::error_name;
use crate::event::{EventKind, Reason};

/// # Results
///
/// Success.
pub const PODSIX_OK: i32 = 0;
/// An argument is NULL, out of range or of no known kind.
pub const PODSIX_ERR_BAD_ARGUMENT: i32 = -1;
/// A setting is out of range or contradicts another one.
pub const PODSIX_ERR_BAD_CONFIG: i32 = -2;
/// An address that cannot be read, or that cannot be used for this call.
pub const PODSIX_ERR_BAD_ADDRESS: i32 = -3;
/// Not a well-formed message: broken MessagePack, an unbalanced or empty message.
pub const PODSIX_ERR_BAD_MESSAGE: i32 = -4;
/// Text that is not JSON.
pub const PODSIX_ERR_BAD_JSON: i32 = -5;
/// Text that is not UTF-8.
pub const PODSIX_ERR_BAD_UTF8: i32 = -6;
/// A message larger than max_message, this end's or the other end's, or a hello or reply of more than
/// 4,096 bytes.
pub const PODSIX_ERR_TOO_LARGE: i32 = -7;
/// A message nested deeper than max_depth, this end's or the other end's.
pub const PODSIX_ERR_TOO_DEEP: i32 = -8;
/// A message of more values than max_values, this end's or the other end's.
pub const PODSIX_ERR_TOO_MANY_VALUES: i32 = -9;
/// The peer's out-buffer is full. Nothing was taken; send again after its PODSIX_EVENT_WRITABLE.
pub const PODSIX_ERR_WOULD_BLOCK: i32 = -10;
/// The host's memory_budget is used up. Nothing was taken.
pub const PODSIX_ERR_MEMORY: i32 = -11;
/// No such peer: never there, gone, or of another host.
pub const PODSIX_ERR_UNKNOWN_PEER: i32 = -12;
/// The peer is there but nothing can be sent to it: not accepted yet, or being closed.
pub const PODSIX_ERR_NOT_CONNECTED: i32 = -13;
/// Accept or refuse for a peer that is not waiting for an answer.
pub const PODSIX_ERR_NOT_REQUESTED: i32 = -14;
/// No such listener.
pub const PODSIX_ERR_UNKNOWN_LISTENER: i32 = -15;
/// The host has max_peers peers already.
pub const PODSIX_ERR_TOO_MANY_PEERS: i32 = -16;
/// Another thread polls, waits, flushes or closes, or is inside podsix_host_log_next: one may at a time.
pub const PODSIX_ERR_BUSY: i32 = -17;
/// The library made a mistake and caught it; the host can only be freed.
pub const PODSIX_ERR_PANIC: i32 = -18;
/// The deadline of a flush passed with bytes still waiting, or that of a close with connections left.
pub const PODSIX_ERR_TIMEOUT: i32 = -19;
/// The operating system refused; the details name its error.
pub const PODSIX_ERR_OS: i32 = -20;
/// A strict read of a value of another type, or of none.
pub const PODSIX_ERR_WRONG_TYPE: i32 = -21;
/// A strict read of a number that the wanted type cannot hold.
pub const PODSIX_ERR_OUT_OF_RANGE: i32 = -22;
/// A part of the message has no form in what the peer speaks: bytes in JSON, an extension in rencode, a
/// tuple as a key in version 1.0 of podsix's protocol.
pub const PODSIX_ERR_UNSENDABLE: i32 = -23;
/// A string holds the five bytes that end each of PodSixNet's messages, 0, "---" and 0.
pub const PODSIX_ERR_TERMINATOR: i32 = -24;
/// This process is a forked child, and the host its parent's: it can only be freed here.
pub const PODSIX_ERR_FORKED: i32 = -26;
/// podsix_host_close was called: nothing new can begin on this host.
pub const PODSIX_ERR_CLOSING: i32 = -27;

/// # Why a connection ended
///
/// The event is about no end.
pub const PODSIX_REASON_NONE: i32 = 0;
/// The other end's game closed the connection; code and text are its own.
pub const PODSIX_REASON_CLOSED: i32 = 1;
/// This end's game closed the connection; code and text are its own.
pub const PODSIX_REASON_LOCAL: i32 = 2;
/// The listening end's game refused to let the client in; code and text are its own.
pub const PODSIX_REASON_REFUSED: i32 = 3;
/// The connection broke without a goodbye; after podsix_host_close also: the other end did not close in time.
pub const PODSIX_REASON_LOST: i32 = 4;
/// The other end was silent for idle_timeout, or stalled for stall_limit.
pub const PODSIX_REASON_TIMEOUT: i32 = 5;
/// Something that is no frame or no value came.
pub const PODSIX_REASON_PROTOCOL: i32 = 6;
/// A message larger than max_message came; or one was sent that the other end does not take, by a broadcast
/// or before the connection was open, and the text names the setting.
pub const PODSIX_REASON_TOO_LARGE: i32 = 7;
/// The peer was slow: with a broadcast more than slow_peer_bytes would have waited for it, or it took nothing
/// for slow_peer_ms while a broadcast waited. The text says which, and its own end gets the same.
pub const PODSIX_REASON_SLOW_PEER: i32 = 8;
/// The memory_budget was used up, and this peer held most of it.
pub const PODSIX_REASON_MEMORY: i32 = 9;
/// The other end has max_peers peers already, or max_greeting_per_address connections from this one's address
/// that have not greeted yet. At a full server: a client of PodSixNet that had said nothing made room.
pub const PODSIX_REASON_FULL: i32 = 10;
/// The greeting took longer than handshake_timeout.
pub const PODSIX_REASON_HANDSHAKE_TIMEOUT: i32 = 11;
/// The other end's game did not answer within approval_timeout.
pub const PODSIX_REASON_APPROVAL_TIMEOUT: i32 = 12;
/// Name look-up and connecting took longer than connect_timeout.
pub const PODSIX_REASON_CONNECT_TIMEOUT: i32 = 13;
/// The name could not be looked up.
pub const PODSIX_REASON_UNRESOLVED: i32 = 14;
/// None of the addresses could be connected.
pub const PODSIX_REASON_UNREACHABLE: i32 = 15;
/// The other end speaks another version of the protocol.
pub const PODSIX_REASON_VERSION: i32 = 16;
/// The other end speaks something else; the text says what, if it is known.
pub const PODSIX_REASON_WRONG_PROTOCOL: i32 = 17;
/// The other end's host was freed.
pub const PODSIX_REASON_SHUTDOWN: i32 = 18;

/// Names for success and for each error's number up to the highest; one more is for the others.
///
/// cbindgen:ignore
const ERRORS: usize = 28;

/// cbindgen:ignore
static ERROR_NAMES: [Name; ERRORS + 1] = {
    let mut names = [[0; LONGEST]; ERRORS + 1];
    let mut at = 0;
    while at < ERRORS {
        names[at] = terminated(error_name(-(at as i32)));
        at += 1;
    }
    names[ERRORS] = terminated(error_name(i32::MIN));
    names
};

/// cbindgen:ignore
static REASON_NAMES: [Name; Reason::ALL.len() + 1] = {
    let mut names = [[0; LONGEST]; Reason::ALL.len() + 1];
    let mut at = 0;
    while at < Reason::ALL.len() {
        names[at] = terminated(Reason::ALL[at].name());
        at += 1;
    }
    names[at] = terminated("PODSIX_REASON_UNKNOWN");
    names
};

/// cbindgen:ignore
static EVENT_NAMES: [Name; EventKind::ALL.len() + 1] = {
    let mut names = [[0; LONGEST]; EventKind::ALL.len() + 1];
    let mut at = 0;
    while at < EventKind::ALL.len() {
        names[at] = terminated(EventKind::ALL[at].name());
        at += 1;
    }
    names[at] = terminated("PODSIX_EVENT_UNKNOWN");
    names
};

/// cbindgen:ignore
const LONGEST: usize = 40;

/// A name with a NUL behind it, which the rest of the crate does without.
///
/// cbindgen:ignore
type Name = [u8; LONGEST];

const fn terminated(name: &str) -> Name {
    let mut terminated = [0; LONGEST];
    let (room, _) = terminated.split_at_mut(name.len());
    room.copy_from_slice(name.as_bytes());
    assert!(name.len() < LONGEST);
    terminated
}

/// # Names
///
/// The name of a result, such as "PODSIX_ERR_WOULD_BLOCK"; "PODSIX_OK" for 0 and more,
/// "PODSIX_ERR_UNKNOWN" for a number this library does not know. Static, NUL-terminated.
#[unsafe(no_mangle)]
pub extern "C" fn podsix_error_name(code: i32) -> *const c_char {
    let at = code.min(0).unsigned_abs().min(ERRORS as u32) as usize;
    ERROR_NAMES[at].as_ptr().cast()
}

/// The name of a reason, such as "PODSIX_REASON_TIMEOUT"; "PODSIX_REASON_UNKNOWN" for a number
/// this library does not know. Static, NUL-terminated.
#[unsafe(no_mangle)]
pub extern "C" fn podsix_reason_name(reason: i32) -> *const c_char {
    let at = Reason::ALL.iter().position(|known| *known as i32 == reason);
    REASON_NAMES[at.unwrap_or(Reason::ALL.len())].as_ptr().cast()
}

/// The name of an event's kind, such as "PODSIX_EVENT_MESSAGE"; "PODSIX_EVENT_UNKNOWN" for a number
/// this library does not know. Static, NUL-terminated.
#[unsafe(no_mangle)]
pub extern "C" fn podsix_event_name(kind: i32) -> *const c_char {
    let at = EventKind::ALL.iter().position(|known| *known as i32 == kind);
    EVENT_NAMES[at.unwrap_or(EventKind::ALL.len())].as_ptr().cast()
}
