//! What holds for any value and for any bytes.

mod value_tree;

use std::collections::HashSet;

use podsix::value::{Cursor, Kind, Limits, Message, Value, View, validate};
use proptest::prelude::*;
use value_tree::{Tree, trees};

const WIDE: Limits = Limits { depth: 256, values: u32::MAX };

/// Calls every accessor on a value and on all inside it.
fn read_everything(value: Value) {
    let kind = value.kind();
    assert_ne!(kind, Kind::None);
    let _ = (value.as_bool(true), value.as_int(1), value.as_uint(1), value.as_double(1.0));
    let _ =
        (value.as_str(""), value.as_bytes(), value.ext_type(), value.is_tuple(), value.action());
    let _ = (value.read_bool(), value.read_int(), value.read_uint(), value.read_double());
    let _ =
        (value.get(""), value.get_int(0), value.at(0), value.deserialize::<serde_json::Value>());
    assert_eq!(value.entries().len() + value.items().len(), value.count());
    assert_eq!(value.entries().count() + value.items().count(), value.count());
    let span = value.span();
    validate(span, &WIDE).expect("a part of a valid value is valid");

    let mut cursor = Cursor::default();
    let mut steps = 0;
    while let Some((key, item)) = value.step(&mut cursor) {
        steps += 1;
        assert_eq!(key.is_none(), kind != Kind::Map);
        if kind == Kind::Map {
            read_everything(key);
        }
        read_everything(item);
    }
    assert_eq!(steps, value.count());
}

/// Bytes that look like MessagePack more often than random ones: markers, lengths, and some text.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let valid = trees().prop_map(|tree| tree.message().bytes().unwrap().to_vec());
    let broken =
        (valid, any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut bytes, at, byte)| {
            let at = at.index(bytes.len());
            bytes[at] = byte;
            bytes
        });
    let markers = prop_oneof![0x80..=0x84u8, 0x90..=0x94u8, 0xa0..=0xa4u8, 0xc0..=0xdfu8, 0..=4u8];
    prop_oneof![
        broken,
        proptest::collection::vec(markers, 0..40),
        proptest::collection::vec(any::<u8>(), 0..40),
    ]
}

proptest! {
    #[test]
    fn any_value_is_written_validated_and_read_back(tree in trees()) {
        let message = tree.message();
        let bytes = message.bytes().unwrap();
        let tally = validate(bytes, &WIDE).unwrap();
        prop_assert_eq!((tally.depth, tally.values), (tree.depth(), tree.values()));
        prop_assert_eq!((message.depth(), message.values()), (tree.depth(), tree.values()));
        prop_assert_eq!(tally.tuple_keys, tree.has_tuple_keys());
        prop_assert_eq!(message.has_tuple_keys(), tree.has_tuple_keys());
        let value = Value::parse(bytes, &WIDE).unwrap();
        prop_assert_eq!(Tree::read(value), tree.as_read());
        prop_assert_eq!(value, message.value().unwrap());
        prop_assert_eq!(value.span(), bytes);
        read_everything(value);
    }

    #[test]
    fn any_bytes_are_refused_or_readable(bytes in bytes()) {
        if let Ok(value) = Value::parse(&bytes, &WIDE) {
            prop_assert_eq!(value.span(), &bytes[..]);
            read_everything(value);
            let tally = validate(&bytes, &WIDE).unwrap();
            let mut message = Message::new();
            message.add_value(value);
            prop_assert_eq!(message.bytes().unwrap(), &bytes[..]);
            prop_assert_eq!((message.depth(), message.values()), (tally.depth, tally.values));
        }
    }

    #[test]
    fn limits_are_exact(tree in trees()) {
        let message = tree.message();
        let bytes = message.bytes().unwrap();
        let (depth, values) = (tree.depth(), tree.values());
        let within = |depth, values| validate(bytes, &Limits { depth, values }).is_ok();
        prop_assert!(within(depth, values));
        prop_assert!(!within(depth, values - 1));
        prop_assert!(depth == 0 || !within(depth - 1, values));
    }

    #[test]
    fn what_is_cut_off_or_has_a_tail_is_refused(tree in trees(), tail in any::<u8>()) {
        let message = tree.message();
        let bytes = message.bytes().unwrap();
        for end in 0..bytes.len() {
            prop_assert!(validate(&bytes[..end], &WIDE).is_err(), "cut at {}", end);
        }
        prop_assert!(validate(&[bytes, &[tail]].concat(), &WIDE).is_err());
    }

    #[test]
    fn a_value_ends_where_it_ends_whatever_follows(tree in trees(), next in trees()) {
        let both = Tree::List(vec![tree.clone(), next]).message();
        let first = both.value().unwrap().at(0);
        let alone = tree.message();
        prop_assert_eq!(first.span(), alone.bytes().unwrap());
        prop_assert_eq!(Tree::read(first), tree.as_read());
    }

    #[test]
    fn fields_are_what_get_gives(
        entries in proptest::collection::vec(("[ab]{0,2}", 0..100i64), 0..20),
        keys in proptest::collection::vec("[abc]{0,2}", 0..10),
    ) {
        let mut message = Message::new();
        message.open_map();
        for (key, value) in &entries {
            message.set(key, *value);
        }
        message.close();
        let value = message.value().unwrap();
        let mut once = HashSet::new();
        let keys: Vec<_> = keys.into_iter().filter(|key| once.insert(key.clone())).collect();
        let mut out = vec![value; keys.len()];
        let found = value.fields(&keys, &mut out);
        prop_assert_eq!(found, out.iter().filter(|field| !field.is_none()).count());
        for (key, field) in keys.iter().zip(out) {
            prop_assert_eq!(field, value.get(key), "{}", key);
            let first = entries.iter().find(|entry| &entry.0 == key).map(|entry| entry.1);
            prop_assert_eq!(field.read_int().ok(), first);
        }
    }

    #[test]
    fn equality_is_that_of_the_trees(a in trees(), b in trees()) {
        let (left, right) = (a.message(), b.message());
        let (left, right): (View<_>, View<_>) = (left.value().unwrap(), right.value().unwrap());
        prop_assert_eq!(left == right, a.as_read() == b.as_read());
    }
}
