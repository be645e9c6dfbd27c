//! The writer: its encodings, byte for byte, and its mistakes, word for word.

use podsix::value::{Kind, Limits, MAX_SIZE, Message, MessageError, Value, validate};

const WIDE: Limits = Limits { depth: 256, values: u32::MAX };

fn written(build: impl FnOnce(&mut Message) -> &mut Message) -> Vec<u8> {
    let mut message = Message::new();
    build(&mut message);
    let bytes = message.bytes().unwrap().to_vec();
    let tally = validate(&bytes, &WIDE).unwrap();
    assert_eq!((message.depth(), message.values()), (tally.depth, tally.values));
    bytes
}

fn refused(build: impl FnOnce(&mut Message) -> &mut Message) -> String {
    let mut message = Message::new();
    build(&mut message);
    message.bytes().unwrap_err().to_string()
}

#[test]
fn what_is_not_a_number_is_written_in_one_form() {
    let (quiet, quiet_32) = (b"\xcb\x7f\xf8\0\0\0\0\0\0", b"\xca\x7f\xc0\0\0");
    for bits in [0xffff_ffff_ffff_ffff, 0x7ff0_0000_0000_0001, f64::NAN.to_bits()] {
        let double = f64::from_bits(bits);
        assert_eq!(written(|m| m.add_double(double)), quiet);
    }
    for bits in [0xffff_ffff, 0x7f80_0001, f32::NAN.to_bits()] {
        assert_eq!(written(|m| m.add_float(f32::from_bits(bits))), quiet_32);
    }
}

