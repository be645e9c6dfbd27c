//! Whether the keys of a map are new, asked one by one on a walk through a message.

use std::cell::Cell;
use std::fmt::{self, Write as _};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use super::header::{Form, Header};
use super::{Kind, Value, room};

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

/// The most room that a thread keeps, in keys.
const KEPT: usize = 4 << 10;

thread_local! {
    /// Room for keys, so that a message needs none of its own.
    static ROOM: Cell<Vec<Seen>> = const { Cell::new(Vec::new()) };
}

/// A key that has come.
#[derive(Clone, Copy)]
struct Seen {
    /// The beginning and the length of a text, never 0, which tell most keys apart; 0 of any other key.
    glance: u64,
    /// Where it lies, which is never at 0: a map's head comes before it.
    at: usize,
}

/// A slot without a key.
const FREE: Seen = Seen { glance: 0, at: 0 };

/// The keys so far of the maps that the walk is inside of.
pub(crate) struct Keys<'a> {
    bytes: &'a [u8],
    same: Same,
    /// An outer map's before an inner one's. Few are there in a row, many in a hash table.
    seen: Vec<Seen>,
}

/// A map on the way, until it is closed.
pub(crate) struct Map {
    /// Where its keys begin among those seen.
    start: usize,
    /// If it has many: what hashes them, so that nobody can choose keys that collide.
    hasher: Option<RandomState>,
}

impl<'a> Keys<'a> {
    /// For the maps in a value.
    pub(crate) fn of(value: Value<'a>, same: Same) -> Keys<'a> {
        let mut seen = room::take(&ROOM);
        seen.clear();
        Keys { bytes: value.source(), same, seen }
    }

    /// The walk enters a map of so many keys.
    pub(crate) fn open(&mut self, count: usize) -> Map {
        let start = self.seen.len();
        if count <= FEW {
            return Map { start, hasher: None };
        }
        self.seen.resize(start + (2 * count).next_power_of_two(), FREE);
        Map { start, hasher: Some(RandomState::new()) }
    }

    /// The walk leaves a map.
    pub(crate) fn close(&mut self, map: Map) {
        self.seen.truncate(map.start);
    }

    /// Whether the key at `at` is a new one. The maps inside `map` are closed.
    #[inline]
    pub(crate) fn add(&mut self, map: &Map, at: usize) -> bool {
        let key = Seen { glance: self.glance(at), at };
        if let Some(hasher) = &map.hasher {
            return self.add_to_many(map.start, hasher, key);
        }
        let is_new = self.seen[map.start..].iter().all(|&earlier| !self.are_same(earlier, key));
        self.seen.push(key);
        is_new
    }

    fn add_to_many(&mut self, start: usize, hasher: &RandomState, new: Seen) -> bool {
        // What is equal to nothing is always new.
        let Some(key) = self.key(new.at) else { return true };
        let mut slot = hasher.hash_one(key) as usize;
        loop {
            // They are a power of two, and more than there are keys.
            slot &= self.seen.len() - start - 1;
            match self.seen[start + slot] {
                Seen { at: 0, .. } => break,
                earlier if self.are_same(earlier, new) => return false,
                _ => slot += 1,
            }
        }
        self.seen[start + slot] = new;
        true
    }

    #[inline(always)]
    fn glance(&self, at: usize) -> u64 {
        let Header { form, start, len } = Header::read(self.bytes, at);
        match form {
            Form::Str => {}
            // Where they are one, they look alike.
            Form::Bin if self.same == Same::Equal => {}
            _ => return 0,
        }
        let mut first = [0; 8];
        match self.bytes[start..].first_chunk() {
            Some(eight) => first = *eight,
            None => first[..len].copy_from_slice(&self.bytes[start..start + len]),
        }
        // Of the eight bytes one is the length's, and those behind the text are not its own.
        let own = (1 << (8 * len.min(7))) - 1;
        u64::from_le_bytes(first) & own | (1 + len.min(254) as u64) << 56
    }

    #[inline(always)]
    fn are_same(&self, one: Seen, other: Seen) -> bool {
        one.glance == other.glance && self.are_equal(one.at, other.at)
    }

    /// A close look at two keys, texts both or neither.
    fn are_equal(&self, one: usize, other: usize) -> bool {
        let one = self.key(one);
        one.is_some() && one == self.key(other)
    }

    fn key(&self, at: usize) -> Option<Key<'a>> {
        Key::of(Value::trusted(&self.bytes[at..]), self.same)
    }
}

impl Drop for Keys<'_> {
    fn drop(&mut self) {
        let seen = std::mem::take(&mut self.seen);
        if seen.capacity() <= KEPT {
            room::keep(&ROOM, seen);
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
    Tuple(Tuple<'a>),
}

/// A tuple, which is the same as one of as many items that are the same.
pub(super) struct Tuple<'a> {
    value: Value<'a>,
    same: Same,
}

impl<'a> Tuple<'a> {
    fn items(&self) -> impl ExactSizeIterator<Item = Option<Key<'a>>> {
        let same = self.same;
        self.value.items().map(move |item| Key::part(item, same))
    }

    /// Whether there is a NaN in it.
    fn has_nan(&self) -> bool {
        self.items().any(|item| item.is_none_or(|item| item.has_nan()))
    }
}

impl PartialEq for Tuple<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.items().eq(other.items())
    }
}

impl Eq for Tuple<'_> {}

impl Hash for Tuple<'_> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let items = self.items();
        items.len().hash(hasher);
        items.for_each(|item| item.hash(hasher));
    }
}

impl<'a> Key<'a> {
    /// `None` for NaN and tuples with a NaN in them: they are equal to nothing. In a hash table many such
    /// tuples, all with the same hash, would be compared each with each.
    pub(super) fn of(value: Value<'a>, same: Same) -> Option<Key<'a>> {
        Key::part(value, same).filter(|key| !key.has_nan())
    }

    fn has_nan(&self) -> bool {
        matches!(self, Key::Tuple(tuple) if tuple.has_nan())
    }

    /// A key, or an item of a tuple that is one. `None` for NaN.
    fn part(value: Value<'a>, same: Same) -> Option<Key<'a>> {
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
            Kind::List if value.is_tuple() => Key::Tuple(Tuple { value, same }),
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
        let tuple = |json: &str| {
            let mut tuple = Message::new();
            tuple.open_tuple();
            for item in any(json).value().unwrap().items() {
                tuple.add_value(item);
            }
            tuple.close().clone()
        };
        let nested = |json: &str| {
            Message::new().open_tuple().push(tuple(json).value().unwrap()).close().clone()
        };
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
            (tuple("[]"), tuple("[]"), true),
            (tuple("[1,2]"), tuple("[1,2]"), true),
            (tuple("[1,2]"), tuple("[2,1]"), false),
            (tuple("[1,2]"), tuple("[1]"), false),
            (tuple("[1]"), any("1"), false),
            (tuple("[1,0]"), tuple("[1.0,false]"), true),
            (tuple("[\"a\"]"), Message::new().open_tuple().add_bytes(b"a").close().clone(), true),
            (tuple("[NaN]"), tuple("[NaN]"), false),
            (nested("[1]"), nested("[true]"), true),
            (nested("[1]"), tuple("[1]"), false),
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
