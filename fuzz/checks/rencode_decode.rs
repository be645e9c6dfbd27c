//! Any payload: refused in words, or a valid value that comes back as it was; and around the
//! terminator as well.

use podsix::codec::{Codec, CodecError, Rencode, TERMINATOR, find_terminator};
use podsix::value::{Limits, Message, Value, validate};
use podsix::wire::podsixnet::encode_frame;

const LIMITS: Limits = Limits { depth: 64, values: 65_536 };

/// Panics if something is wrong.
pub fn check(payload: &[u8]) {
    let mut message = Message::new();
    if let Err(error) = Rencode.decode(payload, &LIMITS, &mut message) {
        return assert!(!error.to_string().is_empty());
    }
    let bytes = message.bytes().expect("what was read is whole");
    validate(bytes, &LIMITS).expect("what was read is valid");
    let value = message.value().expect("what was read is whole");

    let mut plain = Vec::new();
    match Rencode.encode(value, &mut plain) {
        Ok(()) => same(value, &plain),
        Err(CodecError::Unsendable { .. }) => return,
        Err(error) => panic!("what was read cannot be written: {error}"),
    }
    let mut frame = Vec::new();
    match encode_frame(&Rencode, value, &mut frame) {
        Ok(()) => {
            let end = frame.len() - TERMINATOR.len();
            assert_eq!(find_terminator(&frame, 0), Some(end));
            same(value, &frame[..end]);
        }
        Err(CodecError::Terminator { .. }) => {}
        Err(error) => panic!("what can be written cannot be sent: {error}"),
    }
}

/// Compared by their bytes once written again: not a number equals nothing.
fn same(value: Value, payload: &[u8]) {
    let mut again = Message::new();
    Rencode.decode(payload, &LIMITS, &mut again).expect("what was written can be read");
    let written = |value| {
        let mut out = Vec::new();
        Rencode.encode(value, &mut out).expect("what was read again can be written");
        out
    };
    assert_eq!(written(again.value().expect("what was read is whole")), written(value));
}
