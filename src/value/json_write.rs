//! A value as JSON text, for people and logs.

use std::fmt::{Result, Write};

use super::json_text::{Escape, plain};
use super::{Kind, Source, View, is_printable};

impl<'a, S: Source<'a>> View<'a, S> {
    /// The value as compact JSON; empty if nothing is here.
    ///
    /// What JSON lacks is written so that it can be read: bytes as `{"$bytes":"00ff"}`, an extension as
    /// `{"$ext":[5,"00ff"]}`, a tuple as a list, NaN and the infinities as null, and a key that is no string as
    /// a string of its JSON (bytes as their hexadecimal digits). Integers are exact whatever their size. In strings all
    /// control characters are escaped, and what turns the direction of writing round; as long as the value is, so is the
    /// text: [`printable`](View::printable) cuts it.
    pub fn to_json(self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_json(&mut text);
        text
    }

    /// Writes what [`to_json`](View::to_json) gives.
    ///
    /// # Errors
    /// Those of `out`, and no others.
    pub fn write_json(self, out: &mut impl Write) -> Result {
        match self.kind() {
            Kind::None => Ok(()),
            Kind::Nil => out.write_str("null"),
            Kind::Bool => write!(out, "{}", self.as_bool(false)),
            Kind::Int => write!(out, "{}", self.as_int(0)),
            Kind::Uint => write!(out, "{}", self.as_uint(0)),
            Kind::Double => write_double(out, self.as_double(0.0)),
            Kind::String => write_string(out, self.as_str("")),
            Kind::List => self.write_list(out),
            Kind::Map => self.write_map(out),
            Kind::Bytes => {
                out.write_str("{\"$bytes\":\"")?;
                self.write_hex(out)?;
                out.write_str("\"}")
            }
            Kind::Extension => match self.big_integer() {
                Some(digits) => out.write_str(digits),
                None => {
                    write!(out, "{{\"$ext\":[{},\"", self.ext_type().unwrap_or_default())?;
                    self.write_hex(out)?;
                    out.write_str("\"]}")
                }
            },
        }
    }

    fn write_list(self, out: &mut impl Write) -> Result {
        out.write_char('[')?;
        for (index, item) in self.items().enumerate() {
            if index > 0 {
                out.write_char(',')?;
            }
            item.write_json(out)?;
        }
        out.write_char(']')
    }

    fn write_map(self, out: &mut impl Write) -> Result {
        out.write_char('{')?;
        for (index, (key, value)) in self.entries().enumerate() {
            if index > 0 {
                out.write_char(',')?;
            }
            key.write_key(out)?;
            out.write_char(':')?;
            value.write_json(out)?;
        }
        out.write_char('}')
    }

    fn write_key(self, out: &mut impl Write) -> Result {
        if self.kind() == Kind::String {
            return self.write_json(out);
        }
        if self.kind() == Kind::List {
            // What is in a tuple may have quotes of its own.
            return write_string(out, &self.to_json());
        }
        out.write_char('"')?;
        match self.kind() {
            Kind::Extension if self.big_integer().is_none() => self.write_hex(out)?,
            Kind::Bytes => self.write_hex(out)?,
            _ => self.write_json(out)?,
        }
        out.write_char('"')
    }

    fn write_hex(self, out: &mut impl Write) -> Result {
        self.as_bytes().unwrap_or_default().iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// Writes a double in the fewest digits that read back as the same, and never like an integer.
fn write_double(out: &mut impl Write, double: f64) -> Result {
    match double.is_finite() {
        true => write!(out, "{double:?}"),
        false => out.write_str("null"),
    }
}

/// Writes what JSON can have as it is. People and logs get this JSON: what a terminal obeys and what turns a line
/// round are escaped all the same.
fn write_plain(out: &mut impl Write, text: &str) -> Result {
    if text.bytes().all(|byte| byte < 0x7f) {
        return out.write_str(text);
    }
    let mut rest = text;
    while let Some((at, c)) = rest.char_indices().find(|(_, c)| !is_printable(*c)) {
        // There is none beyond U+FFFF.
        write!(out, "{}\\u{:04x}", &rest[..at], u32::from(c))?;
        rest = &rest[at + c.len_utf8()..];
    }
    out.write_str(rest)
}

fn write_string(out: &mut impl Write, text: &str) -> Result {
    out.write_char('"')?;
    let mut rest = text;
    loop {
        let (as_it_is, others) = rest.split_at(plain(rest.as_bytes()));
        write_plain(out, as_it_is)?;
        let Some(&special) = others.as_bytes().first() else { break };
        out.write_str(Escape::of(special).as_str())?;
        rest = &others[1..];
    }
    out.write_char('"')
}
