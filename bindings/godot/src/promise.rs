//! What a script awaits: a signal that is emitted once, later.

use godot::classes::RefCounted;
use godot::prelude::*;

/// Its one signal.
const ENDED: &str = "ended";

/// The object whose signal a script awaits. Whoever is to emit it holds it; let go of before, it takes the waiting
/// coroutine along without a word, as every freed object does whose signal is awaited.
pub struct Promise(Gd<RefCounted>);

impl Promise {
    pub fn new() -> Promise {
        let mut object = RefCounted::new_gd();
        object.add_user_signal(ENDED);
        Promise(object)
    }

    /// What a script gets.
    pub fn signal(&self) -> Signal {
        Signal::from_object_signal(&self.0, ENDED)
    }

    /// Goes on with whoever waits.
    pub fn keep(mut self, value: &Variant) {
        self.0.emit_signal(ENDED, std::slice::from_ref(value));
    }
}
