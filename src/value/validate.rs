//! The check that everything from outside goes through, once, before anyone reads it.

use std::fmt;

use super::header::{Form, LAYOUTS, Layout, number_size, scalar_size};
use super::short::{is_short_ascii, is_utf8};
use super::{BIG_INTEGER, MAX_DEPTH, MAX_DIGITS, TUPLE};

/// How deep and how numerous a value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The deepest nesting: a plain value has depth 0, a list of them 1. More than [`MAX_DEPTH`]
    /// counts as that.
    pub depth: u32,
    /// The most values, keys and containers counted.
    pub values: u32,
}

/// How deep and how numerous a value is, counted as in [`Limits`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Levels of nesting.
    pub depth: u32,
    /// Values, keys and containers counted; a tuple counts as its list.
    pub values: u32,
    /// Whether a tuple is a key of a map.
    pub tuple_keys: bool,
}

/// Why bytes are no value, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Where the offending value begins, in bytes from 0.
    pub at: usize,
    /// What is wrong with it.
    pub what: Flaw,
}

/// What is wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// The bytes end before the value does.
    CutOff,
    /// The value ends before the bytes do.
    Trailing,
    /// The byte 0xc1, which MessagePack never uses.
    Reserved,
    /// A string that is not UTF-8.
    NotUtf8,
    /// A list or map as a key of a map, or in a tuple that is one.
    ContainerAsKey,
    /// An extension of type 1 that is not an integer beyond 64 bits in decimal.
    BadBigInteger,
    /// An extension of type 2 that is not exactly one list.
    BadTuple,
    /// Nested deeper than the limit.
    TooDeep {
        /// Levels allowed.
        limit: u32,
    },
    /// More values than the limit.
    TooManyValues {
        /// Values allowed.
        limit: u32,
    },
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Flaw::CutOff => "the value is cut off",
            Flaw::Trailing => "more bytes after the end of the value",
            Flaw::Reserved => "0xc1 is no MessagePack",
            Flaw::NotUtf8 => "a string is not UTF-8",
            Flaw::ContainerAsKey => "a list or map is used as a key",
            Flaw::BadBigInteger => "extension 1 is not an integer beyond 64 bits in decimal",
            Flaw::BadTuple => "extension 2 (a tuple) does not hold exactly one list",
            Flaw::TooDeep { limit } => return write!(f, "nested deeper than {limit} levels"),
            Flaw::TooManyValues { limit } => return write!(f, "more than {limit} values"),
        })
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.at, self.what)
    }
}

impl std::error::Error for Invalid {}

/// Checks that `bytes` are exactly one well-formed value within `limits`.
///
/// Well-formed is MessagePack with UTF-8 strings, no list or map as a key or in a tuple that is one, and
/// extensions 1 and 2 as podsix uses them. Keys may be given twice; readers take the first. Nothing is
/// allocated.
///
/// # Errors
/// The first [`Flaw`], and where it is.
pub fn validate(bytes: &[u8], limits: &Limits) -> Result<Tally, Invalid> {
    one(bytes, limits, Role::Values)
}

/// [`validate`] for a value that is to be the key of a map.
pub(super) fn validate_key(bytes: &[u8], limits: &Limits) -> Result<Tally, Invalid> {
    one(bytes, limits, Role::Keys)
}

fn one(bytes: &[u8], limits: &Limits, role: Role) -> Result<Tally, Invalid> {
    let limits = Limits { depth: limits.depth.min(MAX_DEPTH), values: limits.values };
    let mut check = Check { limits, tally: Tally::default() };
    check.count(0, 1)?;
    let end = match bytes {
        // What nearly all are.
        [map @ 0x80..=0x8f, ..] if role == Role::Values => {
            check.container(bytes, 0, (1, usize::from(map & 0xf)), Role::Entries, 0)?
        }
        _ => check.values(bytes, 0, 1, role, 0)?,
    };
    match end == bytes.len() {
        true => Ok(check.tally),
        false => Err(Invalid { at: end, what: Flaw::Trailing }),
    }
}

