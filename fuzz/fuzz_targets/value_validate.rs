//! Any bytes: refused, or a value of which every accessor is total and every part is valid again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podsix::value::{Cursor, Kind, Limits, Message, Value, validate};

const LIMITS: Limits = Limits { depth: 64, values: 65_536 };

fuzz_target!(|bytes: &[u8]| {
    let Ok(tally) = validate(bytes, &LIMITS) else { return };
    let value = Value::parse(bytes, &LIMITS).expect("parse is validate");
    assert_eq!(value.span(), bytes);
    assert_eq!(walk(value), (tally.depth, tally.values));
    assert!(value.deserialize::<()>().is_ok() || value.kind() != Kind::Nil);

    let mut copy = Message::new();
    copy.add_value(value);
    assert_eq!(copy.bytes().expect("a valid value can be copied"), bytes);
    let counted = (copy.depth(), copy.values(), copy.has_tuple_keys());
    assert_eq!(counted, (tally.depth, tally.values, tally.tuple_keys));
});

/// Reads a value and all inside it; gives its depth and its number of values.
fn walk(value: Value) -> (u32, u32) {
    let _ = (value.as_bool(true), value.as_int(1), value.as_uint(1), value.as_double(1.0));
    let _ = (value.as_str(""), value.as_bytes(), value.ext_type(), value.action());
    let _ = (value.read_bool(), value.read_int(), value.read_uint(), value.read_double());
    assert!(!value.is_none());
    assert_eq!(value.read_str().is_ok(), value.kind() == Kind::String);

    let (mut depth, mut values) = (0, 1);
    let mut cursor = Cursor::default();
    let mut steps = 0;
    while let Some((key, item)) = value.step(&mut cursor) {
        steps += 1;
        if value.kind() == Kind::Map {
            assert!(key.is_tuple() || !matches!(key.kind(), Kind::List | Kind::Map));
            let inside = walk(key);
            depth = depth.max(inside.0);
            values += inside.1;
            if let Ok(name) = key.read_str() {
                let mut field = [Value::NONE];
                assert_eq!(value.fields(&[name], &mut field), 1);
                assert_eq!(field[0].span(), value.get(name).span());
            }
        }
        let inside = walk(item);
        depth = depth.max(inside.0);
        values += inside.1;
    }
    assert_eq!(steps, value.count());
    let is_container = matches!(value.kind(), Kind::List | Kind::Map);
    (depth + is_container as u32, values)
}
