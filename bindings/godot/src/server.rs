//! The node that others connect to.

use godot::classes::{INode, Node};
use godot::prelude::*;

/// Listens, and talks to whoever connects.
#[derive(GodotClass)]
#[class(init, base = Node)]
pub struct PodsixServer {
    base: Base<Node>,
}

#[godot_api]
impl INode for PodsixServer {}

#[godot_api]
impl PodsixServer {}
