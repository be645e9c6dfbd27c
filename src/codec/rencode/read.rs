//! Reading rencode: what the original's `loads` accepts, in one pass over the bytes.

use super::decimal::{Decimal, MAX_PYTHON_DIGITS};
use super::{MAX_DECIMAL, code};
use crate::codec::CodecError;
use crate::value::{Limits, MAX_DEPTH, Message, Scalar, settled};

/// Makes `message` the one value that `payload` holds.
pub(super) fn read(
    payload: &[u8],
    limits: &Limits,
    message: &mut Message,
) -> Result<(), CodecError> {
    message.clear();
    let mut reader = Reader {
        payload,
        at: 0,
        limits: Limits { depth: limits.depth.min(MAX_DEPTH), ..*limits },
        out: message,
    };
    reader.whole().map_err(|stop| match stop {
        Stop::Flaw(at, what) => CodecError::Malformed(format!("byte {at}: {what}")),
        Stop::TooDeep => CodecError::TooDeep { limit: reader.limits.depth },
        Stop::TooManyValues => CodecError::TooManyValues { limit: limits.values },
    })?;
    if let Some(settled) = settled(message.value()?) {
        *message = settled;
    }
    Ok(())
}

/// Why reading ends before the payload does.
enum Stop {
    /// What is wrong with the value that begins there.
    Flaw(usize, &'static str),
    TooDeep,
    TooManyValues,
}

type Read<T = ()> = Result<T, Stop>;

/// What a value's first bytes say: all of it, or what kind of container begins.
enum Token<'p> {
    Scalar(Scalar<'p>),
    /// An integer in decimal, of at most [`MAX_DECIMAL`] characters.
    Decimal(Decimal<'p>),
    Open(Shape, Count),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    List,
    Tuple,
    Dict,
}

/// Items or entries of a container; `None` are all up to its end byte.
type Count = Option<u8>;

struct Reader<'p, 'm> {
    payload: &'p [u8],
    /// The next byte to read.
    at: usize,
    limits: Limits,
    out: &'m mut Message,
}

impl<'p> Reader<'p, '_> {
    fn whole(&mut self) -> Read {
        self.value(0)?;
        match self.at == self.payload.len() {
            true => Ok(()),
            false => Err(Stop::Flaw(self.at, "more bytes after the end of the value")),
        }
    }

    /// Reads one value inside `depth` containers.
    fn value(&mut self, depth: u32) -> Read {
        match self.token()? {
            Token::Scalar(scalar) => self.out.add_scalar(scalar),
            Token::Decimal(number) => {
                self.out.add_scalar(Scalar::Decimal(number.shortest().as_str()))
            }
            Token::Open(shape, count) => return self.container(shape, count, depth),
        };
        Ok(())
    }

    fn container(&mut self, shape: Shape, mut left: Count, depth: u32) -> Read {
        if depth >= self.limits.depth {
            return Err(Stop::TooDeep);
        }
        match shape {
            Shape::List => self.out.open_list(),
            Shape::Tuple => self.out.open_tuple(),
            Shape::Dict => self.out.open_map(),
        };
        while self.has_more(&mut left) {
            if shape == Shape::Dict {
                self.key()?;
            }
            self.value(depth + 1)?;
        }
        self.out.close();
        Ok(())
    }

    /// Whether a container goes on. If not, its end byte is stepped over.
    fn has_more(&mut self, left: &mut Count) -> bool {
        match left {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => {
                let ends = self.payload.get(self.at) == Some(&code::END);
                self.at += usize::from(ends);
                !ends
            }
        }
    }

    fn key(&mut self) -> Read {
        let start = self.at;
        match self.token()? {
            Token::Scalar(scalar) => self.out.key_scalar(scalar),
            Token::Decimal(number) => {
                self.out.key_scalar(Scalar::Decimal(number.shortest().as_str()))
            }
            Token::Open(Shape::List, _) => return Err(Stop::Flaw(start, "a list as a key")),
            Token::Open(Shape::Dict, _) => return Err(Stop::Flaw(start, "a dict as a key")),
            Token::Open(Shape::Tuple, _) => {
                return Err(Stop::Flaw(start, "a tuple as a key, which podsix cannot have"));
            }
        };
        Ok(())
    }

    fn token(&mut self) -> Read<Token<'p>> {
        if self.out.values() >= self.limits.values {
            return Err(Stop::TooManyValues);
        }
        let start = self.at;
        let [head] = self.take(start)?;
        let int = |value| Token::Scalar(Scalar::Int(value));
        Ok(match head {
            code::POSITIVE..=43 => int(head.into()),
            code::FLOAT64 => Token::Scalar(Scalar::Double(f64::from_be_bytes(self.take(start)?))),
            45..=47 | code::END => return Err(Stop::Flaw(start, "this byte begins no value")),
            b'0'..=b'9' => text(self.long_string(start)?),
            code::TUPLE => Token::Open(Shape::Tuple, None),
            code::LIST => Token::Open(Shape::List, None),
            code::DICT => Token::Open(Shape::Dict, None),
            code::DECIMAL => Token::Decimal(self.decimal(start)?),
            code::INT1 => int(i8::from_be_bytes(self.take(start)?).into()),
            code::INT2 => int(i16::from_be_bytes(self.take(start)?).into()),
            code::INT4 => int(i32::from_be_bytes(self.take(start)?).into()),
            code::INT8 => int(i64::from_be_bytes(self.take(start)?)),
            code::FLOAT32 => Token::Scalar(Scalar::Float(f32::from_be_bytes(self.take(start)?))),
            code::TRUE => Token::Scalar(Scalar::Bool(true)),
            code::FALSE => Token::Scalar(Scalar::Bool(false)),
            code::NONE => Token::Scalar(Scalar::Nil),
            code::NEGATIVE..=101 => int(i64::from(code::NEGATIVE) - 1 - i64::from(head)),
            code::SHORT_DICT..=126 => Token::Open(Shape::Dict, Some(head - code::SHORT_DICT)),
            code::SHORT_STRING..=191 => {
                text(self.bytes(start, usize::from(head - code::SHORT_STRING))?)
            }
            code::SHORT_LIST..=223 => Token::Open(Shape::List, Some(head - code::SHORT_LIST)),
            code::SHORT_TUPLE..=255 => Token::Open(Shape::Tuple, Some(head - code::SHORT_TUPLE)),
        })
    }

