//! rencode: what the original was seen to do, its boundaries, and what is refused.

mod description;
#[allow(dead_code, reason = "trees are only written here")]
mod value_tree;

use description::describe;
use podsix::codec::{Codec, CodecError, Rencode};
use podsix::value::{Limits, Message, validate};
use proptest::prelude::*;
use value_tree::{Tree, trees};

const WIDE: Limits = Limits { depth: 256, values: u32::MAX };

fn decode(payload: &[u8]) -> Result<Message, CodecError> {
    let mut message = Message::from_json("\"what was there before\"").unwrap();
    Rencode.decode(payload, &WIDE, &mut message).map(|()| message)
}

fn encode(message: &Message) -> Result<Vec<u8>, CodecError> {
    let mut out = b"before".to_vec();
    let result = Rencode.encode(message.value().unwrap(), &mut out);
    assert!(out.starts_with(b"before") && (result.is_ok() || out.len() == 6));
    result.map(|()| out.split_off(6))
}

/// Why a payload is refused.
fn flaw(payload: &[u8]) -> String {
    match decode(payload) {
        Err(CodecError::Malformed(text)) => text,
        other => panic!("{payload:x?} gave {other:?}"),
    }
}

/// Why a value is refused.
fn refusal(message: &Message) -> String {
    match encode(message) {
        Err(error @ CodecError::Unsendable { .. }) => error.to_string(),
        other => panic!("{message:?} gave {other:?}"),
    }
}

/// Payloads and what they say, as recorded from the original.
fn recorded(lines: &str) -> impl Iterator<Item = (Vec<u8>, &str)> {
    lines.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (hex, says) = line.split_once(' ').unwrap();
        let bytes = hex.trim_matches('-').as_bytes().chunks(2);
        let byte = |hex| u8::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap();
        (bytes.map(byte).collect(), says)
    })
}

#[test]
fn what_the_original_writes_is_read_and_written_the_same() {
    let lines =
        concat!(include_str!("data/rencode/dumps.txt"), include_str!("data/rencode/doubles.txt"));
    assert!(recorded(lines).count() > 90);
    for (payload, says) in recorded(lines) {
        let message = decode(&payload).unwrap();
        assert_eq!(describe(message.value().unwrap()), says, "{payload:x?}");
        assert_eq!(encode(&message).unwrap(), payload, "{says}");
    }
}

#[test]
fn what_the_original_accepts_is_accepted_and_what_it_refuses_is_refused() {
    let lines = include_str!("data/rencode/loads.txt");
    assert!(recorded(lines).count() > 300);
    for (payload, says) in recorded(lines) {
        match decode(&payload) {
            Ok(message) => assert_eq!(describe(message.value().unwrap()), says, "{payload:x?}"),
            Err(error) => assert_eq!("refused", says, "{payload:x?}: {error}"),
        }
    }
}

#[test]
fn a_flaw_is_told_with_its_place() {
    let cases: [(&[u8], &str); 16] = [
        (b"", "byte 0: the value is cut off"),
        (b"\xc2\x01", "byte 2: the value is cut off"),
        (b"\xc1\x83ab", "byte 1: the value is cut off"),
        (b"\xc1\x40\0\0", "byte 1: the value is cut off"),
        (b"\xc112345:a", "byte 1: the value is cut off"),
        (b"CC", "byte 1: more bytes after the end of the value"),
        (b"\xc1\x7f", "byte 1: this byte begins no value"),
        (b"\xc1-", "byte 1: this byte begins no value"),
        (b"g\xc0\x01", "byte 1: a list as a key"),
        (b"gf\x01", "byte 1: a dict as a key"),
        (b"g\xe1\xc0\x01", "byte 2: a list as a key"),
        (b"g\xe2\x01\xe1f\x01", "byte 4: a dict as a key"),
        (b"g\xe2\x01", "byte 3: the value is cut off"),
        (b"=1x\x7f", "byte 0: a decimal integer that is no number"),
        (&[b'=', b'1'].repeat(40), "byte 0: a decimal integer of more than 63 characters"),
        (b"1x:a", "byte 0: a string's length is no number"),
    ];
    for (payload, words) in cases {
        assert_eq!(flaw(payload), words, "{payload:x?}");
    }
    assert_eq!(flaw(&b"1".repeat(5000)), "byte 0: a string's length has more than 4300 digits");
}

