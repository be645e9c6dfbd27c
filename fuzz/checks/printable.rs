//! Any bytes, and any value, as they are shown to people: one line of so many characters.

use podsix::printable;
use podsix::value::{Limits, MAX_DEPTH, Value};

/// Panics if something is wrong. The first byte is how many characters there may be.
pub fn check(bytes: &[u8]) {
    let Some((&most, text)) = bytes.split_first() else { return };
    let most = usize::from(most);
    is_fit(&printable(text, most).to_string(), most);
    let limits = Limits { depth: MAX_DEPTH, values: 65_536 };
    if let Ok(value) = Value::parse(text, &limits) {
        is_fit(&value.printable(most).to_string(), most);
        let json = value.to_json();
        assert_eq!(printable(&json, usize::MAX).to_string(), json, "{json:?}");
    }
}

fn is_fit(shown: &str, most: usize) {
    assert!(shown.chars().count() <= most, "{shown:?}");
    let turns = ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}', '\u{2028}'..='\u{2029}'];
    let is_unfit = |c: char| c.is_control() || turns.iter().any(|turns| turns.contains(&c));
    assert!(!shown.contains(is_unfit), "{shown:?}");
}
