//! A hello or a reply, as an argument that may be left out.

use godot::meta::GodotImmutable;
use godot::meta::conv::ByRef;
use godot::meta::error::ConvertError;
use godot::meta::shape::GodotShape;
use godot::prelude::*;

/// What one end says of itself before a connection is open, in a dictionary that may be typed. Empty is nothing.
#[derive(Clone, Debug)]
pub struct Greeting(pub AnyDictionary);

impl GodotConvert for Greeting {
    type Via = AnyDictionary;

    fn godot_shape() -> GodotShape {
        AnyDictionary::godot_shape()
    }
}

impl ToGodot for Greeting {
    type Pass = ByRef;

    fn to_godot(&self) -> &AnyDictionary {
        &self.0
    }
}

impl FromGodot for Greeting {
    fn try_from_godot(dictionary: AnyDictionary) -> Result<Greeting, ConvertError> {
        Ok(Greeting(dictionary))
    }
}

// SAFETY: a default is an empty dictionary that `into_runtime_immutable` makes read-only, and read-only
// dictionaries refuse every change.
unsafe impl GodotImmutable for Greeting {
    fn into_runtime_immutable(self) -> Self {
        Greeting(self.0.into_read_only())
    }
}

impl Greeting {
    /// Nothing to say.
    pub fn none() -> Greeting {
        Greeting(VarDictionary::new().upcast_any_dictionary())
    }

    /// Whether there is nothing to say.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}
