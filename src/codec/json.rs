//! JSON as Python's `json` module reads and writes it.

use std::io::Write as _;

use super::{Codec, CodecError, finish};
use crate::value::{Keys, Limits, Message, Part, Parts, Same, Value, settled};

/// What PodSixNet speaks whose `dumps` and `loads` are Python's `json`.
///
/// Tuples arrive as lists, keys as strings ("true", "null" and numbers as Python spells them), NaN and
/// the infinities as themselves; bytes and extensions cannot be sent. JSON never holds the terminator,
/// since it has no byte 0.
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
        finish(message.clear().add_json(text), limits)?;
        if let Some(settled) = settled(message.value()?) {
            *message = settled;
        }
        Ok(())
    }

    fn encode(&self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let start = out.len();
        let written = write(&mut Parts::of(value), out);
        if written.is_err() {
            out.truncate(start);
        }
        written
    }
}

/// Appends what comes next. (Formatting into a Vec cannot fail.)
fn write(parts: &mut Parts<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
    match parts.next() {
        Part::Nil => out.extend_from_slice(b"null"),
        Part::Bool(true) => out.extend_from_slice(b"true"),
        Part::Bool(false) => out.extend_from_slice(b"false"),
        Part::Int(int) => write_int(int, out),
        Part::Uint(int) => drop(write!(out, "{int}")),
        Part::Big(digits) => out.extend_from_slice(digits.as_bytes()),
        Part::Double(double) => write_double(double, out),
        Part::Text(text) => write_text(text, out),
        Part::List(count) | Part::Tuple(count) => {
            out.push(b'[');
            for index in 0..count {
                if index > 0 {
                    out.push(b',');
                }
                write(parts, out)
                    .map_err(|error| error.further_out(|path| path.under_index(index)))?;
            }
            out.push(b']');
        }
        Part::Map(count) => return write_map(parts, count, out),
        unsendable => return Err(refusal(&unsendable)),
    }
    Ok(())
}

fn write_map(parts: &mut Parts<'_>, count: usize, out: &mut Vec<u8>) -> Result<(), CodecError> {
    out.push(b'{');
    let mut keys = Keys::new(Same::Alike, count);
    for index in 0..count {
        let key = parts.coming();
        // podsix's readers take the first of several, Python's the last.
        if !keys.add(key) {
            parts.skip();
            parts.skip();
            continue;
        }
        if index > 0 {
            out.push(b',');
        }
        write_key(parts, out)
            .and_then(|()| write(parts, out))
            .map_err(|error| error.further_out(|path| path.under_key(key)))?;
    }
    out.push(b'}');
    Ok(())
}

/// A key and its colon; Python makes a string of every key.
fn write_key(parts: &mut Parts<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
    let is_text = parts.coming().read_str().is_ok();
    if !is_text {
        out.push(b'"');
    }
    write(parts, out)?;
    out.extend_from_slice(if is_text { b":" } else { b"\":" });
    Ok(())
}

/// Why JSON has no form for it.
#[cold]
fn refusal(part: &Part<'_>) -> CodecError {
    CodecError::unsendable(match part {
        Part::Bytes(_) => "bytes cannot be sent in JSON".to_owned(),
        Part::Ext(ext_type) => format!("an extension (type {ext_type}) cannot be sent in JSON"),
        _ => "there is no value to be sent".to_owned(),
    })
}

fn write_text(text: &[u8], out: &mut Vec<u8>) {
    let is_escaped = |byte: &u8| matches!(byte, b'"' | b'\\' | ..=0x1f);
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = rest.iter().position(is_escaped) {
        out.extend_from_slice(&rest[..at]);
        match rest[at] {
            byte @ (b'"' | b'\\') => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control => drop(write!(out, "\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// An integer's digits; what the standard library does beside takes most of the time.
fn write_int(int: i64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let (mut at, mut rest) = (digits.len(), int.unsigned_abs());
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if int < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    out.extend_from_slice(&digits[at..]);
}

/// A double as Python spells it, which counts where it is a key: Rust's digits, but an exponent has a
/// sign and two digits or more.
fn write_double(double: f64, out: &mut Vec<u8>) {
    if !double.is_finite() {
        out.extend_from_slice(match double {
            f64::INFINITY => b"Infinity",
            f64::NEG_INFINITY => b"-Infinity",
            _ => b"NaN",
        });
        return;
    }
    let start = out.len();
    drop(write!(out, "{double:?}"));
    let Some(e) = out[start..].iter().position(|&byte| byte == b'e') else { return };
    let mut exponent = out.split_off(start + e + 1);
    let sign = if exponent.first() == Some(&b'-') { exponent.remove(0) } else { b'+' };
    out.push(sign);
    if exponent.len() == 1 {
        out.push(b'0');
    }
    out.append(&mut exponent);
}