#[test]
fn whatever_cannot_be_sent_is_refused_with_its_place() {
    let mut message = Message::new();
    message.begin("state").key("players").open_list().push(1).open_map().key("blob");
    message.add_bytes(&[0xff]).close().close();
    assert_eq!(
        refusal(&message),
        "players[1].blob: bytes that are not UTF-8 cannot be sent in rencode, of which PodSixNet \
         reads text alone"
    );
    message.clear().open_tuple().add_ext(7, b"x").close();
    assert_eq!(refusal(&message), "[0]: an extension (type 7) cannot be sent in rencode");
    message.clear().open_map().key_int(5).add_big_int(&"9".repeat(64)).close();
    assert_eq!(
        refusal(&message),
        "[5]: an integer of 64 characters cannot be sent in rencode, 63 is the most"
    );
    message.clear().add_big_int(&format!("-{}", "9".repeat(63)));
    assert_eq!(
        refusal(&message),
        "the message: an integer of 64 characters cannot be sent in rencode, 63 is the most"
    );
}

#[test]
fn integers_of_63_characters_go_both_ways() {
    for digits in ["9".repeat(63), format!("-{}", "9".repeat(62))] {
        let message = Message::new().add_big_int(&digits).clone();
        let payload = encode(&message).unwrap();
        assert_eq!(payload, format!("={digits}\x7f").as_bytes());
        assert_eq!(decode(&payload).unwrap().bytes(), message.bytes());
    }
}

#[test]
fn doubles_are_sent_in_32_bits_only_where_that_is_exact() {
    let cases =
        [(0.5, 5), (0.1, 9), (f64::from(0.1_f32), 5), (1e300, 9), (f64::INFINITY, 5), (-0.0, 5)];
    for (double, len) in cases {
        let payload = encode(Message::new().add_double(double)).unwrap();
        assert_eq!(payload.len(), len, "{double}");
        let read = decode(&payload).unwrap().value().unwrap().as_double(1.0);
        assert_eq!(read.to_bits(), double.to_bits());
    }
    assert_eq!(encode(Message::new().add_double(f64::NAN)).unwrap(), b"B\x7f\xc0\0\0");
}

/// `42 ff ff ff ff`, a NaN with sign and payload, was once written back with them.
#[test]
fn a_nan_loses_its_sign_and_payload_on_the_way() {
    let cases: [(&[u8], &[u8]); 4] = [
        (b"B\xff\xff\xff\xff", b"\xca\x7f\xc0\0\0"),
        (b"B\x7f\x80\0\x01", b"\xca\x7f\xc0\0\0"),
        (b"\x2c\xff\xf8\0\0\0\0\0\x2a", b"\xcb\x7f\xf8\0\0\0\0\0\0"),
        (b"g\x42\xff\xff\xff\xff\x01", b"\x81\xca\x7f\xc0\0\0\x01"),
    ];
    for (payload, msgpack) in cases {
        let message = decode(payload).unwrap();
        assert_eq!(message.bytes().unwrap(), msgpack);
        let written = encode(&message).unwrap();
        assert!(written.windows(5).any(|part| part == b"B\x7f\xc0\0\0"), "{written:x?}");
    }
}

