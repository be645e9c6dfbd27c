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
