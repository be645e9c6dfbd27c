//! What of a text JSON has in a string as it is, and how it says the rest.

/// How many bytes lie before the first that is a quote, a backslash or a control character.
#[inline]
pub(crate) fn plain(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(eight) = text[at..].first_chunk() {
        let special = special(u64::from_le_bytes(*eight));
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let last = &text[at..];
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..=0x1f);
    at + last.iter().position(is_special).unwrap_or(last.len())
}

/// A word whose lowest bit that is set lies in the lowest of eight bytes that is not plain; 0 if all are.
#[inline(always)]
fn special(eight: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // A byte from which so much cannot be taken has its top bit set then, and had not before. What is
    // borrowed comes from the bytes above, of which nothing is asked any more.
    let below = |bytes: u64, limit: u64| bytes.wrapping_sub(EACH * limit) & !bytes;
    let quote = eight ^ (EACH * u64::from(b'"'));
    let backslash = eight ^ (EACH * u64::from(b'\\'));
    (below(eight, 0x20) | below(quote, 1) | below(backslash, 1)) & (EACH << 7)
}

/// How a byte that is not plain is said.
pub(crate) struct Escape {
    text: [u8; 6],
    len: usize,
}

impl Escape {
    pub(crate) fn of(special: u8) -> Escape {
        let short = match special {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            0..0x20 => {
                let [high, low] =
                    [special >> 4, special & 0xf].map(|digit| HEX[usize::from(digit)]);
                return Escape { text: [b'\\', b'u', b'0', b'0', high, low], len: 6 };
            }
            other => other,
        };
        Escape { text: [b'\\', short, 0, 0, 0, 0], len: 2 }
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.text[..self.len]).unwrap_or_default()
    }
}

const HEX: [u8; 16] = *b"0123456789abcdef";

#[cfg(test)]
mod tests {
    use super::*;

    fn is_plain(byte: u8) -> bool {
        byte >= 0x20 && byte != b'"' && byte != b'\\'
    }

    #[test]
    fn the_first_byte_that_is_not_plain_is_found() {
        for len in 0..20 {
            for at in 0..len {
                for byte in 0..=255 {
                    // Whatever lies behind it.
                    for behind in [b'x', 0, 0x1f, 0x21, b'"', b'\\', 0x80, 0xff] {
                        let mut text = vec![b'x'; len];
                        text[at] = byte;
                        text[at + 1..].fill(behind);
                        let first = text.iter().position(|&byte| !is_plain(byte));
                        assert_eq!(plain(&text), first.unwrap_or(len), "{text:x?}");
                    }
                }
            }
        }
    }

    #[test]
    fn every_other_byte_has_an_escape() {
        for byte in (0..0x80).filter(|&byte| !is_plain(byte)) {
            let escape = Escape::of(byte);
            let text = format!("\"{}\"", escape.as_str());
            let read: String = serde_json::from_str(&text).unwrap();
            assert_eq!(read.as_bytes(), [byte], "{text}");
        }
    }
}
