//! Any text: refused with a place inside it, or a message whose JSON makes the same message again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podsix::value::{Limits, Message, MessageError, validate};

fuzz_target!(|text: &str| {
    let message = match Message::from_json(text) {
        Ok(message) => message,
        Err(MessageError::BadJson(error)) => {
            assert!(error.line <= text.matches('\n').count() + 1);
            assert!(error.column <= text.chars().count() + 1);
            return;
        }
        Err(error) => panic!("neither JSON nor not JSON: {error}"),
    };
    let bytes = message.bytes().expect("JSON is whole");
    validate(bytes, &Limits { depth: u32::MAX, values: u32::MAX })
        .expect("JSON makes valid messages");
    // What is no number in JSON is written as null.
    if text.contains("NaN") || text.contains("Infinity") {
        return;
    }
    let written = message.value().expect("JSON is whole").to_json();
    let again = Message::from_json(&written).expect("written JSON can be read");
    assert_eq!(again.bytes().expect("JSON is whole"), bytes);
});
