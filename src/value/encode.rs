//! MessagePack's markers for writing, each value in its shortest form.

use super::Name;
use super::name::ROOM;
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
        _ => number(out, |place| put_int(place, value)),
    }
}

/// Appends an integer that is not negative.
#[inline]
pub(super) fn uint(out: &mut Vec<u8>, value: u64) {
    match value {
        0..=0x7f => out.push(value as u8),
        _ => number(out, |place| put_uint(place, value)),
    }
}

/// Appends a float of 32 bits.
#[inline]
pub(super) fn float(out: &mut Vec<u8>, value: f32) {
    number(out, |place| put_float(place, value));
}

/// Appends a float of 64 bits.
#[inline]
pub(super) fn double(out: &mut Vec<u8>, value: f64) {
    number(out, |place| put_double(place, value));
}

/// Room for any value that is no container and has no text.
pub(crate) type Place = [u8; 9];

#[inline(always)]
fn number(out: &mut Vec<u8>, put: impl FnOnce(&mut Place) -> usize) {
    let start = out.len();
    out.extend_from_slice(&Place::default());
    if let Some(place) = out.last_chunk_mut() {
        let len = put(place);
        out.truncate(start + len);
    }
}

/// Writes a bool to a place, and says how many bytes it has.
#[inline(always)]
pub(crate) fn put_bool(place: &mut Place, value: bool) -> usize {
    place[0] = 0xc2 | value as u8;
    1
}

/// Likewise an integer.
#[inline(always)]
pub(crate) fn put_int(place: &mut Place, value: i64) -> usize {
    match value {
        0.. => put_uint(place, value as u64),
        -32.. => put(place, value as u8, []),
        -0x80.. => put(place, 0xd0, [value as u8]),
        -0x8000.. => put(place, 0xd1, (value as i16).to_be_bytes()),
        -0x8000_0000.. => put(place, 0xd2, (value as i32).to_be_bytes()),
        _ => put(place, 0xd3, value.to_be_bytes()),
    }
}

/// Likewise an integer that is not negative.
#[inline(always)]
pub(crate) fn put_uint(place: &mut Place, value: u64) -> usize {
    match value {
        0..=0x7f => put(place, value as u8, []),
        0x80..=0xff => put(place, 0xcc, [value as u8]),
        0x100..=0xffff => put(place, 0xcd, (value as u16).to_be_bytes()),
        0x1_0000..=0xffff_ffff => put(place, 0xce, (value as u32).to_be_bytes()),
        _ => put(place, 0xcf, value.to_be_bytes()),
    }
}

/// Likewise a float of 32 bits.
#[inline(always)]
pub(crate) fn put_float(place: &mut Place, value: f32) -> usize {
    put(place, 0xca, one_nan_32(value).to_be_bytes())
}

/// Likewise a float of 64 bits.
#[inline(always)]
pub(crate) fn put_double(place: &mut Place, value: f64) -> usize {
    put(place, 0xcb, one_nan(value).to_be_bytes())
}

#[inline(always)]
fn put<const N: usize>(place: &mut Place, marker: u8, number: [u8; N]) -> usize {
    place[0] = marker;
    place[1..=N].copy_from_slice(&number);
    1 + N
}

/// What a field under a short name may take.
const FIELD: usize = ROOM + size_of::<Place>();

/// Appends a name and the value that `put` writes behind it: with one look at the room for both.
#[inline(always)]
pub(super) fn field(out: &mut Vec<u8>, name: Name, put: impl FnOnce(&mut Place) -> usize) {
    let start = out.len();
    out.extend_from_slice(&[0; FIELD]);
    let Some(field) = out.last_chunk_mut::<FIELD>() else { return };
    field[..ROOM].copy_from_slice(&name.bytes());
    let at = name.size();
    if let Some(place) = field[at..].first_chunk_mut() {
        let len = put(place);
        out.truncate(start + at + len);
    }
}

/// Makes `out` a map with this action, and nothing else.
#[inline(always)]
pub(super) fn begin(out: &mut Vec<u8>, action: Name) {
    out.clear();
    let mut begun = [0; 2 * ROOM];
    begun[..8].copy_from_slice(b"\x81\xa6action");
    begun[8..].copy_from_slice(&action.bytes());
    out.extend_from_slice(&begun);
    out.truncate(8 + action.size());
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
