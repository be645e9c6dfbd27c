//! JSON text straight into a message, without a tree between.

use std::cell::Cell;
use std::fmt;

use super::json_number;
use super::json_text::plain;
use super::{Limits, MAX_DEPTH, Message, Scalar, room};

/// Where and why text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: JsonFlaw,
}

/// What is wrong with JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonFlaw {
    /// It is not JSON, or has no form in a message; in words.
    Malformed(&'static str),
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

impl fmt::Display for JsonFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JsonFlaw::Malformed(words) => f.write_str(words),
            JsonFlaw::TooDeep { limit } => write!(f, "nested deeper than {limit} levels"),
            JsonFlaw::TooManyValues { limit } => write!(f, "more than {limit} values"),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

impl std::error::Error for JsonError {}

/// What becomes of that for which a message has no form, though it can be said in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inexact {
    Refused,
    /// As close as it gets: U+FFFD for half of a surrogate pair, infinity for a number beyond the largest
    /// double.
    Taken,
}

/// The largest string with escapes for which a thread keeps the room, in bytes.
const KEPT: usize = 64 << 10;

thread_local! {
    /// Room for strings with escapes, so that a message needs none of its own.
    static ROOM: Cell<String> = const { Cell::new(String::new()) };
}

/// Adds the one value that `text` holds to `out`. Mistakes of the writer's own stick there.
pub(super) fn read(
    text: &str,
    inexact: Inexact,
    limits: &Limits,
    out: &mut Message,
) -> Result<(), JsonError> {
    let limits = Limits { depth: limits.depth.min(MAX_DEPTH), ..*limits };
    let mut reader = Reader { text, at: 0, inexact, limits, unescaped: room::take(&ROOM) };
    let read = reader.value(out, 0).and_then(|()| match reader.peek() {
        None => Ok(()),
        Some(_) => flaw("nothing may follow the value"),
    });
    let at = reader.at;
    if reader.unescaped.capacity() <= KEPT {
        room::keep(&ROOM, reader.unescaped);
    }
    read.map_err(|what| {
        let before = &text[..text.floor_char_boundary(at)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        JsonError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what: *what,
        }
    })
}

struct Reader<'t> {
    text: &'t str,
    /// The next byte to read; where an error is, if there is one.
    at: usize,
    inexact: Inexact,
    limits: Limits,
    /// A string with escapes, while it is put together.
    unescaped: String,
}

/// Boxed, so that going well is told in a register.
type Read<T = ()> = Result<T, Box<JsonFlaw>>;

