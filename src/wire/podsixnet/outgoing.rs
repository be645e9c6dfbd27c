//! Messages as they go out, and those that the protocol itself sends, with their terminators behind them.

use crate::codec::{Codec, CodecError, TERMINATOR, find_terminator};
use crate::value::{Kind, Message, Value};

/// Appends a message's payload to `out`, such that a receiver finds the terminator that goes behind it there
/// and no earlier. After an error `out` is as it was.
///
/// # Errors
/// The codec's: `Unsendable`, `Custom`, and `Terminator` for what cannot be said without the terminator in it.
pub fn encode_payload(
    codec: &dyn Codec,
    value: Value<'_>,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let start = out.len();
    codec.encode(value, out)?;
    let end = out.len();
    out.extend_from_slice(&TERMINATOR);
    let found = find_terminator(out, start);
    out.truncate(end);
    if found != Some(end) {
        out.truncate(start);
        codec.encode_around(value, out)?;
    }
    Ok(())
}

/// Likewise with the terminator.
///
/// # Errors
/// Those of [`encode_payload`].
pub fn encode_frame(
    codec: &dyn Codec,
    value: Value<'_>,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    encode_payload(codec, value, out)?;
    out.extend_from_slice(&TERMINATOR);
    Ok(())
}

/// Appends what a server begins with: `{"action": "connected"}`. The entries of a `reply` that is a map
/// join it, for that is where PodSixNet's clients look; any other reply stands under `reply`.
///
/// # Errors
/// Those of [`encode_payload`]; `TooDeep`, `TooLarge` if the reply has no room for a level or a byte more;
/// `Malformed` if it is the value that is not there.
pub fn encode_greeting(
    codec: &dyn Codec,
    reply: Option<Value<'_>>,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let mut greeting = Message::new();
    greeting.begin("connected");
    match reply {
        Some(reply) if reply.kind() == Kind::Map => {
            for (key, value) in reply.entries() {
                greeting.key_value(key).add_value(value);
            }
        }
        Some(reply) => drop(greeting.set("reply", reply)),
        None => {}
    }
    encode_frame(codec, greeting.value()?, out)
}

/// Appends `{"action": "error", "error": [code, text]}`, as PodSixNet's own errors are pairs of a number
/// and words.
///
/// # Errors
/// Those of [`encode_frame`], for the text may hold the terminator; `TooLarge` for one that no message could hold.
pub fn encode_error(
    codec: &dyn Codec,
    code: i32,
    text: &str,
    out: &mut Vec<u8>,
) -> Result<(), CodecError> {
    let mut error = Message::new();
    error.begin("error").key("error").open_list().push(code).push(text).close();
    encode_frame(codec, error.value()?, out)
}
