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
    let limits = Limits { depth: limits.depth.min(MAX_DEPTH), ..*limits };
    Reader { payload, at: 0, limits, outside: 0, out: message, key: Message::new() }
        .whole()
        .map_err(|error| *error)?;
    if let Some(settled) = settled(message.value()?) {
        *message = settled;
    }
    Ok(())
}

/// Boxed, so that going well is told in a register.
type Read<T = ()> = Result<T, Box<CodecError>>;

/// What is wrong with the value that begins at `start`.
#[cold]
fn flaw<T>(start: usize, what: &str) -> Read<T> {
    Err(Box::new(CodecError::Malformed(format!("byte {start}: {what}"))))
}

#[cold]
fn cut_off<T>(start: usize) -> Read<T> {
    flaw(start, "the value is cut off")
}

struct Reader<'p, 'm> {
    payload: &'p [u8],
    /// The next byte to read.
    at: usize,
    limits: Limits,
    /// Values that stand in another message than `out`.
    outside: u32,
    out: &'m mut Message,
    /// Room for a tuple that is a key, which is whole before it is given to `out`.
    key: Message,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    List,
    Tuple,
    Dict,
}

/// Items or entries of a container; `None` are all up to its end byte.
type Count = Option<u8>;

impl<'p> Reader<'p, '_> {
    fn whole(&mut self) -> Read {
        self.value::<false>(0)?;
        match self.at == self.payload.len() {
            true => Ok(()),
            false => flaw(self.at, "more bytes after the end of the value"),
        }
    }

    /// Reads one value inside `depth` containers, or the key of one.
    #[inline(always)]
    fn value<const IS_KEY: bool>(&mut self, depth: u32) -> Read {
        self.count()?;
        let start = self.at;
        let [head] = self.take(start)?;
        let scalar = match head {
            code::POSITIVE..=43 => Scalar::Int(head.into()),
            code::FLOAT64 => Scalar::Double(f64::from_be_bytes(self.take(start)?)),
            45..=47 | code::END => return flaw(start, "this byte begins no value"),
            b'0'..=b'9' => Scalar::Text(self.long_string(start)?),
            code::DECIMAL => return self.decimal::<IS_KEY>(start),
            code::INT1 => Scalar::Int(i8::from_be_bytes(self.take(start)?).into()),
            code::INT2 => Scalar::Int(i16::from_be_bytes(self.take(start)?).into()),
            code::INT4 => Scalar::Int(i32::from_be_bytes(self.take(start)?).into()),
            code::INT8 => Scalar::Int(i64::from_be_bytes(self.take(start)?)),
            code::FLOAT32 => Scalar::Float(f32::from_be_bytes(self.take(start)?)),
            code::TRUE => Scalar::Bool(true),
            code::FALSE => Scalar::Bool(false),
            code::NONE => Scalar::Nil,
            code::NEGATIVE..=101 => Scalar::Int(i64::from(code::NEGATIVE) - 1 - i64::from(head)),
            code::SHORT_STRING..=191 => {
                Scalar::Text(self.bytes(start, usize::from(head - code::SHORT_STRING))?)
            }
            code::TUPLE | code::LIST | code::DICT | code::SHORT_DICT..=126 | code::SHORT_LIST.. => {
                return match IS_KEY {
                    true => self.key(start, head, depth + 1),
                    false => self.container(head, depth),
                };
            }
        };
        self.add::<IS_KEY>(scalar);
        Ok(())
    }

    /// Whether there may be one value more.
    #[inline(always)]
    fn count(&self) -> Read {
        match self.outside + self.out.values() >= self.limits.values {
            true => Err(Box::new(CodecError::TooManyValues { limit: self.limits.values })),
            false => Ok(()),
        }
    }

    #[inline(always)]
    fn add<const IS_KEY: bool>(&mut self, scalar: Scalar<'_>) {
        match IS_KEY {
            true => self.out.key_scalar(scalar),
            false => self.out.add_scalar(scalar),
        };
    }

    #[inline(never)]
    fn container(&mut self, head: u8, depth: u32) -> Read {
        self.enter(depth)?;
        let (shape, mut left) = opened(head);
        match shape {
            Shape::List => self.out.open_list(),
            Shape::Tuple => self.out.open_tuple(),
            Shape::Dict => self.out.open_map(),
        };
        while self.has_more(&mut left) {
            if shape == Shape::Dict {
                self.value::<true>(depth)?;
            }
            self.value::<false>(depth + 1)?;
        }
        self.out.close();
        Ok(())
    }

    /// Reads a tuple that is a key of a map inside `depth` containers. Nothing else that begins with such a
    /// head can be one.
    #[inline(never)]
    fn key(&mut self, start: usize, head: u8, depth: u32) -> Read {
        let mut key = std::mem::take(&mut self.key);
        let Reader { payload, at, limits, .. } = *self;
        let outside = self.outside + self.out.values();
        let out = key.clear();
        let mut reader = Reader { payload, at, limits, outside, out, key: Message::new() };
        reader.key_items(start, head, depth)?;
        self.at = reader.at;
        self.out.key_value(key.value().map_err(CodecError::from)?);
        self.key = key;
        Ok(())
    }

    /// Reads the tuple whose head is read already, as part of a key.
    fn key_items(&mut self, start: usize, head: u8, depth: u32) -> Read {
        let (shape, mut left) = opened(head);
        if shape != Shape::Tuple {
            return no_key(start, shape);
        }
        self.enter(depth)?;
        self.out.open_tuple();
        while self.has_more(&mut left) {
            let start = self.at;
            match self.payload.get(start) {
                Some(&head) if is_container(head) => {
                    self.count()?;
                    self.at += 1;
                    self.key_items(start, head, depth + 1)?;
                }
                _ => self.value::<false>(depth + 1)?,
            }
        }
        self.out.close();
        Ok(())
    }

    /// Whether there may be a container inside `depth` others.
    fn enter(&self, depth: u32) -> Read {
        match depth >= self.limits.depth {
            true => Err(Box::new(CodecError::TooDeep { limit: self.limits.depth })),
            false => Ok(()),
        }
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

    /// The next `N` bytes of the value that begins at `start`.
    fn take<const N: usize>(&mut self, start: usize) -> Read<[u8; N]> {
        let Some(bytes) = self.payload[self.at..].first_chunk() else { return cut_off(start) };
        self.at += N;
        Ok(*bytes)
    }

    fn bytes(&mut self, start: usize, len: usize) -> Read<&'p [u8]> {
        let Some(bytes) = self.payload[self.at..].get(..len) else { return cut_off(start) };
        self.at += len;
        Ok(bytes)
    }

    /// A string whose length stands before it in decimal, with a colon between.
    fn long_string(&mut self, start: usize) -> Read<&'p [u8]> {
        const NO_LENGTH: &str = "a string's length is no number";
        let text = &self.payload[start..];
        let Some(number) = Decimal::at_start_of(text) else { return flaw(start, NO_LENGTH) };
        if number.count() > MAX_PYTHON_DIGITS {
            return flaw(start, "a string's length has more than 4300 digits");
        }
        match text.get(number.end) {
            Some(b':') => {}
            None => return cut_off(start),
            Some(_) => return flaw(start, NO_LENGTH),
        }
        self.at = start + number.end + 1;
        self.bytes(start, number.as_len())
    }

    /// An integer in decimal, up to the end byte.
    #[inline(never)]
    fn decimal<const IS_KEY: bool>(&mut self, start: usize) -> Read {
        let rest = &self.payload[self.at..];
        let within = &rest[..rest.len().min(MAX_DECIMAL + 1)];
        let Some(end) = within.iter().position(|&byte| byte == code::END) else {
            return match within.len() > MAX_DECIMAL {
                true => flaw(start, "a decimal integer of more than 63 characters"),
                false => cut_off(start),
            };
        };
        let text = &within[..end];
        let number = Decimal::at_start_of(text).filter(|number| number.end == text.len());
        let Some(number) = number else {
            return flaw(start, "a decimal integer that is no number");
        };
        self.at += end + 1;
        self.add::<IS_KEY>(Scalar::Decimal(number.shortest().as_str()));
        Ok(())
    }
}

/// Whether a container begins with this byte.
fn is_container(head: u8) -> bool {
    matches!(
        head,
        code::TUPLE | code::LIST | code::DICT | code::SHORT_DICT..=126 | code::SHORT_LIST..
    )
}

/// What kind of container begins with this byte.
fn opened(head: u8) -> (Shape, Count) {
    match head {
        code::TUPLE => (Shape::Tuple, None),
        code::LIST => (Shape::List, None),
        code::DICT => (Shape::Dict, None),
        code::SHORT_DICT..=126 => (Shape::Dict, Some(head - code::SHORT_DICT)),
        code::SHORT_TUPLE.. => (Shape::Tuple, Some(head - code::SHORT_TUPLE)),
        _ => (Shape::List, Some(head - code::SHORT_LIST)),
    }
}

#[cold]
fn no_key(start: usize, shape: Shape) -> Read {
    flaw(start, if shape == Shape::Dict { "a dict as a key" } else { "a list as a key" })
}
