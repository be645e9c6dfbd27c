//! The settings with which a greeting closes, and what is wrong with some.

use podsix::value::{Message, Tally};
use podsix::wire::{Demands, Excess};

use super::*;

/// A server that has got a client's preface and hello, of this minor version, and `settings`.
fn greeted(minor: u8, settings: &[u8]) -> End {
    let mut server = End::server(rules());
    let mut hello = b"PDSX\x01\x01\x00\x00\x00\x10\x00\x00\x00\x00\x00\x03\xa2hi".to_vec();
    hello[5] = minor;
    server.receive(&[&hello, settings].concat());
    server
}

fn json(text: &str) -> Vec<u8> {
    frame(0x80, Message::from_json(text).unwrap().bytes().unwrap())
}

fn taken(settings: &str) -> (u32, u32, bool) {
    let mut server = greeted(1, &json(settings));
    assert_eq!(server.events(), [Seen::Hello(Some(HI.to_vec()))], "{settings}");
    let takes = server.takes.unwrap();
    (takes.max_values(), takes.max_depth(), takes.tuple_keys())
}

/// More values than a message can have.
const ALL: u32 = 0xff_ffff;

#[test]
fn each_end_learns_what_the_other_takes() {
    let narrow = Rules { limits: Limits { depth: 5, values: 100 }, ..rules() };
    let (mut client, mut server) = (End::client(narrow, HI), End::server(rules()));
    exchange(&mut client, &mut server);
    server.welcome(&[]);
    exchange(&mut client, &mut server);
    let takes = |end: &End| {
        let takes = end.takes.unwrap();
        (takes.max_message(), takes.max_values(), takes.max_depth(), takes.tuple_keys())
    };
    assert_eq!(takes(&server), (1 << 20, 100, 5, true));
    assert_eq!(takes(&client), (1 << 20, 65_536, 64, true));
}