#[test]
fn integers_take_their_shortest_form() {
    let cases: [(i64, &[u8]); 22] = [
        (0, &[0x00]),
        (127, &[0x7f]),
        (128, &[0xcc, 0x80]),
        (255, &[0xcc, 0xff]),
        (256, &[0xcd, 0x01, 0x00]),
        (65_535, &[0xcd, 0xff, 0xff]),
        (65_536, &[0xce, 0, 1, 0, 0]),
        (0xffff_ffff, &[0xce, 0xff, 0xff, 0xff, 0xff]),
        (0x1_0000_0000, &[0xcf, 0, 0, 0, 1, 0, 0, 0, 0]),
        (i64::MAX, &[0xcf, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        (-1, &[0xff]),
        (-32, &[0xe0]),
        (-33, &[0xd0, 0xdf]),
        (-127, &[0xd0, 0x81]),
        (-128, &[0xd0, 0x80]),
        (-129, &[0xd1, 0xff, 0x7f]),
        (-32_768, &[0xd1, 0x80, 0x00]),
        (-32_769, &[0xd2, 0xff, 0xff, 0x7f, 0xff]),
        (-2_147_483_648, &[0xd2, 0x80, 0, 0, 0]),
        (-2_147_483_649, &[0xd3, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]),
        (i64::MIN, &[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        (-2, &[0xfe]),
    ];
    for (int, bytes) in cases {
        assert_eq!(written(|m| m.add_int(int)), bytes, "{int}");
        assert_eq!(Value::parse(bytes, &WIDE).unwrap().read_int(), Ok(int));
    }
    assert_eq!(written(|m| m.add_uint(u64::MAX)), [0xcf, 255, 255, 255, 255, 255, 255, 255, 255]);
}

#[test]
fn strings_and_bytes_take_their_shortest_head() {
    for (len, head) in [
        (0, vec![0xa0]),
        (31, vec![0xbf]),
        (32, vec![0xd9, 32]),
        (255, vec![0xd9, 255]),
        (256, vec![0xda, 1, 0]),
        (65_535, vec![0xda, 255, 255]),
        (65_536, vec![0xdb, 0, 1, 0, 0]),
    ] {
        let text = "x".repeat(len);
        let bytes = written(|m| m.add_str(&text));
        assert_eq!(bytes, [&head, text.as_bytes()].concat());
        assert_eq!(Value::parse(&bytes, &WIDE).unwrap().as_str("?"), text);
        assert_eq!(written(|m| m.add_big_int("18446744073709551616"))[..3], [0xc7, 20, 1]);
    }
    for (len, head) in [
        (0, vec![0xc4, 0]),
        (255, vec![0xc4, 255]),
        (256, vec![0xc5, 1, 0]),
        (65_535, vec![0xc5, 255, 255]),
        (65_536, vec![0xc6, 0, 1, 0, 0]),
    ] {
        let raw = vec![0xc1; len];
        let bytes = written(|m| m.add_bytes(&raw));
        assert_eq!(bytes, [&head[..], &raw].concat());
        assert_eq!(Value::parse(&bytes, &WIDE).unwrap().as_bytes(), Some(&raw[..]));
    }
}

#[test]
fn extensions_take_their_shortest_head() {
    for (len, head) in [
        (0, vec![0xc7, 0, 5]),
        (1, vec![0xd4, 5]),
        (2, vec![0xd5, 5]),
        (3, vec![0xc7, 3, 5]),
        (4, vec![0xd6, 5]),
        (8, vec![0xd7, 5]),
        (16, vec![0xd8, 5]),
        (17, vec![0xc7, 17, 5]),
        (255, vec![0xc7, 255, 5]),
        (256, vec![0xc8, 1, 0, 5]),
        (65_536, vec![0xc9, 0, 1, 0, 0, 5]),
    ] {
        let payload = vec![7; len];
        let bytes = written(|m| m.add_ext(5, &payload));
        assert_eq!(bytes, [&head[..], &payload].concat());
        let value = Value::parse(&bytes, &WIDE).unwrap();
        assert_eq!((value.kind(), value.ext_type()), (Kind::Extension, Some(5)));
        assert_eq!(value.as_bytes(), Some(&payload[..]));
    }
    assert_eq!(written(|m| m.add_ext(-1, &[])), [0xc7, 0, 0xff]);
}

#[test]
fn heads_of_containers_grow_with_them() {
    for (count, list, map) in [
        (0u32, vec![0x90], vec![0x80]),
        (15, vec![0x9f], vec![0x8f]),
        (16, vec![0xdc, 0, 16], vec![0xde, 0, 16]),
        (17, vec![0xdc, 0, 17], vec![0xde, 0, 17]),
        (65_535, vec![0xdc, 255, 255], vec![0xde, 255, 255]),
        (65_536, vec![0xdd, 0, 1, 0, 0], vec![0xdf, 0, 1, 0, 0]),
        (65_537, vec![0xdd, 0, 1, 0, 1], vec![0xdf, 0, 1, 0, 1]),
    ] {
        let items = vec![1; count as usize];
        let bytes = written(|m| {
            m.open_list();
            items.iter().for_each(|_| drop_ref(m.add_int(1)));
            m.close()
        });
        assert_eq!(bytes, [list, items.clone()].concat());
        let bytes = written(|m| {
            m.open_map();
            items.iter().for_each(|_| drop_ref(m.key_int(1).add_int(1)));
            m.close()
        });
        assert_eq!(bytes, [map, items.clone(), items].concat());
    }
}

fn drop_ref(_: &mut Message) {}

#[test]
fn growing_heads_inside_each_other_keep_their_contents() {
    let mut message = Message::new();
    message.begin("grow");
    for row in 0..20i64 {
        message.key(&format!("row {row}")).open_tuple().open_list();
        for column in 0..20 {
            message.push(row * 100 + column);
        }
        message.close().push("end").close();
    }
    let value = message.value().unwrap();
    assert_eq!(value.count(), 21);
    for row in 0..20i64 {
        let tuple = value.get(&format!("row {row}"));
        assert!(tuple.is_tuple());
        assert_eq!(tuple.at(1).as_str(""), "end");
        let numbers: Vec<_> = tuple.at(0).items().map(|item| item.as_int(-1)).collect();
        assert_eq!(numbers, (0..20).map(|column| row * 100 + column).collect::<Vec<_>>());
    }
}

#[test]
fn a_tuple_of_another_message_is_a_key() {
    let mut cell = Message::new();
    cell.open_tuple().push(1).push("a").close();
    let mut message = Message::new();
    message.open_map().key_value(cell.value().unwrap()).push("wall");
    assert!(message.has_tuple_keys());
    assert_eq!((message.values(), message.depth()), (5, 2));
    message.close();
    let value = message.value().unwrap();
    let (key, wall) = value.entries().next().unwrap();
    assert_eq!((key, wall.as_str("")), (cell.value().unwrap(), "wall"));
    assert_eq!(value.to_json(), r#"{"[1,\"a\"]":"wall"}"#);

    let mut copy = Message::new();
    assert!(!copy.has_tuple_keys());
    assert!(copy.open_list().add_value(value).close().has_tuple_keys());
    assert!(!copy.clear().has_tuple_keys());
}

#[test]
fn a_tuple_that_cannot_be_a_key_is_refused() {
    let mut tuple = Message::new();
    tuple.open_tuple().open_tuple().open_list().close().close().close();
    let mut message = Message::new();
    message.open_map().key_value(tuple.value().unwrap()).push(1).close();
    assert_eq!(message.bytes().unwrap_err().to_string(), "a key cannot be a list");
    message.clear().open_list().key_value(cell().value().unwrap());
    assert_eq!(message.bytes().unwrap_err().to_string(), "key [1,2] given inside a list");
    message.clear();
    for _ in 0..255 {
        message.open_list();
    }
    message.open_map().key_value(cell().value().unwrap());
    assert_eq!(message.bytes().unwrap_err(), MessageError::TooDeep);
}

fn cell() -> Message {
    Message::new().open_tuple().push(1).push(2).close().clone()
}

#[test]
fn tuples_are_extension_2_around_a_list() {
    assert_eq!(written(|m| m.open_tuple().close()), [0xd4, 2, 0x90]);
    assert_eq!(written(|m| m.open_tuple().push(1).close()), [0xd5, 2, 0x91, 1]);
    assert_eq!(written(|m| m.open_tuple().push(1).push(2).close()), [0xc7, 3, 2, 0x92, 1, 2]);
    let nested = written(|m| m.open_tuple().open_tuple().close().close());
    assert_eq!(nested, [0xd6, 2, 0x91, 0xd4, 2, 0x90]);
}

#[test]
fn a_begun_message_is_complete_after_every_field() {
    let mut message = Message::new();
    message.begin("move");
    assert_eq!(message.value().unwrap().to_json(), r#"{"action":"move"}"#);
    for field in 0..40i64 {
        message.set(&field.to_string(), field);
        let value = message.value().unwrap();
        assert_eq!(value.count() as i64, field + 2);
        assert_eq!(value.get(&field.to_string()).read_int(), Ok(field));
        validate(message.bytes().unwrap(), &WIDE).unwrap();
    }
}

#[test]
fn the_message_of_the_benches_has_46_bytes() {
    let mut message = Message::new();
    message.begin("move").set("id", 7).set("x", 12.5).set("y", -3.25).set("t", 123_456);
    assert_eq!(message.bytes().unwrap().len(), 46);
    assert_eq!((message.depth(), message.values()), (1, 11));
}

#[test]
fn a_message_is_reused_without_a_trace_of_the_last_one() {
    let mut message = Message::new();
    message.begin("first").set("a", 1).key("open").open_list().open_map();
    assert!(message.bytes().is_err());
    message.begin("second");
    assert_eq!(message.value().unwrap().to_json(), r#"{"action":"second"}"#);
    assert_eq!((message.depth(), message.values()), (1, 3));
    message.clear().add_int(5);
    assert_eq!(message.bytes().unwrap(), [5]);
    assert_eq!((message.depth(), message.values()), (0, 1));
    message.close();
    assert!(message.is_failed());
    message.clear().add_bool(true);
    assert_eq!(message.bytes().unwrap(), [0xc3]);
}

#[test]
fn fields_take_rust_types_as_they_are() {
    let list = written(|m| {
        m.open_list().push(1i8).push(2i16).push(3i32).push(4i64).push(5isize).push(6u8).push(7u16);
        m.push(8u32).push(9u64).push(10usize).push(0.5f32).push(0.25f64).push(true).push("a");
        let b = String::from("b");
        m.push(&b).push(String::from("c")).push(&b"d"[..]).push(None::<i32>);
        m.push(Some(11)).push(Value::parse(&[12], &WIDE).unwrap()).close()
    });
    assert_eq!(
        Value::parse(&list, &WIDE).unwrap().to_json(),
        r#"[1,2,3,4,5,6,7,8,9,10,0.5,0.25,true,"a","b","c",{"$bytes":"64"},null,11,12]"#
    );
    assert_eq!(written(|m| m.push(0.5f32)), [0xca, 0x3f, 0, 0, 0]);
}

#[test]
fn integers_beyond_64_bits_are_digits_and_others_are_not() {
    for (digits, bytes) in [
        ("0", vec![0]),
        ("-0", vec![0]),
        ("-1", vec![0xff]),
        ("18446744073709551615", vec![0xcf, 255, 255, 255, 255, 255, 255, 255, 255]),
        ("-9223372036854775808", vec![0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]),
        ("18446744073709551616", [&[0xc7, 20, 1], &b"18446744073709551616"[..]].concat()),
        ("-9223372036854775809", [&[0xc7, 20, 1], &b"-9223372036854775809"[..]].concat()),
    ] {
        assert_eq!(written(|m| m.add_big_int(digits)), bytes, "{digits}");
    }
    let most = "9".repeat(1024);
    assert_eq!(written(|m| m.add_big_int(&most)).len(), 1028);
    for digits in [
        "",
        "-",
        "+1",
        "007",
        "-007",
        "1.0",
        "12a",
        " 1",
        &"9".repeat(1025),
        "00000000000000000000000001",
    ] {
        let error = refused(|m| m.add_big_int(digits));
        assert_eq!(error, "not a decimal integer of at most 1024 digits", "{digits}");
    }
}

#[test]
fn keys_are_any_scalars() {
    let source = Message::from_json("[1.5, null, true, \"s\", 18446744073709551616]").unwrap();
    let mut message = Message::new();
    message.open_map().key_int(-5).push(1);
    for key in source.value().unwrap().items() {
        message.key_value(key).push(1);
    }
    message.close();
    let value = message.value().unwrap();
    assert_eq!(value.count(), 6);
    assert_eq!(value.get_int(-5).as_int(0), 1);
    validate(message.bytes().unwrap(), &WIDE).unwrap();
}

#[test]
fn mistakes_are_told_in_words() {
    type Build = fn(&mut Message) -> &mut Message;
    let cases: [(&str, Build); 26] = [
        ("the message is empty", |m| m),
        ("a message is one value: a second one needs a list or map around both", |m| {
            m.add_int(1).add_int(2)
        }),
        ("a value without a key inside a map", |m| m.begin("a").add_int(1)),
        ("a value without a key inside a map", |m| m.open_map().open_list()),
        ("key \"x\" given inside a list", |m| m.open_list().key("x")),
        ("key 7 given inside a list", |m| m.open_tuple().key_int(7)),
        ("key \"x\" given where no map is open", |m| m.key("x")),
        ("key \"y\" given while key \"x\" waits for its value", |m| m.begin("a").key("x").key("y")),
        ("key \"x\" has no value", |m| m.begin("a").key("x")),
        ("key \"x\" has no value", |m| m.open_map().key("x").close()),
        ("a key cannot be missing", |m| m.begin("a").key_value(Value::NONE)),
        ("a key cannot be a list", |m| {
            m.begin("a").key_value(Value::parse(&[0x90], &WIDE).unwrap())
        }),
        ("close without an open container", |m| m.close()),
        ("close without an open container", |m| m.begin("a").close()),
        ("close without an open container", |m| m.open_list().close().close()),
        ("1 container is still open (the outermost)", |m| m.open_list()),
        ("1 container is still open (players)", |m| m.begin("a").key("players").open_list()),
        ("2 containers are still open (players, [3])", |m| {
            m.begin("a").key("players").open_list().push(0).push(1).push(2).open_map()
        }),
        ("3 containers are still open (the outermost, 7, [0])", |m| {
            m.open_map().key_int(7).open_list().open_tuple()
        }),
        ("the value to be copied is missing", |m| m.begin("a").set("v", Value::NONE)),
        ("malformed MessagePack: byte 0: the value is cut off", |m| m.add_msgpack(&[])),
        ("malformed MessagePack: byte 1: more bytes after the end of the value", |m| {
            m.add_msgpack(&[1, 2])
        }),
        (
            "malformed MessagePack: byte 0: extension 1 is not an integer beyond 64 bits in decimal",
            |m| m.add_ext(1, b"12"),
        ),
        (
            "malformed MessagePack: byte 0: extension 2 (a tuple) does not hold exactly one list",
            |m| m.add_ext(2, &[0x80]),
        ),
        ("malformed JSON: line 1, column 8: expected ':'", |m| m.add_json("{\"key\" 1}")),
        ("one", |m| {
            m.fail(MessageError::Refused("one".into())).fail(MessageError::Refused("two".into()))
        }),
    ];
    for (text, build) in cases {
        assert_eq!(refused(build), text);
    }
}

#[test]
fn the_first_mistake_sticks_until_the_message_starts_anew() {
    let mut message = Message::new();
    message.open_list().key("x").push(1).close().close();
    let text = "key \"x\" given inside a list";
    assert_eq!(message.bytes().unwrap_err().to_string(), text);
    message.add_json("[").add_serialize(&1).key_int(1).open_map().add_ext(9, &[]);
    assert_eq!(message.bytes().unwrap_err().to_string(), text);
    assert_eq!(message.begin("a").bytes().unwrap().len(), 10);
}

#[test]
fn nesting_ends_at_256() {
    let deepest = |levels: usize| {
        let mut message = Message::new();
        (0..levels).for_each(|_| drop_ref(message.open_list()));
        (0..levels).for_each(|_| drop_ref(message.close()));
        message
    };
    let most = deepest(256);
    assert_eq!(most.depth(), 256);
    assert_eq!(validate(most.bytes().unwrap(), &WIDE).unwrap().depth, 256);
    let text = "the message is nested deeper than 256 levels";
    assert_eq!(deepest(257).bytes().unwrap_err().to_string(), text);
    assert_eq!(refused(|m| m.open_list().add_value(most.value().unwrap()).close()), text);
    let below = deepest(255);
    assert_eq!(written(|m| m.open_list().add_value(below.value().unwrap()).close()).len(), 256);
}

#[test]
fn size_ends_at_16777215_bytes() {
    let most = vec![0; MAX_SIZE - 5];
    assert_eq!(written(|m| m.add_bytes(&most)).len(), MAX_SIZE);
    let text = "the message has 16777216 bytes or more, 16777215 is the most there can be";
    assert_eq!(refused(|m| m.open_list().add_bytes(&most).close()), text);
    assert_eq!(refused(|m| m.add_bytes(&vec![0; MAX_SIZE - 4])), text);
    let error = refused(|m| m.add_bytes(&vec![0; MAX_SIZE + 10]));
    assert_eq!(error, "the message has 16777225 bytes or more, 16777215 is the most there can be");
    let error = refused(|m| m.open_tuple().add_bytes(&vec![0; MAX_SIZE - 6]).close());
    assert_eq!(error, "the message has 16777221 bytes or more, 16777215 is the most there can be");
}
