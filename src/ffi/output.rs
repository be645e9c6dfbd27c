//! What goes back through pointers: single results, and text.

use std::ffi::c_char;
use std::fmt::{self, Write};
use std::ptr;

use super::input::{null, unaligned};
use crate::error::{Error, Result};

/// Room for one result.
pub(super) struct Out<T>(*mut T);

impl<T> Out<T> {
    /// Room the caller must give.
    ///
    /// # Safety
    /// The *output* promise, until this value is gone.
    #[inline]
    pub(super) unsafe fn required(name: &str, pointer: *mut T) -> Result<Out<T>> {
        if is_room(pointer) { Ok(Out(pointer)) } else { Err(no_room(name, pointer.is_null())) }
    }

    /// Room the caller may do without: NULL is none.
    ///
    /// # Safety
    /// The *output* promise, until this value is gone.
    #[inline]
    pub(super) unsafe fn optional(name: &str, pointer: *mut T) -> Result<Out<T>> {
        if pointer.is_aligned() { Ok(Out(pointer)) } else { Err(no_room(name, false)) }
    }

    /// Writes the result.
    #[inline]
    pub(super) fn set(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: *output*, promised to whoever made this. C knows nothing of what lay there before.
            unsafe { self.0.write(value) };
        }
    }
}

/// Whether a required result could be written there, for calls that have no words.
#[inline(always)]
pub(super) fn is_room<T>(pointer: *mut T) -> bool {
    !pointer.is_null() && pointer.is_aligned()
}

#[cold]
#[inline(never)]
fn no_room(name: &str, is_null: bool) -> Error {
    if is_null { null(name) } else { unaligned(name) }
}

/// Room for so many results, one after another.
pub(super) struct Outs<T> {
    first: *mut T,
    count: usize,
}

impl<T> Outs<T> {
    /// Room the caller may do without: NULL is room for none.
    ///
    /// # Safety
    /// The *output* promise, until this value is gone.
    pub(super) unsafe fn optional(name: &str, first: *mut T, count: usize) -> Result<Outs<T>> {
        if !first.is_aligned() {
            return Err(no_room(name, false));
        }
        Ok(Outs { first, count: if first.is_null() { 0 } else { count } })
    }

    /// Writes the result with an index, if there is room for it.
    pub(super) fn set(&mut self, at: usize, value: T) {
        if at < self.count {
            // SAFETY: *output*, promised to whoever made this.
            unsafe { self.first.add(at).write(value) };
        }
    }
}

/// A length or count as a result. What is beyond an int32_t is no game's.
#[inline]
pub(super) fn count(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// The bytes of a string to be pointed to from C, never NULL.
#[inline]
pub(super) fn pointer(text: &[u8]) -> *const c_char {
    if text.is_empty() { c"".as_ptr() } else { text.as_ptr().cast() }
}

/// Copies text as the header promises: what fits, cut between two characters, NUL-terminated if there is
/// any room. Answers with the length of the whole text.
///
/// # Safety
/// The *output* promise.
pub(super) unsafe fn text(buf: *mut c_char, cap: usize, text: impl fmt::Display) -> Result<i32> {
    if buf.is_null() && cap > 0 {
        return Err(null("buf"));
    }
    let mut copy = Copy { buf, room: cap.saturating_sub(1), at: 0, len: 0 };
    // Copy itself refuses nothing, and Displays that fail cut themselves short.
    let _ = write!(copy, "{text}");
    if cap > 0 {
        // SAFETY: *output*, and `at` is less than `cap`.
        unsafe { buf.add(copy.at).write(0) };
    }
    Ok(count(copy.len))
}

/// A text on its way into a buffer that may be too small for it.
struct Copy {
    buf: *mut c_char,
    /// Bytes of the buffer, without the NUL's.
    room: usize,
    /// Bytes written.
    at: usize,
    /// Bytes of text so far; more than `at` once it has been cut.
    len: usize,
}

impl Write for Copy {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.at == self.len {
            let fits = text.floor_char_boundary(self.room - self.at);
            // SAFETY: *output*, and `at + fits` is at most `room`.
            unsafe {
                ptr::copy_nonoverlapping(text.as_ptr(), self.buf.add(self.at).cast(), fits);
            }
            self.at += fits;
        }
        self.len += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(words: impl fmt::Display, cap: usize) -> (i32, Vec<u8>) {
        let mut buf = [b'#'; 16];
        // SAFETY: `cap` is at most 16 here.
        let len = unsafe { text(buf.as_mut_ptr().cast(), cap, words) }.unwrap();
        (len, buf[..(cap + 1).min(16)].to_vec())
    }

    #[test]
    fn text_is_cut_and_terminated_within_the_capacity() {
        assert_eq!(copied("hello", 16).1[..6], *b"hello\0");
        assert_eq!(copied("hello", 6), (5, b"hello\0#".to_vec()));
        assert_eq!(copied("hello", 5), (5, b"hell\0#".to_vec()));
        assert_eq!(copied("hello", 1), (5, b"\0#".to_vec()));
        assert_eq!(copied("hello", 0), (5, b"#".to_vec()));
        assert_eq!(copied("", 2), (0, b"\0##".to_vec()));
    }

    #[test]
    fn text_is_cut_between_characters_and_stays_cut() {
        assert_eq!(copied("aé", 3), (3, b"a\0##".to_vec()));
        // The pieces after the first that did not fit are counted only.
        assert_eq!(copied(format_args!("{}{}", "aé", "b"), 3), (4, b"a\0##".to_vec()));
    }

    #[test]
    fn no_buffer_asks_for_the_length() {
        // SAFETY: a capacity of 0 needs no buffer.
        assert_eq!(unsafe { text(ptr::null_mut(), 0, "hello") }, Ok(5));
        // SAFETY: refused.
        assert!(unsafe { text(ptr::null_mut(), 1, "hello") }.is_err());
    }
}
