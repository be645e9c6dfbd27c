//! Events as C programs see them, and the dispatch by name.

use std::ffi::{CStr, c_char, c_void};
use std::slice;

use super::codes::PODSIX_ERR_BAD_ARGUMENT;
use super::input;
use super::output;
use super::raw;
use super::value::podsix_value;
use crate::event::{Event, EventKind, ListenerId};

/// # Kinds of events, and which fields of podsix_event each of them fills
///
/// A connection is open, and from now on the peer gets broadcasts. message: for who connected, the reply;
/// for who listens, the hello (none if it came with a PODSIX_EVENT_REQUEST). action: "connected".
pub const PODSIX_EVENT_CONNECTED: i32 = 1;
/// A client asks to be let in: answer with podsix_peer_accept or podsix_peer_refuse within
/// approval_timeout_ms. message: its hello. action: "request".
pub const PODSIX_EVENT_REQUEST: i32 = 2;
/// A message. action: the string at its key "action", empty if there is none.
pub const PODSIX_EVENT_MESSAGE: i32 = 3;
/// A connection or a request has ended; the peer's last event. reason, code, text, os_error: why.
/// action: "disconnected".
pub const PODSIX_EVENT_DISCONNECTED: i32 = 4;
/// A connect failed, or the game closed it before it polled PODSIX_EVENT_CONNECTED (the peer's last
/// event); or a listener met trouble (peer is 0). reason, code, text, os_error: why. action: "error".
pub const PODSIX_EVENT_ERROR: i32 = 5;
/// After a PODSIX_ERR_WOULD_BLOCK: half of the peer's out-buffer has drained. action: "writable".
pub const PODSIX_EVENT_WRITABLE: i32 = 6;
/// The other end's game has stopped polling; it is waited for up to stall_limit_ms. code: for how
/// many milliseconds it has not polled. action: "stalled".
pub const PODSIX_EVENT_STALLED: i32 = 7;
/// The other end's game polls again. action: "resumed".
pub const PODSIX_EVENT_RESUMED: i32 = 8;

/// # Directions
///
/// The event is about no connection.
pub const PODSIX_DIRECTION_NONE: u32 = 0;
/// The peer connected to a listener of this host.
pub const PODSIX_DIRECTION_INBOUND: u32 = 1;
/// This host connected to the peer.
pub const PODSIX_DIRECTION_OUTBOUND: u32 = 2;

/// cbindgen:ignore
pub const PODSIX_EVENT_RESERVED: usize = 96 / size_of::<*const c_void>() - 6;

/// What has happened. 128 bytes for ever. Fields without a meaning for an event's kind are 0, empty
/// or the NONE value. The pointers are never NULL (but user_data may be) and live until the next
/// podsix_poll or podsix_wait.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct podsix_event {
    /// PODSIX_EVENT_*.
    pub kind: i32,
    /// PODSIX_REASON_*.
    pub reason: i32,
    /// The games' own code of a disconnect or refusal, from either end.
    pub code: i32,
    /// The operating system's error number, 0 if it had no part in this.
    pub os_error: i32,
    /// The peer, 0 if a listener is meant.
    pub peer: u64,
    /// The listener through which an inbound peer came, or that met trouble; 0 for none.
    pub listener: u32,
    /// PODSIX_DIRECTION_*.
    pub direction: u32,
    /// What podsix_peer_set_user_data stored for this peer, NULL at first.
    pub user_data: *mut c_void,
    /// The name to dispatch by. Decide by kind, not by this name: a remote message may well call
    /// itself "connected".
    pub action: *const c_char,
    /// The action's length in bytes.
    pub action_len: usize,
    /// The message, hello or reply.
    pub message: *const podsix_value,
    /// Words of a disconnect, a refusal or an error. Those of the other end are one line of at most 1,024
    /// bytes that can be shown; its action and message are as they came (podsix_text_copy_printable).
    pub text: *const c_char,
    /// The text's length in bytes.
    pub text_len: usize,
    /// Zeros.
    pub reserved: [usize; PODSIX_EVENT_RESERVED],
}

