//! What C passes in, checked: pointers, lengths, text.

use std::ffi::{CStr, c_char};
use std::slice;

use crate::error::{Error, Result};
use crate::value::Name;

/// cbindgen defines it as PODSIX_NUL: the length of a string that ends with a NUL.
pub const NUL: usize = usize::MAX;

#[cold]
pub(super) fn null(name: &str) -> Error {
    Error::BadArgument(format!("{name} is NULL"))
}

#[cold]
pub(super) fn unaligned(name: &str) -> Error {
    Error::BadArgument(format!("{name} is not aligned"))
}

#[cold]
fn impossible(name: &str, len: usize) -> Error {
    Error::BadArgument(format!("{name} cannot have a length of {len}"))
}

/// What a required pointer leads to.
///
/// # Safety
/// A pointer that is not NULL keeps its *host* or *message* promise for `'a`.
#[inline]
pub(super) unsafe fn reference<'a, T>(name: &str, pointer: *const T) -> Result<&'a T> {
    // SAFETY: this function's own promise.
    unsafe { pointer.as_ref() }.ok_or_else(|| null(name))
}

/// As many elements as a length says; NULL is fine for none.
///
/// # Safety
/// The *input* promise, for `'a`.
#[inline]
pub(super) unsafe fn slice<'a, T>(name: &str, data: *const T, len: usize) -> Result<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(null(name));
    }
    if len > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(impossible(name, len));
    }
    if !data.is_aligned() {
        return Err(unaligned(name));
    }
    // SAFETY: *input*; NULL, unaligned and impossible were dealt with above.
    Ok(unsafe { slice::from_raw_parts(data, len) })
}

/// The bytes of a string, whose length may be PODSIX_NUL.
///
/// # Safety
/// The *input* promise, for `'a`.
#[inline]
pub(super) unsafe fn bytes<'a>(name: &str, text: *const c_char, len: usize) -> Result<&'a [u8]> {
    if len != NUL {
        // SAFETY: *input*.
        return unsafe { slice(name, text.cast(), len) };
    }
    if text.is_null() {
        return Err(null(name));
    }
    // SAFETY: *input*: without a length it ends with a NUL.
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A NUL-terminated string of at most seven ASCII bytes, as nearly all keys are, read into a register in one pass.
/// None: it is another, or NULL.
///
/// # Safety
/// The *input* promise.
#[inline(always)]
pub(super) unsafe fn name(text: *const c_char) -> Option<Name> {
    if text.is_null() {
        return None;
    }
    let mut word = 0;
    for len in 0..8 {
        // SAFETY: *input*: nothing before this was the NUL.
        match unsafe { *text.cast::<u8>().add(len) } {
            0 => return Name::new(word, len),
            byte => word |= u64::from(byte) << (8 * len),
        }
    }
    None
}

/// A NUL-terminated string of at most 16 ASCII bytes, as almost all keys are, measured and checked in one
/// pass and without a call. None: it is another, or NULL.
///
/// # Safety
/// The *input* promise, for `'a`.
#[inline(always)]
pub(super) unsafe fn short<'a>(text: *const c_char) -> Option<&'a str> {
    let text = text.cast::<u8>();
    if text.is_null() {
        return None;
    }
    // Not ..=16, which counts with a flag beside the number.
    for len in 0..17 {
        // SAFETY: *input*: nothing before this was the NUL.
        match unsafe { *text.add(len) } {
            // SAFETY: so many bytes were just read, and ASCII is UTF-8.
            0 => {
                return Some(unsafe { str::from_utf8_unchecked(slice::from_raw_parts(text, len)) });
            }
            1..=0x7f => {}
            0x80.. => return None,
        }
    }
    None
}

/// A string, whose length may be PODSIX_NUL.
///
/// # Safety
/// The *input* promise, for `'a`.
#[inline]
pub(super) unsafe fn text<'a>(name: &str, text: *const c_char, len: usize) -> Result<&'a str> {
    // SAFETY: *input*.
    let bytes = unsafe { bytes(name, text, len) }?;
    str::from_utf8(bytes).map_err(|error| {
        Error::BadUtf8(format!("{name} is not UTF-8 from byte {} on", error.valid_up_to()))
    })
}

/// Flags, of which a function knows some.
pub(super) fn flags(flags: u32, known: u32) -> Result<()> {
    if flags & !known == 0 {
        return Ok(());
    }
    Err(Error::BadArgument(format!("flags is {flags:#x}, known is {known:#x}")))
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use super::*;

    #[test]
    fn strings_come_with_a_length_or_a_nul() {
        // SAFETY: literals, as long as said.
        unsafe {
            assert_eq!(text("text", c"hello".as_ptr(), 4), Ok("hell"));
            assert_eq!(text("text", c"hello".as_ptr(), NUL), Ok("hello"));
            assert_eq!(text("text", ptr::null(), 0), Ok(""));
            assert_eq!(text("text", ptr::null(), 1), Err(null("text")));
            assert_eq!(text("text", ptr::null(), NUL), Err(null("text")));
            let error = text("address", c"ab\xff".as_ptr(), NUL).unwrap_err();
            assert_eq!(error.to_string(), "address is not UTF-8 from byte 2 on");
            assert_eq!(error.code(), -6);
        }
    }

    #[test]
    fn impossible_lengths_are_refused() {
        let number = 7_u64;
        // SAFETY: refused before anything is read.
        unsafe {
            let error = slice("peers", &number, usize::MAX / 4).unwrap_err();
            assert_eq!(error.code(), -1);
            let odd = (&raw const number).cast::<u8>().add(1).cast::<u64>();
            assert_eq!(slice("peers", odd, 1).unwrap_err().to_string(), "peers is not aligned");
        }
    }

    #[test]
    fn unknown_flags_are_refused() {
        assert_eq!(flags(1, 1), Ok(()));
        let error = flags(6, 1).unwrap_err();
        assert_eq!(error.to_string(), "flags is 0x6, known is 0x1");
    }
}
