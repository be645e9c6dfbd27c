//! Numbers in decimal, as Python's `int` reads them.

use super::MAX_DECIMAL;

/// The most digits that Python's `int` reads; it counts leading zeros.
pub(super) const MAX_PYTHON_DIGITS: usize = 4300;

/// White space, a sign, digits with single underscores between them, white space.
#[derive(Clone, Copy)]
pub(super) struct Decimal<'t> {
    negative: bool,
    /// The digits, and the underscores between them.
    text: &'t [u8],
    /// What lies behind the number and its white space.
    pub end: usize,
}

impl<'t> Decimal<'t> {
    /// The number that `text` begins with.
    pub fn at_start_of(text: &'t [u8]) -> Option<Decimal<'t>> {
        let spaces = |at: usize| {
            let is_space = |byte: &&u8| matches!(byte, b' ' | b'\t'..=b'\r');
            at + text[at..].iter().take_while(is_space).count()
        };
        let mut at = spaces(0);
        let sign = text.get(at).filter(|byte| matches!(byte, b'+' | b'-'));
        at += sign.iter().len();
        let first = at;
        loop {
            let run = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if run == 0 {
                return None;
            }
            at += run;
            if text.get(at) != Some(&b'_') {
                let negative = sign == Some(&b'-');
                return Some(Decimal { negative, text: &text[first..at], end: spaces(at) });
            }
            at += 1;
        }
    }

    fn digits(self) -> impl Iterator<Item = u8> {
        self.text.iter().copied().filter(u8::is_ascii_digit)
    }

    /// How many digits there are, leading zeros included.
    pub fn count(self) -> usize {
        self.digits().count()
    }

    /// The number as a length, the largest there is if it is larger. A sign is passed over.
    pub fn as_len(self) -> usize {
        self.digits().fold(0, |len: usize, digit| {
            len.saturating_mul(10).saturating_add(usize::from(digit - b'0'))
        })
    }

    /// A number of at most [`MAX_DECIMAL`] characters as others write it.
    pub fn shortest(self) -> Shortest {
        let mut shortest = Shortest { text: [b'0'; MAX_DECIMAL], len: 0 };
        let sign = self.negative.then_some(b'-');
        let digits = self.digits().skip_while(|&digit| digit == b'0');
        for (place, byte) in shortest.text.iter_mut().zip(sign.into_iter().chain(digits)) {
            *place = byte;
            shortest.len += 1;
        }
        // Of zero no digit is left.
        if shortest.len == usize::from(self.negative) {
            shortest.len += 1;
        }
        shortest
    }
}

/// A number in its shortest form.
pub(super) struct Shortest {
    text: [u8; MAX_DECIMAL],
    len: usize,
}

impl Shortest {
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.text[..self.len]).unwrap_or_default()
    }
}
