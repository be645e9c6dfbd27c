//! Closing one connection, in three ways: with everything delivered, with a word, or at once.

use crate::api::handle::Handle;
use crate::error::{Error, Result};
use crate::event::PeerId;
use crate::shared::command::{Command, Goodbye};
use crate::shared::slot::State;
use crate::wire;

impl Handle {
    /// Closes a connection after what was sent before has been delivered, or `linger` has passed;
    /// then comes DISCONNECTED. `code` and `text` (at most 1,024 bytes, the rest is cut off) reach the other end.
    /// Nothing can be sent any more, and no more messages come from this peer. A connect that is not open yet is
    /// given up, with what was sent to it, and ends with ERROR; a client that asks to be let in is refused.
    ///
    /// # Errors
    /// `NotConnected` if it is being closed or has ended already; `UnknownPeer` if it is no peer of this host's; and
    /// [those of every call](Handle#errors).
    pub fn disconnect(&self, peer: PeerId, code: i32, text: &str) -> Result<()> {
        self.leave(peer, State::left)?;
        self.command(Command::Disconnect { peer, goodbye: goodbye(code, text) });
        Ok(())
    }

    /// Closes a connection without waiting for what was sent before: that is dropped, but for a message
    /// that is being written, and `code` and `text` (at most 1,024 bytes) go behind it. DISCONNECTED
    /// follows at once, or ERROR if it was not open yet; a client that asks to be let in is refused. Also
    /// after [`disconnect`](Self::disconnect), to hurry it.
    ///
    /// # Errors
    /// `NotConnected` if it has ended already; `UnknownPeer` if it is no peer of this host's; and
    /// [those of every call](Handle#errors).
    pub fn kick(&self, peer: PeerId, code: i32, text: &str) -> Result<()> {
        self.send_withheld();
        self.leave(peer, State::dropped)?;
        self.command(Command::Kick { peer, goodbye: goodbye(code, text) });
        Ok(())
    }

    /// Closes a connection at once, whatever waits, and without a word to the other end. DISCONNECTED follows, or
    /// ERROR if it was not open yet.
    ///
    /// # Errors
    /// `NotConnected` if it has ended already; `UnknownPeer` if it is no peer of this host's; and
    /// [those of every call](Handle#errors).
    pub fn drop_peer(&self, peer: PeerId) -> Result<()> {
        self.send_withheld();
        self.leave(peer, State::dropped)?;
        self.command(Command::Drop { peer });
        Ok(())
    }

    /// Marks a peer as closed by the game, unless it has ended, so that nothing is queued for what is gone.
    fn leave(&self, peer: PeerId, how: fn(State) -> Option<State>) -> Result<()> {
        let changed = self.slot(peer)?.leave(peer, how);
        changed.map(drop).map_err(|_| Error::NotConnected(peer.get()))
    }
}

/// What is said to the other end, checked.
pub(super) fn goodbye(code: i32, text: &str) -> Box<Goodbye> {
    let text = text[..text.floor_char_boundary(wire::MAX_TEXT)].to_owned();
    Box::new(Goodbye { code, text })
}
