//! Reading values.

use podsix::value::{Cursor, Kind, Limits, Message, ReadError, Value};

const WIDE: Limits = Limits { depth: 256, values: u32::MAX };

fn value(bytes: &[u8]) -> Value<'_> {
    Value::parse(bytes, &WIDE).unwrap()
}

#[test]
fn kinds_have_the_numbers_of_the_c_abi() {
    let big = [&[0xc7, 20, 1], &b"18446744073709551616"[..]].concat();
    let cases: [(&[u8], Kind, i32); 19] = [
        (&[0xc0], Kind::Nil, 1),
        (&[0xc2], Kind::Bool, 2),
        (&[0xc3], Kind::Bool, 2),
        (&[0x7f], Kind::Int, 3),
        (&[0xe0], Kind::Int, 3),
        (&[0xcc, 0xff], Kind::Int, 3),
        (&[0xcf, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Kind::Int, 3),
        (&[0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0], Kind::Uint, 4),
        (&[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0], Kind::Int, 3),
        (&[0xca, 0, 0, 0, 0], Kind::Double, 5),
        (&[0xcb, 0, 0, 0, 0, 0, 0, 0, 0], Kind::Double, 5),
        (&[0xa1, b'x'], Kind::String, 6),
        (&[0xc4, 0], Kind::Bytes, 7),
        (&[0x90], Kind::List, 8),
        (&[0xd4, 2, 0x90], Kind::List, 8),
        (&[0x80], Kind::Map, 9),
        (&[0xde, 0, 0], Kind::Map, 9),
        (&[0xd4, 5, 0], Kind::Extension, 10),
        (&big, Kind::Extension, 10),
    ];
    for (bytes, kind, number) in cases {
        assert_eq!((value(bytes).kind(), kind as i32), (kind, number), "{bytes:02x?}");
    }
    assert_eq!((Value::NONE.kind(), Kind::None as i32), (Kind::None, 0));
}

#[test]
fn lookups_chain_through_what_is_not_there() {
    let message = Message::from_json(r#"{"a":{"b":[1,{"c":"deep"}]}}"#).unwrap();
    let root = message.value().unwrap();
    assert_eq!(root.get("a").get("b").at(1).get("c").as_str("?"), "deep");
    let nothing = root.get("a").get("x").at(1).get("c").get_int(3);
    assert_eq!(nothing.kind(), Kind::None);
    assert_eq!(nothing.as_int(-1), -1);
    assert_eq!((nothing.count(), nothing.span(), nothing.to_json().as_str()), (0, &[][..], ""));
    assert_eq!(nothing.fields(&["a"], &mut [root]), 0);
    assert_eq!(nothing.step(&mut Cursor::default()).map(|_| ()), None);
    assert_eq!(nothing, Value::NONE);
    assert_eq!(format!("{nothing:?} {:?}", root.get("a").get("b").at(0)), "missing 1");
}

#[test]
fn the_first_of_duplicate_keys_counts() {
    let message = Message::from_json(r#"{"a":1,"a":2,"b":3}"#).unwrap();
    let map = message.value().unwrap();
    assert_eq!(map.get("a").as_int(0), 1);
    let mut out = [Value::NONE; 2];
    assert_eq!(map.fields(&["b", "a"], &mut out), 2);
    assert_eq!((out[0].as_int(0), out[1].as_int(0)), (3, 1));
    let mut twice = Message::new();
    twice.open_map().key_int(5).push("first").key_int(5).push("second").close();
    assert_eq!(twice.value().unwrap().get_int(5).as_str(""), "first");
}

#[test]
fn integer_keys_match_by_value_whatever_their_width() {
    let map = [0x83, 0xd3, 0, 0, 0, 0, 0, 0, 0, 7, 1, 0xcc, 8, 2, 0xd1, 0xff, 0xff, 3];
    let map = value(&map);
    assert_eq!([7, 8, -1, 9].map(|key| map.get_int(key).as_int(0)), [1, 2, 3, 0]);
    let doubles = [0x81, 0xcb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 1];
    assert!(value(&doubles).get_int(1).is_none());
    assert!(map.get("7").is_none());
}

/// Also where another program's MessagePack, which is passed on as it is, has other bits.
#[test]
fn what_is_not_a_number_is_read_as_the_one() {
    let others: [&[u8]; 4] = [
        b"\xca\xff\xff\xff\xff",
        b"\xca\x7f\x80\0\x01",
        b"\xcb\x7f\xf0\0\0\0\0\0\x01",
        b"\xcb\xff\xff\xff\xff\xff\xff\xff\xff",
    ];
    for bytes in others {
        let read = [value(bytes).as_double(0.0), value(bytes).read_double().unwrap()];
        assert_eq!(read.map(f64::to_bits), [0x7ff8_0000_0000_0000; 2]);
        assert_eq!(value(bytes).span(), bytes);
        let read: f64 = value(bytes).deserialize().unwrap();
        assert_eq!(read.to_bits(), 0x7ff8_0000_0000_0000);
    }
}

#[test]
fn numbers_convert_when_nothing_is_lost() {
    let double = |number: f64| [&[0xcb][..], &number.to_be_bytes()].concat();
    for (number, int, uint) in [
        (3.0, 3, 3),
        (-3.0, -3, 99),
        (3.5, 99, 99),
        (-0.0, 0, 0),
        (f64::NAN, 99, 99),
        (f64::INFINITY, 99, 99),
        (9_223_372_036_854_775_808.0, 99, 1 << 63),
        (-9_223_372_036_854_775_808.0, i64::MIN, 99),
        (18_446_744_073_709_551_616.0, 99, 99),
    ] {
        let bytes = double(number);
        assert_eq!(value(&bytes).as_int(99), int, "{number}");
        assert_eq!(value(&bytes).as_uint(99), uint, "{number}");
        assert!(value(&bytes).read_int().is_err());
    }
    let most = [0xcf, 255, 255, 255, 255, 255, 255, 255, 255];
    assert_eq!(value(&most).as_uint(0), u64::MAX);
    assert_eq!(value(&most).as_int(-1), -1);
    assert_eq!(value(&most).as_double(0.0), 18_446_744_073_709_551_616.0);
    assert_eq!(value(&[0xff]).as_uint(7), 7);
    assert_eq!(value(&[0xca, 0x3f, 0, 0, 0]).as_double(0.0), 0.5);
    let big = Message::from_json("100000000000000000000").unwrap();
    assert_eq!(big.value().unwrap().as_double(0.0), 1e20);
    assert_eq!(big.value().unwrap().as_bytes(), Some(&b"100000000000000000000"[..]));
    assert_eq!(value(&[0xc3]).as_int(9), 9);
    assert!(value(&[1]).as_bool(true) && !value(&[1]).as_bool(false));
}

#[test]
fn strict_reads_tell_what_they_found() {
    let text = |error: ReadError| error.to_string();
    let string = [0xa1, b'x'];
    let big = Message::from_json("100000000000000000000").unwrap();
    let big = big.value().unwrap();
    let most = [0xcf, 255, 255, 255, 255, 255, 255, 255, 255];
    let cases = [
        (text(value(&string).read_int().unwrap_err()), "the value is a string, not an integer"),
        (text(value(&string).read_uint().unwrap_err()), "the value is a string, not an integer"),
        (text(value(&string).read_double().unwrap_err()), "the value is a string, not a double"),
        (text(Value::NONE.read_str().unwrap_err()), "the value is missing, not a string"),
        (text(value(&[0xc0]).read_bool().unwrap_err()), "the value is nil, not a bool"),
        (text(value(&[1]).read_bool().unwrap_err()), "the value is an integer, not a bool"),
        (text(big.read_str().unwrap_err()), "the value is an integer beyond 64 bits, not a string"),
        (
            text(value(&most).read_int().unwrap_err()),
            "the number does not fit into a signed 64-bit integer",
        ),
        (text(big.read_int().unwrap_err()), "the number does not fit into a signed 64-bit integer"),
        (
            text(value(&[0xff]).read_uint().unwrap_err()),
            "the number does not fit into an unsigned 64-bit integer",
        ),
        (
            text(value(&most).read_double().unwrap_err()),
            "the number does not fit into a double without rounding",
        ),
    ];
    for (found, wanted) in cases {
        assert_eq!(found, wanted);
    }
    assert_eq!(value(&[3]).read_double(), Ok(3.0));
    assert_eq!(value(&most).read_uint(), Ok(u64::MAX));
    assert_eq!(value(&[0xc3]).read_bool(), Ok(true));
    assert_eq!(value(&string).read_str(), Ok("x"));
}

#[test]
fn a_tuple_reads_as_a_list() {
    let mut message = Message::new();
    message.open_tuple().push(1).push("two").close();
    let tuple = message.value().unwrap();
    assert_eq!((tuple.kind(), tuple.is_tuple(), tuple.ext_type()), (Kind::List, true, Some(2)));
    assert_eq!((tuple.count(), tuple.at(0).as_int(0), tuple.at(1).as_str("")), (2, 1, "two"));
    assert!(tuple.at(2).is_none());
    let list = Message::from_json(r#"[1,"two"]"#).unwrap();
    assert_ne!(tuple, list.value().unwrap());
    assert!(!list.value().unwrap().is_tuple());
}

#[test]
fn equality_looks_at_values_not_at_encodings() {
    assert_eq!(value(&[3]), value(&[0xd3, 0, 0, 0, 0, 0, 0, 0, 3]));
    assert_ne!(value(&[3]), value(&[0xcb, 0x40, 0x08, 0, 0, 0, 0, 0, 0]));
    assert_eq!(value(&[0xca, 0x40, 0x40, 0, 0]), value(&[0xcb, 0x40, 0x08, 0, 0, 0, 0, 0, 0]));
    assert_ne!(value(&[0xa1, b'x']), value(&[0xc4, 1, b'x']));
    assert_eq!(value(&[0x91, 3]), value(&[0xdc, 0, 1, 3]));
    assert_ne!(value(&[0x91, 3]), value(&[0x92, 3, 3]));
    assert_ne!(value(&[0x81, 1, 2]), value(&[0x81, 1, 3]));
    assert_ne!(value(&[0x82, 1, 2, 3, 4]), value(&[0x82, 3, 4, 1, 2]));
}

#[test]
fn actions_are_strings_of_maps() {
    let action =
        |json: &str| Message::from_json(json).unwrap().value().unwrap().action().map(str::to_owned);
    assert_eq!(action(r#"{"x":1,"action":"move"}"#).as_deref(), Some("move"));
    assert_eq!(action(r#"{"action":5}"#), None);
    assert_eq!(action(r#"["action","move"]"#), None);
    assert_eq!(action("{}"), None);
}

#[test]
fn fields_of_the_shorter_of_keys_and_places() {
    let message = Message::from_json(r#"{"a":1,"b":2}"#).unwrap();
    let map = message.value().unwrap();
    let mut out = [Value::NONE; 1];
    assert_eq!(map.fields(&["b", "a"], &mut out), 1);
    assert_eq!(out[0].as_int(0), 2);
    let mut out = [map; 3];
    assert_eq!(map.fields(&["c", "a"], &mut out), 1);
    assert!(out[0].is_none() && out[1].as_int(0) == 1 && out[2] == map);
}

#[test]
fn a_walk_can_pause_and_go_on() {
    let message = Message::from_json(r#"{"a":[1,2],"b":{},"c":3}"#).unwrap();
    let map = message.value().unwrap();
    let mut cursor = Cursor::default();
    let mut seen = Vec::new();
    while let Some((key, value)) = map.step(&mut cursor) {
        let mut again = cursor;
        let ahead = map.step(&mut again).map(|(key, _)| key);
        assert_eq!(ahead, map.entries().nth(seen.len() + 1).map(|(key, _)| key));
        seen.push(format!("{key:?}={value:?}"));
    }
    assert_eq!(seen, [r#""a"=[1,2]"#, r#""b"={}"#, r#""c"=3"#]);
    assert!(map.step(&mut cursor).is_none());
}
