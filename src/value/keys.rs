//! Whether the keys of a map are new, asked one by one on a walk through a message.

use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::hash::{BuildHasher, RandomState};

use super::header::{Form, Header};
use super::short::is_same;
use super::{Kind, Value};

/// Which keys are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Same {
    /// Those that a Python dict has as one when they have arrived: 1, 1.0 and true are equal, and bytes
    /// that are text arrive as text.
    Equal,
    /// Equal ones of the same kind.
    Alike,
}

/// How many keys are compared each with each.
const FEW: usize = 16;

/// The most room that a thread keeps, in places.
const KEPT: usize = 8 << 10;

thread_local! {
    /// Room for the places, so that a message needs none of its own.
    static ROOM: Cell<Vec<usize>> = const { Cell::new(Vec::new()) };
}

/// The keys so far of the maps that the walk is inside of.
pub(crate) struct Keys<'a> {
    bytes: &'a [u8],
    same: Same,
    /// Where the keys lie, an outer map's before an inner one's. Few are there in a row. Many are a hash table
    /// of places counted from 1, for 0 is a free slot.
    places: Vec<usize>,
}

/// A map on the way, until it is closed.
pub(crate) struct Map {
    /// Where its places begin.
    start: usize,
    /// If it has many keys: what hashes them, so that nobody can choose keys that collide.
    hasher: Option<RandomState>,
}

impl<'a> Keys<'a> {
    /// For the maps in a value.
    pub(crate) fn of(value: Value<'a>, same: Same) -> Keys<'a> {
        let mut places = ROOM.take();
        places.clear();
        Keys { bytes: value.source(), same, places }
    }

    /// The walk enters a map of so many keys.
    pub(crate) fn open(&mut self, count: usize) -> Map {
        let start = self.places.len();
        if count <= FEW {
            return Map { start, hasher: None };
        }
        self.places.resize(start + (2 * count).next_power_of_two(), 0);
        Map { start, hasher: Some(RandomState::new()) }
    }

    /// The walk leaves a map.
    pub(crate) fn close(&mut self, map: Map) {
        self.places.truncate(map.start);
    }

    /// Whether the key at `at` is a new one. The maps inside `map` are closed.
    #[inline]
    pub(crate) fn add(&mut self, map: &Map, at: usize) -> bool {
        if let Some(hasher) = &map.hasher {
            return self.add_to_many(map.start, hasher, at);
        }
        let is_new = self.places[map.start..].iter().all(|&earlier| !self.are_same(earlier, at));
        self.places.push(at);
        is_new
    }

    fn add_to_many(&mut self, start: usize, hasher: &RandomState, at: usize) -> bool {
        let key = |at: usize| Key::of(Value::trusted(&self.bytes[at..]), self.same);
        let Some(new) = key(at) else { return true };
        let slots = &mut self.places[start..];
        let mut slot = hasher.hash_one(&new) as usize;
        loop {
            // They are a power of two, and more than there are keys.
            slot &= slots.len() - 1;
            match slots[slot].checked_sub(1) {
                None => break,
                Some(earlier) if key(earlier).as_ref() == Some(&new) => return false,
                Some(_) => slot += 1,
            }
        }
        slots[slot] = at + 1;
        true
    }

    #[inline]
    fn are_same(&self, one: usize, other: usize) -> bool {
        let (a, b) = (Header::read(self.bytes, one), Header::read(self.bytes, other));
        match (a.form, b.form) {
            (Form::Str, Form::Str) => {
                is_same(&self.bytes[a.start..][..a.len], &self.bytes[b.start..][..b.len])
            }
            _ => self.are_same_odd(one, other),
        }
    }

    fn are_same_odd(&self, one: usize, other: usize) -> bool {
        let [one, other] =
            [one, other].map(|at| Key::of(Value::trusted(&self.bytes[at..]), self.same));
        one.is_some() && one == other
    }
}

impl Drop for Keys<'_> {
    fn drop(&mut self) {
        let places = std::mem::take(&mut self.places);
        if places.capacity() <= KEPT {
            ROOM.set(places);
        }
    }
}

