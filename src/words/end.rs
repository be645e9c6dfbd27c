//! Why a connection ended.

use std::io;

use crate::event::Reason;
use crate::value::printable;
use crate::wire::{Close, MAX_TEXT};
use crate::words::OsError;

/// Why a connection ended: what its last event will say.
#[derive(Clone, Debug)]
pub(crate) struct End {
    pub(crate) reason: Reason,
    pub(crate) code: i32,
    pub(crate) os_error: i32,
    pub(crate) text: String,
}

impl End {
    pub(crate) fn new(reason: Reason, text: String) -> End {
        End { reason, code: 0, os_error: 0, text }
    }

    /// The operating system's doing.
    pub(crate) fn os(reason: Reason, what: &str, error: &io::Error) -> End {
        let os_error = error.raw_os_error().unwrap_or(0);
        End { os_error, ..End::new(reason, format!("{what}: {}", OsError(error))) }
    }

    /// What the other end said. Games print it, so it is made fit for that here, once and for every language.
    pub(crate) fn from_wire(close: &Close) -> End {
        let mut text = printable(close.text, MAX_TEXT).to_string();
        if text.len() > MAX_TEXT {
            text.truncate(text.floor_char_boundary(MAX_TEXT - '…'.len_utf8()));
            text.push('…');
        }
        End { code: close.code, ..End::new(close.reason, text) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::is_printable;

    fn said(text: &str) -> String {
        End::from_wire(&Close { reason: Reason::Closed, code: 0, text }).text
    }

    #[test]
    fn what_the_other_end_said_is_one_line_of_bounded_length() {
        assert_eq!(
            said("you were banned:\n\u{1b}[2Jcheating \u{202e}✗"),
            "you were banned: �[2Jcheating �✗"
        );
        assert_eq!(said(&"x".repeat(MAX_TEXT)), "x".repeat(MAX_TEXT));
        assert_eq!(said(&"x".repeat(MAX_TEXT + 1)), "x".repeat(MAX_TEXT - 3) + "…");
        assert_eq!(said(&"\0".repeat(MAX_TEXT)), "�".repeat(MAX_TEXT / 3 - 1) + "…");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whatever_the_other_end_says(text in "(\\PC|.|\n|[\0-\u{a0}]){0,2000}") {
            let said = said(&text);
            prop_assert!(said.len() <= MAX_TEXT && said.chars().all(is_printable), "{said:?}");
        }
    }
}
