//! Reading values.

use std::ffi::c_char;
use std::{fmt, ptr, slice};

use super::codes::{PODSIX_ERR_BAD_ARGUMENT, PODSIX_ERR_PANIC};
use super::guard::answer;
use super::input::{self, NUL};
use super::output;
use super::raw::{Raw, address, give, none, read, reading, view};
use crate::value::{Cursor, Kind, ReadError, View};

/// # Types of values
///
/// Nothing is there: what a look-up of a missing key gives, and events without a message have.
pub const PODSIX_TYPE_NONE: i32 = 0;
/// Nil, the null of JSON.
pub const PODSIX_TYPE_NIL: i32 = 1;
/// A truth value.
pub const PODSIX_TYPE_BOOL: i32 = 2;
/// An integer that an int64_t can hold.
pub const PODSIX_TYPE_INT: i32 = 3;
/// An integer too large for an int64_t that a uint64_t can hold.
pub const PODSIX_TYPE_UINT: i32 = 4;
/// A floating-point number.
pub const PODSIX_TYPE_DOUBLE: i32 = 5;
/// A string, UTF-8.
pub const PODSIX_TYPE_STRING: i32 = 6;
/// Bytes.
pub const PODSIX_TYPE_BYTES: i32 = 7;
/// A list, or a tuple.
pub const PODSIX_TYPE_LIST: i32 = 8;
/// A map; each key is any value but a list or map, or a tuple of such values.
pub const PODSIX_TYPE_MAP: i32 = 9;
/// A MessagePack extension; an integer beyond 64 bits is one of type 1, its bytes the digits, at most
/// 1,024.
pub const PODSIX_TYPE_EXTENSION: i32 = 10;

/// A value of a received message, or of one that was built (podsix_message_get_value). It is never
/// copied out, only pointed to, and lives as long as the event it came with, or until the message that
/// was built is changed. All functions that read values take every value there is, NULL too, which
/// counts as NONE.
pub struct podsix_value {
    _first: u8,
}

/// A place in a list or map, for podsix_value_next. Zero it to begin; what is in it is the library's.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct podsix_iter {
    /// How many elements lie behind.
    pub index: usize,
    /// The element taken last; NULL at the beginning.
    pub position: *const podsix_value,
    /// Zeros.
    pub reserved: [usize; 2],
}

/// A key for podsix_value_fields.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct podsix_key {
    /// The key, UTF-8.
    pub name: *const c_char,
    /// Its length in bytes, or PODSIX_NUL.
    pub len: usize,
}

/// # Reading values
///
/// The type of a value: PODSIX_TYPE_*.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_type(value: *const podsix_value) -> i32 {
    // SAFETY: *value*.
    unsafe { reading(value, PODSIX_TYPE_NONE, |value| value.kind() as i32) }
}

/// Whether a value of type PODSIX_TYPE_LIST is a Python tuple: 1 or 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_is_tuple(value: *const podsix_value) -> i32 {
    // SAFETY: *value*.
    unsafe { reading(value, 0, |value| value.is_tuple().into()) }
}

/// Looks up a key in a map.
///
/// key: NUL-terminated.
///
/// Returns the value of the first such key. If there is none, or value is no map: the NONE value, so
/// that look-ups can be chained. It lives as long as the message.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_get(
    value: *const podsix_value,
    key: *const c_char,
) -> *const podsix_value {
    // SAFETY: *value* and *input*.
    unsafe { podsix_value_find(value, key, NUL) }
}

/// As podsix_value_get, for a key of len bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_find(
    value: *const podsix_value,
    key: *const c_char,
    len: usize,
) -> *const podsix_value {
    // SAFETY: *value* and *input*.
    unsafe {
        let Ok(key) = input::bytes("key", key, len) else { return none() };
        reading(value, none(), |value| address(value.get_bytes(key)))
    }
}

/// As podsix_value_get, for a key that is an integer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_find_int(
    value: *const podsix_value,
    key: i64,
) -> *const podsix_value {
    // SAFETY: *value*.
    unsafe { reading(value, none(), |value| address(value.get_int(key))) }
}

/// Looks up many keys of a map in one pass. The quickest way to read a message, above all if the
/// keys are in the order in which they were added.
///
/// keys, count: the keys, each once. values: room for count values; each is set, missing ones to the
/// NONE value. They live as long as the message.
///
/// Returns the number of keys found, or PODSIX_ERR_BAD_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_fields(
    value: *const podsix_value,
    keys: *const podsix_key,
    count: usize,
    values: *mut *const podsix_value,
) -> i32 {
    // SAFETY: *input*.
    let Ok(keys) = (unsafe { input::slice("keys", keys.cast::<Key>(), count) }) else {
        return PODSIX_ERR_BAD_ARGUMENT;
    };
    let nameless = |Key(key): &Key| key.name.is_null() && key.len != 0;
    if keys.iter().any(nameless) || (!output::is_room(values) && count > 0) {
        return PODSIX_ERR_BAD_ARGUMENT;
    }
    // SAFETY: *value* and *output*: there is room for `count` values. A view on a raw value is its address,
    // so they may be seen as views once each of them is one.
    unsafe {
        for at in 0..count {
            values.add(at).write(none());
        }
        reading(value, PODSIX_ERR_PANIC, |map| {
            let views: &mut [View<'_, Raw<'_>>] = match count {
                0 => &mut [],
                _ => slice::from_raw_parts_mut(values.cast(), count),
            };
            output::count(map.find_fields(keys, views))
        })
    }
}

