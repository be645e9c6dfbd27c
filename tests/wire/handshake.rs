//! Greeting, letting in, turning away, and what is left of a session afterwards.

use podsix::wire::{Close, PREFACE, Reason, Rules};

use super::*;

const REFUSAL: Close = Close { reason: Reason::Refused, code: 403, text: "the game has begun" };

#[test]
fn hello_and_reply_reach_the_other_end() {
    let mut client = End::client(Rules { max_message: 1000, ..rules() }, HI);
    let mut server = End::server(Rules { max_message: 2000, ..rules() });
    exchange(&mut client, &mut server);
    assert_eq!(server.events(), [Seen::Hello(Some(HI.to_vec()))]);
    assert!(server.session.is_greeted() && !server.session.is_open());

    server.welcome(b"\x07");
    assert!(server.session.is_open() && !server.session.is_greeted());
    exchange(&mut client, &mut server);
    assert_eq!(client.events(), [Seen::Welcome(Some(b"\x07".to_vec()))]);
    assert!(client.session.is_open());
    assert_eq!(client.takes.unwrap().max_message(), 2000);
    assert_eq!(server.takes.unwrap().max_message(), 1000);
}

#[test]
fn a_hello_of_no_bytes_is_none() {
    let (mut client, mut server) = (End::client(rules(), &[]), End::server(rules()));
    exchange(&mut client, &mut server);
    assert_eq!(server.events(), [Seen::Hello(None)]);
    server.welcome(&[]);
    exchange(&mut client, &mut server);
    assert_eq!(client.events(), [Seen::Welcome(None)]);
}

#[test]
fn a_refusal_brings_code_and_text() {
    let (mut client, mut server) = (End::client(rules(), HI), End::server(rules()));
    exchange(&mut client, &mut server);
    server.refuse(&REFUSAL);
    exchange(&mut client, &mut server);
    let refused = Seen::Refused(Reason::Refused, 403, "the game has begun".into());
    assert_eq!(client.events(), [refused]);
    assert!(client.session.is_finished() && server.session.is_finished());
}

#[test]
fn a_server_may_refuse_before_the_hello() {
    let (mut client, mut server) = (End::client(rules(), HI), End::server(rules()));
    server.refuse(&Close { reason: Reason::Full, code: 0, text: "no room" });
    exchange(&mut client, &mut server);
    assert_eq!(client.events(), [Seen::Refused(Reason::Full, 0, "no room".into())]);
    assert_eq!(server.events(), []);
}

#[test]
fn an_open_session_is_neither_refused_nor_welcomed_again() {
    let (_, mut server) = open(rules());
    server.welcome(HI);
    assert_eq!(server.sent(), []);
    server.refuse(&REFUSAL);
    assert_eq!(server.sent(), []);
}

#[test]
fn frames_behind_the_hello_wait_for_the_welcome() {
    let (mut client, mut server) = (End::client(without_pings(), HI), End::server(rules()));
    server.receive(&client.sent());
    server.receive(&frame(1, b"\x01"));
    assert_eq!(server.events(), [Seen::Hello(Some(HI.to_vec()))]);
    assert_eq!(server.inbox, frame(1, b"\x01"));
    server.welcome(&[]);
    server.advance();
    assert_eq!(server.events(), [Seen::Message(vec![1])]);
}

#[test]
fn a_malformed_hello_is_refused_with_words() {
    let (mut client, mut server) = (End::client(rules(), b"\xc1"), End::server(rules()));
    exchange(&mut client, &mut server);
    let (reason, text) = server.violation();
    assert_eq!(reason, Reason::Protocol);
    assert!(text.starts_with("a malformed hello: byte 0: "), "{text}");
    assert_eq!(client.events(), [Seen::Refused(Reason::Protocol, 0, text)]);
}

#[test]
fn a_hello_keeps_to_the_limits_of_values() {
    let shallow = Rules { limits: Limits { depth: 1, values: 3 }, ..rules() };
    for (hello, words) in [
        (&b"\x91\x91\x01"[..], "a hello nested deeper than max_depth allows (1 levels)"),
        (b"\x93\x01\x02\x03", "a hello of more values than max_values allows (3)"),
    ] {
        let (mut client, mut server) = (End::client(rules(), hello), End::server(shallow));
        exchange(&mut client, &mut server);
        assert_eq!(server.violation(), (Reason::Protocol, words.to_owned()));
    }
}

#[test]
fn a_hello_may_be_as_long_as_the_protocol_allows() {
    let longest = [b"\xc5\x0f\xfd", &[7; 4093][..]].concat();
    let (mut client, mut server) = (End::client(rules(), &longest), End::server(rules()));
    exchange(&mut client, &mut server);
    assert_eq!(server.events(), [Seen::Hello(Some(longest))]);
}

