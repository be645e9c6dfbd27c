//! Reading scalars: with a fallback for whoever does not care why, or strictly, with the reason.

use std::fmt;

use super::header::Form;
use super::nan::one_nan;
use super::{BIG_INTEGER, Source, View};

/// Why a strict read gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// A value of another kind, or none.
    WrongType {
        /// What the read asked for.
        wanted: &'static str,
        /// What is there.
        found: &'static str,
    },
    /// A number that the wanted type cannot hold.
    OutOfRange {
        /// What the read asked for.
        wanted: &'static str,
    },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::WrongType { wanted, found } => {
                write!(f, "the value is {found}, not {wanted}")
            }
            ReadError::OutOfRange { wanted } => write!(f, "the number does not fit into {wanted}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// A number as it is encoded.
#[derive(Clone, Copy)]
enum Number {
    Int(i64),
    /// Above `i64::MAX`.
    Uint(u64),
    Double(f64),
}

impl<'a, S: Source<'a>> View<'a, S> {
    /// The number, by its marker alone: the hot path of all reads.
    #[inline]
    fn number(self) -> Option<Number> {
        let source = self.source();
        Some(match source.byte(0) {
            small @ (0x00..=0x7f | 0xe0..=0xff) => Number::Int((small as i8).into()),
            0xcb => Number::Double(one_nan(f64::from_be_bytes(source.array(1)))),
            0xca => Number::Double(one_nan(f32::from_be_bytes(source.array(1)).into())),
            0xcc => Number::Int(source.byte(1).into()),
            0xcd => Number::Int(u16::from_be_bytes(source.array(1)).into()),
            0xce => Number::Int(u32::from_be_bytes(source.array(1)).into()),
            0xcf => {
                let wide = u64::from_be_bytes(source.array(1));
                i64::try_from(wide).map_or(Number::Uint(wide), Number::Int)
            }
            0xd0 => Number::Int((source.byte(1) as i8).into()),
            0xd1 => Number::Int(i16::from_be_bytes(source.array(1)).into()),
            0xd2 => Number::Int(i32::from_be_bytes(source.array(1)).into()),
            0xd3 => Number::Int(i64::from_be_bytes(source.array(1))),
            _ => return None,
        })
    }

    /// An integer of up to 64 bits, whatever its encoding.
    pub(super) fn integer(self) -> Option<i128> {
        match self.number()? {
            Number::Int(int) => Some(int.into()),
            Number::Uint(uint) => Some(uint.into()),
            Number::Double(_) => None,
        }
    }

    /// The digits of an integer beyond 64 bits.
    pub(super) fn big_integer(self) -> Option<&'a str> {
        let digits = self.as_bytes().filter(|_| self.ext_type() == Some(BIG_INTEGER));
        digits.and_then(|digits| std::str::from_utf8(digits).ok())
    }

    /// The bool, or `fallback` for any other kind.
    pub fn as_bool(self, fallback: bool) -> bool {
        self.read_bool().unwrap_or(fallback)
    }

    /// The integer, or a double that is a whole number in range; else `fallback`.
    #[inline]
    pub fn as_int(self, fallback: i64) -> i64 {
        match self.frequent_int() {
            Some(int) => int.into(),
            None => self.any_int(fallback),
        }
    }

    #[inline(never)]
    fn any_int(self, fallback: i64) -> i64 {
        match self.number() {
            Some(Number::Int(int)) => int,
            // Both ends are powers of two, so the comparison is exact; i64::MAX itself is no double.
            Some(Number::Double(double))
                if double.trunc() == double && (-TWO_63..TWO_63).contains(&double) =>
            {
                double as i64
            }
            _ => fallback,
        }
    }

    /// The integer if it is not negative, or a double that is a whole number in range; else `fallback`.
    #[inline]
    pub fn as_uint(self, fallback: u64) -> u64 {
        match self.frequent_int() {
            Some(int) => int.into(),
            None => self.any_uint(fallback),
        }
    }

    #[inline(never)]
    fn any_uint(self, fallback: u64) -> u64 {
        match self.number() {
            Some(Number::Int(int)) => int.try_into().unwrap_or(fallback),
            Some(Number::Uint(uint)) => uint,
            Some(Number::Double(double))
                if double.trunc() == double && (0.0..2.0 * TWO_63).contains(&double) =>
            {
                double as u64
            }
            _ => fallback,
        }
    }

    /// The integer if it has one of the forms that most have.
    #[inline(always)]
    fn frequent_int(self) -> Option<u32> {
        match self.source().byte(0) {
            small @ 0x00..=0x7f => Some(small.into()),
            0xce => Some(u32::from_be_bytes(self.source().array(1))),
            _ => None,
        }
    }

    /// The double, or the one nearest to an integer of any size; `fallback` for any other kind.
    #[inline]
    pub fn as_double(self, fallback: f64) -> f64 {
        match self.source().byte(0) {
            0xcb => one_nan(f64::from_be_bytes(self.source().array(1))),
            _ => self.any_double(fallback),
        }
    }

    #[inline(never)]
    fn any_double(self, fallback: f64) -> f64 {
        match self.number() {
            Some(Number::Int(int)) => int as f64,
            Some(Number::Uint(uint)) => uint as f64,
            Some(Number::Double(double)) => double,
            None => self.big_integer().and_then(|digits| digits.parse().ok()).unwrap_or(fallback),
        }
    }

    /// The string, or `fallback` for any other kind.
    pub fn as_str(self, fallback: &'a str) -> &'a str {
        self.read_str().unwrap_or(fallback)
    }

    /// The bool.
    ///
    /// # Errors
    /// `WrongType` for any other kind, or none.
    pub fn read_bool(self) -> Result<bool, ReadError> {
        match self.header().form {
            Form::Bool => Ok(self.source().byte(0) == 0xc3),
            _ => Err(self.not("a bool")),
        }
    }

    /// The integer; a double is refused even if it is whole.
    ///
    /// # Errors
    /// `OutOfRange` for an integer above `i64::MAX` or beyond 64 bits; `WrongType` for any other kind, or none.
    pub fn read_int(self) -> Result<i64, ReadError> {
        const WANTED: &str = "a signed 64-bit integer";
        match self.number() {
            Some(Number::Int(int)) => Ok(int),
            Some(Number::Uint(_)) => Err(ReadError::OutOfRange { wanted: WANTED }),
            _ if self.big_integer().is_some() => Err(ReadError::OutOfRange { wanted: WANTED }),
            _ => Err(self.not("an integer")),
        }
    }

    /// The integer, which must not be negative; a double is refused even if it is whole.
    ///
    /// # Errors
    /// `OutOfRange` for a negative integer or one beyond 64 bits; `WrongType` for any other kind, or none.
    pub fn read_uint(self) -> Result<u64, ReadError> {
        const WANTED: &str = "an unsigned 64-bit integer";
        match self.number() {
            Some(Number::Int(int)) => {
                int.try_into().map_err(|_| ReadError::OutOfRange { wanted: WANTED })
            }
            Some(Number::Uint(uint)) => Ok(uint),
            _ if self.big_integer().is_some() => Err(ReadError::OutOfRange { wanted: WANTED }),
            _ => Err(self.not("an integer")),
        }
    }

    /// The double, or an integer that a double holds exactly: many languages send 3.0 as 3.
    ///
    /// # Errors
    /// `OutOfRange` for an integer that would be rounded, or beyond 64 bits; `WrongType` for any other kind, or none.
    pub fn read_double(self) -> Result<f64, ReadError> {
        const WANTED: &str = "a double without rounding";
        match self.number() {
            Some(Number::Double(double)) => Ok(double),
            Some(Number::Int(_) | Number::Uint(_)) => {
                let double = self.as_double(0.0);
                match self.integer() == Some(double as i128) {
                    true => Ok(double),
                    false => Err(ReadError::OutOfRange { wanted: WANTED }),
                }
            }
            None if self.big_integer().is_some() => Err(ReadError::OutOfRange { wanted: WANTED }),
            None => Err(self.not("a double")),
        }
    }

    /// The string.
    ///
    /// # Errors
    /// `WrongType` for any other kind, or none.
    pub fn read_str(self) -> Result<&'a str, ReadError> {
        let header = self.header();
        if header.form != Form::Str {
            return Err(self.not("a string"));
        }
        let text = self.source().bytes(header.start, header.len);
        std::str::from_utf8(text).map_err(|_| self.not("UTF-8"))
    }

    #[cold]
    fn not(self, wanted: &'static str) -> ReadError {
        let found = match self.big_integer() {
            Some(_) => "an integer beyond 64 bits",
            None => self.kind().name(),
        };
        ReadError::WrongType { wanted, found }
    }
}

/// 2 to the 63rd, one more than the largest `i64`.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
