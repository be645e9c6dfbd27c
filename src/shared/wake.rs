//! Who wakes those that sleep where no word in memory reaches them.

/// What ends a wait in a system call. It is asked only when somebody does sleep.
pub(crate) trait Wake: Send + Sync {
    /// Ends the reactor's wait for the network.
    fn wake_reactor(&self);

    /// Makes the descriptor readable that the game's own loop waits for, if there is one.
    fn show(&self);
}
