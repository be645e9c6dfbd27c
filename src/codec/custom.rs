//! A codec of the game's own, as PodSixNet's users give it their own `dumps` and `loads`.

use std::fmt;

use super::{Codec, CodecError, finish};
use crate::value::{Limits, Message, Value};

type Dumps = dyn Fn(Value<'_>, &mut Vec<u8>) -> Result<(), String> + Send + Sync;
type Loads = dyn Fn(&[u8], &mut Message) -> Result<(), String> + Send + Sync;

/// Two functions: one appends the payload of a value, one writes a payload's value into an empty
/// message. Their errors are words.
pub struct Custom {
    dumps: Box<Dumps>,
    loads: Box<Loads>,
}

impl Custom {
    /// A codec of these two: `dumps` appends to what it is given, `loads` writes into a message that is empty.
    /// [`Handle::set_codec`](crate::Handle::set_codec) tells which threads call them, several at once maybe.
    ///
    /// ```
    /// use podsix::codec::Custom;
    /// use podsix::{Config, Host};
    ///
    /// let json = Custom::new(
    ///     |value, out| {
    ///         out.extend_from_slice(value.to_json().as_bytes());
    ///         Ok(())
    ///     },
    ///     |payload, message| {
    ///         message.add_json(str::from_utf8(payload).map_err(|error| error.to_string())?);
    ///         Ok(())
    ///     },
    /// );
    /// let host = Host::new(Config::default())?;
    /// host.set_codec(json)?;
    /// host.listen("podsixnet+custom://127.0.0.1:0", false)?;
    /// # Ok::<(), podsix::Error>(())
    /// ```
    pub fn new(
        dumps: impl Fn(Value<'_>, &mut Vec<u8>) -> Result<(), String> + Send + Sync + 'static,
        loads: impl Fn(&[u8], &mut Message) -> Result<(), String> + Send + Sync + 'static,
    ) -> Custom {
        Custom { dumps: Box::new(dumps), loads: Box::new(loads) }
    }
}

impl Codec for Custom {
    fn name(&self) -> &'static str {
        "custom codec"
    }

    fn decode(
        &self,
        payload: &[u8],
        limits: &Limits,
        message: &mut Message,
    ) -> Result<(), CodecError> {
        (self.loads)(payload, message.clear()).map_err(CodecError::Custom)?;
        finish(message, limits)
    }

    fn encode(&self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let start = out.len();
        (self.dumps)(value, out).map_err(|words| {
            out.truncate(start);
            CodecError::Custom(words)
        })
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Custom")
    }
}
