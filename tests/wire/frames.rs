//! Frames on an open session, and what is wrong with some.

use podsix::wire::{Close, Kind, MAX_TEXT, Reason, Rules, Session, header};

use super::*;

fn refused_frame(rules: Rules, bytes: &[u8]) -> (Reason, String) {
    let (mut client, mut server) = open(rules);
    server.receive(bytes);
    let violation = server.violation();
    let (reason, text) = violation.clone();
    client.receive(&server.sent());
    assert_eq!(client.events(), [Seen::Closed(reason, 0, text)], "the other end is told too");
    violation
}

#[test]
fn a_session_is_small() {
    assert!(size_of::<Session>() <= 136, "{}", size_of::<Session>());
}

#[test]
fn messages_arrive_in_order() {
    let (_, mut server) = open(rules());
    server.receive(&[frame(1, b"\x01"), frame(1, HI), frame(1, b"\x80")].concat());
    let messages = [b"\x01".to_vec(), HI.to_vec(), b"\x80".to_vec()].map(Seen::Message);
    assert_eq!(server.events(), messages);
}

#[test]
fn a_message_may_be_as_large_as_max_message() {
    let small = Rules { max_message: 3, ..rules() };
    let (_, mut server) = open(small);
    server.receive(&frame(1, HI));
    assert_eq!(server.events(), [Seen::Message(HI.to_vec())]);
}

#[test]
fn a_message_that_is_too_large_is_refused_by_its_header() {
    let small = Rules { max_message: 3, ..rules() };
    let text = "a message of 4 bytes, max_message allows 3".to_owned();
    assert_eq!(refused_frame(small, &header(Kind::Message, 4)), (Reason::TooLarge, text));
}

#[test]
fn malformed_messages_are_refused_with_words() {
    let (reason, text) = refused_frame(rules(), &frame(1, b"\x93\x01\x02"));
    assert_eq!(reason, Reason::Protocol);
    assert!(text.starts_with("a malformed message: byte "), "{text}");
    assert_eq!(refused_frame(rules(), &frame(1, b"")).0, Reason::Protocol);
    assert_eq!(refused_frame(rules(), &frame(1, b"\x01\x01")).0, Reason::Protocol);
}

#[test]
fn limits_of_values_are_named() {
    let limits = Limits { depth: 2, values: 3 };
    let strict = Rules { limits, ..rules() };
    let deep = "a message nested deeper than max_depth allows (2 levels)".to_owned();
    assert_eq!(refused_frame(strict, &frame(1, b"\x91\x91\x91\x01")), (Reason::Protocol, deep));
    let many = "a message of more values than max_values allows (3)".to_owned();
    assert_eq!(refused_frame(strict, &frame(1, b"\x93\x01\x02\x03")), (Reason::Protocol, many));
}

#[test]
fn unknown_high_kinds_are_skipped() {
    let (_, mut server) = open(rules());
    server.receive(&[frame(0x80, &[7; 5000]), frame(0xff, &[]), frame(1, HI)].concat());
    assert_eq!(server.events(), [Seen::Message(HI.to_vec())]);
    assert_eq!(server.sent(), []);
}

#[test]
fn unknown_high_kinds_have_a_limit_too() {
    let small = Rules { max_message: 100, ..rules() };
    let (_, mut server) = open(small);
    server.receive(&frame(0x80, &[0; 4096]));
    assert_eq!(server.events(), []);
    let text = "a frame of kind 128 with 4097 bytes, 4096 are allowed".to_owned();
    assert_eq!(refused_frame(small, &[0x80, 0, 0x10, 1]), (Reason::Protocol, text));
}

#[test]
fn unknown_low_kinds_are_refused() {
    for kind in [0, 7, 0x7f] {
        let text = format!("a frame of the unknown kind {kind}");
        assert_eq!(refused_frame(rules(), &[kind, 0, 0, 0]), (Reason::Protocol, text));
    }
}

#[test]
fn control_frames_have_their_size() {
    for (bytes, words) in [
        (frame(2, &[0; 7]), "a ping frame of 7 bytes, it has 8"),
        (frame(3, &[0; 9]), "a pong frame of 9 bytes, it has 8"),
        (frame(4, &[1, 0, 0, 0]), "a close of 4 bytes, it has at least 5"),
        (frame(4, b"\x01\0\0\0\0\xff"), "a close whose text is not UTF-8"),
        (frame(5, &[0; 3]), "a stalled frame of 3 bytes, it has 4"),
        (frame(6, &[0]), "a resumed frame of 1 bytes, it has 0"),
        (vec![4, 0, 0x10, 1], "a frame of kind 4 with 4097 bytes, 4096 are allowed"),
    ] {
        assert_eq!(refused_frame(rules(), &bytes), (Reason::Protocol, words.to_owned()));
    }
}

#[test]
fn a_ping_is_answered_with_its_own_bytes() {
    let (_, mut server) = open(rules());
    server.receive(&frame(2, b"whatever"));
    assert_eq!((server.sent(), server.events()), (frame(3, b"whatever"), vec![]));
}

#[test]
fn a_close_comes_after_what_was_sent_before() {
    let (mut client, mut server) = open(rules());
    client.out.extend_from_slice(&frame(1, HI));
    client.close(&Close { reason: Reason::Local, code: 42, text: "bye" });
    exchange(&mut client, &mut server);
    let bye = Seen::Closed(Reason::Closed, 42, "bye".into());
    assert_eq!(server.events(), [Seen::Message(HI.to_vec()), bye]);
    assert!(server.session.is_finished());
}

#[test]
fn the_longest_close_text_is_understood() {
    let (mut client, mut server) = open(rules());
    client.close(&Close { reason: Reason::Closed, code: i32::MIN, text: &"x".repeat(5000) });
    exchange(&mut client, &mut server);
    assert_eq!(server.events(), [Seen::Closed(Reason::Closed, i32::MIN, "x".repeat(MAX_TEXT))]);
}