/// What is compared and hashed. If equal ones are the same, numbers are it across types, and true is 1.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Key<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    /// Above `i64::MAX`.
    Uint(u64),
    /// An integer beyond 64 bits that equals no double, in decimal.
    Big(&'a str),
    /// The bits of a double that equals no integer of 64 bits.
    Double(u64),
    Text(&'a [u8]),
    Bytes(&'a [u8]),
    Ext(i8, &'a [u8]),
}

impl<'a> Key<'a> {
    /// `None` is not a number, which is equal to nothing.
    pub(super) fn of(value: Value<'a>, same: Same) -> Option<Key<'a>> {
        let payload = value.as_bytes().unwrap_or_default();
        let is_equal = same == Same::Equal;
        Some(match value.kind() {
            Kind::Bool if is_equal => Key::Int(value.as_bool(false).into()),
            Kind::Bool => Key::Bool(value.as_bool(false)),
            Kind::Int => Key::Int(value.as_int(0)),
            Kind::Uint => Key::Uint(value.as_uint(0)),
            Kind::Double if is_equal => return Key::of_double(value.as_double(0.0)),
            Kind::Double => Key::Double(value.as_double(0.0).to_bits()),
            Kind::String => Key::Text(payload),
            Kind::Bytes if is_equal => Key::Text(payload),
            Kind::Bytes => Key::Bytes(payload),
            Kind::Extension => match value.big_integer() {
                Some(digits) if is_equal => Key::of_big(digits),
                Some(digits) => Key::Big(digits),
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
            _ if double.trunc() != double => Some(Key::Double(double.to_bits())),
            _ if (-TWO_63..TWO_63).contains(&double) => Some(Key::Int(double as i64)),
            _ if (TWO_63..TWO_64).contains(&double) => Some(Key::Uint(double as u64)),
            _ => Some(Key::Double(double.to_bits())),
        }
    }

    fn of_big(digits: &'a str) -> Key<'a> {
        let nearest = digits.parse().unwrap_or(f64::INFINITY);
        let mut rest = Rest(digits);
        match write!(rest, "{nearest:.0}") {
            Ok(()) if rest.0.is_empty() => Key::Double(nearest.to_bits()),
            _ => Key::Big(digits),
        }
    }
}

/// Takes what is written off the front of a text, and fails where that differs.
struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Message;

    /// Whether two keys in a map are the same.
    fn are(same: Same, one: &Message, other: &Message) -> bool {
        let mut map = Message::new();
        let [one, other] = [one, other].map(|key| key.value().unwrap());
        map.open_map().key_value(one).add_nil().key_value(other).add_nil().close();
        let value = map.value().unwrap();
        let mut keys = Keys::of(value, same);
        let open = keys.open(2);
        assert!(keys.add(&open, 1));
        let is_new = keys.add(&open, 1 + one.span().len() + 1);
        keys.close(open);
        // Likewise where they are hashed.
        let open = keys.open(FEW + 1);
        assert!(keys.add(&open, 1));
        assert_eq!(keys.add(&open, 1 + one.span().len() + 1), is_new);
        !is_new
    }

    #[test]
    fn keys_are_one_where_python_says_so() {
        let big = |digits: &str| Message::new().add_big_int(digits).clone();
        let any = |json: &str| Message::from_json(json).unwrap();
        let bytes = |bytes: &[u8]| Message::new().add_bytes(bytes).clone();
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
            (big("-99999999999999991611392"), any("-1e23"), true),
            (big("-99999999999999991611392"), any("1e23"), false),
            (big(&"9".repeat(400)), any("Infinity"), false),
            (any("NaN"), any("NaN"), false),
            (any("Infinity"), any("Infinity"), true),
            (any("Infinity"), any("-Infinity"), false),
            (bytes(b"a"), any("\"a\""), true),
            (bytes(b"a"), bytes(b"a"), true),
            (bytes(b"a"), bytes(b"b"), false),
            (bytes(b"a"), Message::new().add_ext(5, b"a").clone(), false),
        ];
        for (one, other, equal) in cases {
            for (one, other) in [(&one, &other), (&other, &one)] {
                assert_eq!(are(Same::Equal, one, other), equal, "{one:?} and {other:?}");
                let is_alike = one.bytes() == other.bytes();
                assert_eq!(are(Same::Alike, one, other), is_alike, "{one:?} and {other:?}");
            }
        }
    }

    /// The keys of an outer map are still there when an inner one is closed.
    #[test]
    fn maps_inside_maps_are_kept_apart() {
        for (outer, inner) in [(3, 3), (3, 50), (50, 3), (50, 50)] {
            let mut map = Message::new();
            map.open_list();
            for key in 0..50 {
                map.push(key);
            }
            let value = map.close().value().unwrap();
            let mut keys = Keys::of(value, Same::Equal);
            let map = keys.open(outer);
            for at in 3..3 + outer {
                assert!(keys.add(&map, at));
                let inside = keys.open(inner);
                (3..3 + inner).for_each(|at| assert!(keys.add(&inside, at)));
                (3..3 + inner).for_each(|at| assert!(!keys.add(&inside, at)));
                keys.close(inside);
                assert!(!keys.add(&map, at));
            }
        }
    }
}
