//! When a node does its work.

use godot::classes::object::ConnectFlags;
use godot::classes::{Engine, Node, SceneTree};
use godot::prelude::*;

/// The signals of the tree before each frame, whichever methods a node's script has.
const FRAMES: [&str; 2] = ["process_frame", "physics_frame"];

/// A node's place among those that are called in each frame, while it is in the tree.
#[derive(Default)]
pub struct Frames(Option<Callable>);

impl Frames {
    /// Has `frame` called. Not as a method of the node, which the engine does not let be freed inside one.
    pub fn begin<T: Inherits<Node>>(&mut self, node: &Gd<T>, frame: fn(Gd<T>)) {
        let id = node.instance_id();
        let callable = Callable::from_linked_fn("podsix_frame", node, move |_| {
            if let Ok(node) = Gd::try_from_instance_id(id) {
                frame(node);
            }
        });
        for signal in FRAMES {
            node.upcast_ref::<Node>().get_tree().connect(signal, &callable);
        }
        self.0 = Some(callable);
    }

    /// The node leaves the tree.
    pub fn end<T: Inherits<Node>>(&mut self, node: &Gd<T>) {
        let Some(callable) = self.0.take() else { return };
        for signal in FRAMES {
            node.upcast_ref::<Node>().get_tree().disconnect(signal, &callable);
        }
    }
}

/// Has something called once, before the next frame, whether the tree is paused or not.
pub fn before_next_frame(what: &Callable) {
    let main_loop = Engine::singleton().get_main_loop();
    match main_loop.and_then(|main_loop| main_loop.try_cast::<SceneTree>().ok()) {
        Some(mut tree) => {
            tree.connect_flags(FRAMES[0], what, ConnectFlags::ONE_SHOT);
        }
        // A game without a tree has no frames that podsix knows of.
        None => what.call_deferred(&[]),
    }
}

/// The values of both nodes' `process_callback`, which each has as an enumeration of its own.
pub const IDLE: i32 = 0;
pub const PHYSICS: i32 = 1;
pub const MANUAL: i32 = 2;

/// Whether a node has its turn: it is its kind of frame, and the node is not paused. Another that was called for
/// this frame may have taken it out of the tree.
pub fn is_due(callback: i32, node: &Node) -> bool {
    let is_physics = Engine::singleton().is_in_physics_frame();
    let wanted = if is_physics { PHYSICS } else { IDLE };
    callback == wanted && node.is_inside_tree() && node.can_process()
}
