//! Messages and their terminators, going out and coming in.

use podsix::codec::{CodecError, Custom, Json, Rencode, TERMINATOR};
use podsix::value::Message;
use podsix::wire::podsixnet::{Scanner, TooLong, encode_frame};
use proptest::prelude::*;

use super::*;

/// A frame's payload, in which the terminator must not turn up early.
fn payload(message: &Message) -> Result<Vec<u8>, CodecError> {
    let mut frame = b"\0---".to_vec();
    encode_frame(&Rencode, message.value().unwrap(), &mut frame).inspect_err(|_| {
        assert_eq!(frame, b"\0---", "after an error nothing is left");
    })?;
    let frame = &frame[4..];
    let end = frame.windows(5).position(|window| window == TERMINATOR).unwrap();
    assert_eq!(end + 5, frame.len(), "{frame:x?}");
    assert_eq!(decode(&frame[..end]).value().unwrap(), message.value().unwrap());
    Ok(frame[..end].to_vec())
}

fn refusal(message: &Message) -> String {
    match payload(message) {
        Err(error @ CodecError::Terminator { .. }) => error.to_string(),
        other => panic!("{message:?} gave {other:?}"),
    }
}

#[test]
fn a_message_is_its_payload_and_the_terminator() {
    let mut frame = Vec::new();
    encode_frame(&Rencode, json(r#"{"action":"connected"}"#).value().unwrap(), &mut frame).unwrap();
    assert_eq!(frame, b"g\x86action\x89connected\0---\0");
}

/// The number with which the original breaks its own messages: its four bytes are all but the last
/// of the terminator.
#[test]
fn integers_are_rewritten_in_decimal() {
    assert_eq!(payload(&json(r#"{"x":2960685}"#)).unwrap(), b"g\x81x=2960685\x7f");
    assert_eq!(payload(&json("[2960685,0]")).unwrap(), b"\xc2=2960685\x7f\0");
    assert_eq!(payload(&json("2960685")).unwrap(), b"=2960685\x7f");
    assert_eq!(payload(&json(r#"[{"2":1},2960685,1]"#)).unwrap()[5..], *b"@\0---\x01");
    let wide =
        [b"abcd\0---", b"abc\0---\0", b"\x01\0---\0\0\0"].map(|&bytes| i64::from_be_bytes(bytes));
    for int in wide {
        let mut wanted = vec![0xc2];
        wanted.extend_from_slice(format!("={int}\x7f\0").as_bytes());
        assert_eq!(payload(Message::new().open_list().push(int).push(0).close()).unwrap(), wanted);
    }
}

/// Where nothing follows that completes a terminator, there is nothing to rewrite.
#[test]
fn harmless_messages_stay_as_the_original_writes_them() {
    for text in [r#"[2960685,1]"#, r#"{"x":[2960685]  ,"y":3}"#, r#"["\u0000---","\u0000"]"#] {
        assert_eq!(payload(&json(text)).unwrap(), encode(&json(text)));
    }
}

#[test]
fn doubles_are_rewritten_where_there_is_another_form() {
    let single = f64::from(f32::from_be_bytes(*b"\0---"));
    let written = payload(Message::new().open_map().set("x", single).close()).unwrap();
    assert_eq!(written, [&b"g\x81x\x2c"[..], &single.to_be_bytes()].concat());

    let holds_it = f64::from_be_bytes(*b"@\0---\0ab");
    let refused =
        refusal(Message::new().begin("move").key("at").open_list().push(holds_it).close());
    let words = format!(
        "at[0]: the bytes of the double {holds_it:?} hold \\0---\\0, the five bytes that end a PodSixNet message"
    );
    assert_eq!(refused, words);

    // It and a zero behind it would hold it together.
    let begins_it = f64::from_be_bytes(*b"@abc\0---");
    let mut message = Message::new();
    message.open_list().push(begins_it).push(0).push(0).close();
    assert_eq!(payload(&message).unwrap(), b"\xc3\x2c@abc\0---\x3e\0\0");
}

/// The bytes that say why might hold the terminator; the one form does not.
#[test]
fn what_is_not_a_number_has_no_bytes_that_say_why() {
    let nan = |bytes: [u8; 8]| f64::from_be_bytes(bytes);
    let holds_it = nan(*b"\x7f\xf8\0---\0a");
    let begins_it = nan(*b"\xff\xf8ab\0---");
    assert!(holds_it.is_nan() && begins_it.is_nan());
    let payload = |message: &Message| {
        let mut frame = Vec::new();
        encode_frame(&Rencode, message.value().unwrap(), &mut frame).unwrap();
        frame.strip_suffix(&TERMINATOR).unwrap().to_vec()
    };
    let one = b"B\x7f\xc0\0\0";
    let list = Message::new().open_list().push(holds_it).push(begins_it).push(0).close().clone();
    assert_eq!(payload(&list), [b"\xc3", &one.repeat(2)[..], b"\0"].concat());
    // Whatever stands beside it, and whoever wrote it.
    for rewritten in [1, 2_960_685] {
        let mut message = Message::new();
        message.open_list().add_msgpack(b"\xca\xff\xff\xff\xff").push(rewritten).close();
        assert_eq!(payload(&message)[..6], [b"\xc2", &one[..]].concat());
    }
}

/// What ends with all but the terminator's last byte meets it in the terminator itself.
#[test]
fn the_last_bytes_are_kept_apart_from_the_terminator() {
    let cases: [(Message, &[u8]); 4] = [
        (json(r#"{"a":"\u0000---"}"#), b"<\x81a\x84\0---\x7f"),
        (json(r#"[1,{"a":"\u0000---"}]"#), b";\x01g\x81a\x84\0---\x7f"),
        (Message::new().open_tuple().push("\0---").close().clone(), b":\x84\0---\x7f"),
        (json(r#"["\u0000---",0]"#), b"\xc2\x84\0---\x3e\0"),
    ];
    for (message, wanted) in cases {
        assert_eq!(payload(&message).unwrap(), wanted);
    }
    let long = format!("[{}\"\\u0000---\"]", "1,".repeat(40));
    assert_eq!(payload(&json(&long)).unwrap(), encode(&json(&long)));
    let words = "the message: its last bytes and the terminator together hold \\0---\\0, the five bytes \
                 that end a PodSixNet message";
    assert_eq!(refusal(&json(r#""\u0000---""#)), words);
    assert_eq!(refusal(Message::new().add_double(f64::from_be_bytes(*b"@abc\0---"))), words);
}

#[test]
fn strings_that_hold_the_terminator_are_refused_with_their_place() {
    let text = r#"{"action":"say","to":[1,{"text":"x\u0000---\u0000y"}]}"#;
    let words = "to[1].text: a string holds \\0---\\0, the five bytes that end a PodSixNet message";
    assert_eq!(refusal(&json(text)), words);
    let refused = refusal(&json(r#"{"a":{"\u0000---\u0000":1}}"#));
    assert!(refused.starts_with(r#"a["\u0000---\u0000"]: a string holds"#), "{refused}");
}

#[test]
fn json_never_holds_the_terminator_and_a_custom_codec_is_refused_if_it_does() {
    let text = json(r#"{"text":"\u0000---\u0000"}"#);
    let mut frame = Vec::new();
    encode_frame(&Json, text.value().unwrap(), &mut frame).unwrap();
    assert_eq!(frame, b"{\"text\":\"\\u0000---\\u0000\"}\0---\0");

    let raw = Custom::new(
        |value, out| {
            out.extend_from_slice(value.as_bytes().unwrap_or_default());
            Ok(())
        },
        |_, _| Ok(()),
    );
    let words = "the message: its custom codec happens to hold \\0---\\0, the five bytes that end a \
                 PodSixNet message";
    for text in ["\0---", "a\0---\0b"] {
        let message = Message::new().push(text).clone();
        let error = encode_frame(&raw, message.value().unwrap(), &mut frame).unwrap_err();
        assert_eq!(error.to_string(), words);
        assert!(frame.ends_with(b"}\0---\0"));
    }
}

#[test]
fn a_payload_may_be_as_long_as_max_and_no_longer() {
    let mut stream = b"abcd".to_vec();
    stream.extend_from_slice(&TERMINATOR);
    assert_eq!(Scanner::default().next(&stream, 4), Ok(Some(4)));
    assert_eq!(Scanner::default().next(&stream, 3), Err(TooLong));
    // Without its end it is too long once no terminator can come in time.
    assert_eq!(Scanner::default().next(b"abcd\0---", 4), Ok(None));
    assert_eq!(Scanner::default().next(b"abcde\0---", 4), Err(TooLong));
    assert_eq!(Scanner::default().next(b"abcdefghi", 4), Err(TooLong));
}

/// Feeds a stream in pieces of the given lengths, over and over; the payloads found, and whether one
/// was too long.
pub fn split(stream: &[u8], pieces: &[usize], max: usize) -> (Vec<Vec<u8>>, bool) {
    let (mut scanner, mut inbox, mut found) = (Scanner::default(), Vec::new(), Vec::new());
    let (mut rest, mut pieces) = (stream, pieces.iter().cycle());
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(rest.len().min(*pieces.next().unwrap()));
        inbox.extend_from_slice(piece);
        rest = later;
        loop {
            match scanner.next(&inbox, max) {
                Ok(Some(len)) => {
                    found.push(inbox[..len].to_vec());
                    inbox.drain(..len + TERMINATOR.len());
                }
                Ok(None) => break,
                Err(TooLong) => return (found, true),
            }
        }
    }
    (found, false)
}

/// Bytes in which terminators and their parts are frequent.
fn streams() -> impl Strategy<Value = Vec<u8>> {
    let parts = proptest::sample::select(vec![
        &b"\0---\0"[..],
        b"\0---",
        b"---\0",
        b"\0",
        b"-",
        b"--",
        b"x",
        b"\0--",
        b"message",
    ]);
    proptest::collection::vec(parts, 0..60).prop_map(|parts| parts.concat())
}

/// Values that hold parts of the terminator everywhere.
fn nasty() -> impl Strategy<Value = Message> {
    use crate::value_tree::Tree;
    let text = proptest::collection::vec(proptest::sample::select(b"\0-x".to_vec()), 0..12)
        .prop_map(|text| Tree::Str(String::from_utf8(text).unwrap()));
    let bytes = proptest::array::uniform8(proptest::sample::select(b"\0\0---\x01".to_vec()));
    let scalar = prop_oneof![
        text,
        Just(Tree::Int(0)),
        Just(Tree::Int(2_960_685)),
        bytes.clone().prop_map(|bytes| Tree::Int(i64::from_be_bytes(bytes))),
        bytes.clone().prop_map(|bytes| Tree::Int(i64::from_be_bytes(bytes) >> 32)),
        bytes.clone().prop_map(|bytes| Tree::Double(f64::from_be_bytes(bytes))),
        bytes.prop_map(|[a, b, c, d, ..]| Tree::Float(f32::from_be_bytes([a, b, c, d]))),
    ];
    let tree = scalar.prop_recursive(3, 40, 6, |inner| {
        let items = proptest::collection::vec(inner.clone(), 0..6);
        prop_oneof![
            items.clone().prop_map(Tree::List),
            items.clone().prop_map(Tree::Tuple),
            items.prop_map(|items| {
                let keys = (0..).map(|index| match index {
                    0 => Tree::Int(0),
                    1 => Tree::Str("\0---".into()),
                    index => Tree::Int(index),
                });
                Tree::Map(keys.zip(items).collect())
            }),
        ]
    });
    tree.prop_map(|tree| tree.message())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_cuts_make_no_difference(
        stream in streams(),
        pieces in proptest::collection::vec(1..12_usize, 1..8),
        max in 0..40_usize,
    ) {
        let whole = split(&stream, &[usize::MAX], max);
        prop_assert_eq!(&split(&stream, &pieces, max), &whole);
        prop_assert_eq!(&split(&stream, &[1], max), &whole);
        // A plain search from the front finds the same.
        let (mut rest, mut plain) = (&stream[..], Vec::new());
        while let Some(at) = rest.windows(5).position(|window| window == TERMINATOR) {
            plain.push(rest[..at].to_vec());
            rest = &rest[at + 5..];
        }
        prop_assert!(plain.starts_with(&whole.0));
        prop_assert!(whole.1 || plain.len() == whole.0.len());
        prop_assert!(whole.0.iter().all(|payload| payload.len() <= max));
    }

    /// `payload` checks that the terminator is where it belongs, and that the value is the same.
    #[test]
    fn any_message_is_sent_whole_or_refused(message in nasty()) {
        match payload(&message) {
            Ok(_) | Err(CodecError::Terminator { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}