/// A key that the caller of podsix_value_fields vouches for.
#[repr(transparent)]
struct Key(podsix_key);

impl AsRef<[u8]> for Key {
    #[inline(always)]
    fn as_ref(&self) -> &[u8] {
        let podsix_key { name, len } = self.0;
        // SAFETY: *input*, promised to podsix_value_fields, which has seen that there is a name.
        match len {
            1..32 => unsafe { slice::from_raw_parts(name.cast(), len) },
            _ => unsafe { any_key(name, len) },
        }
    }
}

/// # Safety
/// The *input* promise.
#[inline(never)]
unsafe fn any_key<'a>(name: *const c_char, len: usize) -> &'a [u8] {
    // SAFETY: *input*.
    unsafe { input::bytes("key", name, len) }.unwrap_or_default()
}

/// The element of a list at an index from 0 on; the NONE value beyond its end, or if value is no
/// list. It walks from the list's beginning: podsix_value_next is the way through a whole list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_at(
    value: *const podsix_value,
    index: usize,
) -> *const podsix_value {
    // SAFETY: *value*.
    unsafe { reading(value, none(), |value| address(value.at(index))) }
}

/// The number of elements of a list or entries of a map; 0 for everything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_count(value: *const podsix_value) -> usize {
    // SAFETY: *value*.
    unsafe { reading(value, 0, |value| value.count()) }
}

/// Steps through a list or map.
///
///     podsix_iter iter = {0};
///     const podsix_value *item;
///     while (podsix_value_next(list, &iter, NULL, &item) > 0)
///         ...
///
/// iter: the caller's, zeroed to begin; always used with the same container. key: where the entry's
/// key goes (the NONE value for a list); NULL if it is not needed. value: where the element goes;
/// NULL if it is not needed. Both live as long as the message.
///
/// Returns 1, 0 at the end or if container is neither list nor map, or PODSIX_ERR_BAD_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_next(
    container: *const podsix_value,
    iter: *mut podsix_iter,
    key: *mut *const podsix_value,
    value: *mut *const podsix_value,
) -> i32 {
    if !output::is_room(iter) || !key.is_aligned() || !value.is_aligned() {
        return PODSIX_ERR_BAD_ARGUMENT;
    }
    // SAFETY: *value*, *input* and *output*; a position is a value of the same container.
    unsafe {
        reading(container, PODSIX_ERR_PANIC, |container| {
            let podsix_iter { index, position, .. } = *iter;
            let position = (!position.is_null()).then(|| Raw::new(position));
            let mut cursor = Cursor { index: index as u64, position };
            let Some((found_key, found_value)) = container.step(&mut cursor) else { return 0 };
            (*iter).index = cursor.index as usize;
            (*iter).position = cursor.position.map_or(ptr::null(), Raw::address);
            for (out, found) in [(key, found_key), (value, found_value)] {
                if !out.is_null() {
                    out.write(address(found));
                }
            }
            1
        })
    }
}

/// A truth value, 1 or 0; the fallback for everything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_as_bool(value: *const podsix_value, fallback: i32) -> i32 {
    // SAFETY: *value*.
    unsafe { reading(value, fallback, |value| value.read_bool().map_or(fallback, i32::from)) }
}

/// A number as an integer: integers and floating-point numbers that are whole, if an int64_t can
/// hold them; the fallback for everything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_as_int(value: *const podsix_value, fallback: i64) -> i64 {
    // SAFETY: *value*.
    unsafe { reading(value, fallback, |value| value.as_int(fallback)) }
}

/// As podsix_value_as_int, if a uint64_t can hold it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_as_uint(value: *const podsix_value, fallback: u64) -> u64 {
    // SAFETY: *value*.
    unsafe { reading(value, fallback, |value| value.as_uint(fallback)) }
}

/// A number as a double, the nearest one for a large integer; the fallback for everything else. NaN
/// is always the same quiet one, whatever sign and payload another program gave it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_as_double(value: *const podsix_value, fallback: f64) -> f64 {
    // SAFETY: *value*.
    unsafe { reading(value, fallback, |value| value.as_double(fallback)) }
}

/// Reads a truth value strictly, as 1 or 0. Returns 0 or PODSIX_ERR_WRONG_TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_read_bool(value: *const podsix_value, out: *mut i32) -> i32 {
    // SAFETY: *value* and *output*.
    unsafe { read(value, out, |value| value.read_bool().map(i32::from)) }
}

