//! What goes into a message: keys, values and containers.

use std::borrow::Borrow;
use std::ffi::c_char;

use super::codes::PODSIX_OK;
use super::input::{self, NUL};
use super::message::{add_named, apart, build, podsix_message};
use super::raw::view;
use super::value::podsix_value;
use crate::error::{Error, Result};
use crate::inside::inside;
use crate::value::encode::{self, Place};
use crate::value::{Message, Value};

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
            apart(message, input::text("key", key, len)?, |message, key| _ = message.key(key));
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

/// Sets the key of the next value added or opened: a copy of any value but a list or map, or of a tuple
/// of such values. A tuple, such as the cell of a grid, comes from a message of its own:
///
///     podsix_message_clear(cell);
///     podsix_message_open_tuple(cell, NULL);
///     podsix_message_add_int(cell, NULL, x);
///     podsix_message_add_int(cell, NULL, y);
///     podsix_message_close(cell);
///     podsix_message_set_key_value(map, podsix_message_get_value(cell));
///     podsix_message_add_string(map, NULL, "wall", PODSIX_NUL);
///
/// Readers meet it in podsix_value_next. Who can be sent one: podsix_send.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_set_key_value(
    message: *mut podsix_message,
    key: *const podsix_value,
) -> i32 {
    // SAFETY: *message* and *value*.
    unsafe {
        build(message, |message| {
            let key = view(key);
            if message.owns(key.span()) {
                let copy = key.span().to_vec();
                message.key_value(Value::trusted(&copy));
            } else {
                message.key_value(key);
            }
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
        add_scalar(
            message,
            key,
            |place| encode::put_bool(place, value != 0),
            |message| _ = message.add_bool(value != 0),
        )
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
        add_scalar(
            message,
            key,
            |place| encode::put_int(place, value),
            |message| _ = message.add_int(value),
        )
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
        add_scalar(
            message,
            key,
            |place| encode::put_uint(place, value),
            |message| _ = message.add_uint(value),
        )
    }
}

/// Adds a floating-point number. A NaN is sent without its sign and payload.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_double(
    message: *mut podsix_message,
    key: *const c_char,
    value: f64,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add_scalar(
            message,
            key,
            |place| encode::put_double(place, value),
            |message| _ = message.add_double(value),
        )
    }
}

/// Adds a float: 5 bytes on the way where a double takes 9. It is read as the double that it equals.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_float(
    message: *mut podsix_message,
    key: *const c_char,
    value: f32,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add_scalar(
            message,
            key,
            |place| encode::put_float(place, value),
            |message| _ = message.add_float(value),
        )
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
        let text = input::text("text", text, len);
        add_input(message, key, text, |message, text| _ = message.add_str(text))
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
        let data = input::slice("data", data, len);
        add_input(message, key, data, |message, data| _ = message.add_bytes(data))
    }
}

/// Adds an extension value of MessagePack.
///
/// ext_type: -128 to 127. Type 1 must be the decimal digits of an integer beyond 64 bits, at most
/// 1,024 of them, type 2 (a tuple) one list; the other types are the games' own. data, len: its bytes.
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
        let Ok(ext_type) = i8::try_from(ext_type) else {
            return add(message, key, |_| {
                let words = format!("ext_type is {ext_type}, it must be from -128 to 127");
                Err(Error::BadArgument(words))
            });
        };
        let data = input::slice("data", data, len);
        add_input(message, key, data, |message, data| _ = message.add_ext(ext_type, data))
    }
}

/// Adds an integer of any size.
///
/// decimal, len: its digits, at most 1,024 of them and no zeros in front, with a leading '-' if it is
/// negative. Everything else is PODSIX_ERR_BAD_MESSAGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_big_int(
    message: *mut podsix_message,
    key: *const c_char,
    decimal: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        let decimal = input::text("decimal", decimal, len);
        add_input(message, key, decimal, |message, decimal| {
            inside(|| _ = message.add_big_int(decimal));
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
        // What is none has no bytes, and none are no value either.
        let span = Ok(view(value).span());
        add_input(message, key, span, |message, span| match span {
            [] => _ = message.add_value(Value::NONE),
            _ => _ = message.add_msgpack(span),
        })
    }
}

/// Adds the value that a JSON text stands for, as podsix_message_from_json reads it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_message_add_json(
    message: *mut podsix_message,
    key: *const c_char,
    json: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        let json = input::text("json", json, len);
        add_input(message, key, json, |message, json| inside(|| _ = message.add_json(json)))
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
        let data = input::slice("data", data, len);
        add_input(message, key, data, |message, data| _ = message.add_msgpack(data))
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

/// Adds or opens something, under a key if one is given.
///
/// # Safety
/// The *message* promise, and *input* for the key.
#[inline(always)]
unsafe fn add(
    message: *mut podsix_message,
    key: *const c_char,
    step: impl FnOnce(&mut Message) -> Result<()>,
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        build(message, |message| {
            add_key(message, key)?;
            step(message)
        })
    }
}

/// Adds a value that `put` can write under a short key, and `step` anywhere.
///
/// # Safety
/// The *message* promise, and *input* for the key.
#[inline(always)]
unsafe fn add_scalar(
    message: *mut podsix_message,
    key: *const c_char,
    put: impl FnOnce(&mut Place) -> usize,
    step: impl FnOnce(&mut Message),
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        match input::name(key) {
            Some(name) if add_named(message, name, put) => PODSIX_OK,
            _ => add_slowly(message, key, step),
        }
    }
}

