//! What others wrote, as it may be shown to people.

use std::fmt::{self, Write};

use super::{Kind, Source, View};

/// What stands for a character that is not shown: the one that Unicode has for it.
const REPLACEMENT: char = '\u{fffd}';
/// What stands for the rest of a text that is cut.
const CUT: char = '…';

/// Whether a character may be shown to people as it is: it neither talks to a terminal, nor ends a line, nor turns
/// what stands around it the other way round.
pub(crate) fn is_printable(c: char) -> bool {
    let is_line_end = matches!(c, '\u{2028}' | '\u{2029}');
    // Embeddings, overrides and isolates. The marks (U+200E, U+200F, U+061C) turn nothing round, and
    // Arabic and Hebrew want them.
    let is_direction = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !(c.is_control() || is_line_end || is_direction)
}

/// Text that somebody else wrote, as it may be shown in a terminal, a log or a window: one line of at most `most`
/// characters.
///
/// Each tab and line break in it is a space; other control characters (escape codes begin with one), the characters
/// that turn the direction of writing round, and bytes that are no UTF-8 are `�` (U+FFFD), one for each. Of a text that
/// has more characters the first are shown, and `…` as the last of `most`. So the text has at most 4 × `most` bytes.
/// A character is one of Unicode's code points. Nothing else is changed: look-alikes and characters that
/// are not seen stay, since many languages and emoji need some of these.
///
/// ```
/// use podsix::printable;
/// assert_eq!(printable("ann\n\u{1b}[2JERROR: all is lost", 12).to_string(), "ann �[2JERR…");
/// ```
pub fn printable<T: AsRef<[u8]> + ?Sized>(text: &T, most: usize) -> Printable<'_> {
    Printable { text: text.as_ref(), most }
}

/// What [`printable`] gives: its [`Display`](fmt::Display) is the text.
#[derive(Clone, Copy, Debug)]
pub struct Printable<'a> {
    text: &'a [u8],
    most: usize,
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = Line::new(f, self.most);
        for part in self.text.utf8_chunks() {
            line.write_str(part.valid())?;
            if !part.invalid().is_empty() {
                line.write_char(REPLACEMENT)?;
            }
            if line.is_full() {
                break;
            }
        }
        line.end()
    }
}

impl<'a, S: Source<'a>> View<'a, S> {
    /// The value as [`printable`] shows text: a string as it is, nothing as nothing, and every other as its
    /// [JSON](View::to_json).
    pub fn printable(self, most: usize) -> PrintableValue<'a, S> {
        PrintableValue { value: self, most }
    }
}

/// What [`View::printable`] gives: its [`Display`](fmt::Display) is the text.
#[derive(Clone, Copy)]
pub struct PrintableValue<'a, S> {
    value: View<'a, S>,
    most: usize,
}

impl<'a, S: Source<'a>> fmt::Display for PrintableValue<'a, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value;
        if value.kind() == Kind::String {
            return printable(value.as_str(""), self.most).fmt(f);
        }
        let mut line = Line::new(f, self.most);
        match value.write_json(&mut Rest { line: &mut line }) {
            Err(error) if !line.is_full() => Err(error),
            _ => line.end(),
        }
    }
}

/// A line that is being written, and takes no more than so many characters.
struct Line<'f, W> {
    out: &'f mut W,
    /// Characters that may still be written.
    left: usize,
    /// What would fill the line, and is the last character of all or gives way to the sign of a cut.
    last: Option<char>,
    is_cut: bool,
}

impl<'f, W: Write> Line<'f, W> {
    fn new(out: &'f mut W, most: usize) -> Self {
        Line { out, left: most, last: None, is_cut: most == 0 }
    }

    /// Whether nothing that is written now would be seen.
    fn is_full(&self) -> bool {
        self.is_cut
    }

    fn end(self) -> fmt::Result {
        match self.last {
            Some(_) if self.is_cut => self.out.write_char(CUT),
            Some(c) => self.out.write_char(c),
            None => Ok(()),
        }
    }
}

impl<W: Write> Write for Line<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            if self.is_cut || self.last.is_some() {
                self.is_cut = true;
                break;
            }
            let shown = match c {
                _ if is_printable(c) => c,
                _ if c.is_whitespace() => ' ',
                _ => REPLACEMENT,
            };
            self.left -= 1;
            match self.left {
                0 => self.last = Some(shown),
                _ => self.out.write_char(shown)?,
            }
        }
        Ok(())
    }
}

