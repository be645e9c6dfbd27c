//! Codecs: what a wire payload says into a message, and a value into a wire payload.
//!
//! | file | its idea |
//! |---|---|
//! | `msgpack` | podsix's own form, which needs only to be checked |
//! | `rencode` | what PodSixNet speaks; `read` and `write` are the two directions |
//! | `json` | what Python's `json` module speaks |
//! | `custom` | two functions of the game's own |
//! | `opaque` | what stands for those where they cannot be called |
//! | `terminator` | the five bytes that end each of PodSixNet's messages, and the search for them |
//! | `error`, `path` | what can go wrong, and where in a message |
//!
//! Python's dict keeps the last value of a key given twice, podsix's readers take the first. So
//! rencode and JSON are read into messages that have the key once, at its first place with its last
//! value, as Python has it; and of a key that is twice in a message the first alone is written.

mod custom;
mod error;
mod json;
mod msgpack;
mod opaque;
mod path;
mod rencode;
mod terminator;

pub use custom::Custom;
pub use error::CodecError;
pub use json::Json;
pub use msgpack::MessagePack;
pub(crate) use opaque::Opaque;
pub use path::Path;
pub use rencode::Rencode;
pub use terminator::{TERMINATOR, find_terminator};

use crate::value::{Limits, Message, Value};

/// A form that messages have on the wire.
pub trait Codec: Send + Sync {
    /// What it is called in errors.
    fn name(&self) -> &'static str;

    /// Makes `message` the one value that `payload` holds, whatever it was before; after an error it
    /// is of no use until it is cleared. Takes time and memory in proportion to the payload's bytes,
    /// whatever they announce.
    ///
    /// # Errors
    /// `Malformed`, or `Custom` with a custom codec's words, for a payload that is not one value; `TooDeep`,
    /// `TooManyValues` beyond `limits`; `TooLarge`.
    fn decode(
        &self,
        payload: &[u8],
        limits: &Limits,
        message: &mut Message,
    ) -> Result<(), CodecError>;

    /// Appends the payload that says `value`; after an error `out` is as it was.
    ///
    /// # Errors
    /// `Unsendable`, with the place, for what the codec has no form for; `Custom` with a custom codec's words.
    fn encode(&self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), CodecError>;

    /// Appends a payload that says `value` and in which, with [`TERMINATOR`] behind it, that does not
    /// turn up before its place. To be asked for where [`encode`](Codec::encode) gave one in which it does.
    ///
    /// # Errors
    /// Those of `encode`, and `Terminator`, with the place, for what has no other form; of a codec that has but one
    /// form always `Terminator`.
    fn encode_around(&self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let _ = (value, out);
        Err(CodecError::terminator(format!("its {} happens to hold", self.name())))
    }
}

/// The last check of what a codec has written, for those that do not keep to the limits on their way.
fn finish(message: &Message, limits: &Limits) -> Result<(), CodecError> {
    message.bytes()?;
    if message.depth() > limits.depth {
        return Err(CodecError::TooDeep { limit: limits.depth });
    }
    if message.values() > limits.values {
        return Err(CodecError::TooManyValues { limit: limits.values });
    }
    Ok(())
}