    /// The next `N` bytes of the value that begins at `start`.
    fn take<const N: usize>(&mut self, start: usize) -> Read<[u8; N]> {
        let bytes = self.payload[self.at..].first_chunk().ok_or(cut_off(start))?;
        self.at += N;
        Ok(*bytes)
    }

    fn bytes(&mut self, start: usize, len: usize) -> Read<&'p [u8]> {
        let bytes = self.payload[self.at..].get(..len).ok_or(cut_off(start))?;
        self.at += len;
        Ok(bytes)
    }

    /// A string whose length stands before it in decimal, with a colon between.
    fn long_string(&mut self, start: usize) -> Read<&'p [u8]> {
        const NO_LENGTH: &str = "a string's length is no number";
        let text = &self.payload[start..];
        let number = Decimal::at_start_of(text).ok_or(Stop::Flaw(start, NO_LENGTH))?;
        if number.count() > MAX_PYTHON_DIGITS {
            return Err(Stop::Flaw(start, "a string's length has more than 4300 digits"));
        }
        match text.get(number.end) {
            Some(b':') => {}
            None => return Err(cut_off(start)),
            Some(_) => return Err(Stop::Flaw(start, NO_LENGTH)),
        }
        self.at = start + number.end + 1;
        self.bytes(start, number.as_len())
    }

    /// An integer in decimal, up to the end byte.
    fn decimal(&mut self, start: usize) -> Read<Decimal<'p>> {
        let rest = &self.payload[self.at..];
        let within = &rest[..rest.len().min(MAX_DECIMAL + 1)];
        let Some(end) = within.iter().position(|&byte| byte == code::END) else {
            return Err(match within.len() > MAX_DECIMAL {
                true => Stop::Flaw(start, "a decimal integer of more than 63 characters"),
                false => cut_off(start),
            });
        };
        let text = &within[..end];
        let number = Decimal::at_start_of(text).filter(|number| number.end == text.len());
        self.at += end + 1;
        number.ok_or(Stop::Flaw(start, "a decimal integer that is no number"))
    }
}

/// A string, or bytes if it is not UTF-8.
fn text(bytes: &[u8]) -> Token<'_> {
    Token::Scalar(str::from_utf8(bytes).map_or(Scalar::Bytes(bytes), Scalar::Str))
}

#[cold]
fn cut_off(start: usize) -> Stop {
    Stop::Flaw(start, "the value is cut off")
}
