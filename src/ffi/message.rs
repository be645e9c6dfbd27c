//! Messages: made, begun, and asked for their bytes.

use std::borrow::Borrow;
use std::ffi::c_char;

use super::codes::{PODSIX_ERR_BAD_ARGUMENT, PODSIX_OK};
use super::guard::{self, answer, catch_brief};
use super::input::{self, NUL};
use super::output::{self, Out};
use super::raw;
use super::value::podsix_value;
use crate::error::{Error, Result};
use crate::inside::inside;
use crate::value::encode::Place;
use crate::value::{Message, Name};

/// A message being built, to be kept and used again. The first mistake sticks: from then on every
/// call on the message does nothing and returns its code, and so does sending it, with the words in
/// podsix_host_copy_error. podsix_message_begin and podsix_message_clear make it good again.
pub struct podsix_message {
    message: Message,
    /// A mistake that came before the writer could see it: NULL, say.
    refused: Option<Error>,
}

/// It is built on one thread at a time, and several may send it.
const _: () = crate::may_be_shared::<podsix_message>();

/// # Building messages
///
/// Makes an empty message.
///
///     podsix_message_begin(m, "move");
///     podsix_message_add_int(m, "x", 3);
///     podsix_message_open_list(m, "path");
///     podsix_message_add_double(m, NULL, 0.5);
///     podsix_message_close(m);
///     podsix_send(host, peer, m, 0);
///
/// Keys: inside a map each value needs one: the key argument, NUL-terminated, or NULL if the key was
/// set before by podsix_message_set_key, _set_key_int or _set_key_value. Inside a list or tuple, and
/// for a top-level value, it is NULL. Keys are not compared: readers see the first of equal ones.
///
/// All functions that add, open or close return 0 or the code of the first mistake:
/// PODSIX_ERR_BAD_MESSAGE (a key or a close that does not belong there, a value that is none),
/// PODSIX_ERR_BAD_UTF8, PODSIX_ERR_BAD_JSON, PODSIX_ERR_TOO_LARGE (more than 16,777,215 bytes),
/// PODSIX_ERR_TOO_DEEP (more than 256 levels), PODSIX_ERR_BAD_ARGUMENT.
///
/// Returns the message, which is the caller's until podsix_message_free. A later release may return NULL
/// when there is no memory.
#[unsafe(no_mangle)]
pub extern "C" fn podsix_message_new() -> *mut podsix_message {
    guard::keep_quiet();
    Box::into_raw(Box::new(podsix_message { message: Message::new(), refused: None }))
}

/// Frees a message; NULL is fine. It may have been sent a moment ago.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_free(message: *mut podsix_message) {
    if !message.is_null() {
        // SAFETY: *message*: podsix_message_new made it of a Box.
        drop(unsafe { Box::from_raw(message) });
    }
}

/// Begins a new message in the same memory: a map with the key "action". Nothing needs to close
/// that map.
///
/// action: NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_begin(
    message: *mut podsix_message,
    action: *const c_char,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        if let Some(action) = input::name(action)
            && let Some(message) = message.as_mut()
        {
            message.refused = None;
            if catch_brief(|| message.message.begin_named(action)).is_some() {
                return PODSIX_OK;
            }
        }
        begin_slowly(message, action)
    }
}

/// # Safety
/// The *message* promise, and *input* for the action.
#[inline(never)]
unsafe fn begin_slowly(message: *mut podsix_message, action: *const c_char) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        begin_again(message, |message| {
            match input::short(action) {
                Some(action) if !message.owns(action.as_bytes()) => _ = message.begin(action),
                _ => any_action(message, action)?,
            }
            Ok(())
        })
    }
}

/// # Safety
/// The *input* promise.
#[cold]
unsafe fn any_action(message: &mut Message, action: *const c_char) -> Result<()> {
    // SAFETY: *input*.
    let action = unsafe { input::text("action", action, NUL) }?;
    apart(message, action, |message, action| _ = message.begin(action));
    Ok(())
}

/// Empties a message, for one top-level value of any kind, added or opened with NULL as its key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_clear(message: *mut podsix_message) -> i32 {
    // SAFETY: *message*.
    unsafe { begin_again(message, |_| Ok(())) }
}

/// Makes the message the value that a JSON text stands for; what was in it before is gone. Integers
/// are exact up to 1,024 digits, and more are PODSIX_ERR_BAD_JSON; NaN and Infinity are taken as
/// Python writes them.
///
/// Returns 0, PODSIX_ERR_BAD_JSON, PODSIX_ERR_BAD_UTF8, PODSIX_ERR_TOO_LARGE or PODSIX_ERR_TOO_DEEP.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_from_json(
    message: *mut podsix_message,
    json: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        begin_again(message, |message| {
            let json = input::text("json", json, len)?;
            apart(message, json, |message, json| _ = inside(|| message.add_json(json)));
            Ok(())
        })
    }
}

/// Copies the words of the first mistake, or of what would keep the message from being sent now (it
/// is empty, or a container is still open).
///
/// buf, cap: where to, as for all text.
///
/// Returns the text's length in bytes; 0 if the message could be sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_copy_error(
    message: *const podsix_message,
    buf: *mut c_char,
    cap: usize,
) -> i32 {
    answer(|| {
        // SAFETY: *message*.
        let message = unsafe { input::reference("message", message) }?;
        // SAFETY: *output*.
        match message.finished() {
            Ok(_) => unsafe { output::text(buf, cap, "") },
            Err(error) => unsafe { output::text(buf, cap, error) },
        }
    })
}