/// Reads an integer strictly. Returns 0, PODSIX_ERR_WRONG_TYPE or PODSIX_ERR_OUT_OF_RANGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_read_int(value: *const podsix_value, out: *mut i64) -> i32 {
    // SAFETY: *value* and *output*.
    unsafe { read(value, out, |value| value.read_int()) }
}

/// Reads an integer from 0 on strictly. Returns 0, PODSIX_ERR_WRONG_TYPE or
/// PODSIX_ERR_OUT_OF_RANGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_read_uint(value: *const podsix_value, out: *mut u64) -> i32 {
    // SAFETY: *value* and *output*.
    unsafe { read(value, out, |value| value.read_uint()) }
}

/// Reads a floating-point number strictly, or an integer that a double holds exactly. Returns 0,
/// PODSIX_ERR_WRONG_TYPE or PODSIX_ERR_OUT_OF_RANGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_read_double(
    value: *const podsix_value,
    out: *mut f64,
) -> i32 {
    // SAFETY: *value* and *output*.
    unsafe { read(value, out, |value| value.read_double()) }
}

/// Gets a string.
///
/// data, len: where the address of its UTF-8 and their number of bytes go. They live as long as the
/// message.
///
/// Returns 0 or PODSIX_ERR_WRONG_TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_get_string(
    value: *const podsix_value,
    data: *mut *const c_char,
    len: *mut usize,
) -> i32 {
    // SAFETY: *value* and *output*.
    unsafe {
        give(value, data.cast(), len, |value| {
            value.as_bytes().filter(|_| value.kind() == Kind::String)
        })
    }
}

/// Gets the bytes of a string, of bytes or of an extension.
///
/// data, len: where their address and number go. They live as long as the message.
///
/// Returns 0 or PODSIX_ERR_WRONG_TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_get_bytes(
    value: *const podsix_value,
    data: *mut *const u8,
    len: *mut usize,
) -> i32 {
    // SAFETY: *value* and *output*.
    unsafe { give(value, data, len, |value| value.as_bytes()) }
}

/// Gets the type of an extension, -128 to 127: 1 is an integer beyond 64 bits, 2 a tuple.
///
/// Returns 0 or PODSIX_ERR_WRONG_TYPE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_get_ext_type(
    value: *const podsix_value,
    ext_type: *mut i32,
) -> i32 {
    let wrong = ReadError::WrongType { wanted: "an extension", found: "another type" };
    // SAFETY: *value* and *output*.
    unsafe { read(value, ext_type, |value| value.ext_type().map(i32::from).ok_or(wrong)) }
}

/// Gets a value's MessagePack bytes, for podsix_send_msgpack or a file.
///
/// data, len: where their address and number go. They live as long as the message.
///
/// Returns 0, or PODSIX_ERR_WRONG_TYPE for the NONE value.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_get_span(
    value: *const podsix_value,
    data: *mut *const u8,
    len: *mut usize,
) -> i32 {
    // SAFETY: *value* and *output*.
    unsafe { give(value, data, len, |value| (!value.is_none()).then(|| value.span())) }
}

/// Whether two values are equal, with all that is in them: 1 or 0. Numbers are compared by value and
/// type: 3 equals 3, however it was written, but not 3.0. Maps are equal if they have equal entries in
/// the same order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_equals(
    a: *const podsix_value,
    b: *const podsix_value,
) -> i32 {
    // SAFETY: *value*, twice.
    unsafe { reading(a, 0, |a| (a == view(b)).into()) }
}

/// Copies a value as JSON. What JSON lacks is written so that people can read it; the NONE value is the
/// empty text. All control characters in strings are escaped, and what turns the direction of writing round. To
/// show what somebody else sent there is podsix_value_copy_printable, which cuts it too.
///
/// buf, cap: where to, as for all text.
///
/// Returns the text's length in bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_copy_json(
    value: *const podsix_value,
    buf: *mut c_char,
    cap: usize,
) -> i32 {
    answer(|| {
        // SAFETY: *value*.
        let value = unsafe { view(value) };
        // SAFETY: *output*.
        unsafe { output::text(buf, cap, Json(value)) }
    })
}

/// Copies a value that somebody else sent as podsix_text_copy_printable copies text: of a string its
/// characters, of the NONE value nothing, and of every other its JSON.
///
/// most: how many characters at most.
/// buf, cap: where to, as for all text.
///
/// Returns the length in bytes of the text that is to be shown, at most 4 times `most`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_value_copy_printable(
    value: *const podsix_value,
    most: usize,
    buf: *mut c_char,
    cap: usize,
) -> i32 {
    answer(|| {
        // SAFETY: *value*.
        let value = unsafe { view(value) };
        // SAFETY: *output*.
        unsafe { output::text(buf, cap, value.printable(most)) }
    })
}

struct Json<'a>(View<'a, Raw<'a>>);

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_json(f)
    }
}
