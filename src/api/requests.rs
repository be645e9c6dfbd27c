//! The game's answer to a client that asks to be let in.

use crate::api::connecting::greeting;
use crate::api::disconnecting::goodbye;
use crate::api::handle::Handle;
use crate::error::{Error, Result};
use crate::event::PeerId;
use crate::shared::command::Command;
use crate::shared::dialects;
use crate::shared::payload::Counted;
use crate::shared::slot::State;
use crate::value::{Message, Value};
use crate::wire::Demands;

impl Handle {
    /// Lets in a client that asked; `reply` (at most 4,096 bytes) comes with its CONNECTED event.
    /// What is sent from now on reaches it.
    ///
    /// ```
    /// use podsix::{Config, EventKind, Host, Message};
    /// use std::time::Duration;
    ///
    /// # fn main() -> podsix::Result<()> {
    /// let mut server = Host::new(Config::default())?;
    /// let address = server.listener_address(server.listen("127.0.0.1:0", true)?)?;
    /// let mut client = Host::new(Config::default())?;
    /// client.connect(&address.to_string(), Some(Message::new().begin("join").set("name", "Ada")))?;
    ///
    /// let handle = server.handle().clone();
    /// while let Some(event) = server.wait(Duration::from_secs(10))? {
    ///     if event.kind == EventKind::Request {
    ///         match event.message.get("name").as_str("") {
    ///             "" => handle.refuse(event.peer, 1, "tell your name")?,
    ///             _ => handle.accept(event.peer, Some(Message::new().begin("welcome").set("level", 3)))?,
    ///         }
    ///     }
    /// }
    /// let event = client.wait(Duration::from_secs(10))?.expect("an answer in time");
    /// assert_eq!(event.kind, EventKind::Connected);
    /// assert_eq!(event.message.get("level").as_int(0), 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The client still waits for an answer with
    /// - `HelloTooLarge`; `TooLarge`, `TooDeep`, `TooManyValues` or, for a tuple as a key, `Unsendable` if it does
    ///   not take such a reply; `TooDeep`, `Unsendable`, `Terminator` if the reply has no form in what it speaks;
    ///   [what a mistake in the reply answers](Error#mistakes-in-a-message)
    ///
    /// And there is nobody to let in with
    /// - `NotRequested` if it has not asked, has its answer, or has gone; `UnknownPeer` if it is no peer of this
    ///   host's
    /// - [those of every call](Handle#errors)
    pub fn accept(&self, peer: PeerId, reply: Option<&Message>) -> Result<()> {
        let message = reply;
        let mut reply = greeting(reply)?;
        let slot = self.slot(peer)?;
        if let Some(message) = message {
            slot.takes().check(&Demands::of(message, reply.len()))?;
        }
        let codec = self.shared.dialects.codec(slot.via().dialect)?;
        if let Some(codec) = codec
            && !reply.is_empty()
        {
            reply = dialects::greeting(codec, Some(Value::trusted(&reply)))?;
        }
        self.answer(peer, State::Answering)?;
        let reply = Counted::new(reply.into(), &self.shared.budget);
        self.shared.command(Command::Accept { peer, reply });
        // Only now may others send: what they send must not overtake this. If the reactor has been
        // quicker, or the peer is gone, that stands.
        if let Some(slot) = self.shared.slots.find(peer) {
            let _ = slot.move_state(peer, State::Answering, State::Answered);
        }
        self.send_now();
        Ok(())
    }

    /// Turns away a client that asked; `code` and `text` (at most 1,024 bytes, the rest is cut off) come with its
    /// ERROR event. Here DISCONNECTED follows.
    ///
    /// # Errors
    /// `NotRequested` if it has not asked, has its answer, or has gone; `UnknownPeer` if it is no peer of this
    /// host's; and [those of every call](Handle#errors).
    pub fn refuse(&self, peer: PeerId, code: i32, text: &str) -> Result<()> {
        self.answer(peer, State::GivenUp)?;
        self.command(Command::Refuse { peer, goodbye: goodbye(code, text) });
        Ok(())
    }

    fn answer(&self, peer: PeerId, to: State) -> Result<()> {
        let changed = self.slot(peer)?.move_state(peer, State::Requested, to);
        changed.map(drop).map_err(|_| Error::NotRequested(peer.get()))
    }
}
