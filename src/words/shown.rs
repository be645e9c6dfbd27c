//! A caller's text in an error message.

/// The most of a text that is repeated, in characters.
const LONGEST: usize = 80;

/// As much of a caller's text as an error message should repeat: without what stands before an `@`, which may be a
/// password, and without what would move a terminal's cursor or begin a line of its own in a log.
pub(super) fn shown(text: &str) -> String {
    let (mut shown, text) = match text.rsplit_once('@') {
        Some((_, after)) => ("...@".to_owned(), after),
        None => (String::new(), text),
    };
    for c in text.chars().take(LONGEST) {
        match c {
            ' ' => shown.push(c),
            _ if c.is_control() || c.is_whitespace() => shown.extend(c.escape_default()),
            _ => shown.push(c),
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
        assert_eq!(shown(&"ü".repeat(81)), "ü".repeat(80));
        assert_eq!(shown("tcp://me:p@ss@host"), "...@host");
        assert_eq!(shown(&format!("{}@host", "x".repeat(81))), "...@host");
    }
}
