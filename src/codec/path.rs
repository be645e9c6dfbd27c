//! Where in a message something lies.

use std::fmt;

use crate::value::Value;

/// The way from the top of a message to a part of it: `players[2].name`. Empty is the message itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// The same place, seen from the map that has it under `key`.
    pub(super) fn under_key(self, key: Value<'_>) -> Path {
        match key.read_str() {
            Ok(name) if !name.contains(char::is_control) => self.under(name),
            _ => self.under(&format!("[{}]", key.to_json())),
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
        f.write_str(if self.0.is_empty() { "the message" } else { &self.0 })
    }
}