#[cold]
fn flaw<T>(words: &'static str) -> Read<T> {
    Err(Box::new(JsonFlaw::Malformed(words)))
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t [u8] {
        &self.text.as_bytes()[self.at..]
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn take(&mut self, byte: u8) -> bool {
        let here = self.byte() == Some(byte);
        self.at += here as usize;
        here
    }

    #[inline(always)]
    fn value(&mut self, out: &mut Message, depth: u32) -> Read {
        let first = self.peek();
        self.count(out)?;
        match first {
            Some(b'{') => self.map(out, depth),
            Some(b'[') => self.list(out, depth),
            Some(b'"') => {
                out.add_str(self.string()?);
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(out),
            Some(_) => self.word(out),
            None => flaw("expected a value"),
        }
    }

    /// Whether there may be one value more.
    fn count(&self, out: &Message) -> Read {
        match out.values() >= self.limits.values {
            true => Err(Box::new(JsonFlaw::TooManyValues { limit: self.limits.values })),
            false => Ok(()),
        }
    }

    fn word(&mut self, out: &mut Message) -> Read {
        let rest = self.rest();
        let word = &rest[..rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()];
        match word {
            b"null" => out.add_nil(),
            b"true" => out.add_bool(true),
            b"false" => out.add_bool(false),
            b"NaN" => out.add_double(f64::NAN),
            b"Infinity" => out.add_double(f64::INFINITY),
            _ => return flaw("expected a value"),
        };
        self.at += word.len();
        Ok(())
    }

    #[inline(never)]
    fn list(&mut self, out: &mut Message, depth: u32) -> Read {
        self.enter(depth)?;
        out.open_list();
        if self.peek() != Some(b']') {
            loop {
                self.value(out, depth + 1)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    _ => return flaw("expected ',' or ']'"),
                }
            }
        }
        self.at += 1;
        out.close();
        Ok(())
    }

    #[inline(never)]
    fn map(&mut self, out: &mut Message, depth: u32) -> Read {
        self.enter(depth)?;
        out.open_map();
        if self.peek() != Some(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return flaw("expected a key in double quotes");
                }
                self.count(out)?;
                out.key(self.string()?);
                self.peek();
                if !self.take(b':') {
                    return flaw("expected ':'");
                }
                self.value(out, depth + 1)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break,
                    _ => return flaw("expected ',' or '}'"),
                }
            }
        }
        self.at += 1;
        out.close();
        Ok(())
    }

    /// Steps over the bracket of a container inside `depth` others.
    fn enter(&mut self, depth: u32) -> Read {
        // The writer refuses it too, but this recursion must end by itself.
        if depth >= self.limits.depth {
            return Err(Box::new(JsonFlaw::TooDeep { limit: self.limits.depth }));
        }
        self.at += 1;
        Ok(())
    }

    #[inline(always)]
    fn number(&mut self, out: &mut Message) -> Read {
        if let Some((int, len)) = json_number::small(self.rest()) {
            self.at += len;
            out.add_int(int);
            return Ok(());
        }
        self.any_number(out)
    }

    #[inline(never)]
    fn any_number(&mut self, out: &mut Message) -> Read {
        if self.rest().starts_with(b"-Infinity") {
            self.at += "-Infinity".len();
            out.add_double(f64::NEG_INFINITY);
            return Ok(());
        }
        match json_number::read(&self.text[self.at..]) {
            Ok((Scalar::Double(double), _))
                if double.is_infinite() && self.inexact == Inexact::Refused =>
            {
                flaw("number too large")
            }
            Ok((number, len)) => {
                self.at += len;
                out.add_scalar(number);
                Ok(())
            }
            Err((words, at)) => {
                self.at += at;
                flaw(words)
            }
        }
    }

    /// The string that begins here.
    fn string(&mut self) -> Read<&str> {
        let text = self.text;
        let mut start = self.at + 1;
        self.at = start + plain(&text.as_bytes()[start..]);
        if self.byte() == Some(b'"') {
            self.at += 1;
            return Ok(&text[start..self.at - 1]);
        }
        self.unescaped.clear();
        loop {
            self.at += plain(self.rest());
            match self.byte() {
                Some(b'"') => {
                    let last = &text[start..self.at];
                    self.at += 1;
                    self.unescaped.push_str(last);
                    return Ok(&self.unescaped);
                }
                Some(b'\\') => {
                    self.unescaped.push_str(&text[start..self.at]);
                    let escaped = self.escape()?;
                    self.unescaped.push(escaped);
                    start = self.at;
                }
                Some(_) => return flaw("a control character in a string must be escaped"),
                None => return flaw("the string has no end"),
            }
        }
    }

    /// The character that the escape here stands for.
    fn escape(&mut self) -> Read<char> {
        let start = self.at;
        self.at += 2;
        Ok(match self.text.as_bytes().get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let Some(first) = self.hex(self.at) else {
                    return flaw("expected four hexadecimal digits");
                };
                self.at += 4;
                let second = match first {
                    0xd800..0xdc00 if self.rest().starts_with(b"\\u") => self.hex(self.at + 2),
                    _ => None,
                };
                let units = [Some(first), second].into_iter().flatten();
                match char::decode_utf16(units).next() {
                    Some(Ok(character)) => {
                        self.at += 6 * (character.len_utf16() - 1);
                        character
                    }
                    _ if self.inexact == Inexact::Taken => char::REPLACEMENT_CHARACTER,
                    _ => {
                        self.at = start;
                        return flaw("half of a surrogate pair");
                    }
                }
            }
            _ => {
                self.at = start;
                return flaw("unknown escape");
            }
        })
    }

    /// The four hexadecimal digits at `at`.
    fn hex(&self, at: usize) -> Option<u16> {
        let digits = self.text.get(at..at + 4)?;
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hex)
    }
}