#[test]
fn a_long_hello_is_refused_before_it_comes() {
    let (mut client, mut server) = (End::client(rules(), &[]), End::server(rules()));
    let mut preface = client.sent();
    preface.truncate(PREFACE);
    preface[12..].copy_from_slice(&4097_u32.to_be_bytes());
    server.receive(&preface);
    let text = "a hello of 4097 bytes, the protocol allows 4096".to_owned();
    assert_eq!(server.violation(), (Reason::Protocol, text.clone()));
    exchange(&mut client, &mut server);
    assert_eq!(client.events(), [Seen::Refused(Reason::Protocol, 0, text)]);
}

/// The server believes the session open, so a close frame is what it understands.
#[test]
fn a_malformed_reply_is_answered_with_a_close() {
    let (mut client, mut server) = (End::client(without_pings(), &[]), End::server(rules()));
    exchange(&mut client, &mut server);
    server.welcome(b"\xc1");
    exchange(&mut client, &mut server);
    let (reason, text) = client.violation();
    assert_eq!(reason, Reason::Protocol);
    assert!(text.starts_with("a malformed reply: "), "{text}");
    assert_eq!(server.events()[1..], [Seen::Closed(Reason::Protocol, 0, text)]);
}

#[test]
fn a_malformed_refusal_is_named() {
    let (mut client, mut server) = (End::client(rules(), &[]), End::server(rules()));
    server.refuse(&REFUSAL);
    let mut reply = server.sent();
    reply[15] = 4;
    client.receive(&reply[..PREFACE + 4]);
    let text = "a malformed refusal: a close of 4 bytes, it has at least 5".to_owned();
    assert_eq!(client.violation(), (Reason::Protocol, text));
}

#[test]
fn another_major_version_is_named_at_both_ends() {
    let mut server = End::server(rules());
    server.receive(b"PDSX\x02\x05");
    let words = "the client speaks version 2.5 of podsix's protocol, the server 1.1";
    assert_eq!(server.violation(), (Reason::Version, words.to_owned()));
    assert!(server.out.starts_with(b"PDSX\x01\x01"), "so that the other end can name ours");

    let mut client = End::client(rules(), &[]);
    client.sent();
    client.receive(b"PDSX\x02\x05");
    let words = "the server speaks version 2.5 of podsix's protocol, the client 1.1";
    assert_eq!(client.violation(), (Reason::Version, words.to_owned()));
    assert_eq!(client.sent(), []);
}

#[test]
fn another_codec_is_named_to_both_ends() {
    let (mut client, mut server) = (End::client(rules(), &[]), End::server(rules()));
    client.out[6] = 3;
    exchange(&mut client, &mut server);
    let text =
        "the client encodes messages with codec 3, the server with 0, MessagePack".to_owned();
    assert_eq!(server.violation(), (Reason::WrongProtocol, text.clone()));
    assert_eq!(client.events(), [Seen::Refused(Reason::WrongProtocol, 0, text)]);
}

#[test]
fn a_later_minor_version_is_welcome() {
    let (mut client, mut server) = (End::client(rules(), HI), End::server(rules()));
    client.out[5] = 200;
    exchange(&mut client, &mut server);
    assert!(server.session.is_greeted());
}

#[test]
fn a_client_cannot_refuse() {
    let (mut client, mut server) = (End::client(rules(), HI), End::server(rules()));
    client.out[7] = 1;
    exchange(&mut client, &mut server);
    assert_eq!(server.events(), [Seen::Hello(Some(HI.to_vec()))]);
}

#[test]
fn a_limit_beyond_what_a_frame_can_carry_is_the_most_it_can() {
    let (mut client, mut server) = (End::client(rules(), &[]), End::server(rules()));
    client.out[8..12].fill(0xff);
    exchange(&mut client, &mut server);
    assert_eq!(server.takes.unwrap().max_message(), 0xff_ffff);
}

#[test]
fn a_finished_session_swallows_everything_and_writes_nothing() {
    let finish: [fn(&mut End); 4] = [
        |end| end.close(&REFUSAL),
        |end| end.refuse(&REFUSAL),
        |end| end.receive(&frame(0, &[])),
        |end| end.receive(&frame(4, &[1, 0, 0, 0, 0])),
    ];
    for finish in finish {
        let (_, mut server) = open(rules());
        finish(&mut server);
        assert!(server.session.is_finished());
        (server.seen, server.out) = (Vec::new(), Vec::new());
        server.receive(&[frame(2, &[0; 8]), frame(1, HI), vec![0xff; 100]].concat());
        server.session.stalled(1, &mut server.out);
        server.session.resumed(&mut server.out);
        server.close(&REFUSAL);
        assert_eq!(server.tick_after(secs(1000)), Ok(None));
        assert_eq!((server.inbox, server.seen, server.out), (vec![], vec![], vec![]));
    }
}

#[test]
fn only_an_open_session_says_goodbye() {
    let mut client = End::client(rules(), HI);
    client.sent();
    client.session.stalled(1, &mut client.out);
    client.session.resumed(&mut client.out);
    client.close(&REFUSAL);
    assert_eq!(client.sent(), []);
    assert!(client.session.is_finished());
}
