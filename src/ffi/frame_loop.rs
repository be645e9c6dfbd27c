//! What a game calls once per frame: poll, wait, flush, and everything that sends.

use std::ffi::c_char;
use std::time::Duration;

use super::event::podsix_event;
use super::host::{call, call_alone, podsix_host};
use super::input;
use super::message::{self, podsix_message};
use super::output::{self, Out, Outs};
use crate::api::Host;
use crate::event::PeerId;

/// # The frame loop
///
/// Takes the next event. Calls work in batches: the first takes what has arrived, later ones walk
/// through it, and 0 is returned once at the batch's end, so that "while (podsix_poll(host, &ev) >
/// 0)" ends even while messages pour in.
///
/// event: where it goes. What it points to lives until the next podsix_poll or podsix_wait.
///
/// Returns 1 with an event, 0 at the batch's end, or PODSIX_ERR_BUSY. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_poll(host: *mut podsix_host, event: *mut podsix_event) -> i32 {
    // SAFETY: *host* and *output*.
    unsafe { take_event(host, event, None) }
}

/// As podsix_poll, but where a new batch would be empty it waits for its first event. For dedicated
/// servers, which have no frame to draw. A program that lives here does the host's network work in the
/// call, as in inline mode, and so loses no time to changes of thread; what it sends between two calls
/// leaves with the next call, or half a millisecond later.
///
/// timeout_ms: how long to wait at most, in milliseconds; there is no for ever, UINT32_MAX is 49 days.
/// event: where it goes.
///
/// Returns 1 with an event, 0 at the batch's end or after the timeout, or PODSIX_ERR_BUSY. One
/// thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_wait(
    host: *mut podsix_host,
    timeout_ms: u32,
    event: *mut podsix_event,
) -> i32 {
    let timeout = Duration::from_millis(timeout_ms.into());
    // SAFETY: *host* and *output*.
    unsafe { take_event(host, event, Some(timeout)) }
}

/// Waits until everything sent so far has been handed to the operating system, for all peers. For tools; a
/// game's frame needs no flush. It does not mean that anything has arrived: before the end of a program,
/// podsix_host_close waits for that.
///
/// timeout_ms: how long to wait at most, in milliseconds. With 0 it has leave what an inline host still keeps
/// (PODSIX_SEND_*), and waits for nothing.
///
/// Returns 0, PODSIX_ERR_TIMEOUT or PODSIX_ERR_BUSY. One thread at a time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_flush(host: *mut podsix_host, timeout_ms: u32) -> i32 {
    let timeout = Duration::from_millis(timeout_ms.into());
    // SAFETY: *host*.
    unsafe { call_alone(host, |host| host.flush(timeout).map(|()| 0)) }
}

/// Sends a message to a peer: reliably, and after everything sent to it before by this thread. An inline host
/// writes it at once, or together with others, as PODSIX_SEND_* says.
///
/// message: it is copied and stays the caller's. flags: 0.
///
/// Returns 0, PODSIX_ERR_WOULD_BLOCK, PODSIX_ERR_MEMORY, PODSIX_ERR_UNKNOWN_PEER,
/// PODSIX_ERR_NOT_CONNECTED, PODSIX_ERR_TOO_LARGE, PODSIX_ERR_TOO_DEEP, PODSIX_ERR_TOO_MANY_VALUES,
/// PODSIX_ERR_UNSENDABLE or PODSIX_ERR_TERMINATOR for what a peer that speaks PodSixNet cannot be sent,
/// PODSIX_ERR_UNSENDABLE for a tuple as a key to a podsix too old to know such keys, or the code of the
/// first mistake made while the message was built. On every error nothing was taken.
/// PODSIX_ERR_NOT_CONNECTED is nothing unusual when an event is answered: its peer may have gone since, and
/// its PODSIX_EVENT_DISCONNECTED be on the way.
///
/// A connect's limits are not known before it is open. If something sent until then is beyond them, the
/// connect fails with PODSIX_REASON_TOO_LARGE, or PODSIX_REASON_VERSION for tuples as keys. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_send(
    host: *mut podsix_host,
    peer: u64,
    message: *const podsix_message,
    flags: u32,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            input::flags(flags, 0)?;
            // SAFETY: *message*.
            host.send_message(PeerId::from_u64(peer), message::required(message)?).map(|()| 0)
        })
    }
}

/// As podsix_send, for a message that is MessagePack bytes already, exactly one value.
///
/// data, len: the bytes; their number. flags: 0.
///
/// Returns as podsix_send, with PODSIX_ERR_BAD_MESSAGE for bytes that are not well-formed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_send_msgpack(
    host: *mut podsix_host,
    peer: u64,
    data: *const u8,
    len: usize,
    flags: u32,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            input::flags(flags, 0)?;
            // SAFETY: *input*.
            let data = input::slice("data", data, len)?;
            host.send_msgpack(PeerId::from_u64(peer), data).map(|()| 0)
        })
    }
}

