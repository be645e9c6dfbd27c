//! A payload as it came, for where a custom codec cannot be asked: its functions belong to the game's
//! own threads.

use super::{Codec, CodecError};
use crate::value::{Limits, Message, Value};

/// Reads a payload as the bytes it is; writes nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Opaque;

impl Codec for Opaque {
    fn name(&self) -> &'static str {
        "custom codec"
    }

    fn decode(
        &self,
        payload: &[u8],
        _limits: &Limits,
        message: &mut Message,
    ) -> Result<(), CodecError> {
        message.clear().add_bytes(payload);
        Ok(message.bytes().map(drop)?)
    }

    fn encode(&self, _value: Value<'_>, _out: &mut Vec<u8>) -> Result<(), CodecError> {
        Err(CodecError::unsendable("a custom codec is asked on the game's threads alone"))
    }
}
