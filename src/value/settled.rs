//! Values as Python has them: each key once in its map.

use std::collections::HashMap;

use super::header::{Form, Header, LAYOUTS, Layout};
use super::keys::{Key, Keys, Same};
use super::{Kind, Message, TUPLE, Value};

/// The same value with each key once in its maps, as Python's dict has it after the same entries: at its
/// first place, with its last value. `None` if that is how it is.
pub(crate) fn settled(value: Value<'_>) -> Option<Message> {
    if walk(value.source(), 0, &mut Keys::of(value, Same::Equal)).is_some() {
        return None;
    }
    let mut message = Message::new();
    copy(value, &mut message);
    Some(message)
}

/// Where the value at `at` ends, or `None` if a map in it has a key twice.
fn walk(bytes: &[u8], at: usize, keys: &mut Keys<'_>) -> Option<usize> {
    let Header { form, start, len } = Header::read(bytes, at);
    match form {
        Form::List => children(bytes, start, len, keys),
        Form::Map => {
            let (mut at, map) = (start, keys.open(len));
            for _ in 0..len {
                if !keys.add(&map, at) {
                    return None;
                }
                at = children(bytes, at, 2, keys)?;
            }
            keys.close(map);
            Some(at)
        }
        Form::Ext if bytes[start - 1] as i8 == TUPLE => walk(bytes, start, keys),
        _ => Some(start + len),
    }
}

/// [`walk`] over `count` values in a row. Most are small and have no children, and are stepped over here.
fn children(bytes: &[u8], mut at: usize, count: usize, keys: &mut Keys<'_>) -> Option<usize> {
    for _ in 0..count {
        let Layout { form, head, width, len } = LAYOUTS[usize::from(bytes[at])];
        at = match form {
            Form::List | Form::Map | Form::Ext => walk(bytes, at, keys)?,
            _ if width == 0 => at + usize::from(head) + usize::from(len),
            _ => walk(bytes, at, keys)?,
        };
    }
    Some(at)
}

fn copy(value: Value<'_>, out: &mut Message) {
    match value.kind() {
        Kind::List => {
            match value.is_tuple() {
                true => out.open_tuple(),
                false => out.open_list(),
            };
            value.items().for_each(|item| copy(item, out));
            out.close();
        }
        Kind::Map => {
            let mut entries: Vec<(Value, Value)> = Vec::new();
            let mut places = HashMap::new();
            for (key, value) in value.entries() {
                let place = Key::of(key, Same::Equal)
                    .map_or(entries.len(), |key| *places.entry(key).or_insert(entries.len()));
                match entries.get_mut(place) {
                    Some(entry) => entry.1 = value,
                    None => entries.push((key, value)),
                }
            }
            out.open_map();
            for (key, value) in entries {
                copy(value, out.key_value(key));
            }
            out.close();
        }
        _ => {
            out.add_value(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Option<String> {
        let message = Message::from_json(text).unwrap();
        let settled = settled(message.value().unwrap())?;
        Some(settled.value().unwrap().to_json())
    }

    #[test]
    fn what_has_no_key_twice_stays() {
        for text in ["1", "[]", r#"{"a":{"a":[{"a":1},{"a":1}]},"b":1}"#, r#"{"a":1,"b":1,"c":1}"#]
        {
            assert_eq!(json(text), None);
        }
    }

    #[test]
    fn a_key_stays_at_its_first_place() {
        let text = r#"[{"a":1,"b":{"c":1,"c":2},"a":[3]},0]"#;
        assert_eq!(json(text).unwrap(), r#"[{"a":[3],"b":{"c":2}},0]"#);
    }

    #[test]
    fn many_keys_are_told_apart_too() {
        for count in [2, 15, 16, 17, 100, 70_000] {
            let mut message = Message::new();
            message.open_map();
            for key in 0..count {
                message.key_int(key).push(key);
            }
            let mut twice = message.clone();
            assert!(settled(message.close().value().unwrap()).is_none());
            twice.key_int(count - 1).push("last").close();
            let settled = settled(twice.value().unwrap()).unwrap();
            let settled = settled.value().unwrap();
            assert_eq!(settled.count(), count as usize);
            assert_eq!(settled.get_int(count - 1).as_str(""), "last");
        }
    }

    /// All their hashes are one: in a table they would be compared each with each, which would take an hour.
    #[test]
    fn many_tuples_that_are_equal_to_nothing_take_no_time() {
        let mut key = Message::new();
        key.open_tuple().push(f64::NAN).close();
        let mut message = Message::new();
        message.open_map();
        for _ in 0..200_000 {
            message.key_value(key.value().unwrap()).add_nil();
        }
        let mut twice = message.clone();
        assert!(settled(message.close().value().unwrap()).is_none());
        twice.key_int(1).push(1).key_int(1).push(2).close();
        let settled = settled(twice.value().unwrap()).unwrap();
        assert_eq!(settled.value().unwrap().count(), 200_001);
    }

    /// Equal keys of different kinds, too: the first one stays, with the last one's value.
    #[test]
    fn a_key_keeps_its_first_form() {
        for (one, other) in
            [("1", "true"), ("0.0", "false"), ("1e30", "1000000000000000019884624838656")]
        {
            let [one, other] = [one, other].map(|key| Message::from_json(key).unwrap());
            let mut map = Message::new();
            map.open_map().key_value(one.value().unwrap()).push(1);
            map.key_value(other.value().unwrap()).push(2).close();
            let settled = settled(map.value().unwrap()).unwrap();
            let (key, value) = settled.value().unwrap().entries().next().unwrap();
            assert_eq!((key, value.as_int(0)), (one.value().unwrap(), 2));
        }
    }
}
