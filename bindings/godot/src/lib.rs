//! podsix as a Godot addon.

mod multiplayer_peer;
mod server;

use godot::prelude::*;

struct Podsix;

// SAFETY: Godot calls the entry point that this makes as its extension interface demands.
#[gdextension(entry_symbol = podsix_godot_init)]
unsafe impl ExtensionLibrary for Podsix {}
