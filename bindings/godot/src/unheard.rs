//! Warnings of what nobody here handles: silence is hard to find.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use godot::classes::Os;
use godot::prelude::*;
use podsix::printable;

/// Of how many actions a node warns. Whoever connects may make some up.
const MOST: usize = 32;

/// The most that is shown of an action, in characters.
const SHOWN: usize = 40;

/// What a node has warned of.
#[derive(Default)]
pub struct Unheard {
    told: RefCell<HashSet<String>>,
    is_over: Cell<bool>,
    has_told_of_request: Cell<bool>,
}

impl Unheard {
    /// What is to be said, once, of a client that asks to be let in and is not answered.
    pub fn of_request(&self) -> Option<&'static str> {
        let words = "a client asks to be let in (approval), and nobody hears of it: no listener has a method \
                     network_request, and the signal request is not connected";
        (!self.has_told_of_request.replace(true)).then_some(words)
    }

    /// What is to be said of a message that nobody handles, if anything is. Debug builds of a game say it once for
    /// each action, as it is shown. A listener that was never added is what beginners look for longest.
    pub fn warning(&self, action: &str, is_without_listeners: bool) -> Option<String> {
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
        let what = match action {
            "" => "messages without an action".into(),
            _ => format!("the action \"{shown}\""),
        };
        let why = match action {
            _ if is_without_listeners => "there is no listener (add_listener adds one)".into(),
            "" => "no listener has a method network".into(),
            _ => format!("no listener has a method network_{shown} or network"),
        };
        let words =
            format!("nobody handles {what}: {why}, and the signal message is not connected");
        told.insert(shown);
        if told.len() < MOST {
            return Some(words);
        }
        told.clear();
        self.is_over.set(true);
        Some(format!("{words}. This node warns of no more actions"))
    }
}
