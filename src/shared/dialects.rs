//! What a host speaks beside podsix's own protocol: how its messages are written for it, on the threads
//! that send them.

use std::sync::OnceLock;

use crate::codec::{Codec, CodecError, Custom, Json, Rencode};
use crate::error::{Error, Result, Side};
use crate::value::Value;
use crate::wire::{Dialect, podsixnet};

#[derive(Default)]
pub(crate) struct Dialects {
    custom: OnceLock<Custom>,
    /// The greeting without a reply, for each protocol that was listened for.
    greetings: [OnceLock<Box<[u8]>>; Dialect::ALL.len()],
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
}

/// What a server of PodSixNet begins with, with a reply in it.
pub(crate) fn greeting(codec: &dyn Codec, reply: Option<Value<'_>>) -> Result<Box<[u8]>> {
    let mut greeting = Vec::new();
    podsixnet::encode_greeting(codec, reply, &mut greeting)?;
    Ok(greeting.into())
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
