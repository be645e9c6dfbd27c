//! Warnings of messages that nobody here handles: silence is hard to find.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use godot::classes::Os;
use godot::prelude::*;
use podsix::printable;

/// Of how many actions a node warns. Whoever connects may make some up.
const MOST: usize = 32;

/// The most that is shown of an action, in characters.
const SHOWN: usize = 40;

/// The actions that a node has warned of.
#[derive(Default)]
pub struct Unheard {
    told: RefCell<HashSet<String>>,
    is_over: Cell<bool>,
}

impl Unheard {
    /// What is to be said of a message that nobody handles, if anything is. Debug builds of a game say it once for
    /// each action, as it is shown.
    pub fn warning(&self, action: &str) -> Option<String> {
        if self.is_over.get() {
            return None;
        }
        if !Os::singleton().is_debug_build() {
            self.is_over.set(true);
            return None;
        }
        let shown = printable(action, SHOWN).to_string();
        let mut told = self.told.borrow_mut();
        if told.contains(&shown) {
            return None;
        }
        let words = match action {
            "" => "nobody handles messages without an action: no listener has a method network, and the \
                   signal message is not connected"
                .into(),
            _ => format!(
                "nobody handles the action \"{shown}\": no listener has a method network_{shown} or network, \
                 and the signal message is not connected"
            ),
        };
        told.insert(shown);
        if told.len() < MOST {
            return Some(words);
        }
        told.clear();
        self.is_over.set(true);
        Some(format!("{words}. This node warns of no more actions"))
    }
}
