//! MessagePack, the form that messages have in memory anyway.

use super::{Codec, CodecError, finish};
use crate::value::{Limits, Message, Value};

/// podsix's own codec.
#[derive(Clone, Copy, Debug, Default)]
pub struct MessagePack;

impl Codec for MessagePack {
    fn name(&self) -> &'static str {
        "MessagePack"
    }

    fn decode(
        &self,
        payload: &[u8],
        limits: &Limits,
        message: &mut Message,
    ) -> Result<(), CodecError> {
        finish(message.clear().add_msgpack(payload), limits)
    }

    fn encode(&self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        out.extend_from_slice(value.span());
        Ok(())
    }
}
