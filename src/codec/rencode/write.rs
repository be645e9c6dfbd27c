//! Writing rencode: the forms that the original's `dumps` chooses or, where those hold the
//! terminator, others that its `loads` reads as the same.

use std::fmt;
use std::io::Write as _;

use super::{MAX_DECIMAL, code};
use crate::codec::terminator::ALMOST;
use crate::codec::{CodecError, find_terminator};
use crate::value::{Keys, Part, Parts, Same, Value};

/// Appends the payload that says `value`; if it goes `around` the terminator, one that does not hold it.
pub(super) fn write(value: Value<'_>, around: bool, out: &mut Vec<u8>) -> Result<(), CodecError> {
    let start = out.len();
    let mut writer = Writer { out, start, around, keys: Keys::of(value, Same::Equal) };
    let written = writer.value(&mut Parts::of(value)).and_then(|()| match around {
        true => writer.end_apart(),
        false => Ok(()),
    });
    written.map_err(|error| {
        out.truncate(start);
        *error
    })
}

/// Boxed, so that going well is told in a register.
type Write = Result<(), Box<CodecError>>;

struct Writer<'o, 'v> {
    out: &'o mut Vec<u8>,
    /// Where the payload begins.
    start: usize,
    around: bool,
    keys: Keys<'v>,
}

impl Writer<'_, '_> {
    #[inline(always)]
    fn value(&mut self, parts: &mut Parts<'_>) -> Write {
        match parts.next() {
            Part::Nil => self.out.push(code::NONE),
            Part::Bool(true) => self.out.push(code::TRUE),
            Part::Bool(false) => self.out.push(code::FALSE),
            Part::Int(int) => self.int(int),
            Part::Uint(int) => self.decimal(int),
            Part::Big(digits) if digits.len() <= MAX_DECIMAL => self.decimal(digits),
            Part::Double(double) => return self.double(double),
            Part::Text(text) => return self.string(text),
            Part::Bytes(text) if str::from_utf8(text).is_ok() => return self.string(text),
            Part::List(count) => {
                return self.items(parts, code::SHORT_LIST, code::LIST, count);
            }
            Part::Tuple(count) => {
                return self.items(parts, code::SHORT_TUPLE, code::TUPLE, count);
            }
            Part::Map(count) => return self.dict(parts, count),
            unsendable => return Err(refusal(&unsendable)),
        }
        Ok(())
    }

    fn int(&mut self, int: i64) {
        match int {
            // Its one byte would complete a terminator that a string or double has begun.
            0 if self.has_begun_terminator() => self.out.extend_from_slice(&[code::INT1, 0]),
            0..=43 => self.out.push(code::POSITIVE + int as u8),
            -32..=-1 => self.out.push(code::NEGATIVE + (-1 - int) as u8),
            -0x80..=0x7f => self.out.extend_from_slice(&[code::INT1, int as u8]),
            -0x8000..=0x7fff => self.number(code::INT2, (int as i16).to_be_bytes()),
            -0x8000_0000..=0x7fff_ffff => {
                let bytes = (int as i32).to_be_bytes();
                match self.around && bytes == ALMOST {
                    true => self.decimal(int),
                    false => self.number(code::INT4, bytes),
                }
            }
            _ => {
                let bytes = int.to_be_bytes();
                match self.around && bytes.windows(ALMOST.len()).any(|part| part == ALMOST) {
                    true => self.decimal(int),
                    false => self.number(code::INT8, bytes),
                }
            }
        }
    }

    fn number<const N: usize>(&mut self, code: u8, bytes: [u8; N]) {
        self.out.push(code);
        self.out.extend_from_slice(&bytes);
    }

    fn decimal(&mut self, digits: impl fmt::Display) {
        self.out.push(code::DECIMAL);
        self.text(digits);
        self.out.push(code::END);
    }

    fn text(&mut self, text: impl fmt::Display) {
        // Writing to a Vec cannot fail.
        let _ = write!(self.out, "{text}");
    }

