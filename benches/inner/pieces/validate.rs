//! The check that every payload goes through.

use std::hint::black_box;

use podsix::value::validate;

use super::messages::{self, LIMITS};

pub fn a_move() -> Box<dyn FnMut()> {
    check(vec![messages::a_move()])
}

pub fn a_state() -> Box<dyn FnMut()> {
    check(vec![messages::a_state()])
}

pub fn recorded() -> Box<dyn FnMut()> {
    check(messages::recorded())
}

fn check(messages: Vec<Vec<u8>>) -> Box<dyn FnMut()> {
    Box::new(move || {
        for message in &messages {
            assert!(validate(black_box(message), &LIMITS).is_ok());
        }
    })
}
