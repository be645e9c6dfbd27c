//! JSON as Python's `json` module reads and writes it.

use std::io::Write as _;

use super::{Codec, CodecError};
use crate::value::{Escape, Keys, Limits, Message, Part, Parts, Same, Value, plain, settled};

/// What PodSixNet speaks whose `dumps` and `loads` are Python's `json`.
///
/// Writing: tuples become lists, keys strings ("true", "null" and numbers as Python spells them), NaN and
/// the infinities stay what they are; bytes, extensions and tuples as keys cannot be sent. JSON never holds the
/// terminator, since it has no byte 0.
///
/// Reading accepts what `json.loads` accepts of bytes, with these exceptions: half of a surrogate pair
/// arrives as U+FFFD; UTF-16 and UTF-32 are refused, and so is UTF-8 with halves of surrogate pairs in it,
/// which `loads` lets pass; an integer has at most 1,024 digits, there 4,300; and there are limits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Codec for Json {
    fn name(&self) -> &'static str {
        "JSON"
    }

    fn decode(
        &self,
        payload: &[u8],
        limits: &Limits,
        message: &mut Message,
    ) -> Result<(), CodecError> {
        let text = str::from_utf8(payload).map_err(|error| {
            CodecError::Malformed(format!("byte {}: JSON is UTF-8", error.valid_up_to()))
        })?;
        let without_mark = text.strip_prefix('\u{feff}').unwrap_or(text);
        message.clear().add_python_json(without_mark, limits);
        if let Some(settled) = settled(message.value()?) {
            *message = settled;
        }
        Ok(())
    }

    fn encode(&self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let start = out.len();
        let mut writer = Writer { out, keys: Keys::of(value, Same::Alike) };
        writer.value(&mut Parts::of(value)).map_err(|error| {
            out.truncate(start);
            *error
        })
    }
}

/// Boxed, so that going well is told in a register.
type Write = Result<(), Box<CodecError>>;

struct Writer<'o, 'v> {
    out: &'o mut Vec<u8>,
    keys: Keys<'v>,
}

impl Writer<'_, '_> {
    /// Appends what comes next.
    #[inline(always)]
    fn value(&mut self, parts: &mut Parts<'_>) -> Write {
        match parts.next() {
            Part::List(count) | Part::Tuple(count) => self.list(parts, count),
            Part::Map(count) => self.map(parts, count),
            scalar => self.scalar(scalar),
        }
    }

    #[inline(always)]
    fn scalar(&mut self, scalar: Part<'_>) -> Write {
        let out = &mut *self.out;
        match scalar {
            Part::Nil => out.extend_from_slice(b"null"),
            Part::Bool(true) => out.extend_from_slice(b"true"),
            Part::Bool(false) => out.extend_from_slice(b"false"),
            Part::Int(int) => out.extend_from_slice(itoa::Buffer::new().format(int).as_bytes()),
            Part::Uint(int) => out.extend_from_slice(itoa::Buffer::new().format(int).as_bytes()),
            Part::Big(digits) => out.extend_from_slice(digits.as_bytes()),
            Part::Double(double) => write_double(double, out),
            Part::Text(text) => write_text(text, out),
            unsendable => return Err(refusal(&unsendable)),
        }
        Ok(())
    }

    #[inline(never)]
    fn list(&mut self, parts: &mut Parts<'_>, count: usize) -> Write {
        self.out.push(b'[');
        for index in 0..count {
            if index > 0 {
                self.out.push(b',');
            }
            self.value(parts).map_err(|error| error.further_out(|path| path.under_index(index)))?;
        }
        self.out.push(b']');
        Ok(())
    }

    /// Writes the first of keys that are alike, as podsix's readers have it; Python's take the last.
    ///
    /// Not part of `value`, whose frame lies on the stack once for each level of nesting.
    #[inline(never)]
    fn map(&mut self, parts: &mut Parts<'_>, count: usize) -> Write {
        self.out.push(b'{');
        let map = self.keys.open(count);
        for index in 0..count {
            let key = parts.coming();
            if !self.keys.add(&map, parts.at()) {
                parts.skip();
                parts.skip();
                continue;
            }
            if index > 0 {
                self.out.push(b',');
            }
            self.key(parts)
                .and_then(|()| self.value(parts))
                .map_err(|error| error.further_out(|path| path.under_key(key)))?;
        }
        self.keys.close(map);
        self.out.push(b'}');
        Ok(())
    }

    /// A key and its colon; Python makes a string of every key.
    fn key(&mut self, parts: &mut Parts<'_>) -> Write {
        match parts.next() {
            Part::Text(text) => write_text(text, self.out),
            scalar => {
                self.out.push(b'"');
                self.scalar(scalar)?;
                self.out.push(b'"');
            }
        }
        self.out.push(b':');
        Ok(())
    }
}

/// Why JSON has no form for it.
#[cold]
fn refusal(part: &Part<'_>) -> Box<CodecError> {
    Box::new(CodecError::unsendable(match part {
        Part::Bytes(_) => "bytes cannot be sent in JSON".to_owned(),
        Part::Ext(ext_type) => format!("an extension (type {ext_type}) cannot be sent in JSON"),
        Part::Tuple(_) => "a tuple cannot be a key in JSON".to_owned(),
        _ => "there is no value to be sent".to_owned(),
    }))
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    let mut rest = text;
    loop {
        let (as_it_is, others) = rest.split_at(plain(rest));
        out.extend_from_slice(as_it_is);
        let Some((&special, behind)) = others.split_first() else { break };
        out.extend_from_slice(Escape::of(special).as_str().as_bytes());
        rest = behind;
    }
    out.push(b'"');
}

/// A double as Python spells it, which counts where it is a key.
fn write_double(double: f64, out: &mut Vec<u8>) {
    match double.abs() {
        0.0 | 1e-4..f64::INFINITY => {
            out.extend_from_slice(zmij::Buffer::new().format_finite(double).as_bytes());
        }
        ..1e-4 => write_small_double(double, out),
        _ if double.is_nan() => out.extend_from_slice(b"NaN"),
        _ if double > 0.0 => out.extend_from_slice(b"Infinity"),
        _ => out.extend_from_slice(b"-Infinity"),
    }
}

/// A double that Python spells with a negative exponent, of two digits at least.
fn write_small_double(double: f64, out: &mut Vec<u8>) {
    // Formatting into a Vec cannot fail.
    let _ = write!(out, "{double:e}");
    if let [.., b'-', digit @ b'0'..=b'9'] = out[..] {
        out.pop();
        out.extend_from_slice(&[b'0', digit]);
    }
}
