//! JSON text straight into a message, without a tree between.

use std::fmt;

use super::{MAX_DEPTH, MAX_DIGITS, Message};

/// Where and why text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

impl std::error::Error for JsonError {}

/// Adds the one value that `text` holds to `out`. Mistakes of the writer's own stick there.
pub(super) fn read(text: &str, out: &mut Message) -> Result<(), JsonError> {
    let mut reader = Reader { text, at: 0, unescaped: String::new() };
    let read = reader.value(out, 0).and_then(|()| match reader.peek() {
        None => Ok(()),
        Some(_) => Err("nothing may follow the value"),
    });
    read.map_err(|what| {
        let before = &text[..text.floor_char_boundary(reader.at)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        JsonError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what,
        }
    })
}

struct Reader<'t> {
    text: &'t str,
    /// The next byte to read; where an error is, if there is one.
    at: usize,
    /// A string with escapes, while it is put together.
    unescaped: String,
}

type Read<T = ()> = Result<T, &'static str>;

impl<'t> Reader<'t> {
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

    fn value(&mut self, out: &mut Message, depth: u32) -> Read {
        match self.peek() {
            Some(b'{') => self.map(out, depth),
            Some(b'[') => self.list(out, depth),
            Some(b'"') => {
                out.add_str(self.string()?);
                Ok(())
            }
            Some(b'-' | b'0'..=b'9') => self.number(out),
            Some(_) => self.word(out),
            None => Err("expected a value"),
        }
    }

    fn word(&mut self, out: &mut Message) -> Read {
        let rest = &self.text[self.at..];
        let word = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())];
        match word {
            "null" => out.add_nil(),
            "true" => out.add_bool(true),
            "false" => out.add_bool(false),
            "NaN" => out.add_double(f64::NAN),
            "Infinity" => out.add_double(f64::INFINITY),
            _ => return Err("expected a value"),
        };
        self.at += word.len();
        Ok(())
    }

    fn list(&mut self, out: &mut Message, depth: u32) -> Read {
        self.enter(depth)?;
        out.open_list();
        if self.peek() != Some(b']') {
            loop {
                self.value(out, depth + 1)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b']') => break,
                    _ => return Err("expected ',' or ']'"),
                }
            }
        }
        self.at += 1;
        out.close();
        Ok(())
    }

    fn map(&mut self, out: &mut Message, depth: u32) -> Read {
        self.enter(depth)?;
        out.open_map();
        if self.peek() != Some(b'}') {
            loop {
                if self.peek() != Some(b'"') {
                    return Err("expected a key in double quotes");
                }
                out.key(self.string()?);
                self.peek();
                if !self.take(b':') {
                    return Err("expected ':'");
                }
                self.value(out, depth + 1)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break,
                    _ => return Err("expected ',' or '}'"),
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
        if depth >= MAX_DEPTH {
            return Err("nested deeper than 256 levels");
        }
        self.at += 1;
        Ok(())
    }

    fn number(&mut self, out: &mut Message) -> Read {
        let start = self.at;
        let negative = self.take(b'-');
        if negative && self.text[self.at..].starts_with("Infinity") {
            self.at += "Infinity".len();
            out.add_double(f64::NEG_INFINITY);
            return Ok(());
        }
        let whole = self.at;
        let digits = self.digits()?;
        if digits > 1 && self.text.as_bytes()[whole] == b'0' {
            self.at = whole;
            return Err("a number must not begin with 0");
        }
        let mut double = false;
        if self.take(b'.') {
            double = true;
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            double = true;
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        if double {
            match text.parse::<f64>() {
                Ok(number) if number.is_finite() => out.add_double(number),
                _ => {
                    self.at = start;
                    return Err("number too large");
                }
            };
        } else if digits > MAX_DIGITS {
            self.at = start;
            return Err("an integer has at most 1024 digits");
        } else {
            out.add_big_int(text);
        }
        Ok(())
    }

    /// Steps over digits, of which there must be one, and counts them.
    fn digits(&mut self) -> Read<usize> {
        let rest = &self.text.as_bytes()[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return Err("expected a digit");
        }
        self.at += count;
        Ok(count)
    }

    /// The string that begins here.
    fn string(&mut self) -> Read<&str> {
        self.at += 1;
        let text = self.text;
        let mut start = self.at;
        self.unescaped.clear();
        loop {
            match self.byte() {
                Some(b'"') => {
                    let last = &text[start..self.at];
                    self.at += 1;
                    if self.unescaped.is_empty() {
                        return Ok(last);
                    }
                    self.unescaped.push_str(last);
                    return Ok(&self.unescaped);
                }
                Some(b'\\') => {
                    self.unescaped.push_str(&text[start..self.at]);
                    let escaped = self.escape()?;
                    self.unescaped.push(escaped);
                    start = self.at;
                }
                Some(0..=0x1f) => return Err("a control character in a string must be escaped"),
                Some(_) => self.at += 1,
                None => return Err("the string has no end"),
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
                let first = self.hex()?;
                let second = match first {
                    0xd800..0xdc00 if self.text[self.at..].starts_with("\\u") => {
                        self.at += 2;
                        Some(self.hex()?)
                    }
                    _ => None,
                };
                let units = [Some(first), second].into_iter().flatten();
                let mut chars = char::decode_utf16(units);
                match (chars.next(), chars.next()) {
                    (Some(Ok(character)), None) => character,
                    _ => {
                        self.at = start;
                        return Err("half of a surrogate pair");
                    }
                }
            }
            _ => {
                self.at = start;
                return Err("unknown escape");
            }
        })
    }

    /// Four hexadecimal digits.
    fn hex(&mut self) -> Read<u16> {
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.at += if unit.is_some() { 4 } else { 0 };
        unit.ok_or("expected four hexadecimal digits")
    }
}
