//! Any `Serialize` in, any `Deserialize` out.

use std::collections::{BTreeMap, HashMap};

use podsix::value::{Kind, Message};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
enum Tool {
    Brush,
    Line(i32, i32),
    Text { font: String, size: u8 },
    Fill(u32),
}

#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
struct Player {
    action: String,
    id: u64,
    position: (f32, f32),
    health: Option<i16>,
    tools: Vec<Tool>,
    scores: BTreeMap<i32, String>,
    inside: Vec<Vec<u8>>,
}

fn player() -> Player {
    Player {
        action: "join".into(),
        id: u64::MAX,
        position: (1.5, -2.0),
        health: None,
        tools: vec![
            Tool::Brush,
            Tool::Line(-1, 70_000),
            Tool::Text { font: "sans".into(), size: 200 },
            Tool::Fill(7),
        ],
        scores: BTreeMap::from([(-1, "a".into()), (1000, "b".into())]),
        inside: vec![vec![], vec![1, 2]],
    }
}

#[test]
fn a_struct_comes_back_equal_and_reads_as_a_map() {
    let message = Message::from_serialize(&player()).unwrap();
    let value = message.value().unwrap();
    assert_eq!(value.deserialize::<Player>().unwrap(), player());
    assert_eq!(value.action(), Some("join"));
    assert_eq!(value.get("id").read_uint(), Ok(u64::MAX));
    assert_eq!(value.get("position").at(1).read_double(), Ok(-2.0));
    assert_eq!(value.get("health").kind(), Kind::Nil);
    assert_eq!(value.get("scores").get_int(1000).as_str(""), "b");
    let tally = podsix::value::validate(
        message.bytes().unwrap(),
        &podsix::value::Limits { depth: 9, values: 99 },
    );
    assert_eq!(
        tally.map(|tally| (tally.depth, tally.values)),
        Ok((message.depth(), message.values()))
    );
}

#[test]
fn a_serialized_part_stands_inside_a_message() {
    let mut message = Message::new();
    message.begin("tools").key("tools").add_serialize(&player().tools).set("after", 1);
    let value = message.value().unwrap();
    assert_eq!(value.get("tools").deserialize::<Vec<Tool>>().unwrap(), player().tools);
    assert_eq!(value.get("after").as_int(0), 1);
}

#[test]
fn errors_repeat_what_was_sent_cut_and_on_one_line() {
    for tool in ["a\n\u{1b}[2J".to_owned(), "x".repeat(100_000)] {
        let mut message = Message::new();
        message.push(&*tool);
        let words = message.value().unwrap().deserialize::<Tool>().unwrap_err().to_string();
        assert!(words.contains(&tool[..1]) && words.len() < 1_100, "{words}");
        assert_eq!(podsix::printable(&words, usize::MAX).to_string(), words);
    }
}

#[test]
fn tuples_read_as_sequences_at_any_depth() {
    let mut message = Message::new();
    message.open_tuple().open_list().open_tuple().push(1).push(2).close();
    message.open_tuple().push(3).push(4).close().close().push("end").close();
    let value = message.value().unwrap();
    let read: (Vec<(i32, i32)>, String) = value.deserialize().unwrap();
    assert_eq!(read, (vec![(1, 2), (3, 4)], "end".to_owned()));
    let json: serde_json::Value = value.deserialize().unwrap();
    assert_eq!(json.to_string(), r#"[[[1,2],[3,4]],"end"]"#);
}

#[test]
fn tuples_as_keys_read_as_keys() {
    let mut message = Message::new();
    message.open_map();
    for (x, y, thing) in [(1, 2, "wall"), (1, 3, "door")] {
        let cell = Message::new().open_tuple().push(x).push(y).close().clone();
        message.key_value(cell.value().unwrap()).push(thing);
    }
    let read: HashMap<(i32, i32), String> = message.close().value().unwrap().deserialize().unwrap();
    assert_eq!(read.len(), 2);
    assert_eq!((read[&(1, 2)].as_str(), read[&(1, 3)].as_str()), ("wall", "door"));
}

#[test]
fn big_integers_read_as_128_bits() {
    let text = format!("[{},{},{}]", i128::MIN, 1u128 << 64, 5);
    let message = Message::from_json(&text).unwrap();
    let read: (i128, i128, i8) = message.value().unwrap().deserialize().unwrap();
    assert_eq!(read, (i128::MIN, 1 << 64, 5));
    let unsigned = Message::from_json(&u128::MAX.to_string()).unwrap();
    assert_eq!(unsigned.value().unwrap().deserialize::<u128>().unwrap(), u128::MAX);
    let mut tuple = Message::new();
    tuple.open_tuple().add_big_int("-9223372036854775809").push(1).close();
    let read: (i128, u8) = tuple.value().unwrap().deserialize().unwrap();
    assert_eq!(read, (i128::from(i64::MIN) - 1, 1));
    let larger = Message::from_json(&format!("{}0", u128::MAX)).unwrap();
    assert!(larger.value().unwrap().deserialize::<i128>().is_err());
}

#[test]
fn a_mismatch_is_told_in_words() {
    let message = Message::from_json(r#"{"id":"seven"}"#).unwrap();
    #[derive(Deserialize, Debug)]
    struct Wanted {
        #[expect(dead_code, reason = "only read by serde")]
        id: u32,
    }
    let error = message.value().unwrap().deserialize::<Wanted>().unwrap_err();
    assert_eq!(error.to_string(), "a string stands where the type wants something else");
    let error = message.value().unwrap().get("name").deserialize::<String>().unwrap_err();
    assert_eq!(error.to_string(), "the value is missing");
    let error = Message::from_json("{}").unwrap().value().unwrap().deserialize::<Wanted>();
    assert_eq!(error.unwrap_err().to_string(), "missing field `id`");
}

#[test]
fn what_no_message_can_hold_is_refused() {
    let lists_as_keys = BTreeMap::from([(vec![1], 1)]);
    let error = Message::from_serialize(&lists_as_keys).unwrap_err().to_string();
    assert_eq!(error, "malformed MessagePack: byte 1: a list or map is used as a key");
    struct Refusing;
    impl Serialize for Refusing {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("not today"))
        }
    }
    let error = Message::from_serialize(&Refusing).unwrap_err().to_string();
    assert_eq!(error, "the value cannot be serialized: not today");
    let mut deep = vec![serde_json::Value::Null];
    for _ in 0..300 {
        let inner = deep.pop().unwrap();
        deep.push(serde_json::Value::Array(vec![inner]));
    }
    let error = Message::from_serialize(&deep[0]).unwrap_err().to_string();
    assert_eq!(error, "the message is nested deeper than 256 levels");
}
