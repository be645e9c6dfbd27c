//! A hello or a reply, as an argument that may be left out.

use godot::meta::GodotImmutable;
use godot::prelude::*;

/// What one end says of itself before a connection is open. Empty is nothing.
#[derive(Clone, Debug, GodotConvert)]
#[godot(transparent)]
pub struct Greeting(pub VarDictionary);

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
        Greeting(VarDictionary::new())
    }

    /// Whether there is nothing to say.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }
}
