//! Enumerations as types of GDScript's, which godot-rust does not make yet: it registers constants without one.

use godot::meta::ClassId;
use godot::meta::error::ConvertError;
use godot::meta::shape::{EnumeratorShape, GodotShape};
use godot::prelude::*;
use godot::register::private::constant::{ConstantKind, ExportConstant, IntegerConstant};

/// An enumeration of a class's: `Name of Class as "Name in GDScript": CONSTANT = 1,`. It makes the Rust type for
/// properties and results, and the constants with their words; `register` has to be called once the classes are there.
macro_rules! enumeration {
    ($(#[$meta:meta])* $vis:vis $Name:ident of $Class:ident as $name:literal:
        $($(#[doc = $words:literal])+ $CONSTANT:ident = $value:literal,)+) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis struct $Name(pub i32);

        impl $Name {
            const ALL: &'static [(&'static str, i32)] = &[$((stringify!($CONSTANT), $value),)+];

            /// Makes it known to the engine.
            pub fn register() {
                let class = <$Class as ::godot::obj::GodotClass>::class_id();
                $crate::enums::register(class, $name, Self::ALL);
            }
        }

        impl ::godot::meta::GodotConvert for $Name {
            type Via = i64;

            fn godot_shape() -> ::godot::meta::shape::GodotShape {
                $crate::enums::shape(concat!(stringify!($Class), ".", $name), Self::ALL)
            }
        }

        impl ::godot::meta::ToGodot for $Name {
            type Pass = ::godot::meta::conv::ByValue;

            fn to_godot(&self) -> i64 {
                self.0.into()
            }
        }

        impl ::godot::meta::FromGodot for $Name {
            fn try_from_godot(via: i64) -> Result<Self, ::godot::meta::error::ConvertError> {
                $crate::enums::value($name, Self::ALL, via).map($Name)
            }
        }

        // The reference in the editor's help, as godot-rust makes it of a class's constants.
        ::godot::sys::shard_add!(
            ::godot::private::__GODOT_DOCS_REGISTRY;
            ::godot::private::DocsShard::new::<$Class>(::godot::private::DocsItem::InherentImpl(
                ::godot::private::InherentImplDocs {
                    constants_xml: concat!($(
                        "<constant name=\"", stringify!($CONSTANT), "\" value=\"", $value,
                        "\" enum=\"", $name, "\">", $($words,)+ "</constant>",
                    )+),
                    ..Default::default()
                },
            ))
        );
    };
}

pub(crate) use enumeration;

/// Has the engine know an enumeration's constants, and so its name.
pub fn register(class: ClassId, name: &str, all: &[(&str, i32)]) {
    let enumerators = all.iter().map(|&(name, value)| IntegerConstant::new(name, value)).collect();
    ExportConstant::new(class, ConstantKind::Enum { name: name.into(), enumerators }).register();
}

/// What the engine is told of a property or result; in the inspector `PROCESS_IDLE` is "Idle".
pub fn shape(godot_name: &'static str, all: &'static [(&'static str, i32)]) -> GodotShape {
    let shown = |&(name, value): &(&'static str, i32)| {
        let word = name.rsplit('_').next().unwrap_or(name);
        let word = word[..1].to_owned() + &word[1..].to_lowercase();
        EnumeratorShape { name: word.into(), value: Some(value.into()) }
    };
    GodotShape::Enum {
        variant_type: VariantType::INT,
        enumerators: all.iter().map(shown).collect::<Vec<_>>().into(),
        godot_name: Some(godot_name.into()),
        is_bitfield: false,
    }
}

/// The value that a number stands for, if any does.
pub fn value(name: &str, all: &[(&str, i32)], number: i64) -> Result<i32, ConvertError> {
    let known = all.iter().find(|(_, value)| i64::from(*value) == number);
    known
        .map(|&(_, value)| value)
        .ok_or_else(|| ConvertError::new(format!("{number} is none of {name}")))
}