/// # Safety
/// The *message* promise, and *input* for the key.
#[inline(never)]
unsafe fn add_slowly(
    message: *mut podsix_message,
    key: *const c_char,
    step: impl FnOnce(&mut Message),
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        add(message, key, |message| {
            step(message);
            Ok(())
        })
    }
}

/// Adds what the caller has passed in, under a key if one is given.
///
/// # Safety
/// The *message* promise, and *input* for the key.
#[inline(always)]
unsafe fn add_input<T: AsRef<[u8]> + ToOwned + ?Sized>(
    message: *mut podsix_message,
    key: *const c_char,
    input: Result<&T>,
    step: impl Fn(&mut Message, &T),
) -> i32 {
    // SAFETY: *message* and *input*.
    unsafe {
        build(message, |message| {
            let Ok(input) = input else {
                add_key(message, key)?;
                return input.map(drop);
            };
            let with_key = |message: &mut Message, input: &T| {
                add_key(message, key)?;
                step(message, input);
                Ok(())
            };
            // Before the key, which moves what is there as well.
            match message.owns(input.as_ref()) {
                true => with_key(message, input.to_owned().borrow()),
                false => with_key(message, input),
            }
        })
    }
}

/// # Safety
/// The *input* promise.
#[inline(always)]
unsafe fn add_key(message: &mut Message, key: *const c_char) -> Result<()> {
    if key.is_null() {
        return Ok(());
    }
    // SAFETY: *input*.
    match unsafe { input::short(key) } {
        Some(key) if !message.owns(key.as_bytes()) => _ = message.key(key),
        // SAFETY: *input*.
        _ => unsafe { any_key(message, key) }?,
    }
    Ok(())
}

/// # Safety
/// The *input* promise.
#[cold]
unsafe fn any_key(message: &mut Message, key: *const c_char) -> Result<()> {
    // SAFETY: *input*.
    let key = unsafe { input::text("key", key, NUL) }?;
    apart(message, key, |message, key| _ = message.key(key));
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::ffi::CString;

    use super::super::message::{podsix_message_begin, podsix_message_clear};
    use super::*;

    /// What C and Rust have written, with what is counted.
    fn same(c: &podsix_message, rust: &Message) {
        let c = c.written();
        assert_eq!((c.bytes(), c.values(), c.depth()), (rust.bytes(), rust.values(), rust.depth()));
    }

    fn texts() -> impl Iterator<Item = CString> {
        let lengths = (0..20).map(|len| "abcdefghijklmnopqrst"[..len].to_owned());
        let others = ["é", "seven é", "\u{7f}"].map(str::to_owned);
        lengths.chain(others).map(|text| CString::new(text).unwrap())
    }

    /// Short keys go a short way.
    #[test]
    fn fields_are_written_the_same_whatever_the_length_of_their_key() {
        let mut c = podsix_message::holding(Message::new());
        let mut rust = Message::new();
        let ints = [0, 127, 128, 255, 256, 65_535, 65_536, 1 << 32, i64::MAX];
        for (action, key) in texts().zip(texts().skip(3).chain(texts())) {
            // SAFETY: a message of this test's own, and texts that end in NUL.
            unsafe {
                assert_eq!(podsix_message_begin(&mut c, action.as_ptr()), 0);
                rust.begin(action.to_str().unwrap());
                same(&c, &rust);
                for int in ints.into_iter().flat_map(|int| [int, -int, !int]) {
                    // Many: the map's head grows on the way.
                    podsix_message_add_int(&mut c, key.as_ptr(), int);
                    podsix_message_add_uint(&mut c, key.as_ptr(), int as u64);
                    podsix_message_add_double(&mut c, key.as_ptr(), int as f64);
                    podsix_message_add_float(&mut c, key.as_ptr(), int as f32);
                    podsix_message_add_bool(&mut c, key.as_ptr(), int as i32);
                    let key = key.to_str().unwrap();
                    rust.set(key, int).set(key, int as u64).set(key, int as f64);
                    rust.set(key, int as f32).set(key, int as i32 != 0);
                    same(&c, &rust);
                }
                podsix_message_add_double(&mut c, key.as_ptr(), -f64::NAN);
                same(&c, rust.set(key.to_str().unwrap(), f64::NAN));
            }
        }
    }

    #[test]
    fn a_short_key_is_a_mistake_where_a_long_one_is() {
        let mut c = podsix_message::holding(Message::new());
        let short = c"x".as_ptr();
        // SAFETY: as above, and texts of the message's own.
        unsafe {
            for key in [short, c"a key that is long".as_ptr()] {
                podsix_message_clear(&mut c);
                assert_eq!(podsix_message_add_int(&mut c, key, 1), -4, "outside of a map");
                assert_eq!(podsix_message_add_int(&mut c, short, 1), -4, "it sticks");
                podsix_message_begin(&mut c, short);
                podsix_message_set_key(&mut c, short, 1);
                assert_eq!(podsix_message_add_bool(&mut c, key, 1), -4, "behind a key");
                podsix_message_begin(&mut c, c"an action that is long".as_ptr());
                podsix_message_open_list(&mut c, short);
                assert_eq!(podsix_message_add_double(&mut c, key, 1.0), -4, "in a list");
                assert_eq!(podsix_message_add_int(std::ptr::null_mut(), key, 1), -1);
            }
            assert_eq!(podsix_message_begin(&mut c, short), 0);
            assert_eq!(podsix_message_begin(std::ptr::null_mut(), short), -1);
        }
    }
}
