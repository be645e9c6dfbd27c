//! Unframing and validating what a socket has given: a read of many moves.

use std::hint::black_box;
use std::time::Duration;

use podsix::wire::{HEADER, Kind, Moment, Rules, Session, What, header};

use super::messages;

/// Whole messages in 64 KiB.
pub const MESSAGES: u32 = (64 << 10) / (HEADER as u32 + 46);

const RULES: Rules = Rules {
    max_message: 1 << 20,
    limits: messages::LIMITS,
    handshake_timeout: Duration::from_secs(5),
    approval_timeout: Duration::from_secs(10),
    ping_interval: Duration::ZERO,
    idle_timeout: Duration::ZERO,
    stall_limit: Duration::from_secs(60),
};

pub fn parse() -> Box<dyn FnMut()> {
    let message = messages::a_move();
    let frame = [&header(Kind::Message, message.len())[..], &message].concat();
    let input = frame.repeat(MESSAGES as usize);
    let mut out = Vec::new();
    let mut session = open(&mut out);
    Box::new(move || {
        let mut rest = black_box(&input[..]);
        let mut messages = 0;
        while let Ok(step) = session.step(&RULES, rest, Moment::START, &mut out)
            && let What::Message(payload) = step.what
        {
            black_box(payload);
            messages += 1;
            rest = &rest[step.consumed..];
        }
        assert_eq!(messages, MESSAGES);
    })
}

/// A server's session that a client has greeted.
fn open(out: &mut Vec<u8>) -> Session {
    let mut greeting = Vec::new();
    Session::connect(&RULES, &[], Moment::START, &mut greeting);
    let mut session = Session::accept(Moment::START);
    session.step(&RULES, &greeting, Moment::START, out).expect("a good greeting");
    session.welcome(&RULES, &[], Moment::START, out);
    assert!(session.is_open());
    session
}
