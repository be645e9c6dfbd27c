//! What the parameters of a handler take.

use std::fmt::{self, Write};

use godot::classes::Expression;
use godot::global::type_string;
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
        let elements = if is_typed { text("hint_string") } else { String::new() };
        let elements: Vec<&str> = elements.split(';').map(written).collect();
        let class = text("class_name");
        let (of, takes) = match kind {
            VariantType::NIL => (String::new(), Takes::Anything),
            VariantType::OBJECT if !class.is_empty() => (class, Takes::Type(kind)),
            _ if !is_typed => (name(kind), Takes::Type(kind)),
            _ => {
                let typed = Typed::new(&elements);
                let of = format!("{}[{}]", name(kind), elements.join(", "));
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
    /// The array or dictionary whose elements are written so; none if they are such as no message holds.
    fn new(elements: &[&str]) -> Option<Typed> {
        // Safe code can name such a type only if it is known when this is compiled, so the engine makes it.
        let (key, value, made) = match elements {
            [value] => (VariantType::NIL, element(value)?, "Array([], value, name, null)"),
            [key, value] => {
                let made = "Dictionary({}, key, name, null, value, name, null)";
                (element(key)?, element(value)?, made)
            }
            _ => return None,
        };
        let mut expression = Expression::new_gd();
        let names = PackedStringArray::from(["key", "value", "name"].map(GString::from));
        expression.parse_ex(made).input_names(&names).done();
        let inputs = varray![key.ord(), value.ord(), &StringName::default()];
        let empty = expression.execute_ex().inputs(&inputs).done();
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

/// An element's type as it is written in a script: enums, such as Node.ProcessMode or res://game.gd.State, are numbers.
fn written(element: &str) -> &str {
    if element.contains('.') { "int" } else { element }
}

/// The type that is written so; `NIL` takes everything. None for classes, of which no message holds an object.
fn element(written: &str) -> Option<VariantType> {
    match written {
        "Variant" => Some(VariantType::NIL),
        "Object" => None,
        _ => VariantType::values().iter().copied().find(|&kind| name(kind) == written),
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
