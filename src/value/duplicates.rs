//! Maps with each key once, as Python's dict has them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::header::{Form, Header};
use super::{Kind, Message, TUPLE, Value};

/// Which keys are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Same {
    /// Equal ones, as Python's dict has it: 1, 1.0 and true are one key.
    Equal,
    /// Equal ones of the same kind.
    Alike,
}

/// The same value with each key once in its maps, as Python's dict has it after the same entries: at its
/// first place, with its last value. `None` if that is how it is.
pub(crate) fn settled(value: Value<'_>) -> Option<Message> {
    if walk(value.source(), 0).is_some() {
        return None;
    }
    let mut message = Message::new();
    copy(value, &mut message);
    Some(message)
}

/// Where the value at `at` ends, or `None` if a map in it has a key twice.
fn walk(bytes: &[u8], at: usize) -> Option<usize> {
    let Header { form, start, len } = Header::read(bytes, at);
    match form {
        Form::List => children(bytes, start, len),
        Form::Map => {
            let (mut at, mut keys) = (start, Keys::new(Same::Equal, len));
            for _ in 0..len {
                let key = Value::trusted(&bytes[at..]);
                at = children(bytes, at, 2)?;
                if !keys.add(key) {
                    return None;
                }
            }
            Some(at)
        }
        Form::Ext if bytes[start - 1] as i8 == TUPLE => walk(bytes, start),
        _ => Some(start + len),
    }
}

/// [`walk`] over `count` values in a row. Most have no children and are stepped over here.
fn children(bytes: &[u8], mut at: usize, count: usize) -> Option<usize> {
    for _ in 0..count {
        let header = Header::read(bytes, at);
        at = match header.form {
            Form::List | Form::Map | Form::Ext => walk(bytes, at)?,
            _ => header.start + header.len,
        };
    }
    Some(at)
}

/// How many keys are compared each with each.
const FEW: usize = 16;

/// The keys of one map so far.
pub(crate) struct Keys<'a> {
    same: Same,
    /// How many of the few there are.
    count: usize,
    few: [Value<'a>; FEW],
    /// All of them, once they are more than that.
    many: HashSet<Key<'a>>,
}

impl<'a> Keys<'a> {
    /// Of a map that has `expected` keys.
    pub(crate) fn new(same: Same, expected: usize) -> Keys<'a> {
        let many = HashSet::with_capacity(if expected > FEW { expected } else { 0 });
        Keys { same, count: 0, few: [Value::NONE; FEW], many }
    }

    /// Whether this key of the map is a new one.
    #[inline]
    pub(crate) fn add(&mut self, key: Value<'a>) -> bool {
        let count = self.count;
        if count >= FEW {
            return self.add_to_many(key);
        }
        self.count += 1;
        self.few[count] = key;
        self.few[..count].iter().all(|&earlier| !are_same(earlier, key, self.same))
    }

    fn add_to_many(&mut self, key: Value<'a>) -> bool {
        if self.many.is_empty() {
            self.many.extend(self.few.iter().filter_map(|&earlier| Key::of(earlier, self.same)));
        }
        Key::of(key, self.same).is_none_or(|key| self.many.insert(key))
    }
}

#[inline]
fn are_same(one: Value<'_>, other: Value<'_>, same: Same) -> bool {
    let (a, b) = (one.header(), other.header());
    match (a.form, b.form) {
        (Form::Str, Form::Str) => {
            a.len == b.len && one.source()[a.start..][..a.len] == other.source()[b.start..][..b.len]
        }
        (Form::Str, _) | (_, Form::Str) => false,
        _ => Key::of(one, same).is_some_and(|key| Some(key) == Key::of(other, same)),
    }
}