/// What to call for an action.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct podsix_handler {
    /// The action, NUL-terminated, or one of the lifecycle's: "connected", "request",
    /// "disconnected", "error", "writable", "stalled", "resumed". NULL is a catch-all.
    pub action: *const c_char,
    /// Called with podsix_dispatch's context and the event; never NULL.
    pub call: Option<unsafe extern "C-unwind" fn(context: *mut c_void, event: *const podsix_event)>,
}

/// # Dispatch
///
/// Calls the handlers an event is meant for: first all whose action equals the event's, then all
/// catch-alls, which see every event; each in the table's order. A message whose action is one of
/// the lifecycle's names reaches the catch-alls only, so that nobody can fake a "disconnected".
///
/// event: as podsix_poll filled it. handlers, count: the table; NULL if count is 0. context: given
/// to each call.
///
/// Returns the number of calls made, or PODSIX_ERR_BAD_ARGUMENT. Any thread; the handlers run on the
/// calling one, and may call everything but podsix_poll, podsix_wait and podsix_host_free, which would
/// end the event. A C++ exception may leave a handler; later handlers are then not called.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn podsix_dispatch(
    event: *const podsix_event,
    handlers: *const podsix_handler,
    count: usize,
    context: *mut c_void,
) -> i32 {
    // No panic is caught here, for there is none: catching would stop a C++ exception too.
    // SAFETY: *input*.
    let (Ok(event), Ok(handlers)) =
        (unsafe { (input::reference("event", event), input::slice("handlers", handlers, count)) })
    else {
        return PODSIX_ERR_BAD_ARGUMENT;
    };
    if handlers.iter().any(|handler| handler.call.is_none()) {
        return PODSIX_ERR_BAD_ARGUMENT;
    }
    // SAFETY: *input*: an event is as podsix_poll filled it, a handler's action ends with a NUL.
    let action = unsafe { event.named() };
    let named = handlers.iter().filter(|handler| unsafe { handler.is_for(action) });
    let catch_alls = handlers.iter().filter(|handler| handler.action.is_null());
    let mut called = 0;
    for call in named.chain(catch_alls).filter_map(|handler| handler.call) {
        // SAFETY: a handler's function is what its type says.
        unsafe { call(context, event) };
        called += 1;
    }
    called
}

/// Of an event whose action has not been looked up, if it is a message.
impl From<&Event<'_>> for podsix_event {
    #[inline(always)]
    fn from(event: &Event<'_>) -> podsix_event {
        let action = match event.kind {
            EventKind::Message => event.message.action_bytes(),
            kind => kind.action().as_bytes(),
        };
        podsix_event {
            kind: event.kind as i32,
            reason: event.reason as i32,
            code: event.code,
            os_error: event.os_error,
            peer: event.peer.get(),
            listener: event.listener.map_or(0, ListenerId::get),
            direction: event.direction as u32,
            user_data: event.user_data as *mut c_void,
            action: output::pointer(action),
            action_len: action.len(),
            message: raw::first_byte(event.message),
            text: output::pointer(event.text.as_bytes()),
            text_len: event.text.len(),
            reserved: [0; PODSIX_EVENT_RESERVED],
        }
    }
}

impl podsix_event {
    /// The action its handlers have, if handlers by name are meant at all: a message that calls itself
    /// like a lifecycle event has none.
    ///
    /// # Safety
    /// The *input* promise: the action is as long as it says.
    unsafe fn named(&self) -> Option<&[u8]> {
        if self.action.is_null() {
            return None;
        }
        // SAFETY: this function's own promise.
        let action = unsafe { slice::from_raw_parts(self.action.cast::<u8>(), self.action_len) };
        let is_lifecycle =
            |kind: &EventKind| *kind != EventKind::Message && kind.action().as_bytes() == action;
        let faked = self.kind == PODSIX_EVENT_MESSAGE && EventKind::ALL.iter().any(is_lifecycle);
        (!faked).then_some(action)
    }
}

impl podsix_handler {
    /// Whether it has this action.
    ///
    /// # Safety
    /// The *input* promise: the handler's action ends with a NUL.
    unsafe fn is_for(&self, action: Option<&[u8]>) -> bool {
        // SAFETY: this function's own promise.
        !self.action.is_null() && action == Some(unsafe { CStr::from_ptr(self.action) }.to_bytes())
    }
}
