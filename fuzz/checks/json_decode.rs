//! Any payload: refused in words, or a valid value that comes back as it was.

use podsix::codec::{Codec, CodecError, Json, find_terminator};
use podsix::value::{Limits, Message, validate};

const LIMITS: Limits = Limits { depth: 64, values: 65_536 };

/// Panics if something is wrong.
pub fn check(payload: &[u8]) {
    let mut message = Message::new();
    if let Err(error) = Json.decode(payload, &LIMITS, &mut message) {
        return assert!(!error.to_string().is_empty());
    }
    let bytes = message.bytes().expect("what was read is whole");
    validate(bytes, &LIMITS).expect("what was read is valid");

    let mut written = Vec::new();
    let value = message.value().expect("what was read is whole");
    match Json.encode(value, &mut written) {
        Ok(()) => {}
        Err(error @ CodecError::Terminator { .. }) => panic!("JSON has no byte 0: {error}"),
        Err(error) => panic!("what was read cannot be written: {error}"),
    }
    assert_eq!(find_terminator(&written, 0), None);
    let mut again = Message::new();
    Json.decode(&written, &LIMITS, &mut again).expect("what was written can be read");
    // Compared by their bytes once written again: not a number equals nothing.
    let mut rewritten = Vec::new();
    let value = again.value().expect("what was read is whole");
    Json.encode(value, &mut rewritten).expect("what was read again can be written");
    assert_eq!(rewritten, written);
}