/// As podsix_send, for a message written as JSON, which is read as podsix_message_from_json does. It
/// travels as whatever the peer speaks.
///
/// json, len: the text. flags: 0.
///
/// Returns as podsix_send, with PODSIX_ERR_BAD_JSON or PODSIX_ERR_BAD_UTF8 for text that is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_send_json(
    host: *mut podsix_host,
    peer: u64,
    json: *const c_char,
    len: usize,
    flags: u32,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            input::flags(flags, 0)?;
            // SAFETY: *input*.
            let json = input::text("json", json, len)?;
            host.send_json(PeerId::from_u64(peer), json).map(|()| 0)
        })
    }
}

/// Sends one message to many peers. It is encoded once, and nobody is disconnected for being slow.
///
/// peers, count: their ids; NULL if count is 0. message: it is copied. flags: 0. results: room for
/// count results, each 0 or what podsix_send would have returned for that peer; NULL if they are
/// not needed.
///
/// Returns the number of peers that took it, or a negative code if the message itself cannot be
/// sent. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_send_many(
    host: *mut podsix_host,
    peers: *const u64,
    count: usize,
    message: *const podsix_message,
    flags: u32,
    results: *mut i32,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            input::flags(flags, 0)?;
            // SAFETY: *input*, and a PeerId is its number: any will do.
            let peers = input::slice("peers", peers.cast::<PeerId>(), count)?;
            // SAFETY: *message*.
            let message = message::required(message)?;
            // SAFETY: *output*: room for as many as there are peers.
            let mut results = Outs::optional("results", results, count)?;
            let taken = host.send_many(peers, message, |at, result| {
                results.set(at, result.map_or_else(|error| error.code(), |()| 0));
            })?;
            Ok(output::count(taken))
        })
    }
}

/// Sends a message to every peer that is connected: from when its PODSIX_EVENT_CONNECTED has been polled
/// until it is closed, so that what a game sends to all before it has heard of a peer does not reach it before
/// the game's own welcome. A slow peer is disconnected with PODSIX_REASON_SLOW_PEER, one
/// whose max_message, max_values or max_depth the message is beyond with PODSIX_REASON_TOO_LARGE, and one too
/// old for the tuples that are keys in it with PODSIX_REASON_VERSION: losing a message silently would be worse.
///
/// A peer is slow if more than slow_peer_bytes would wait for it with this message, after writing was tried, or
/// if it takes nothing for slow_peer_ms while the message waits. That time does not count while its game sleeps
/// and has said so, or while its line carries nothing, which the system tells on Linux: then stall_limit_ms or
/// idle_timeout_ms ends it, or slow_peer_bytes. A peer that is only sent to is never slow: the send is refused.
/// What is broadcast takes no room from what is sent.
///
/// message: it is copied. except: a peer that does not get it; 0 for none. flags: 0.
///
/// Returns 0, PODSIX_ERR_MEMORY, PODSIX_ERR_TOO_LARGE, PODSIX_ERR_TOO_DEEP,
/// PODSIX_ERR_TOO_MANY_VALUES, PODSIX_ERR_UNSENDABLE or PODSIX_ERR_TERMINATOR if one of those connected
/// speaks PodSixNet and cannot be sent it, PODSIX_ERR_CLOSING after podsix_host_close, or the code of the
/// first mistake made while the message was built. On every error nobody gets it. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_broadcast(
    host: *mut podsix_host,
    message: *const podsix_message,
    except: u64,
    flags: u32,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            input::flags(flags, 0)?;
            // SAFETY: *message*.
            let message = message::required(message)?;
            host.broadcast(message, PeerId::from_u64(except)).map(|()| 0)
        })
    }
}

/// Takes an event from a host; with a timeout, waits for it.
///
/// # Safety
/// The *host* promise, and *output* for the event.
#[inline(always)]
unsafe fn take_event(
    host: *mut podsix_host,
    event: *mut podsix_event,
    timeout: Option<Duration>,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call_alone(host, |host| {
            // Before an event is taken: it would be lost.
            // SAFETY: *output*.
            let room = Out::required("event", event)?;
            if !host.next(timeout)? {
                return Ok(0);
            }
            match host.message_without_action() {
                Some(message) => room.set(podsix_event::from(&message)),
                None => set_rare(room, host),
            }
            Ok(1)
        })
    }
}

/// Gives an event that is not one of the many.
#[inline(never)]
fn set_rare(room: Out<podsix_event>, host: &Host) {
    room.set(podsix_event::from(&host.event_without_action()));
}
