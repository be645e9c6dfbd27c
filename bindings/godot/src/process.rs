//! When a node does its work.

use godot::prelude::*;

/// When a node polls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, GodotConvert, Var, Export)]
#[godot(via = i64)]
pub enum ProcessCallback {
    /// In each frame.
    #[default]
    Idle,
    /// In each physics frame.
    Physics,
    /// When the game calls `poll`.
    Manual,
}