    fn double(&mut self, double: f64) -> Write {
        let single = (double as f32).to_be_bytes();
        let is_exact = f64::from(double as f32).to_bits() == double.to_bits();
        if is_exact && !(self.around && single == ALMOST) {
            self.number(code::FLOAT32, single);
            return Ok(());
        }
        let bytes = double.to_be_bytes();
        if self.around && find_terminator(&bytes, 0).is_some() {
            let what = format!("the bytes of the double {double:?} hold");
            return Err(Box::new(CodecError::terminator(what)));
        }
        self.number(code::FLOAT64, bytes);
        Ok(())
    }

    fn string(&mut self, text: &[u8]) -> Write {
        if self.around && find_terminator(text, 0).is_some() {
            return Err(Box::new(CodecError::terminator("a string holds")));
        }
        match text.len() {
            len @ 0..64 => self.out.push(code::SHORT_STRING + len as u8),
            len => self.text(format_args!("{len}:")),
        }
        self.out.extend_from_slice(text);
        Ok(())
    }

    #[inline(never)]
    fn items(&mut self, parts: &mut Parts<'_>, short: u8, long: u8, count: usize) -> Write {
        self.out.push(if count < 32 { short + count as u8 } else { long });
        for index in 0..count {
            self.value(parts).map_err(|error| error.further_out(|path| path.under_index(index)))?;
        }
        if count >= 32 {
            self.out.push(code::END);
        }
        Ok(())
    }

    /// Writes the first of keys that are one where they arrive, as they are to podsix's readers if alike.
    ///
    /// Not part of `value`, whose frame lies on the stack once for each level of nesting.
    #[inline(never)]
    fn dict(&mut self, parts: &mut Parts<'_>, count: usize) -> Write {
        let head = self.out.len();
        self.out.push(if count < 25 { code::SHORT_DICT + count as u8 } else { code::DICT });
        let map = self.keys.open(count);
        let mut repeated = 0_usize;
        for _ in 0..count {
            let key = parts.coming();
            if !self.keys.add(&map, parts.at()) {
                repeated += 1;
                parts.skip();
                parts.skip();
                continue;
            }
            self.value(parts)
                .and_then(|()| self.value(parts))
                .map_err(|error| error.further_out(|path| path.under_key(key)))?;
        }
        self.keys.close(map);
        match count {
            0..25 => self.out[head] -= repeated as u8,
            _ => self.out.push(code::END),
        }
        Ok(())
    }

    fn has_begun_terminator(&self) -> bool {
        self.around && self.out[self.start..].ends_with(&ALMOST)
    }

    /// Sees to it that the payload's end and the terminator behind it do not make one too early: a
    /// container gets an end byte instead of its length.
    fn end_apart(&mut self) -> Write {
        if !self.has_begun_terminator() {
            return Ok(());
        }
        let head = &mut self.out[self.start];
        *head = match *head {
            code::SHORT_DICT..=126 => code::DICT,
            code::SHORT_LIST..=223 => code::LIST,
            code::SHORT_TUPLE..=255 => code::TUPLE,
            _ => {
                let what = "its last bytes and the terminator together hold";
                return Err(Box::new(CodecError::terminator(what)));
            }
        };
        self.out.push(code::END);
        Ok(())
    }
}

/// Why rencode has no form for it.
#[cold]
fn refusal(part: &Part<'_>) -> Box<CodecError> {
    Box::new(CodecError::unsendable(match part {
        Part::Big(digits) => format!(
            "an integer of {} characters cannot be sent in rencode, {MAX_DECIMAL} is the most",
            digits.len()
        ),
        Part::Ext(ext_type) => format!("an extension (type {ext_type}) cannot be sent in rencode"),
        // The original's `loads` fails on them, and its connection with it.
        Part::Bytes(_) => "bytes that are not UTF-8 cannot be sent in rencode, of which PodSixNet \
                           reads text alone"
            .to_owned(),
        _ => "there is no value to be sent".to_owned(),
    }))
}