/// Python's dict keeps the last value at the first place.
#[test]
fn of_a_key_that_comes_twice_the_last_value_is_read() {
    let cases: [(&[u8], &str); 4] = [
        (b"i\x81a\x01\x81b\x02\x81a\x03", r#"{"a":3,"b":2}"#),
        (b"h\x01\x01C\x02", r#"{"1":2}"#),
        (b"\xc1h\x81ah\x05\x01\x05\x02\x81ah\x06\x01\x06\x03", r#"[{"a":{"6":3}}]"#),
        (b"h\x81a\x01\x81b\x02", r#"{"a":1,"b":2}"#),
    ];
    for (payload, json) in cases {
        assert_eq!(decode(payload).unwrap().value().unwrap().to_json(), json);
    }
}

/// And podsix's readers take the first, so that is the one to be written.
#[test]
fn of_a_key_that_is_there_twice_the_first_value_is_written() {
    let mut message = Message::new();
    message.begin("a").set("x", 1).set("x", 2).key("in").open_map().set("y", 3).set("y", 4);
    message.close();
    let payload = encode(&message).unwrap();
    assert_eq!(payload, b"i\x86action\x81a\x81x\x01\x82ing\x81y\x03");
    message.clear().open_map().key_int(1).push("one");
    message.key_value(Message::from_json("true").unwrap().value().unwrap()).push("true").close();
    assert_eq!(encode(&message).unwrap(), b"g\x01\x83one");
    // Bytes that are text arrive as text.
    let bytes = Message::new().add_bytes(b"a").clone();
    message.clear().open_map().set("a", 1).key_value(bytes.value().unwrap()).push(2).close();
    assert_eq!(encode(&message).unwrap(), b"g\x81a\x01");
    message.clear().open_map();
    for number in 0..1000 {
        message.key_int(number % 25).push(number);
    }
    let read = decode(&encode(message.close()).unwrap()).unwrap();
    let read = read.value().unwrap();
    assert_eq!(read.count(), 25);
    assert!((0..25).all(|number| read.get_int(number).as_int(-1) == number));
}

#[test]
fn limits_hold_while_reading() {
    let read = |payload: &[u8], depth, values| {
        Rencode.decode(payload, &Limits { depth, values }, &mut Message::new())
    };
    let nested = [b"\xc1".repeat(10), vec![1]].concat();
    assert_eq!(read(&nested, 10, 11), Ok(()));
    assert_eq!(read(&nested, 9, 11), Err(CodecError::TooDeep { limit: 9 }));
    assert_eq!(read(&nested, 10, 10), Err(CodecError::TooManyValues { limit: 10 }));
    assert_eq!(read(b"h\x01\x02\x03\x04", 1, 5), Ok(()));
    assert_eq!(read(b"h\x01\x02\x03\x04", 1, 4), Err(CodecError::TooManyValues { limit: 4 }));
    assert_eq!(read(b"\x01", 0, 1), Ok(()));
    assert_eq!(read(b"\xc0", 0, 1), Err(CodecError::TooDeep { limit: 0 }));
}

/// No nesting is too deep for the stack, whatever the limits say.
#[test]
fn a_million_nested_containers_are_refused() {
    for head in [b"\xc1", b"\xe1", b";", b":"] {
        let payload = head.repeat(1_000_000);
        assert_eq!(decode(&payload).unwrap_err(), CodecError::TooDeep { limit: 256 });
    }
    let payload = [b"g", &b"\xe1".repeat(1_000_000)[..]].concat();
    assert_eq!(decode(&payload).unwrap_err(), CodecError::TooDeep { limit: 256 });
    let payload = b"g\x01".repeat(500_000);
    assert_eq!(decode(&payload).unwrap_err(), CodecError::TooDeep { limit: 256 });
}

#[test]
fn a_value_too_large_for_memory_is_refused() {
    // Each empty tuple takes one byte on the wire and three in memory.
    let payload = [&b";"[..], &b"\xe0".repeat(6_000_000), b"\x7f"].concat();
    let error = decode(&payload).unwrap_err();
    assert!(matches!(error, CodecError::TooLarge { size: 16_777_216.. }), "{error}");
}

/// A tuple is what grows most: one byte on the wire, up to seven in memory.
#[test]
fn a_value_takes_at_most_seven_times_its_payload() {
    let nested = [&b"\xe1".repeat(200)[..], b"\x01"].concat();
    let payload = [&b":"[..], &nested.repeat(1000), b"\x7f"].concat();
    let len = decode(&payload).unwrap().bytes().unwrap().len();
    assert!((4 * payload.len()..7 * payload.len()).contains(&len), "{len}");
}

/// A tree as rencode can say it: what it lacks becomes nil, and each key is one.
fn sayable(tree: Tree) -> Tree {
    match tree {
        Tree::Ext(..) => Tree::Nil,
        Tree::Bytes(bytes) => Tree::Str(String::from_utf8_lossy(&bytes).into_owned()),
        Tree::List(items) => Tree::List(items.into_iter().map(sayable).collect()),
        Tree::Tuple(items) => Tree::Tuple(items.into_iter().map(sayable).collect()),
        Tree::Map(entries) => Tree::Map(
            entries
                .into_iter()
                .enumerate()
                .map(|(index, (key, value))| {
                    let index = Tree::Int(index as i64);
                    let key = match sayable(key) {
                        Tree::Tuple(items) => Tree::Tuple([vec![index], items].concat()),
                        _ => index,
                    };
                    (key, sayable(value))
                })
                .collect(),
        ),
        other => other,
    }
}

/// Bytes that look like rencode more often than random ones.
fn payloads() -> impl Strategy<Value = Vec<u8>> {
    let valid = trees().prop_map(|tree| encode(&sayable(tree).message()).unwrap());
    let broken =
        (valid, any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        });
    let heads = prop_oneof![
        0..=3u8,
        0x30..=0x45u8,
        0x66..=0x69u8,
        0x7f..=0x83u8,
        0xc0..=0xc3u8,
        0xe0..=0xe3u8
    ];
    prop_oneof![
        broken,
        proptest::collection::vec(heads, 0..60),
        proptest::collection::vec(any::<u8>(), 0..60)
    ]
}

proptest! {
    #[test]
    fn any_value_comes_back_as_it_was(tree in trees()) {
        let tree = sayable(tree);
        let message = tree.message();
        let payload = encode(&message).unwrap();
        let read = decode(&payload).unwrap();
        prop_assert_eq!(read.value().unwrap(), message.value().unwrap());
        prop_assert_eq!(encode(&read).unwrap(), payload);
    }

    #[test]
    fn any_bytes_are_refused_or_become_a_valid_value(payload in payloads()) {
        if let Ok(message) = decode(&payload) {
            let bytes = message.bytes().unwrap();
            prop_assert!(validate(bytes, &WIDE).is_ok());
            prop_assert!(bytes.len() <= 7 * payload.len());
            // Compared as they are written, for what is not a number equals nothing.
            if let Ok(written) = encode(&message) {
                prop_assert_eq!(encode(&decode(&written).unwrap()).unwrap(), written);
            }
        }
    }

    #[test]
    fn what_is_cut_off_or_has_a_tail_is_refused(tree in trees(), tail in any::<u8>()) {
        let payload = encode(&sayable(tree).message()).unwrap();
        for end in 0..payload.len() {
            prop_assert!(decode(&payload[..end]).is_err(), "cut at {}", end);
        }
        prop_assert!(decode(&[&payload[..], &[tail]].concat()).is_err());
    }

    /// In whatever way: as it is, or around a terminator that is not there.
    #[test]
    fn any_value_is_written_or_refused_whole(tree in trees()) {
        let message = tree.message();
        let mut out = Vec::new();
        let around = Rencode.encode_around(message.value().unwrap(), &mut out);
        match encode(&message) {
            Ok(payload) => {
                prop_assert_eq!(around, Ok(()));
                prop_assert_eq!(&out, &payload);
                prop_assert_eq!(encode(&decode(&payload).unwrap()).unwrap(), payload);
            }
            Err(error) => {
                prop_assert_eq!(around.unwrap_err(), error);
                prop_assert!(out.is_empty());
            }
        }
    }
}