struct Check {
    limits: Limits,
    tally: Tally,
}

/// What some values in a row are there for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Nothing else: a list's items, or the value at the top.
    Values,
    /// Every other one is a key, as in a map.
    Entries,
    /// Each is part of a key, or is one.
    Keys,
}

/// The form of the value at `at`, the start of its payload, its length; [`Flaw::CutOff`] if even its head
/// does not fit.
#[inline(always)]
fn header(bytes: &[u8], at: usize) -> Result<(Form, usize, usize), Invalid> {
    let cut_off = Invalid { at, what: Flaw::CutOff };
    let &marker = bytes.get(at).ok_or(cut_off)?;
    let Layout { form, head, width, len } = LAYOUTS[marker as usize];
    let start = at + head as usize;
    if head == 1 {
        return Ok((form, start, len as usize));
    }
    let len = match (width, bytes.get(at + 1..start).ok_or(cut_off)?) {
        (1, &[a, ..]) => a as usize,
        (2, &[a, b, ..]) => u16::from_be_bytes([a, b]) as usize,
        (4, &[a, b, c, d, ..]) => u32::from_be_bytes([a, b, c, d]) as usize,
        _ => len as usize,
    };
    Ok((form, start, len))
}

/// Where the value at `at` ends, if it is of those that messages are mostly made of and all is well with
/// it. They need no more than this; for the others it costs little.
#[inline(always)]
fn sound_end(bytes: &[u8], at: usize) -> Option<usize> {
    let &marker = bytes.get(at)?;
    let end = at + scalar_size(marker)?;
    match marker {
        0xa0..=0xbf => is_short_ascii(bytes.get(at + 1..end)?).then_some(end),
        _ => (end <= bytes.len()).then_some(end),
    }
}

/// Where the entries from `at` on end, as long as they are of those that messages are mostly made of and all is well
/// with them, and how many they are.
fn sound_entries(bytes: &[u8], mut at: usize, count: usize) -> (usize, usize) {
    for index in 0..count {
        let Some(end) = sound_key_end(bytes, at).and_then(|at| sound_value_end(bytes, at)) else {
            return (at, index);
        };
        at = end;
    }
    (at, count)
}

/// Likewise of the items of a list.
fn sound_items(bytes: &[u8], mut at: usize, count: usize) -> (usize, usize) {
    for index in 0..count {
        let Some(end) = sound_value_end(bytes, at) else { return (at, index) };
        at = end;
    }
    (at, count)
}

/// [`sound_end`] of a key: of at most seven bytes nearly always, looked at as one word.
#[inline(always)]
fn sound_key_end(bytes: &[u8], at: usize) -> Option<usize> {
    if let Some([marker @ 0xa0..=0xa7, text @ ..]) = bytes.get(at..)?.first_chunk::<9>() {
        let len = (marker & 7) as usize;
        let own = (1 << (8 * len)) - 1;
        if u64::from_le_bytes(*text) & own & 0x8080_8080_8080_8080 == 0 {
            return Some(at + 1 + len);
        }
    }
    sound_end(bytes, at)
}

/// [`sound_end`] of what is no key: numbers first.
#[inline(always)]
fn sound_value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match *bytes.get(at)? {
        0x00..=0x7f => Some(at + 1),
        0xcb => Some(at + 9),
        number @ 0xca..=0xd3 => Some(at + number_size(number)),
        _ => sound_end(bytes, at),
    }
    .filter(|end| *end <= bytes.len())
}

