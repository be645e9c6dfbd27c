//! What the parameters of a handler take.

use std::fmt::{self, Write};

use godot::global::{str_to_var, type_string};
use godot::meta::inspect::ElementType;
use godot::obj::EngineEnum;
use godot::prelude::*;
use godot::register::info::PropertyHint;

/// A parameter, as its method declares it.
pub struct Parameter {
    name: String,
    of: String,
    takes: Takes,
}

/// What a parameter takes.
enum Takes {
    Anything,
    Type(VariantType),
    Typed(Typed),
    /// A container of what no message holds.
    Nothing,
}

/// An array or dictionary whose elements have a type. The engine hands a method no other than one that says
/// so itself, and what has arrived is made without knowing who will read it.
struct Typed {
    empty: Variant,
    /// `NIL` takes everything; of an array that is said of keys.
    key: VariantType,
    value: VariantType,
}

impl Parameter {
    /// The parameter that an entry of a method list describes.
    pub fn new(info: &VarDictionary) -> Parameter {
        let text = |key: &str| info.get_or_nil(key).stringify().to_string();
        let number = |key: &str| info.get_or_nil(key).try_to::<i64>().unwrap_or_default();
        let kind = VariantType::try_from_ord(number("type") as i32).unwrap_or(VariantType::NIL);
        let hint = number("hint");
        let is_typed = hint == PropertyHint::ARRAY_TYPE.ord().into()
            || hint == PropertyHint::DICTIONARY_TYPE.ord().into();
        // Enums, such as Node.ProcessMode or res://game.gd.State, are numbers to the engine.
        let element = |of: &str| if of.contains('.') { "int".into() } else { of.to_owned() };
        let elements = if is_typed { text("hint_string") } else { String::new() };
        let elements: Vec<String> = elements.split(';').map(element).collect();
        let elements = elements.join(", ");
        let class = text("class_name");
        let (of, takes) = match kind {
            VariantType::NIL => (String::new(), Takes::Anything),
            VariantType::OBJECT if !class.is_empty() => (class, Takes::Type(kind)),
            _ if elements.is_empty() => (name(kind), Takes::Type(kind)),
            _ => {
                let of = format!("{}[{elements}]", name(kind));
                let typed = Typed::new(kind, &of);
                (of, typed.map_or(Takes::Nothing, Takes::Typed))
            }
        };
        Parameter { name: text("name"), of, takes }
    }

    /// Whether it may take a value of this type.
    pub fn may_take(&self, kind: VariantType) -> bool {
        match &self.takes {
            Takes::Anything => true,
            Takes::Type(own) => *own == kind || are_numbers(*own, kind),
            Takes::Typed(typed) => typed.empty.get_type() == kind,
            Takes::Nothing => false,
        }
    }

    /// Whether it may take a dictionary that has a text under "action".
    pub fn may_take_action(&self) -> bool {
        match &self.takes {
            Takes::Typed(typed) => {
                let takes_text = |of: VariantType| fits(of, VariantType::STRING);
                self.may_take(VariantType::DICTIONARY)
                    && takes_text(typed.key)
                    && takes_text(typed.value)
            }
            _ => self.may_take(VariantType::DICTIONARY),
        }
    }

    /// Whether it declares what is inside.
    pub fn is_typed(&self) -> bool {
        matches!(self.takes, Takes::Typed(_) | Takes::Nothing)
    }

    /// Whether there is no value at all that it takes.
    pub fn is_impossible(&self) -> bool {
        matches!(self.takes, Takes::Nothing)
    }

    /// Makes the value one that it takes; an error says what does not fit, by types alone.
    pub fn fit(&self, value: &mut Variant) -> Result<(), String> {
        match &self.takes {
            Takes::Typed(typed) => typed.fit(value),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if !self.of.is_empty() {
            write!(f, ": {}", self.of)?;
        }
        Ok(())
    }
}

impl Typed {
    /// The container that is written so; none if its elements are such as no message holds.
    fn new(kind: VariantType, written: &str) -> Option<Typed> {
        let form = if kind == VariantType::ARRAY { "([])" } else { "({})" };
        // Safe code can name such a type only if it is known when this is compiled.
        let empty = str_to_var(&format!("{written}{form}"));
        let (key, value) = match kind {
            VariantType::ARRAY => (None, empty.try_to::<AnyArray>().ok()?.element_type()),
            VariantType::DICTIONARY => {
                let dictionary = empty.try_to::<AnyDictionary>().ok()?;
                (Some(dictionary.key_element_type()), dictionary.value_element_type())
            }
            _ => return None,
        };
        // What the text does not know it makes a container of everything, which is another type.
        let says = |part: &str, of: &ElementType| match of {
            ElementType::Untyped => (part == "Variant").then_some(VariantType::NIL),
            ElementType::Builtin(kind) => Some(*kind),
            _ => None,
        };
        let inside = written.split_once('[')?.1.strip_suffix(']')?;
        let (key, value) = match (key, inside.split_once(", ")) {
            (Some(key), Some((first, second))) => (says(first, &key)?, says(second, &value)?),
            (None, None) => (VariantType::NIL, says(inside, &value)?),
            _ => return None,
        };
        Some(Typed { empty, key, value })
    }

    fn fit(&self, value: &mut Variant) -> Result<(), String> {
        let is_other = |of: VariantType, one: &Variant| {
            let kind = one.get_type();
            (!fits(of, kind)).then(|| format!("{} is in the data", name(kind)))
        };
        let other = match self.empty.get_type() {
            kind if kind != value.get_type() => {
                Some(format!("the data is {}", name(value.get_type())))
            }
            VariantType::ARRAY => {
                value.to::<AnyArray>().iter_shared().find_map(|item| is_other(self.value, &item))
            }
            _ => value.to::<AnyDictionary>().iter_shared().find_map(|(key, item)| {
                is_other(self.key, &key).or_else(|| is_other(self.value, &item))
            }),
        };
        match other {
            Some(other) => Err(other),
            None => {
                let typed = self.empty.call("duplicate", &[]);
                typed.call("assign", &[std::mem::replace(value, typed.clone())]);
                Ok(())
            }
        }
    }
}

/// Whether a container of the one takes the other.
fn fits(of: VariantType, kind: VariantType) -> bool {
    of == VariantType::NIL
        || of == kind
        || are_numbers(of, kind)
        || of == VariantType::STRING_NAME && kind == VariantType::STRING
}

/// Those that the engine makes of each other when it hands them to a method.
fn are_numbers(one: VariantType, other: VariantType) -> bool {
    const NUMBERS: [VariantType; 2] = [VariantType::INT, VariantType::FLOAT];
    NUMBERS.contains(&one) && NUMBERS.contains(&other)
}

/// What Godot calls the type.
pub fn name(kind: VariantType) -> String {
    type_string(kind.ord().into()).to_string()
}

/// Parameters as they stand in a script.
pub fn list(parameters: &[Parameter]) -> String {
    let mut text = String::new();
    for (index, parameter) in parameters.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        let _ = write!(text, "{comma}{parameter}");
    }
    text
}
