//! A value's parts one by one, in the order in which they lie: what codecs write, in one pass.

use super::header::{self, Form, Header};
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
    #[inline]
    pub(crate) fn next(&mut self) -> Part<'a> {
        let (bytes, at, value) = (self.bytes, self.at, self.coming());
        let Header { form, start, len } = Header::read(bytes, at);
        let payload = match form {
            Form::List | Form::Map => &bytes[..0],
            _ => &bytes[start..start + len],
        };
        self.at = start + payload.len();
        match form {
            Form::Never => Part::None,
            Form::Nil => Part::Nil,
            Form::Bool => Part::Bool(bytes[at] == 0xc3),
            Form::Small => Part::Int((bytes[at] as i8).into()),
            Form::Unsigned | Form::Signed => match value.read_int() {
                Ok(int) => Part::Int(int),
                Err(_) => Part::Uint(value.as_uint(0)),
            },
            Form::Float => Part::Double(value.as_double(0.0)),
            Form::Str => Part::Text(payload),
            Form::Bin => Part::Bytes(payload),
            Form::List => Part::List(len),
            Form::Map => Part::Map(len),
            Form::Ext if bytes[start - 1] as i8 == TUPLE => {
                let list = Header::read(bytes, start);
                self.at = list.start;
                Part::Tuple(list.len)
            }
            Form::Ext => match value.big_integer() {
                Some(digits) => Part::Big(digits),
                None => Part::Ext(bytes[start - 1] as i8),
            },
        }
    }
}