impl Check {
    /// Checks the `count` values in a row that begin at `at`, inside `depth` containers, and says where they
    /// end.
    fn values(
        &mut self,
        bytes: &[u8],
        mut at: usize,
        count: usize,
        role: Role,
        depth: u32,
    ) -> Result<usize, Invalid> {
        for index in 0..count {
            if let Some(end) = sound_end(bytes, at) {
                at = end;
                continue;
            }
            let is_key = match role {
                Role::Values => false,
                Role::Entries => index % 2 == 0,
                Role::Keys => true,
            };
            let flaw = |what| Err(Invalid { at, what });
            let (form, start, len) = header(bytes, at)?;
            if matches!(form, Form::List | Form::Map) {
                if is_key {
                    return flaw(Flaw::ContainerAsKey);
                }
                let items = if form == Form::Map { Role::Entries } else { Role::Values };
                at = self.container(bytes, at, (start, len), items, depth)?;
                continue;
            }
            if len > bytes.len() - start {
                return flaw(Flaw::CutOff);
            }
            let payload = &bytes[start..start + len];
            match form {
                Form::Str if !is_utf8(payload) => return flaw(Flaw::NotUtf8),
                Form::Never => return flaw(Flaw::Reserved),
                Form::Ext => match bytes[start - 1] as i8 {
                    BIG_INTEGER if !is_big_integer(payload) => return flaw(Flaw::BadBigInteger),
                    TUPLE => self.tuple(&bytes[..start + len], at, start, is_key, depth)?,
                    _ => {}
                },
                _ => {}
            }
            at = start + len;
        }
        Ok(at)
    }

    /// Checks the list or map at `at`, whose children begin at `start` and are `len`, entries counted once, and says where
    /// it ends.
    fn container(
        &mut self,
        bytes: &[u8],
        at: usize,
        (start, len): (usize, usize),
        items: Role,
        depth: u32,
    ) -> Result<usize, Invalid> {
        if depth >= self.limits.depth {
            return Err(Invalid { at, what: Flaw::TooDeep { limit: self.limits.depth } });
        }
        let children = if items == Role::Entries { len.saturating_mul(2) } else { len };
        self.count(at, children)?;
        // A child has a byte at least, so a count that the bytes cannot hold is refused before it is walked.
        if children > bytes.len() - start {
            return Err(Invalid { at, what: Flaw::CutOff });
        }
        self.tally.depth = self.tally.depth.max(depth + 1);
        // Most are through with this.
        let (at, sound) = match items {
            Role::Entries => sound_entries(bytes, start, len),
            _ => sound_items(bytes, start, len),
        };
        if sound == len {
            return Ok(at);
        }
        let left = if items == Role::Entries { children - 2 * sound } else { children - sound };
        self.values(bytes, at, left, items, depth + 1)
    }

    /// Checks that the payload of the tuple at `at`, with which `bytes` end, is one list and nothing else.
    fn tuple(
        &mut self,
        bytes: &[u8],
        at: usize,
        start: usize,
        is_key: bool,
        depth: u32,
    ) -> Result<(), Invalid> {
        let items = if is_key { Role::Keys } else { Role::Values };
        self.tally.tuple_keys |= is_key;
        match header(bytes, start) {
            Ok((Form::List, first, len))
                if self.container(bytes, start, (first, len), items, depth)? == bytes.len() =>
            {
                Ok(())
            }
            _ => Err(Invalid { at, what: Flaw::BadTuple }),
        }
    }

    fn count(&mut self, at: usize, more: usize) -> Result<(), Invalid> {
        if more > (self.limits.values - self.tally.values) as usize {
            let what = Flaw::TooManyValues { limit: self.limits.values };
            return Err(Invalid { at, what });
        }
        self.tally.values += more as u32;
        Ok(())
    }
}

/// Whether `digits` are a decimal integer, in its one shortest form, that 64 bits cannot hold.
pub(super) fn is_big_integer(digits: &[u8]) -> bool {
    let magnitude = digits.strip_prefix(b"-").unwrap_or(digits);
    let decimal =
        matches!(magnitude, [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit));
    decimal && magnitude.len() <= MAX_DIGITS && !fits_64_bits(digits)
}

fn fits_64_bits(digits: &[u8]) -> bool {
    let text = std::str::from_utf8(digits).unwrap_or_default();
    text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok()
}
