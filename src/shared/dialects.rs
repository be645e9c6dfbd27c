//! What a host speaks beside podsix's own protocol: how its messages are written for it, on the threads
//! that send them, and whether anybody listens.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::codec::{Codec, CodecError, Custom, Json, Rencode};
use crate::error::{Error, Result, Side};
use crate::value::{Value, room};
use crate::wire::{Dialect, podsixnet};

/// What is kept for messages on their way through a codec: a larger one's room is given back.
pub(crate) const KEPT: usize = 64 << 10;

/// PodSixNet's three dialects.
const DIALECTS: [Dialect; 3] =
    [Dialect::PodSixNet, Dialect::PodSixNetJson, Dialect::PodSixNetCustom];

#[derive(Default)]
pub(crate) struct Dialects {
    custom: OnceLock<Custom>,
    /// The greeting without a reply, for each protocol that was listened for.
    greetings: [OnceLock<Box<[u8]>>; Dialect::ALL.len()],
    /// Connections of each protocol that are open.
    speakers: [AtomicU32; Dialect::ALL.len()],
}

impl Dialects {
    /// Sets the codec of the game's own. False if there is one.
    pub(crate) fn set_custom(&self, custom: Custom) -> bool {
        self.custom.set(custom).is_ok()
    }

    /// The codec of the game's own, if it has one.
    #[inline]
    pub(crate) fn custom(&self) -> Option<&Custom> {
        self.custom.get()
    }

    /// What a protocol's messages are written with; none for podsix's own.
    pub(crate) fn codec(&self, dialect: Dialect) -> Result<Option<&dyn Codec>> {
        Ok(match dialect {
            Dialect::Podsix => None,
            Dialect::PodSixNet => Some(&Rencode),
            Dialect::PodSixNetJson => Some(&Json),
            Dialect::PodSixNetCustom => Some(self.custom().ok_or_else(|| {
                Error::BadAddress(format!("{dialect} needs a codec: set one with set_codec first"))
            })?),
        })
    }

    /// Appends a message as a dialect has it.
    pub(crate) fn translate(
        &self,
        dialect: Dialect,
        payload: &[u8],
        max_message: u32,
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let start = out.len();
        match self.codec(dialect)? {
            Some(codec) => podsixnet::encode_payload(codec, Value::trusted(payload), out)?,
            None => out.extend_from_slice(payload),
        }
        let (size, limit) = (out.len() - start, max_message as usize);
        if size > limit {
            return Err(Error::TooLarge { size, limit, whose: Side::Ours });
        }
        Ok(())
    }

    /// Makes ready for clients that speak a protocol.
    pub(crate) fn prepare(&self, dialect: Dialect) -> Result<()> {
        if let Some(codec) = self.codec(dialect)? {
            let greeting = greeting(codec, None)?;
            // Whoever was first has set the same.
            let _ = self.greetings[dialect as usize].set(greeting);
        }
        Ok(())
    }

    /// What a client is greeted with that is let in without a reply.
    pub(crate) fn greeting(&self, dialect: Dialect) -> &[u8] {
        self.greetings[dialect as usize].get().map_or(&[], |greeting| greeting)
    }

    /// A connection has opened.
    pub(crate) fn join(&self, dialect: Dialect) {
        self.speakers[dialect as usize].fetch_add(1, Ordering::AcqRel);
    }

    /// Such a connection has ended for the game.
    pub(crate) fn leave(&self, dialect: Dialect) {
        self.speakers[dialect as usize].fetch_sub(1, Ordering::AcqRel);
    }

    /// The dialects that somebody speaks who is connected.
    pub(crate) fn spoken(&self) -> impl Iterator<Item = Dialect> {
        let is_spoken =
            |dialect: &Dialect| self.speakers[*dialect as usize].load(Ordering::Acquire) > 0;
        DIALECTS.into_iter().filter(is_spoken)
    }
}

/// What a server of PodSixNet begins with, with a reply in it.
pub(crate) fn greeting(codec: &dyn Codec, reply: Option<Value<'_>>) -> Result<Box<[u8]>> {
    let mut greeting = Vec::new();
    podsixnet::encode_greeting(codec, reply, &mut greeting)?;
    Ok(greeting.into())
}

/// Lends room that the calling thread keeps, empty.
pub(crate) fn with_room<R>(then: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    thread_local! {
        static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    let mut room = room::take(&ROOM);
    room.clear();
    let result = then(&mut room);
    if room.capacity() <= KEPT {
        room::keep(&ROOM, room);
    }
    result
}

impl From<CodecError> for Error {
    fn from(error: CodecError) -> Error {
        match error {
            CodecError::TooDeep { limit } => Error::TooDeep { limit, whose: Side::Ours },
            CodecError::TooManyValues { limit } => {
                Error::TooManyValues { limit, whose: Side::Ours }
            }
            CodecError::TooLarge { size } => {
                Error::TooLarge { size, limit: crate::value::MAX_SIZE, whose: Side::Ours }
            }
            CodecError::Terminator { .. } => Error::Terminator(error.to_string()),
            _ => Error::Unsendable(error.to_string()),
        }
    }
}