/// A line for who writes until it is told to stop.
struct Rest<'l, 'f, W> {
    line: &'l mut Line<'f, W>,
}

impl<W: Write> Write for Rest<'_, '_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.line.write_str(text)?;
        if self.line.is_full() { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Message;

    fn shown(text: impl AsRef<[u8]>, most: usize) -> String {
        printable(&text, most).to_string()
    }

    #[test]
    fn a_text_stays_on_its_line_and_what_people_write_is_as_it_was() {
        let cases = [
            ("", ""),
            ("ann", "ann"),
            ("größer ✗ 日本語 👩‍👩‍👧 שלום سلام\u{200f} می\u{200c}خواهم", ""),
            ("a\nb\r\tc\u{b}d\u{c}e\u{85}f\u{2028}g\u{2029}h", "a b  c d e f g h"),
            ("\u{1b}[2J\u{9b}31m\u{7}\0\u{7f}", "�[2J�31m���"),
            (
                "a\u{202e}b\u{202a}\u{202b}\u{202c}\u{202d}c\u{2066}\u{2067}\u{2068}\u{2069}",
                "a�b����c����",
            ),
        ];
        for (text, wanted) in cases {
            let wanted = if wanted.is_empty() { text } else { wanted };
            assert_eq!(shown(text, 100), wanted);
        }
        assert_eq!(shown(b"a\xffb\xc3", 100), "a�b�");
    }

    #[test]
    fn a_long_text_is_cut_by_characters() {
        assert_eq!(shown("héllo", 5), "héllo");
        assert_eq!(shown("héllos", 5), "héll…");
        assert_eq!(shown("hé\n\nos", 3), "hé…");
        assert_eq!(shown(b"abc\xff", 3), "ab…");
        assert_eq!(
            (shown("ab", 1), shown("a", 1), shown("ab", 0)),
            ("…".into(), "a".into(), "".into())
        );
    }

    #[test]
    fn a_value_is_shown_as_its_string_or_its_json() {
        let mut message = Message::new();
        message.begin("say").set("text", "a\n\u{9b}\"b\"").set("n", 7).key("list").open_list();
        for _ in 0..1000 {
            message.push("\u{202e}x\n");
        }
        message.close();
        let bytes = message.bytes().unwrap();
        let value = crate::value::Value::trusted(bytes);
        assert_eq!(value.get("text").printable(9).to_string(), "a �\"b\"");
        assert_eq!(value.get("text").printable(3).to_string(), "a …");
        assert_eq!(value.get("n").printable(9).to_string(), "7");
        assert_eq!(value.get("none").printable(9).to_string(), "");
        assert_eq!(value.get("list").printable(12).to_string(), "[\"\\u202ex\\n…");
        assert_eq!(value.printable(0).to_string(), "");
    }

    fn texts() -> impl Strategy<Value = Vec<u8>> {
        let ordinary = proptest::collection::vec(any::<char>(), 0..40);
        let hostile = proptest::collection::vec(
            prop_oneof![0_u32..0xa0, 0x2000_u32..0x2070, Just(0x1b), Just(0x61)],
            0..40,
        );
        prop_oneof![
            ordinary.prop_map(|text| text.into_iter().collect::<String>().into_bytes()),
            hostile.prop_map(|text| {
                text.into_iter().filter_map(char::from_u32).collect::<String>().into_bytes()
            }),
            proptest::collection::vec(any::<u8>(), 0..40),
        ]
    }

    proptest! {
        #[test]
        fn whatever_it_is_it_is_one_line_of_bounded_length(text in texts(), most in 0_usize..50) {
            let shown = shown(&text, most);
            prop_assert!(shown.chars().all(is_printable), "{shown:?}");
            prop_assert!(shown.chars().count() <= most);
            let whole = String::from_utf8_lossy(&text);
            if whole.chars().count() <= most {
                prop_assert_eq!(shown.chars().count(), whole.chars().count());
                for (shown, was) in shown.chars().zip(whole.chars()) {
                    prop_assert_eq!(shown == was, is_printable(was));
                }
            } else {
                prop_assert_eq!(shown.chars().count(), most);
                prop_assert!(most == 0 || shown.ends_with('…'));
            }
            // What may be shown is shown as it is.
            prop_assert_eq!(printable(&shown, most).to_string(), shown);
        }
    }
}
