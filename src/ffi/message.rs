//! Building messages.

use std::ffi::c_char;

use super::codes::{PODSIX_ERR_BAD_ARGUMENT, PODSIX_OK};
use super::guard::{self, answer};
use super::input::{self, NUL};
use super::output::{self, Out};
use super::raw::view;
use super::value::podsix_value;
use crate::error::{Error, Result};
use crate::value::Message;

/// A message being built, to be kept and used again. The first mistake sticks: from then on every
/// call on the message does nothing and returns its code, and so does sending it, with the words in
/// podsix_host_copy_error. podsix_message_begin and podsix_message_clear make it good again.
pub struct podsix_message {
    message: Message,
    /// A mistake that came before the writer could see it: NULL, say.
    refused: Option<Error>,
}

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
/// Returns the message, which is the caller's until podsix_message_free; never NULL.
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
        anew(message, |message| {
            message.begin(input::text("action", action, NUL)?);
            Ok(())
        })
    }
}

/// Empties a message, for one top-level value of any kind, added or opened with NULL as its key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_clear(message: *mut podsix_message) -> i32 {
    // SAFETY: *message*.
    unsafe { anew(message, |_| Ok(())) }
}

/// Sets the key of the next value added or opened: a string that is not NUL-terminated, say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_set_key(
    message: *mut podsix_message,
    key: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        build(message, |message| {
            message.key(input::text("key", key, len)?);
            Ok(())
        })
    }
}

/// Sets the key of the next value added or opened: an integer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_set_key_int(message: *mut podsix_message, key: i64) -> i32 {
    // SAFETY: *message*.
    unsafe {
        build(message, |message| {
            message.key_int(key);
            Ok(())
        })
    }
}

/// Sets the key of the next value added or opened: a copy of any value but a list, tuple or map.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_set_key_value(
    message: *mut podsix_message,
    key: *const podsix_value,
) -> i32 {
    // SAFETY: *message* and *value*.
    unsafe {
        build(message, |message| {
            message.key_value(view(key));
            Ok(())
        })
    }
}

/// Adds nil.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_nil(
    message: *mut podsix_message,
    key: *const c_char,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_nil();
            Ok(())
        })
    }
}

/// Adds a truth value: false for 0, true for everything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_bool(
    message: *mut podsix_message,
    key: *const c_char,
    value: i32,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_bool(value != 0);
            Ok(())
        })
    }
}

/// Adds an integer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_int(
    message: *mut podsix_message,
    key: *const c_char,
    value: i64,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_int(value);
            Ok(())
        })
    }
}

/// Adds an integer from 0 on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_uint(
    message: *mut podsix_message,
    key: *const c_char,
    value: u64,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_uint(value);
            Ok(())
        })
    }
}

/// Adds a floating-point number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_double(
    message: *mut podsix_message,
    key: *const c_char,
    value: f64,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_double(value);
            Ok(())
        })
    }
}

/// Adds a string, of len bytes of UTF-8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_string(
    message: *mut podsix_message,
    key: *const c_char,
    text: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_str(input::text("text", text, len)?);
            Ok(())
        })
    }
}

/// Adds bytes. data may be NULL if len is 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_bytes(
    message: *mut podsix_message,
    key: *const c_char,
    data: *const u8,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_bytes(input::slice("data", data, len)?);
            Ok(())
        })
    }
}

/// Adds an extension value of MessagePack.
///
/// ext_type: -128 to 127. Type 1 must be the decimal digits of an integer beyond 64 bits, type 2 (a
/// tuple) one list; the other types are the games' own. data, len: its bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_ext(
    message: *mut podsix_message,
    key: *const c_char,
    ext_type: i32,
    data: *const u8,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            let ext_type = i8::try_from(ext_type).map_err(|_| {
                Error::BadArgument(format!("ext_type is {ext_type}, it must be from -128 to 127"))
            })?;
            message.add_ext(ext_type, input::slice("data", data, len)?);
            Ok(())
        })
    }
}

/// Adds an integer of any size.
///
/// decimal, len: its digits, with a leading '-' if it is negative.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_big_int(
    message: *mut podsix_message,
    key: *const c_char,
    decimal: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_big_int(input::text("decimal", decimal, len)?);
            Ok(())
        })
    }
}

/// Adds a copy of a value, of a received message say. NULL and NONE are no values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_value(
    message: *mut podsix_message,
    key: *const c_char,
    value: *const podsix_value,
) -> i32 {
    // SAFETY: *message*, *input* and *value*.
    unsafe {
        add(message, key, |message| {
            message.add_value(view(value));
            Ok(())
        })
    }
}

/// Adds the value that a JSON text stands for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_json(
    message: *mut podsix_message,
    key: *const c_char,
    json: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_json(input::text("json", json, len)?);
            Ok(())
        })
    }
}

/// Adds a value that is MessagePack bytes already, exactly one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_msgpack(
    message: *mut podsix_message,
    key: *const c_char,
    data: *const u8,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.add_msgpack(input::slice("data", data, len)?);
            Ok(())
        })
    }
}

/// Opens a list; what follows goes into it until podsix_message_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_open_list(
    message: *mut podsix_message,
    key: *const c_char,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.open_list();
            Ok(())
        })
    }
}

/// Opens a map; what follows goes into it, with keys, until podsix_message_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_open_map(
    message: *mut podsix_message,
    key: *const c_char,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.open_map();
            Ok(())
        })
    }
}

/// Opens a tuple, which readers see as a list; what follows goes into it until podsix_message_close.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_open_tuple(
    message: *mut podsix_message,
    key: *const c_char,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            message.open_tuple();
            Ok(())
        })
    }
}

/// Closes the list, map or tuple opened last.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_close(message: *mut podsix_message) -> i32 {
    // SAFETY: *message*.
    unsafe {
        build(message, |message| {
            message.close();
            Ok(())
        })
    }
}

/// Makes the message the value that a JSON text stands for; what was in it before is gone.
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
        anew(message, |message| {
            message.add_json(input::text("json", json, len)?);
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

impl podsix_message {
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
#[inline]
unsafe fn build(
    message: *mut podsix_message,
    step: impl FnOnce(&mut Message) -> Result<()>,
) -> i32 {
    // SAFETY: *message*: while it is being built it is one thread's.
    let Some(message) = (unsafe { message.as_mut() }) else { return PODSIX_ERR_BAD_ARGUMENT };
    if message.refused.is_none() && !message.message.is_failed() {
        let done = guard::catch(|| step(&mut message.message)).unwrap_or(Err(Error::Panic));
        if let Err(error) = done {
            message.refused = Some(error);
        }
    }
    message.mistake()
}

/// Runs the first step of building a new message.
///
/// # Safety
/// The *message* promise.
unsafe fn anew(message: *mut podsix_message, step: impl FnOnce(&mut Message) -> Result<()>) -> i32 {
    // SAFETY: *message*, as in `build`.
    if let Some(message) = unsafe { message.as_mut() } {
        message.refused = None;
        message.message.clear();
    }
    // SAFETY: *message*.
    unsafe { build(message, step) }
}

/// Adds or opens something, under a key if one is given.
///
/// # Safety
/// The *message* promise, and *input* for the key.
#[inline]
unsafe fn add(
    message: *mut podsix_message,
    key: *const c_char,
    step: impl FnOnce(&mut Message) -> Result<()>,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        build(message, |message| {
            if !key.is_null() {
                message.key(input::text("key", key, NUL)?);
            }
            step(message)
        })
    }
}
