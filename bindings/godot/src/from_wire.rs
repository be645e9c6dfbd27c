//! Messages as Variants.

use godot::prelude::*;
use podsix::Value;
use podsix::value::Kind;

use crate::exact;
use crate::extension::PodsixExtension;
use crate::texts::Texts;

/// Makes Variants of received values. Texts that come again and again, as keys do, it makes once.
#[derive(Default)]
pub struct Reader {
    texts: Texts,
}

impl Reader {
    /// The Variant that a value is; nil if there is none.
    pub fn variant(&mut self, value: Value<'_>) -> Variant {
        match value.kind() {
            Kind::None | Kind::Nil => Variant::nil(),
            Kind::Bool => value.as_bool(false).to_variant(),
            Kind::Int => value.as_int(0).to_variant(),
            Kind::Uint => PodsixExtension::integer(&value.as_uint(0).to_string()).to_variant(),
            Kind::Double => value.as_double(0.0).to_variant(),
            Kind::String => self.texts.variant(value.read_str().unwrap_or_default()),
            Kind::Bytes => PackedByteArray::from(bytes(value)).to_variant(),
            Kind::List => self.array(value),
            Kind::Map => self.dictionary(value),
            Kind::Extension => extension(value),
        }
    }

    /// The Variant that a text is.
    pub fn text(&mut self, text: &str) -> Variant {
        self.texts.variant(text)
    }

    /// A tuple is an array that cannot be changed.
    fn array(&mut self, value: Value<'_>) -> Variant {
        let mut array = VarArray::new();
        for item in value.items() {
            array.push(&self.variant(item));
        }
        if value.is_tuple() {
            array = array.into_read_only();
        }
        array.to_variant()
    }

    fn dictionary(&mut self, value: Value<'_>) -> Variant {
        let mut dictionary = VarDictionary::new();
        for (key, item) in value.entries() {
            dictionary.set(&self.variant(key), &self.variant(item));
        }
        if dictionary.len() < value.count() {
            dictionary = self.first_ones(value);
        }
        dictionary.to_variant()
    }

    /// Of equal keys the first counts.
    #[cold]
    fn first_ones(&mut self, value: Value<'_>) -> VarDictionary {
        let mut dictionary = VarDictionary::new();
        for (key, item) in value.entries() {
            let key = self.variant(key);
            if !dictionary.contains_key(&key) {
                dictionary.set(&key, &self.variant(item));
            }
        }
        dictionary
    }
}

fn extension(value: Value<'_>) -> Variant {
    let type_id = value.ext_type().unwrap_or_default();
    let known = (type_id == exact::EXTENSION).then(|| exact::read(bytes(value))).flatten();
    known.unwrap_or_else(|| PodsixExtension::new(type_id, bytes(value)).to_variant())
}

fn bytes<'a>(value: Value<'a>) -> &'a [u8] {
    value.as_bytes().unwrap_or_default()
}
