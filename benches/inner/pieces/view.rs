//! Reading a received message.

use std::hint::black_box;
use std::ptr::null;

use podsix::Value;
use podsix::ffi::value::{podsix_key, podsix_value_fields};

use super::messages::{self, ITEMS, LIMITS};

/// The move's fields, in the order in which they were written.
const KEYS: [&[u8]; 5] = [b"action", b"id", b"x", b"y", b"t"];

pub fn get_last() -> Box<dyn FnMut()> {
    let message = value(messages::a_move());
    Box::new(move || assert!(!black_box(message).get(black_box("t")).is_none()))
}

pub fn fields() -> Box<dyn FnMut()> {
    let message = value(messages::a_move());
    Box::new(move || {
        let mut fields = [Value::NONE; 5];
        assert_eq!(black_box(message).fields(&black_box(KEYS), &mut fields), 5);
        black_box(fields);
    })
}

pub fn fields_c() -> Box<dyn FnMut()> {
    let message = value(messages::a_move()).span().as_ptr().cast();
    let keys = KEYS.map(|key| podsix_key { name: key.as_ptr().cast(), len: key.len() });
    Box::new(move || {
        let mut fields = [null(); 5];
        // SAFETY: the message is valid and never freed, the keys are static, and there is room for five.
        let found = unsafe { podsix_value_fields(message, keys.as_ptr(), 5, fields.as_mut_ptr()) };
        assert_eq!(found, 5);
        black_box(fields);
    })
}

pub fn iterate() -> Box<dyn FnMut()> {
    let list = value(messages::a_list()).get("items");
    Box::new(move || {
        let sum: i64 = black_box(list).items().map(|item| item.as_int(0)).sum();
        assert_eq!(sum, 3 * i64::from(ITEMS * (ITEMS - 1) / 2));
    })
}

/// A view that whoever runs the piece can keep: there is one per run, so it is never freed.
fn value(bytes: Vec<u8>) -> Value<'static> {
    Value::parse(bytes.leak(), &LIMITS).expect("a valid message")
}
