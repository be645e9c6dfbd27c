//! Values without children, which may be keys: what a codec has read.

use super::integer::Integer;
use super::{Message, MessageError, encode};

/// A value that is no container.
#[derive(Clone, Copy)]
pub(crate) enum Scalar<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    /// Of any size, in decimal as [`Message::add_big_int`] takes it.
    Decimal(&'a str),
    Float(f32),
    Double(f64),
    Str(&'a str),
    Bytes(&'a [u8]),
}

impl Message {
    /// Adds a value.
    #[inline]
    pub(crate) fn add_scalar(&mut self, scalar: Scalar<'_>) -> &mut Self {
        match scalar {
            Scalar::Nil => self.add_nil(),
            Scalar::Bool(value) => self.add_bool(value),
            Scalar::Int(value) => self.add_int(value),
            Scalar::Decimal(digits) => self.add_big_int(digits),
            Scalar::Float(value) => self.add_float(value),
            Scalar::Double(value) => self.add_double(value),
            Scalar::Str(text) => self.add_str(text),
            Scalar::Bytes(bytes) => self.add_bytes(bytes),
        }
    }

    /// Gives the next value in a map its key.
    #[inline]
    pub(crate) fn key_scalar(&mut self, scalar: Scalar<'_>) -> &mut Self {
        match scalar {
            Scalar::Nil => self.add_key(0, encode::nil),
            Scalar::Bool(value) => self.add_key(0, |out| encode::bool(out, value)),
            Scalar::Int(value) => self.key_int(value),
            Scalar::Decimal(digits) => match Integer::parse(digits) {
                Some(integer) => self.add_key(digits.len(), |out| integer.write(out)),
                None => self.fail(MessageError::BadInteger),
            },
            Scalar::Float(value) => self.add_key(0, |out| encode::float(out, value)),
            Scalar::Double(value) => self.add_key(0, |out| encode::double(out, value)),
            Scalar::Str(text) => self.key(text),
            Scalar::Bytes(bytes) => self.add_key(bytes.len(), |out| encode::bin(out, bytes)),
        }
    }
}
