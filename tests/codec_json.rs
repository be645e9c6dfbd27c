//! JSON as Python's `json` module has it, and the codecs that have no form of their own.

mod description;

use description::describe;
use podsix::codec::{Codec, CodecError, Custom, Json, MessagePack};
use podsix::value::{Limits, Message};

const WIDE: Limits = Limits { depth: 256, values: u32::MAX };

fn decode(codec: &dyn Codec, payload: &[u8]) -> Result<Message, CodecError> {
    let mut message = Message::from_json("\"what was there before\"").unwrap();
    codec.decode(payload, &WIDE, &mut message).map(|()| message)
}

fn encode(codec: &dyn Codec, message: &Message) -> Result<String, CodecError> {
    let mut out = b"before".to_vec();
    let result = codec.encode(message.value().unwrap(), &mut out);
    assert!(out.starts_with(b"before") && (result.is_ok() || out.len() == 6));
    result.map(|()| String::from_utf8(out.split_off(6)).unwrap())
}

#[test]
fn json_is_read_as_python_reads_it() {
    let cases = [
        (r#"{"action": "move", "x": 3}"#, "{s616374696f6e;s6d6f7665;s78;i3;}"),
        ("[NaN, Infinity, -Infinity]", "[fnan;f7ff0000000000000;ffff0000000000000;]"),
        ("18446744073709551616", "i18446744073709551616;"),
        (r#"{"a": 1, "b": 2, "a": 3}"#, "{s61;i3;s62;i2;}"),
        // As close as it gets: no text holds half of a surrogate pair.
        (r#"["\ud800", "\udc00x"]"#, "[sefbfbd;sefbfbd78;]"),
        (r#""\ud83d\ud83d\ude00""#, "sefbfbdf09f9880;"),
        (r#"{"\ud800": 1, "\ud801": 2}"#, "{sefbfbd;i2;}"),
        ("[1e400, -1E+400, 1e-400]", "[f7ff0000000000000;ffff0000000000000;f0000000000000000;]"),
        ("\u{feff} [1]", "[i1;]"),
    ];
    for (text, says) in cases {
        let message = decode(&Json, text.as_bytes()).unwrap();
        assert_eq!(describe(message.value().unwrap()), says);
    }
}

#[test]
fn json_is_written_as_python_writes_it() {
    let mut message = Message::new();
    message.open_tuple().push(1).push(true).add_nil().push("é\n").close();
    assert_eq!(encode(&Json, &message).unwrap(), r#"[1,true,null,"é\n"]"#);
    message.clear().open_list().open_list().close().open_map().close().push(f64::NAN);
    message.push(f64::INFINITY).push(f64::NEG_INFINITY).push(0.1).push(1e16).push(-2.5e-7);
    message.push(1.5e300).close();
    let wanted = "[[],{},NaN,Infinity,-Infinity,0.1,1e+16,-2.5e-07,1.5e+300]";
    assert_eq!(encode(&Json, &message).unwrap(), wanted);
}

#[test]
fn keys_become_strings_as_in_python() {
    let mut message = Message::new();
    message.open_map();
    for key in ["null", "true", "-3", "18446744073709551616", "1.0", "1e16", "1e-5", "NaN"] {
        message.key_value(Message::from_json(key).unwrap().value().unwrap()).add_nil();
    }
    message.close();
    let wanted = r#"{"null":null,"true":null,"-3":null,"18446744073709551616":null,"1.0":null,"#
        .to_owned()
        + r#""1e+16":null,"1e-05":null,"NaN":null}"#;
    assert_eq!(encode(&Json, &message).unwrap(), wanted);
}

#[test]
fn of_a_key_that_is_there_twice_the_first_value_is_written() {
    let message = Message::new().begin("a").set("x", 1).set("x", 2).clone();
    assert_eq!(encode(&Json, &message).unwrap(), r#"{"action":"a","x":1}"#);
}

#[test]
fn what_json_lacks_is_refused_with_its_place() {
    let refusal = |message: &Message| match encode(&Json, message) {
        Err(error @ CodecError::Unsendable { .. }) => error.to_string(),
        other => panic!("{message:?} gave {other:?}"),
    };
    let mut message = Message::new();
    message.begin("a").key("b").open_list().push(0).add_bytes(b"text").close();
    assert_eq!(refusal(&message), "b[1]: bytes cannot be sent in JSON");
    message.clear().add_ext(5, &[]);
    assert_eq!(refusal(&message), "the message: an extension (type 5) cannot be sent in JSON");
    let key = Message::new().add_bytes(&[1]).clone();
    message.clear().open_map().key_value(key.value().unwrap()).push(1).close();
    assert!(refusal(&message).ends_with("bytes cannot be sent in JSON"), "{}", refusal(&message));
    // As Python's `dumps` refuses it with a TypeError.
    let cell = Message::new().open_tuple().push(1).push(2).close().clone();
    message.begin("map").key("walls").open_map().key_value(cell.value().unwrap()).push(1).close();
    assert_eq!(refusal(&message), "walls[[1,2]]: a tuple cannot be a key in JSON");
}

#[test]
fn what_is_no_json_is_refused_with_its_place() {
    let flaw = |payload: &[u8]| match decode(&Json, payload) {
        Err(CodecError::Malformed(text)) => text,
        other => panic!("{payload:x?} gave {other:?}"),
    };
    assert_eq!(flaw(b"{\"a\": }"), "line 1, column 7: expected a value");
    assert_eq!(flaw(b"\"\xff\""), "byte 1: JSON is UTF-8");
    assert_eq!(flaw(b"\"\xed\xa0\x80\""), "byte 1: JSON is UTF-8");
    assert_eq!(flaw(b"1\0"), "line 1, column 2: nothing may follow the value");
    assert_eq!(flaw(b""), "line 1, column 1: expected a value");
    assert_eq!(flaw("\u{feff}\u{feff}1".as_bytes()), "line 1, column 1: expected a value");
    let digits = "1".repeat(1025);
    assert_eq!(flaw(digits.as_bytes()), "line 1, column 1: an integer has at most 1024 digits");
}

/// Limits hold on the way, not only at the end.
#[test]
fn limits_hold_while_json_is_read() {
    let decode = |text: &str, limits: Limits| {
        let mut message = Message::new();
        let result = Json.decode(text.as_bytes(), &limits, &mut message);
        (result, message.values())
    };
    let nested = "[".repeat(1_000_000);
    for depth in [0, 64, 256, 1000] {
        let (result, values) = decode(&nested, Limits { depth, ..WIDE });
        let limit = depth.min(256);
        assert_eq!((result, values), (Err(CodecError::TooDeep { limit }), limit));
    }
    let limits = Limits { values: 10, ..WIDE };
    for list in [["[", &"1,".repeat(1_000_000), "1]"], ["[", &"{\"a\":1},".repeat(100_000), "1]"]] {
        let (result, values) = decode(&list.concat(), limits);
        assert_eq!((result, values), (Err(CodecError::TooManyValues { limit: 10 }), 10));
    }
}

#[test]
fn limits_hold_for_every_codec() {
    let limits = Limits { depth: 1, values: 3 };
    let copy = Custom::new(
        |value, out| {
            out.extend_from_slice(value.span());
            Ok(())
        },
        |payload, message| {
            message.add_msgpack(payload);
            Ok(())
        },
    );
    let codecs: [&dyn Codec; 3] = [&Json, &MessagePack, &copy];
    for codec in codecs {
        for (json, wanted) in [
            ("[1,2]", Ok(())),
            ("[1,2,3]", Err(CodecError::TooManyValues { limit: 3 })),
            ("[[1]]", Err(CodecError::TooDeep { limit: 1 })),
        ] {
            let message = Message::from_json(json).unwrap();
            let mut payload = Vec::new();
            codec.encode(message.value().unwrap(), &mut payload).unwrap();
            let mut read = Message::new();
            assert_eq!(codec.decode(&payload, &limits, &mut read), wanted, "{}", codec.name());
            assert!(wanted.is_err() || read.bytes() == message.bytes());
        }
    }
}

#[test]
fn messagepack_is_checked() {
    let error = decode(&MessagePack, &[0x92, 1]).unwrap_err();
    assert_eq!(error.to_string(), "byte 0: the value is cut off");
    assert_eq!(decode(&MessagePack, &[1]).unwrap().bytes().unwrap(), [1]);
}

#[test]
fn a_custom_codec_s_words_are_the_error() {
    let codec = Custom::new(
        |value, out| {
            out.extend_from_slice(b"half");
            Err(format!("no {}", value.to_json()))
        },
        |payload, message| match payload {
            b"open" => {
                message.open_list();
                Ok(())
            }
            b"nothing" => Ok(()),
            _ => Err("no such payload".to_owned()),
        },
    );
    let message = Message::from_json("7").unwrap();
    assert_eq!(encode(&codec, &message).unwrap_err(), CodecError::Custom("no 7".into()));
    let words = |payload| decode(&codec, payload).unwrap_err().to_string();
    assert_eq!(words(b"x"), "no such payload");
    assert_eq!(words(b"open"), "1 container is still open (the outermost)");
    assert_eq!(words(b"nothing"), "the message is empty");
}
