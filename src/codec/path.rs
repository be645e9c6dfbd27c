//! Where in a message something lies.

use std::fmt;

use crate::value::{Value, is_printable, printable};

/// The longest name in a path, in characters. Who relays what others sent has keys that others chose.
const LONGEST_STEP: usize = 80;
/// The longest path that is written out, in characters.
const LONGEST: usize = 400;

/// The way from the top of a message to a part of it: `players[2].name`. Empty is the message itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// The same place, seen from the map that has it under `key`.
    pub(super) fn under_key(self, key: Value<'_>) -> Path {
        match key.read_str() {
            Ok(name) if name.chars().all(is_printable) => {
                self.under(&printable(name, LONGEST_STEP).to_string())
            }
            _ => self.under(&format!("[{}]", printable(&key.to_json(), LONGEST_STEP))),
        }
    }

    /// The same place, seen from the list that has it at `index`.
    pub(super) fn under_index(self, index: usize) -> Path {
        self.under(&format!("[{index}]"))
    }

    fn under(self, step: &str) -> Path {
        let dot = if self.0.is_empty() || self.0.starts_with('[') { "" } else { "." };
        Path(format!("{step}{dot}{}", self.0))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_str() {
            "" => f.write_str("the message"),
            path => printable(path, LONGEST).fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Message;

    fn under(path: Path, key: &str) -> Path {
        let mut message = Message::new();
        message.push(key);
        path.under_key(message.value().unwrap())
    }

    #[test]
    fn keys_that_others_chose_are_cut_and_stay_on_the_line() {
        let path = under(under(Path::default(), "a\n\u{9b}\u{202e}"), "players");
        assert_eq!(path.to_string(), "players[\"a\\n\\u009b\\u202e\"]");
        let long = under(Path::default(), &"k".repeat(1_000_000));
        assert_eq!(long.to_string(), "k".repeat(LONGEST_STEP - 1) + "…");
        let deep = (0..100).fold(Path::default(), |path, _| under(path, &"k".repeat(50)));
        assert_eq!(deep.to_string().chars().count(), LONGEST);
    }
}
