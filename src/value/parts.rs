//! A value's parts one by one, in the order in which they lie: what codecs write, in one pass.

use super::header::{self, Form, Header};
use super::nan::one_nan;
use super::{TUPLE, Value};

/// A value without what is inside it.
pub(crate) enum Part<'a> {
    /// The value that is not there.
    None,
    Nil,
    Bool(bool),
    Int(i64),
    /// Above `i64::MAX`.
    Uint(u64),
    /// An integer beyond 64 bits, in decimal.
    Big(&'a str),
    Double(f64),
    /// UTF-8.
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    /// The type of an extension that is not podsix's own.
    Ext(i8),
    /// So many items follow.
    List(usize),
    /// So many items follow.
    Tuple(usize),
    /// So many times a key and a value follow.
    Map(usize),
}

/// Where a walk through a value stands.
pub(crate) struct Parts<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Parts<'a> {
    /// Before the value.
    pub(crate) fn of(value: Value<'a>) -> Parts<'a> {
        Parts { bytes: value.source(), at: 0 }
    }

    /// Where the next value lies.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// The value that comes next, with all inside it. To be asked for only if there is one.
    #[inline]
    pub(crate) fn coming(&self) -> Value<'a> {
        Value::trusted(&self.bytes[self.at..])
    }

    /// Steps over the value that comes next, with all inside it.
    pub(crate) fn skip(&mut self) {
        self.at = header::end(self.bytes, self.at);
    }

    /// The next part. To be asked for only if there is one.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> Part<'a> {
        let (bytes, at) = (self.bytes, self.at);
        let Header { form, start, len } = Header::read(bytes, at);
        self.at = match form {
            Form::List | Form::Map => start,
            _ => start + len,
        };
        match form {
            Form::Never => Part::None,
            Form::Nil => Part::Nil,
            Form::Bool => Part::Bool(bytes[at] == 0xc3),
            Form::Small => Part::Int((bytes[at] as i8).into()),
            Form::Unsigned => match i64::try_from(self.bits(start, len)) {
                Ok(int) => Part::Int(int),
                Err(_) => Part::Uint(self.bits(start, len)),
            },
            Form::Signed => {
                let unused = 64 - 8 * len;
                Part::Int((self.bits(start, len) << unused) as i64 >> unused)
            }
            Form::Float if len == 4 => {
                Part::Double(one_nan(f32::from_bits(self.bits(start, len) as u32).into()))
            }
            Form::Float => Part::Double(one_nan(f64::from_bits(self.bits(start, len)))),
            Form::Str => Part::Text(&bytes[start..self.at]),
            Form::Bin => Part::Bytes(&bytes[start..self.at]),
            Form::List => Part::List(len),
            Form::Map => Part::Map(len),
            Form::Ext => self.ext(at, start),
        }
    }

    /// The number of 1 to 8 bytes at `start`. How many they are is calculated with, for it could not be
    /// foreseen.
    #[inline(always)]
    fn bits(&self, start: usize, len: usize) -> u64 {
        match self.bytes[start..].first_chunk() {
            Some(eight) => u64::from_be_bytes(*eight) >> (64 - 8 * len),
            None => self.bytes[start..start + len]
                .iter()
                .fold(0, |all, &byte| all << 8 | u64::from(byte)),
        }
    }

    /// An extension, whose payload begins at `start`.
    fn ext(&mut self, at: usize, start: usize) -> Part<'a> {
        let ext_type = self.bytes[start - 1] as i8;
        if ext_type == TUPLE {
            let list = Header::read(self.bytes, start);
            self.at = list.start;
            return Part::Tuple(list.len);
        }
        match Value::trusted(&self.bytes[at..]).big_integer() {
            Some(digits) => Part::Big(digits),
            None => Part::Ext(ext_type),
        }
    }
}
