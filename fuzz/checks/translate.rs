//! Any MessagePack that a peer may send, on its way to programs of PodSixNet and into a log: refused in
//! words, or a payload that says the same to its reader, in rencode around the terminator as well.

use podsix::codec::{Codec, CodecError, Json, Rencode, TERMINATOR, find_terminator};
use podsix::value::{Limits, Message, Value};
use podsix::wire::podsixnet::encode_frame;

const LIMITS: Limits = Limits { depth: 64, values: 65_536 };

/// Panics if something is wrong.
pub fn check(bytes: &[u8]) {
    let Ok(value) = Value::parse(bytes, &LIMITS) else { return };
    for codec in [&Rencode as &dyn Codec, &Json] {
        let mut plain = Vec::new();
        match codec.encode(value, &mut plain) {
            Ok(()) => stays(codec, &plain),
            Err(CodecError::Unsendable { .. }) => assert!(plain.is_empty()),
            Err(error) => panic!("valid, and cannot be written: {error}"),
        }
        let mut frame = Vec::new();
        match encode_frame(codec, value, &mut frame) {
            Ok(()) => {
                let end = frame.len() - TERMINATOR.len();
                assert_eq!(find_terminator(&frame, 0), Some(end));
                stays(codec, &frame[..end]);
                assert_eq!(rewritten(codec, &frame[..end]), rewritten(codec, &plain));
            }
            Err(CodecError::Unsendable { .. }) => assert!(plain.is_empty()),
            Err(CodecError::Terminator { .. }) => assert!(codec.name() == "rencode"),
            Err(error) => panic!("what can be written cannot be sent: {error}"),
        }
    }
    assert!(!value.to_json().is_empty());
}

/// What was read from a payload, written again.
fn rewritten(codec: &dyn Codec, payload: &[u8]) -> Vec<u8> {
    let (mut read, mut written) = (Message::new(), Vec::new());
    codec.decode(payload, &LIMITS, &mut read).expect("what was written can be read");
    let value = read.value().expect("what was read is whole");
    codec.encode(value, &mut written).expect("what was read can be written");
    written
}

/// Compared by their bytes once written again: not a number equals nothing.
fn stays(codec: &dyn Codec, payload: &[u8]) {
    let again = rewritten(codec, payload);
    assert_eq!(rewritten(codec, &again), again);
}
