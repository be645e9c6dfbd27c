//! MessagePack's markers for writing, each value in its shortest form.

use super::nan::{one_nan, one_nan_32};
use super::short::is_utf8;

/// Appends nil.
pub(super) fn nil(out: &mut Vec<u8>) {
    out.push(0xc0);
}

/// Appends a bool.
pub(super) fn bool(out: &mut Vec<u8>, value: bool) {
    out.push(0xc2 | value as u8);
}

/// Appends an integer.
#[inline]
pub(super) fn int(out: &mut Vec<u8>, value: i64) {
    match value {
        -32..=127 => out.push(value as u8),
        128.. => uint(out, value as u64),
        -0x80.. => out.extend_from_slice(&[0xd0, value as u8]),
        -0x8000.. => tagged(out, 0xd1, (value as i16).to_be_bytes()),
        -0x8000_0000.. => tagged(out, 0xd2, (value as i32).to_be_bytes()),
        _ => tagged(out, 0xd3, value.to_be_bytes()),
    }
}

/// Appends an integer that is not negative.
#[inline]
pub(super) fn uint(out: &mut Vec<u8>, value: u64) {
    match value {
        0..=0x7f => out.push(value as u8),
        0x80..=0xff => out.extend_from_slice(&[0xcc, value as u8]),
        0x100..=0xffff => tagged(out, 0xcd, (value as u16).to_be_bytes()),
        0x1_0000..=0xffff_ffff => tagged(out, 0xce, (value as u32).to_be_bytes()),
        _ => tagged(out, 0xcf, value.to_be_bytes()),
    }
}

/// Appends a float of 32 bits.
#[inline]
pub(super) fn float(out: &mut Vec<u8>, value: f32) {
    tagged(out, 0xca, one_nan_32(value).to_be_bytes());
}

/// Appends a float of 64 bits.
#[inline]
pub(super) fn double(out: &mut Vec<u8>, value: f64) {
    tagged(out, 0xcb, one_nan(value).to_be_bytes());
}

/// Appends a string.
#[inline(always)]
pub(super) fn str(out: &mut Vec<u8>, text: &str) {
    utf8(out, text.as_bytes());
}

/// Appends a string, or bytes if it is not UTF-8.
pub(super) fn text(out: &mut Vec<u8>, text: &[u8]) {
    match is_utf8(text) {
        true => utf8(out, text),
        false => bin(out, text),
    }
}

#[inline(always)]
fn utf8(out: &mut Vec<u8>, text: &[u8]) {
    match text.len() {
        0..=16 => short_str(out, text),
        _ => long_str(out, text),
    }
}

fn long_str(out: &mut Vec<u8>, text: &[u8]) {
    match text.len() {
        len @ 0..=31 => out.push(0xa0 | len as u8),
        len => sized(out, 0xd9, len),
    }
    out.extend_from_slice(text);
}

/// Appends a string of at most 16 bytes, as keys are: stores of fixed size instead of a call.
#[inline(always)]
fn short_str(out: &mut Vec<u8>, text: &[u8]) {
    let (start, len) = (out.len(), text.len());
    out.extend_from_slice(&[0xa0 | len as u8; 17]);
    // Into its place at once: bytes gathered elsewhere first would be read back before they are there.
    let place = &mut out[start + 1..];
    if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        place[..8].copy_from_slice(first);
        place[len - 8..len].copy_from_slice(last);
    } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        place[..4].copy_from_slice(first);
        place[len - 4..len].copy_from_slice(last);
    } else if let [first, .., last] = *text {
        (place[0], place[1], place[len - 1]) = (first, text[1], last);
    } else if let [only] = *text {
        place[0] = only;
    }
    out.truncate(start + 1 + len);
}

/// Appends raw bytes.
pub(super) fn bin(out: &mut Vec<u8>, bytes: &[u8]) {
    sized(out, 0xc4, bytes.len());
    out.extend_from_slice(bytes);
}

/// Appends the head of an extension with a payload of `len` bytes.
pub(super) fn ext_head(out: &mut Vec<u8>, ext_type: i8, len: usize) {
    match len {
        1 | 2 | 4 | 8 | 16 => out.push(0xd4 + len.trailing_zeros() as u8),
        _ => sized(out, 0xc7, len),
    }
    out.push(ext_type as u8);
}

/// A container's kind, as far as its head goes.
#[derive(Clone, Copy)]
pub(super) struct Head {
    small: u8,
    large: u8,
}

pub(super) const LIST: Head = Head { small: 0x90, large: 0xdc };
pub(super) const MAP: Head = Head { small: 0x80, large: 0xde };

impl Head {
    /// Appends the head of an empty container.
    pub fn begin(self, out: &mut Vec<u8>) {
        out.push(self.small);
    }

    /// Makes the head at `at`, which says one less, say `count`. Twice in a container's life it needs more
    /// room and what lies behind it moves.
    #[inline]
    pub fn count(self, out: &mut Vec<u8>, at: usize, count: u32) {
        match count {
            0..=15 => out[at] = self.small | count as u8,
            _ => self.count_many(out, at, count),
        }
    }

    fn count_many(self, out: &mut Vec<u8>, at: usize, count: u32) {
        let [high, low] = (count as u16).to_be_bytes();
        match count {
            0..=16 => drop(out.splice(at..at + 1, [self.large, high, low])),
            17..=0xffff => out[at + 1..at + 3].copy_from_slice(&[high, low]),
            0x1_0000 => drop(out.splice(at..at + 3, [self.large + 1, 0, 1, 0, 0])),
            _ => out[at + 1..at + 5].copy_from_slice(&count.to_be_bytes()),
        }
    }
}

/// Appends a marker and a number of fixed width.
#[inline(always)]
fn tagged<const N: usize>(out: &mut Vec<u8>, marker: u8, number: [u8; N]) {
    out.reserve(1 + N);
    out.push(marker);
    out.extend_from_slice(&number);
}

/// Appends a length in the first of three markers in a row that holds it.
fn sized(out: &mut Vec<u8>, first: u8, len: usize) {
    match len {
        0..=0xff => out.extend_from_slice(&[first, len as u8]),
        0x100..=0xffff => tagged(out, first + 1, (len as u16).to_be_bytes()),
        _ => tagged(out, first + 2, (len as u32).to_be_bytes()),
    }
}
