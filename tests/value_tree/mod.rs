//! A value as a plain Rust tree: what the properties are stated over.

use podsix::value::{Kind, Message, Source, View};
use proptest::prelude::*;

#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    Nil,
    Bool(bool),
    Int(i64),
    /// Above `i64::MAX`.
    Uint(u64),
    /// Beyond 64 bits.
    Big(String),
    Double(f64),
    Float(f32),
    Str(String),
    Bytes(Vec<u8>),
    Ext(i8, Vec<u8>),
    List(Vec<Tree>),
    Tuple(Vec<Tree>),
    Map(Vec<(Tree, Tree)>),
}

impl Tree {
    /// Writes the tree call by call.
    pub fn write(&self, m: &mut Message) {
        match self {
            Tree::Nil => m.add_nil(),
            Tree::Bool(value) => m.add_bool(*value),
            Tree::Int(value) => m.add_int(*value),
            Tree::Uint(value) => m.add_uint(*value),
            Tree::Big(digits) => m.add_big_int(digits),
            Tree::Double(value) => m.add_double(*value),
            Tree::Float(value) => m.add_float(*value),
            Tree::Str(text) => m.add_str(text),
            Tree::Bytes(bytes) => m.add_bytes(bytes),
            Tree::Ext(ext_type, payload) => m.add_ext(*ext_type, payload),
            Tree::List(items) | Tree::Tuple(items) => {
                match self {
                    Tree::List(_) => m.open_list(),
                    _ => m.open_tuple(),
                };
                items.iter().for_each(|item| item.write(m));
                m.close()
            }
            Tree::Map(entries) => {
                m.open_map();
                for (key, value) in entries {
                    match key {
                        Tree::Str(text) => m.key(text),
                        Tree::Int(int) => m.key_int(*int),
                        key => m.key_value(key.message().value().unwrap()),
                    };
                    value.write(m);
                }
                m.close()
            }
        };
    }

    /// The tree as a message of its own.
    pub fn message(&self) -> Message {
        let mut message = Message::new();
        self.write(&mut message);
        message
    }

    /// Reads a tree back through the view's accessors. A float reads as the double it equals.
    pub fn read<'a, S: Source<'a>>(value: View<'a, S>) -> Tree {
        let items = || value.items().map(Tree::read).collect();
        match value.kind() {
            Kind::None => panic!("a value that is there reads as none"),
            Kind::Nil => Tree::Nil,
            Kind::Bool => Tree::Bool(value.read_bool().unwrap()),
            Kind::Int => Tree::Int(value.read_int().unwrap()),
            Kind::Uint => Tree::Uint(value.read_uint().unwrap()),
            Kind::Double => Tree::Double(value.read_double().unwrap()),
            Kind::String => Tree::Str(value.read_str().unwrap().into()),
            Kind::Bytes => Tree::Bytes(value.as_bytes().unwrap().into()),
            Kind::List if value.is_tuple() => Tree::Tuple(items()),
            Kind::List => Tree::List(items()),
            Kind::Map => Tree::Map(
                value.entries().map(|(key, value)| (Tree::read(key), Tree::read(value))).collect(),
            ),
            Kind::Extension => {
                let bytes = value.as_bytes().unwrap().to_vec();
                match value.ext_type().unwrap() {
                    1 => Tree::Big(String::from_utf8(bytes).unwrap()),
                    ext_type => Tree::Ext(ext_type, bytes),
                }
            }
        }
    }

    /// The tree as it reads back.
    pub fn as_read(&self) -> Tree {
        let all = |items: &[Tree]| items.iter().map(Tree::as_read).collect();
        match self {
            Tree::Float(value) => Tree::Double((*value).into()),
            Tree::List(items) => Tree::List(all(items)),
            Tree::Tuple(items) => Tree::Tuple(all(items)),
            Tree::Map(entries) => Tree::Map(
                entries.iter().map(|(key, value)| (key.as_read(), value.as_read())).collect(),
            ),
            other => other.clone(),
        }
    }

    /// Values, keys and containers counted.
    pub fn values(&self) -> u32 {
        1 + match self {
            Tree::List(items) | Tree::Tuple(items) => items.iter().map(Tree::values).sum(),
            Tree::Map(entries) => {
                entries.iter().map(|(key, value)| key.values() + value.values()).sum()
            }
            _ => 0,
        }
    }

    /// Whether a tuple is a key in it.
    pub fn has_tuple_keys(&self) -> bool {
        match self {
            Tree::List(items) | Tree::Tuple(items) => items.iter().any(Tree::has_tuple_keys),
            Tree::Map(entries) => entries
                .iter()
                .any(|(key, value)| matches!(key, Tree::Tuple(_)) || value.has_tuple_keys()),
            _ => false,
        }
    }

    /// Levels of nesting.
    pub fn depth(&self) -> u32 {
        let inside = |depths: &mut dyn Iterator<Item = u32>| 1 + depths.max().unwrap_or(0);
        match self {
            Tree::List(items) | Tree::Tuple(items) => inside(&mut items.iter().map(Tree::depth)),
            Tree::Map(entries) => {
                inside(&mut entries.iter().map(|(key, value)| key.depth().max(value.depth())))
            }
            _ => 0,
        }
    }
}

/// Integers around every boundary between encodings, and any others.
pub fn ints() -> impl Strategy<Value = i64> {
    let edges = [0, 32, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536];
    let wide = [i32::MAX as i64, u32::MAX as i64, i64::MAX - 1];
    let near = (proptest::sample::select([edges.as_slice(), &wide].concat()), -1..=1i64);
    prop_oneof![
        any::<i64>(),
        near.clone().prop_map(|(edge, step)| edge + step),
        near.prop_map(|(edge, step)| -edge + step),
    ]
}

fn scalars() -> impl Strategy<Value = Tree> {
    prop_oneof![
        Just(Tree::Nil),
        any::<bool>().prop_map(Tree::Bool),
        ints().prop_map(Tree::Int),
        (i64::MAX as u64 + 1..).prop_map(Tree::Uint),
        "-?[1-9][0-9]{20,40}".prop_map(Tree::Big),
        any::<f64>().prop_filter("NaN equals nothing", |d| !d.is_nan()).prop_map(Tree::Double),
        any::<f32>().prop_filter("NaN equals nothing", |d| !d.is_nan()).prop_map(Tree::Float),
        "\\PC{0,40}".prop_map(Tree::Str),
        "[a-z_\\\\\"\\n]{0,20}".prop_map(Tree::Str),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Tree::Bytes),
        (any::<i8>(), proptest::collection::vec(any::<u8>(), 0..20))
            .prop_filter("1 and 2 are podsix's own", |ext| !matches!(ext.0, 1 | 2))
            .prop_map(|(ext_type, payload)| Tree::Ext(ext_type, payload)),
    ]
}

/// What can be a key: a scalar, or a tuple of keys.
fn keys() -> impl Strategy<Value = Tree> {
    let tuples = scalars().prop_recursive(2, 8, 4, |inner| {
        proptest::collection::vec(inner, 0..4).prop_map(Tree::Tuple)
    });
    prop_oneof![3 => scalars(), 1 => tuples]
}

/// Any value.
pub fn trees() -> impl Strategy<Value = Tree> {
    scalars().prop_recursive(6, 80, 20, |inner| {
        let items = proptest::collection::vec(inner.clone(), 0..20);
        let entries = proptest::collection::vec((keys(), inner), 0..20);
        prop_oneof![
            items.clone().prop_map(Tree::List),
            items.prop_map(Tree::Tuple),
            entries.prop_map(Tree::Map),
        ]
    })
}