#[test]
fn the_greeting_is_whole_with_the_settings() {
    let settings = json(r#"{"max_values":7,"max_depth":2,"features":["tuple_keys"]}"#);
    for end in 0..settings.len() {
        let mut server = greeted(1, &settings[..end]);
        assert_eq!(server.events(), []);
        server.receive(&settings[end..]);
        assert_eq!(server.events(), [Seen::Hello(Some(HI.to_vec()))]);
    }
}

#[test]
fn what_is_not_said_is_not_limited_and_what_is_not_known_ignored() {
    assert_eq!(taken("{}"), (ALL, 256, false));
    assert_eq!(taken(r#"{"max_values":0,"max_depth":0}"#), (0, 0, false));
    assert_eq!(taken(r#"{"max_values":18446744073709551615,"max_depth":1000}"#), (ALL, 256, false));
    let more =
        r#"{"parts":[1],"max_depth":9,"features":[null,"resume",["tuple_keys"],7,"tuple_keys"]}"#;
    assert_eq!(taken(more), (ALL, 9, true));
    assert_eq!(taken(r#"{"max_values":5,"max_values":6,"features":[]}"#), (5, 256, false));
}

#[test]
fn malformed_settings_are_refused_with_words() {
    let words = |settings: &[u8]| {
        let mut server = greeted(1, settings);
        let (reason, text) = server.violation();
        assert_eq!(reason, Reason::Protocol);
        // The client is told, in a refusal.
        assert_eq!(server.sent()[7], 1, "{text}");
        text
    };
    for (settings, flaw) in [
        (r#"{"max_values":true}"#, "max_values is true, not an integer of 0 to 64 bits"),
        (r#"{"max_values":"7"}"#, "max_values is \"7\", not an integer of 0 to 64 bits"),
        (r#"{"max_values":-1}"#, "max_values is -1, not an integer of 0 to 64 bits"),
        (r#"{"max_values":null}"#, "max_values is null, not an integer of 0 to 64 bits"),
        (r#"{"max_depth":7.0}"#, "max_depth is 7.0, not an integer of 0 to 64 bits"),
        (r#"{"max_depth":[]}"#, "max_depth is [], not an integer of 0 to 64 bits"),
        (
            r#"{"max_depth":18446744073709551616}"#,
            "max_depth is 18446744073709551616, not an integer of 0 to 64 bits",
        ),
        (
            "{\"max_depth\":\"a\u{9b}\u{2028}bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"}",
            "max_depth is \"a\\u009b\\u2028bbbbbbbbbbbbbbbbbbbbbbbbb…, not an integer of 0 to 64 bits",
        ),
        (r#"{"features":"tuple_keys"}"#, "features are a string, not a list"),
        (r#"{"features":{"tuple_keys":1}}"#, "features are a map, not a list"),
        ("[]", "they are a list, not a map"),
        ("1", "they are an integer, not a map"),
    ] {
        assert_eq!(words(&json(settings)), format!("malformed settings: {flaw}"));
    }
    assert_eq!(words(&frame(0x80, b"")), "malformed settings: byte 0: the value is cut off");
    let huge = frame(0x80, b"\xdf\xff\xff\xff\xff");
    assert!(words(&huge).starts_with("malformed settings: byte 0: more than 4096 values"));
    let tail = "malformed settings: byte 1: more bytes after the end of the value";
    assert_eq!(words(&frame(0x80, b"\x80\x80")), tail);
    // By the header alone.
    assert_eq!(words(&[0x80, 0, 0x10, 1]), "settings of 4097 bytes, 4096 are allowed");
    assert_eq!(words(&[1]), "a frame of kind 1 where settings (kind 128) belong");
}

/// The largest ones that there may be, whatever the receiver's limits for messages.
#[test]
fn settings_have_a_limit_of_their_own() {
    let mut settings = Message::new();
    settings.open_map().set("max_values", 3).key("features").open_list();
    for _ in 0..4_050 {
        settings.push(0);
    }
    settings.push("tuple_keys").close().close();
    let settings = frame(0x80, settings.bytes().unwrap());
    assert!(settings.len() <= 4 + 4096);
    let strict = Rules { max_message: 10, limits: Limits { depth: 1, values: 1 }, ..rules() };
    let mut server = End::server(strict);
    server.receive(
        &[&b"PDSX\x01\x07\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00"[..], &settings].concat(),
    );
    assert_eq!(server.events(), [Seen::Hello(None)]);
    assert_eq!(server.takes.unwrap().max_values(), 3);
}

/// A frame of this kind that comes anywhere else is skipped, as one of 1.0 skips it: nobody changes afterwards
/// what it takes.
#[test]
fn only_the_settings_in_the_greeting_count() {
    let (_, mut server) = open(rules());
    let takes = server.takes;
    let later = [json(r#"{"max_values":0}"#), frame(0x80, b"\xc1"), frame(1, HI)].concat();
    server.receive(&later);
    assert_eq!(server.events(), [Seen::Message(HI.to_vec())]);
    assert_eq!(server.takes, takes);

    let mut of_1_0 = greeted(0, &[]);
    assert_eq!(of_1_0.events(), [Seen::Hello(Some(HI.to_vec()))]);
    of_1_0.welcome(&[]);
    of_1_0.receive(&later);
    assert_eq!(of_1_0.events(), [Seen::Message(HI.to_vec())]);
}

#[test]
fn a_client_tells_a_server_with_flawed_settings() {
    let mut client = End::client(rules(), HI);
    client.sent();
    let reply = b"PDSX\x01\x01\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00";
    client.receive(&[&reply[..], &json(r#"{"max_depth":{}}"#)].concat());
    let (reason, text) = client.violation();
    let words = "malformed settings: max_depth is {}, not an integer of 0 to 64 bits";
    assert_eq!((reason, text.as_str()), (Reason::Protocol, words));
    let close = Close { reason, code: 0, text: words };
    let wanted = frame(4, &[&[close.reason as u8, 0, 0, 0, 0], words.as_bytes()].concat());
    assert_eq!(client.sent(), wanted);
}

/// A refusal has no settings: who is refused has no use for them.
#[test]
fn a_refusal_stands_alone() {
    let (mut client, mut server) = (End::client(rules(), HI), End::server(rules()));
    exchange(&mut client, &mut server);
    server.refuse(&Close { reason: Reason::Refused, code: 1, text: "no" });
    assert_eq!(server.out.len(), 16 + 5 + 2);
    exchange(&mut client, &mut server);
    assert_eq!(client.events(), [Seen::Refused(Reason::Refused, 1, "no".into())]);
}

#[test]
fn what_a_message_demands_is_checked_one_by_one() {
    let server = greeted(1, &json(r#"{"max_values":7,"max_depth":2}"#));
    let takes = server.takes.unwrap();
    let demands = |size, values, depth, tuple_keys| Demands {
        size,
        tally: Tally { depth, values, tuple_keys },
    };
    assert_eq!(takes.check(&demands(1 << 20, 7, 2, false)), Ok(()));
    let size = Excess::Size { size: 1 + (1 << 20), limit: 1 << 20 };
    assert_eq!(takes.check(&demands(1 + (1 << 20), 7, 2, false)), Err(size));
    assert_eq!(takes.check(&demands(1, 8, 2, false)), Err(Excess::Values { values: 8, limit: 7 }));
    assert_eq!(takes.check(&demands(1, 7, 3, false)), Err(Excess::Depth { depth: 3, limit: 2 }));
    assert_eq!(takes.check(&demands(1, 7, 2, true)), Err(Excess::TupleKeys));
    assert!(Takes::ANYTHING.check(&demands(ALL as usize, ALL, 256, true)).is_ok());
    assert_eq!(Takes::from_word(takes.to_word()), takes);
    assert!(!takes.is_as_wide_as(&rules().limits));
    assert!(Takes::ANYTHING.is_as_wide_as(&Limits { depth: 256, values: u32::MAX }));
}