/// What is compared and hashed. If equal ones are the same, numbers are it across types, and true is 1.
#[derive(PartialEq, Eq, Hash)]
enum Key<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    /// Above `i64::MAX`.
    Uint(u64),
    /// An integer beyond 64 bits, in decimal.
    Big(Cow<'a, str>),
    /// The bits of a double that equals no integer.
    Double(u64),
    Str(&'a [u8]),
    Bytes(&'a [u8]),
    Ext(i8, &'a [u8]),
}

impl<'a> Key<'a> {
    /// `None` is not a number, which is equal to nothing.
    fn of(value: Value<'a>, same: Same) -> Option<Key<'a>> {
        let payload = value.as_bytes().unwrap_or_default();
        Some(match value.kind() {
            Kind::Bool if same == Same::Alike => Key::Bool(value.as_bool(false)),
            Kind::Double if same == Same::Alike => Key::Double(value.as_double(0.0).to_bits()),
            Kind::Bool => Key::Int(value.as_bool(false).into()),
            Kind::Int => Key::Int(value.as_int(0)),
            Kind::Uint => Key::Uint(value.as_uint(0)),
            Kind::Double => return Key::of_double(value.as_double(0.0)),
            Kind::String => Key::Str(payload),
            Kind::Bytes => Key::Bytes(payload),
            Kind::Extension => match value.big_integer() {
                Some(digits) => Key::Big(digits.into()),
                None => Key::Ext(value.ext_type().unwrap_or_default(), payload),
            },
            Kind::None | Kind::Nil | Kind::List | Kind::Map => Key::Nil,
        })
    }

    fn of_double(double: f64) -> Option<Key<'a>> {
        // The ends are powers of two, so the comparisons are exact; the largest integers are no doubles.
        const TWO_63: f64 = 9_223_372_036_854_775_808.0;
        const TWO_64: f64 = 2.0 * TWO_63;
        match double {
            _ if double.is_nan() => None,
            _ if double.trunc() != double || double.is_infinite() => {
                Some(Key::Double(double.to_bits()))
            }
            _ if (-TWO_63..TWO_63).contains(&double) => Some(Key::Int(double as i64)),
            _ if (TWO_63..TWO_64).contains(&double) => Some(Key::Uint(double as u64)),
            _ => Some(Key::Big(format!("{double:.0}").into())),
        }
    }
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
        for text in ["1", "[]", r#"{"a":{"a":[{"a":1},{"a":1}]},"b":1}"#] {
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
        for count in [2, FEW - 1, FEW, FEW + 1, 100, 70_000] {
            let mut message = Message::new();
            message.open_map();
            for key in 0..count {
                message.key_int(key as i64).push(key);
            }
            let mut twice = message.clone();
            assert!(settled(message.close().value().unwrap()).is_none());
            twice.key_int(count as i64 - 1).push("last").close();
            let settled = settled(twice.value().unwrap()).unwrap();
            let settled = settled.value().unwrap();
            assert_eq!(settled.count(), count);
            assert_eq!(settled.get_int(count as i64 - 1).as_str(""), "last");
        }
    }

    /// Pairs of keys, and whether they are one key to Python.
    #[test]
    fn keys_are_equal_where_python_says_so() {
        let big = |digits: &str| Message::new().add_big_int(digits).clone();
        let any = |json: &str| Message::from_json(json).unwrap();
        let cases = [
            (any("1"), any("true"), true),
            (any("0"), any("false"), true),
            (any("0"), any("-0.0"), true),
            (any("2"), any("true"), false),
            (any("1"), any("1.0"), true),
            (any("1"), any("1.5"), false),
            (any("null"), any("false"), false),
            (any("\"1\""), any("1"), false),
            (any("18446744073709551615"), any("18446744073709551616.0"), false),
            (any("9223372036854775808"), any("9223372036854775808.0"), true),
            (big("18446744073709551616"), any("18446744073709551616.0"), true),
            (big("-9223372036854775809"), any("-9223372036854775808.0"), false),
            (any("-9223372036854775808"), any("-9223372036854775808.0"), true),
            (big("100000000000000000000000"), any("1e23"), false),
            (big("99999999999999991611392"), any("1e23"), true),
            (any("NaN"), any("NaN"), false),
            (any("Infinity"), any("Infinity"), true),
            (any("Infinity"), any("-Infinity"), false),
            (Message::new().add_bytes(b"a").clone(), any("\"a\""), false),
            (
                Message::new().add_ext(5, b"a").clone(),
                Message::new().add_bytes(b"a").clone(),
                false,
            ),
        ];
        for (one, other, equal) in cases {
            for (first, second) in [(&one, &other), (&other, &one)] {
                let mut map = Message::new();
                map.open_map().key_value(first.value().unwrap()).push(1);
                map.key_value(second.value().unwrap()).push(2).close();
                let settled = settled(map.value().unwrap());
                assert_eq!(settled.is_some(), equal, "{map:?}");
                let kinds = (first.value().unwrap().kind(), second.value().unwrap().kind());
                let mut alike = Keys::new(Same::Alike, 2);
                assert!(alike.add(first.value().unwrap()));
                let is_alike = !alike.add(second.value().unwrap());
                assert_eq!(is_alike, first.bytes() == second.bytes() && kinds.0 == kinds.1);
                if let Some(settled) = settled {
                    let (key, value) = settled.value().unwrap().entries().next().unwrap();
                    assert_eq!((key, value.as_int(0)), (first.value().unwrap(), 2));
                }
            }
        }
    }
}
