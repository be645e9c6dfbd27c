//! podsix as a Godot addon: nodes over the library's Rust API, with nothing in between.
//!
//! | file | its idea |
//! |---|---|
//! | `server`, `client` | the two nodes: properties, methods and signals, as GDScript sees them |
//! | `session` | what they share: a host, and the way in and out of it; `awaiting`: what scripts await of it |
//! | `questions`, `promise`, `answers` | questions asked; what a script awaits; answers by what methods return |
//! | `failure` | what went wrong, as Godot's error, podsix's code and words |
//! | `farewell` | closing hosts in the background |
//! | `multiplayer_peer` | Godot's own multiplayer carried by podsix, with a protocol and a session of its own |
//! | `pump` | telling what happened, to listeners and by signals |
//! | `listeners`, `methods`, `parameters` | whom an event concerns; which methods of an object are handlers; what they take |
//! | `versions` | whether scripts have been reloaded |
//! | `unheard` | warnings of messages that nobody handles |
//! | `to_wire`, `from_wire` | Variants as messages, and messages as Variants |
//! | `exact`, `shapes` | Godot's own types as extensions or lists; the numbers they consist of |
//! | `extension` | what a Variant has no type for |
//! | `texts` | received texts as strings, the frequent ones made once |
//! | `printable` | what others wrote, for people |
//! | `first_import` | an editor without a window that meets the addon for the first time |
//! | `greeting`, `peers` | hellos and replies, peers and lists of them, as arguments that may be left out |
//! | `limits`, `process`, `warnings` | the properties' types, and what may be wrong with them |
//! | `stats` | figures as dictionaries |
//! | `names`, `enums` | the numbers, by name; enumerations as types of GDScript's |

mod answers;
mod client;
mod enums;
mod exact;
mod extension;
mod failure;
mod farewell;
mod first_import;
mod from_wire;
mod greeting;
mod limits;
mod listeners;
mod methods;
mod multiplayer_peer;
mod names;
mod parameters;
mod peers;
mod printable;
mod process;
mod promise;
mod pump;
mod questions;
mod server;
mod session;
mod shapes;
mod stats;
mod texts;
mod to_wire;
mod unheard;
mod versions;
mod warnings;

use farewell::FAREWELLS;
use godot::init::InitStage;
use godot::prelude::*;

struct Addon;

// SAFETY: Godot calls the entry point that this makes as its extension interface demands.
#[gdextension(entry_symbol = podsix_godot_init)]
unsafe impl ExtensionLibrary for Addon {
    /// The classes are known by now.
    fn on_stage_init(stage: InitStage) {
        match stage {
            InitStage::Scene => {
                names::ErrorCode::register();
                names::EndReason::register();
                server::ProcessCallback::register();
                client::ProcessCallback::register();
            }
            InitStage::Editor => first_import::loaded(),
            _ => {}
        }
    }

    /// All nodes are gone by now.
    fn on_stage_deinit(stage: InitStage) {
        if stage == InitStage::Scene {
            FAREWELLS.finish();
        }
    }
}