/// Gets the message's MessagePack bytes, to be stored or sent by other means.
///
/// data, len: where the address of the bytes and their number go. They live until the message is
/// changed or freed.
///
/// Returns 0 or the code a send would return for a mistake in the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_get_span(
    message: *const podsix_message,
    data: *mut *const u8,
    len: *mut usize,
) -> i32 {
    answer(|| {
        // SAFETY: *message* and *output*.
        let (message, data, len) = unsafe {
            let message = input::reference("message", message)?;
            (message, Out::required("data", data)?, Out::required("len", len)?)
        };
        let bytes = message.finished()?;
        data.set(bytes.as_ptr());
        len.set(bytes.len());
        Ok(0)
    })
}

/// Gets the value that a message holds, to be read as a received one is. A received value that is to be
/// kept beyond its event goes into a message by podsix_message_add_value and is read there.
///
/// Returns the value, which lives until the message is changed or freed; the NONE value for a mistake in
/// the message, one that is not finished, or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_get_value(
    message: *const podsix_message,
) -> *const podsix_value {
    // SAFETY: *message*.
    let message = unsafe { message.as_ref() };
    let value = message.and_then(|message| message.finished().ok());
    value.map_or(raw::none(), |bytes| bytes.as_ptr().cast())
}

impl podsix_message {
    /// One for a while, around a message of the library's own.
    pub(super) fn holding(message: Message) -> podsix_message {
        podsix_message { message, refused: None }
    }

    /// What the writer has written.
    #[cfg(test)]
    pub(super) fn written(&self) -> &Message {
        &self.message
    }

    /// That message again, or the mistake that the writer could not see.
    pub(super) fn into_message(self) -> Result<Message> {
        self.refused.map_or(Ok(self.message), Err)
    }

    /// The finished bytes, or the first mistake.
    fn finished(&self) -> Result<&[u8]> {
        match &self.refused {
            Some(error) => Err(error.clone()),
            None => Ok(self.message.bytes()?),
        }
    }

    /// The code of the first mistake, 0 if none was made.
    #[inline]
    fn mistake(&self) -> i32 {
        if self.refused.is_none() && !self.message.is_failed() {
            return PODSIX_OK;
        }
        self.finished().map_or_else(|error| error.code(), |_| PODSIX_OK)
    }
}

/// A message to be sent. Mistakes that the writer itself has seen are reported by the sending.
///
/// # Safety
/// The *message* promise, for `'a`.
pub(super) unsafe fn required<'a>(message: *const podsix_message) -> Result<&'a Message> {
    // SAFETY: *message*.
    let message = unsafe { input::reference("message", message) }?;
    match &message.refused {
        Some(error) => Err(error.clone()),
        None => Ok(&message.message),
    }
}

/// A message that may be left out.
///
/// # Safety
/// The *message* promise, for `'a`.
pub(super) unsafe fn optional<'a>(message: *const podsix_message) -> Result<Option<&'a Message>> {
    if message.is_null() {
        return Ok(None);
    }
    // SAFETY: *message*.
    unsafe { required(message) }.map(Some)
}

/// Runs a step of building; after a mistake it does nothing but repeat its code.
///
/// # Safety
/// The *message* promise.
#[inline(always)]
pub(super) unsafe fn build(
    message: *mut podsix_message,
    step: impl FnOnce(&mut Message) -> Result<()>,
) -> i32 {
    // SAFETY: *message*: while it is being built it is one thread's.
    let Some(message) = (unsafe { message.as_mut() }) else { return PODSIX_ERR_BAD_ARGUMENT };
    if message.refused.is_none() && !message.message.is_failed() {
        match catch_brief(|| step(&mut message.message)) {
            Some(Ok(())) => {}
            Some(Err(error)) => message.refused = Some(error),
            None => message.refused = Some(Error::Panic),
        }
    }
    message.mistake()
}

/// Adds a field under a short name, if nothing stands in the way: see [`Message::add_named`].
///
/// # Safety
/// The *message* promise.
#[inline(always)]
pub(super) unsafe fn add_named(
    message: *mut podsix_message,
    name: Name,
    put: impl FnOnce(&mut Place) -> usize,
) -> bool {
    // SAFETY: *message*: while it is being built it is one thread's.
    let Some(message) = (unsafe { message.as_mut() }) else { return false };
    if message.refused.is_some() {
        return false;
    }
    let added = catch_brief(|| message.message.add_named(name, put));
    if added.is_none() {
        message.refused = Some(Error::Panic);
    }
    added == Some(true)
}

/// Runs a step with what is put into the message. If that lies in the message's own memory (a value of it
/// that is added again), a copy goes in: the step moves and overwrites what is there.
#[inline(always)]
pub(super) fn apart<T: AsRef<[u8]> + ToOwned + ?Sized>(
    message: &mut Message,
    input: &T,
    step: impl Fn(&mut Message, &T),
) {
    if message.owns(input.as_ref()) {
        return step(message, input.to_owned().borrow());
    }
    step(message, input);
}

/// Runs the first step of building a new message.
///
/// # Safety
/// The *message* promise.
unsafe fn begin_again(
    message: *mut podsix_message,
    step: impl FnOnce(&mut Message) -> Result<()>,
) -> i32 {
    // SAFETY: *message*, as in `build`.
    if let Some(message) = unsafe { message.as_mut() } {
        message.refused = None;
        message.message.clear();
    }
    // SAFETY: *message*.
    unsafe { build(message, step) }
}
