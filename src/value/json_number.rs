//! Numbers in JSON text.

use super::{MAX_DIGITS, Scalar};

/// What a number says, and how many bytes it has; or what is wrong with it, and how many bytes on.
pub(super) type Number<'t> = Result<(Scalar<'t>, usize), (&'static str, usize)>;

/// The number that begins `text`, which begins with a digit or a minus. One beyond the largest double is
/// infinite.
pub(super) fn read(text: &str) -> Number<'_> {
    let mut scan = Scan { text: text.as_bytes(), at: 0, digits: 0, value: 0 };
    let is_negative = scan.take(b'-');
    let start = scan.at;
    scan.digits()?;
    let whole = scan.digits;
    if whole > 1 && scan.text[start] == b'0' {
        return Err(("a number must not begin with 0", start));
    }
    let is_whole = !scan.take(b'.');
    if !is_whole {
        scan.digits()?;
    }
    let (digits, value) = (scan.digits, scan.value);
    let has_exponent = scan.take(b'e') || scan.take(b'E');
    if has_exponent {
        let _sign = scan.take(b'+') || scan.take(b'-');
        scan.digits()?;
    }
    let text = &text[..scan.at];
    let scalar = match (is_whole, has_exponent) {
        (true, false) if digits <= 18 => {
            let value = value as i64;
            Scalar::Int(if is_negative { -value } else { value })
        }
        (true, false) if digits > MAX_DIGITS => {
            return Err(("an integer has at most 1024 digits", 0));
        }
        (true, false) => Scalar::Decimal(text),
        // Both are exact as doubles, so their quotient is the nearest one.
        (false, false) if digits < TENS.len() => {
            let value = value as f64 / TENS[digits - whole];
            Scalar::Double(if is_negative { -value } else { value })
        }
        _ => Scalar::Double(text.parse().unwrap_or(f64::NAN)),
    };
    Ok((scalar, text.len()))
}

/// Powers of ten.
const TENS: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

struct Scan<'t> {
    text: &'t [u8],
    at: usize,
    /// How many digits have come.
    digits: usize,
    /// What they say together, as far as 64 bits hold it.
    value: u64,
}

impl Scan<'_> {
    fn take(&mut self, byte: u8) -> bool {
        let here = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(here);
        here
    }

    /// Steps over digits, of which there must be one.
    fn digits(&mut self) -> Result<(), (&'static str, usize)> {
        let start = self.at;
        while let Some(digit @ b'0'..=b'9') = self.text.get(self.at) {
            self.value = self.value.wrapping_mul(10).wrapping_add((digit - b'0').into());
            self.at += 1;
        }
        self.digits += self.at - start;
        match self.at == start {
            true => Err(("expected a digit", start)),
            false => Ok(()),
        }
    }
}
