//! What may follow host and port in an address: a path, and a query of keys and values.

use std::fmt::{self, Write};

use crate::words::shown::shown;

/// The most bytes that path and query of an address may have together, as it is written out.
pub const MAX_PATH_AND_QUERY: usize = 2_048;

/// Reads a path, which is kept as it is written: so it goes to the server.
pub(super) fn path(text: &str) -> Result<String, String> {
    let of_a_path = |c: char| c.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=:@%".contains(c);
    if let Some(c) = text.chars().find(|c| !of_a_path(*c)) {
        let shown = shown(&c.to_string());
        return Err(format!(
            "has a '{shown}' in its path, which is to be written as {}",
            Encoded(c)
        ));
    }
    decoded(text)?;
    Ok(text.to_owned())
}

/// Reads a query: `key=value` with `&` between. A `+` is a plus.
pub(super) fn query(text: &str) -> Result<Vec<(String, String)>, String> {
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if key.is_empty() {
            return Err("has a query with nothing where a key should be".to_owned());
        }
        Ok((decoded(key)?, decoded(value)?))
    };
    text.split('&').map(pair).collect()
}

/// A query as addresses have it, with its `?`: so that every reader of queries reads the same, whoever takes a `+`
/// for a space too.
pub(super) struct Written<'q>(pub(super) &'q [(String, String)]);

impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (key, value)) in self.0.iter().enumerate() {
            f.write_char(if n == 0 { '?' } else { '&' })?;
            write_part(key, f)?;
            f.write_char('=')?;
            write_part(value, f)?;
        }
        Ok(())
    }
}

fn write_part(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$'()*,;:@/?".contains(c);
    text.chars()
        .try_for_each(|c| if plain(c) { f.write_char(c) } else { write!(f, "{}", Encoded(c)) })
}

/// A character's bytes as addresses spell those that they cannot have: `%C3%BC`.
struct Encoded(char);

impl fmt::Display for Encoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.encode_utf8(&mut [0; 4]).bytes().try_for_each(|byte| write!(f, "%{byte:02X}"))
    }
}

/// What a text with such spellings says.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let byte = part.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let byte = byte.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(
            byte.ok_or("has a '%' without two hexadecimal digits behind it: '%' itself is %25")?,
        );
        bytes.extend(part[2..].bytes());
    }
    let text = String::from_utf8(bytes).map_err(|_| "spells bytes with '%' that are no UTF-8")?;
    if text.contains(char::is_control) {
        return Err("spells a control character with '%'".into());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_are_decoded_and_kept_in_order() {
        let cases: [(&str, &[(&str, &str)]); 7] = [
            ("a=1", &[("a", "1")]),
            ("b=2&a=1&b=1&b=2", &[("b", "2"), ("a", "1"), ("b", "1"), ("b", "2")]),
            ("a", &[("a", "")]),
            ("a==&b=?/:@", &[("a", "="), ("b", "?/:@")]),
            ("a=1+1%2B1&%3d=%26%25", &[("a", "1+1+1"), ("=", "&%")]),
            ("a=b%20c&gr%C3%BCn=grün", &[("a", "b c"), ("grün", "grün")]),
            ("origin=https://game.example", &[("origin", "https://game.example")]),
        ];
        for (text, expected) in cases {
            let expected = expected.iter().map(|(key, value)| (key.to_string(), value.to_string()));
            assert_eq!(query(text), Ok(expected.collect()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_words() {
        let cases = [
            ("", "nothing where a key"),
            ("=1", "nothing where a key"),
            ("a=1&", "nothing where a key"),
            ("a&&b", "nothing where a key"),
            ("a=%", "two hexadecimal digits"),
            ("a=%2", "two hexadecimal digits"),
            ("a=%+1", "two hexadecimal digits"),
            ("a=%üx", "two hexadecimal digits"),
            ("a=%xüx", "two hexadecimal digits"),
            ("a%zz=1", "two hexadecimal digits"),
            ("a=%C3", "no UTF-8"),
            ("a=%C3ü", "no UTF-8"),
            ("a=%00", "a control character"),
            ("a%C2%85", "a control character"),
        ];
        for (text, words) in cases {
            let why = query(text).unwrap_err();
            assert!(why.contains(words), "{text}: {why}");
        }
    }

    #[test]
    fn a_path_stays_as_it_is_written() {
        for text in ["/", "//", "/a/b.c", "/a%2Fb", "/../~x", "/a+b:c@d;e=f,g&h"] {
            assert_eq!(path(text).as_deref(), Ok(text));
        }
        let cases = [
            ("/a\"b", "'\"' in its path, which is to be written as %22"),
            ("/ü", "'ü' in its path, which is to be written as %C3%BC"),
            ("/%", "two hexadecimal digits"),
            ("/%0d%0aHost:x", "a control character"),
        ];
        for (text, words) in cases {
            let why = path(text).unwrap_err();
            assert!(why.contains(words), "{text}: {why}");
        }
    }
}
