//! Messages in the game's own codec: only the game's thread may call it, so they are decoded when the game
//! comes to them.

use std::collections::{HashMap, HashSet};

use crate::codec::Codec;
use crate::event::{Direction, EventKind, PeerId};
use crate::shared::Shared;
use crate::shared::block::{Block, Record};
use crate::shared::command::Command;
use crate::shared::slot::{Slot, State};
use crate::shared::translation::KEPT;
use crate::value::{Message, Value, printable};
use crate::wire::{Dialect, MAX_TEXT};

/// Where an event's message is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// In the block, if it has one.
    Plain,
    /// With the decoder, until it reads the next.
    Decoded,
    /// There is nothing in the event for the game.
    Nothing,
}

#[derive(Default)]
pub(super) struct Decoder {
    /// The message decoded last.
    message: Message,
    /// Connected to with the game's own codec, and not greeted yet.
    ungreeted: HashSet<PeerId>,
    /// Whose message that codec has refused, and why: what their last events will say.
    refused: HashMap<PeerId, String>,
}

impl Decoder {
    /// Reads an event that the game has come to, if its peer speaks the game's own codec.
    #[inline]
    pub(super) fn read(
        &mut self,
        shared: &Shared,
        slot: &Slot,
        block: &Block,
        record: &Record,
    ) -> Form {
        // Almost no host has one: that is answered first.
        match shared.dialects.custom() {
            Some(codec) if slot.via().dialect == Dialect::PodSixNetCustom => {
                self.read_own(shared, codec, slot, block, record)
            }
            _ => Form::Plain,
        }
    }

    fn read_own(
        &mut self,
        shared: &Shared,
        codec: &dyn Codec,
        slot: &Slot,
        block: &Block,
        record: &Record,
    ) -> Form {
        let peer = record.peer;
        if let Some(what) = &record.lifecycle {
            // A server that speaks PodSixNet greets with its first message, which is that after CONNECTED.
            if what.kind == EventKind::Connected && slot.direction() == Direction::Outbound {
                self.ungreeted.insert(peer);
            }
            return Form::Plain;
        }
        let Some(bytes) = Value::trusted(block.payload(record)).as_bytes() else {
            return Form::Plain;
        };
        match codec.decode(bytes, &shared.config.limits(), &mut self.message) {
            Ok(()) if self.ungreeted.remove(&peer) && is_bare_greeting(&self.message) => {
                Form::Nothing
            }
            Ok(()) => Form::Decoded,
            Err(error) => {
                self.refuse(shared, slot, peer, error.to_string());
                Form::Nothing
            }
        }
    }

    /// Ends the connection of a peer whose message cannot be read.
    fn refuse(&mut self, shared: &Shared, slot: &Slot, peer: PeerId, error: String) {
        // What had arrived before it ended is not wanted any more, either.
        let unwanted = |state: State| match state {
            State::Ended => Some(State::Left),
            _ => state.left(),
        };
        if slot.change_state(peer, unwanted).is_ok() {
            // The codec's words may repeat what came.
            let error = printable(&error, MAX_TEXT / 4);
            let text = format!("a message that the game's codec refuses: {error}");
            self.refused.insert(peer, text);
            shared.command(Command::Unreadable { peer });
        }
    }

    /// The message decoded last.
    pub(super) fn message(&self) -> Value<'_> {
        self.message.value().unwrap_or(Value::NONE)
    }

    /// Why a peer's message was refused, if one was.
    pub(super) fn refusal(&self, peer: PeerId) -> Option<&str> {
        self.refused.get(&peer).map(String::as_str)
    }

    /// A peer's last event is over.
    pub(super) fn forget(&mut self, peer: PeerId) {
        self.refused.remove(&peer);
        self.ungreeted.remove(&peer);
    }

    /// Gives back what a large message has left.
    pub(super) fn trim(&mut self) {
        if self.message.capacity() > KEPT {
            self.message = Message::new();
        }
    }
}

/// Whether a message says nothing but that the client is connected: the game has its CONNECTED event.
fn is_bare_greeting(message: &Message) -> bool {
    let greets = |message: Value| message.action() == Some("connected") && message.count() == 1;
    message.value().is_ok_and(greets)
}
