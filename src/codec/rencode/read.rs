//! Reading rencode: what the original's `loads` accepts, in one pass over the bytes.

use super::{MAX_DECIMAL, code};
use crate::codec::CodecError;
use crate::value::{Limits, MAX_DEPTH, Message, settled};

/// The most digits that Python's `int` reads; it counts leading zeros.
const MAX_PYTHON_DIGITS: usize = 4300;

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
        digits: String::new(),
        odd_key: Message::new(),
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
    None,
    Bool(bool),
    Int(i64),
    /// An integer whose digits are in [`Reader::digits`].
    Decimal,
    Float(f32),
    Double(f64),
    Text(&'p [u8]),
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
    /// The decimal integer read last, in its shortest form.
    digits: String,
    /// Where a key is written first that is neither a string nor a plain integer.
    odd_key: Message,
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
            Token::Open(shape, count) => return self.container(shape, count, depth),
            scalar => add(self.out, &self.digits, &scalar),
        }
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
            Token::Text(text) if let Ok(name) = str::from_utf8(text) => {
                self.out.key(name);
            }
            Token::Int(int) => {
                self.out.key_int(int);
            }
            Token::Open(Shape::List, _) => return Err(Stop::Flaw(start, "a list as a key")),
            Token::Open(Shape::Dict, _) => return Err(Stop::Flaw(start, "a dict as a key")),
            Token::Open(Shape::Tuple, _) => {
                return Err(Stop::Flaw(start, "a tuple as a key, which podsix cannot have"));
            }
            scalar => {
                add(self.odd_key.clear(), &self.digits, &scalar);
                // A scalar is whole and its digits were checked, so there is a value.
                if let Ok(key) = self.odd_key.value() {
                    self.out.key_value(key);
                }
            }
        }
        Ok(())
    }

    fn token(&mut self) -> Read<Token<'p>> {
        if self.out.values() >= self.limits.values {
            return Err(Stop::TooManyValues);
        }
        let start = self.at;
        let [head] = self.take(start)?;
        Ok(match head {
            code::POSITIVE..=43 => Token::Int(head.into()),
            code::FLOAT64 => Token::Double(f64::from_be_bytes(self.take(start)?)),
            45..=47 | code::END => return Err(Stop::Flaw(start, "this byte begins no value")),
            b'0'..=b'9' => Token::Text(self.long_string(start)?),
            code::TUPLE => Token::Open(Shape::Tuple, None),
            code::LIST => Token::Open(Shape::List, None),
            code::DICT => Token::Open(Shape::Dict, None),
            code::DECIMAL => self.decimal(start)?,
            code::INT1 => Token::Int(i8::from_be_bytes(self.take(start)?).into()),
            code::INT2 => Token::Int(i16::from_be_bytes(self.take(start)?).into()),
            code::INT4 => Token::Int(i32::from_be_bytes(self.take(start)?).into()),
            code::INT8 => Token::Int(i64::from_be_bytes(self.take(start)?)),
            code::FLOAT32 => Token::Float(f32::from_be_bytes(self.take(start)?)),
            code::TRUE => Token::Bool(true),
            code::FALSE => Token::Bool(false),
            code::NONE => Token::None,
            code::NEGATIVE..=101 => Token::Int(i64::from(code::NEGATIVE) - 1 - i64::from(head)),
            code::SHORT_DICT..=126 => Token::Open(Shape::Dict, Some(head - code::SHORT_DICT)),
            code::SHORT_STRING..=191 => {
                Token::Text(self.bytes(start, usize::from(head - code::SHORT_STRING))?)
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
        let number = Decimal::measure(text).ok_or(Stop::Flaw(start, NO_LENGTH))?;
        if number.digits > MAX_PYTHON_DIGITS {
            return Err(Stop::Flaw(start, "a string's length has more than 4300 digits"));
        }
        match text.get(number.end) {
            Some(b':') => {}
            None => return Err(cut_off(start)),
            Some(_) => return Err(Stop::Flaw(start, NO_LENGTH)),
        }
        let len = text[..number.end].iter().filter(|byte| byte.is_ascii_digit());
        let len = len.fold(0_usize, |len, digit| {
            len.saturating_mul(10).saturating_add(usize::from(digit - b'0'))
        });
        self.at = start + number.end + 1;
        self.bytes(start, len)
    }

    /// An integer in decimal, up to the end byte.
    fn decimal(&mut self, start: usize) -> Read<Token<'p>> {
        let rest = &self.payload[self.at..];
        let within = &rest[..rest.len().min(MAX_DECIMAL + 1)];
        let Some(end) = within.iter().position(|&byte| byte == code::END) else {
            return Err(match within.len() > MAX_DECIMAL {
                true => Stop::Flaw(start, "a decimal integer of more than 63 characters"),
                false => cut_off(start),
            });
        };
        let text = &within[..end];
        let number = Decimal::measure(text).filter(|number| number.end == text.len());
        let number = number.ok_or(Stop::Flaw(start, "a decimal integer that is no number"))?;
        self.at += end + 1;
        self.digits.clear();
        if number.negative {
            self.digits.push('-');
        }
        let digits = text.iter().filter(|byte| byte.is_ascii_digit());
        let digits = digits.skip_while(|&&digit| digit == b'0');
        let sign = self.digits.len();
        self.digits.extend(digits.map(|&digit| char::from(digit)));
        if self.digits.len() == sign {
            self.digits.push('0');
        }
        Ok(Token::Decimal)
    }
}

/// Adds a value that is no container.
fn add(out: &mut Message, digits: &str, scalar: &Token<'_>) {
    match *scalar {
        Token::None => out.add_nil(),
        Token::Bool(value) => out.add_bool(value),
        Token::Int(value) => out.add_int(value),
        Token::Decimal => out.add_big_int(digits),
        Token::Float(value) => out.add_float(value),
        Token::Double(value) => out.add_double(value),
        Token::Text(text) => match str::from_utf8(text) {
            Ok(text) => out.add_str(text),
            Err(_) => out.add_bytes(text),
        },
        Token::Open(..) => unreachable!("containers are read by their own function"),
    };
}

#[cold]
fn cut_off(start: usize) -> Stop {
    Stop::Flaw(start, "the value is cut off")
}

/// What Python's `int` makes of text: white space, a sign, digits with single underscores between
/// them, white space.
struct Decimal {
    negative: bool,
    /// How many there are, leading zeros included.
    digits: usize,
    /// What lies behind the number and its white space.
    end: usize,
}

impl Decimal {
    /// Measures the number that `text` begins with.
    fn measure(text: &[u8]) -> Option<Decimal> {
        let spaces = |at: usize| {
            let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t'..=b'\r');
            at + text[at..].iter().take_while(is_space).count()
        };
        let mut at = spaces(0);
        let sign = text.get(at).filter(|byte| matches!(byte, b'+' | b'-'));
        at += sign.iter().len();
        let mut digits = 0;
        loop {
            let run = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if run == 0 {
                return None;
            }
            (at, digits) = (at + run, digits + run);
            if text.get(at) != Some(&b'_') {
                return Some(Decimal { negative: sign == Some(&b'-'), digits, end: spaces(at) });
            }
            at += 1;
        }
    }
}
