//! A caller's text in an error message.

use crate::value::is_printable;

/// The most that is written of a text, in characters.
const LONGEST: usize = 80;

/// As much of a caller's text as an error message should repeat: without what stands before an `@`, which may be a
/// password, and without what would move a terminal's cursor, begin a line of its own in a log or turn a line round:
/// the text may be a server browser's.
pub(super) fn shown(text: &str) -> String {
    let (mut shown, text) = match text.rsplit_once('@') {
        Some((_, after)) => ("...@".to_owned(), after),
        None => (String::new(), text),
    };
    let mut left = LONGEST;
    for c in text.chars() {
        let is_plain = c == ' ' || is_printable(c) && !c.is_whitespace();
        let escaped = c.escape_default();
        let count = if is_plain { 1 } else { escaped.len() };
        if count > left {
            break;
        }
        left -= count;
        match is_plain {
            true => shown.push(c),
            false => shown.extend(escaped),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_escaped_and_keeps_secrets() {
        assert_eq!(shown("a bü"), "a bü");
        assert_eq!(shown("a\n\u{1b}[2J\u{2028}\u{85}"), "a\\n\\u{1b}[2J\\u{2028}\\u{85}");
        assert_eq!(shown("a\u{202e}b\u{3000}"), "a\\u{202e}b\\u{3000}");
        assert_eq!(shown(&"ü".repeat(81)), "ü".repeat(80));
        assert_eq!(shown(&"\u{11}".repeat(81)), "\\u{11}".repeat(13));
        assert_eq!(shown("tcp://me:p@ss@host"), "...@host");
        assert_eq!(shown(&format!("{}@host", "x".repeat(81))), "...@host");
    }
}
