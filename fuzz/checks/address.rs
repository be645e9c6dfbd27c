//! Any text as an address: refused in words of one line, or the same again when it is written out.

use podsix::address::Address;

/// Panics if something is wrong.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Address::parse(text) {
        Ok(address) => {
            let written = address.to_string();
            assert_eq!(Address::parse(&written), Ok(address), "{written}");
        }
        Err(error) => {
            let words = error.to_string();
            assert_eq!(podsix::printable(&words, 1_000).to_string(), words);
        }
    }
}
