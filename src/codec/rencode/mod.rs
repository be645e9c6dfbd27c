//! rencode, as PodSixNet 0.11.0 has it: each value begins with a byte that says what it is, and often
//! how long.
//!
//! Writing gives what the original's `dumps` gives, except that doubles are sent as 32 bits only where
//! that is exact. Reading accepts what its `loads` accepts, odd forms included, with these exceptions:
//! strings that are not UTF-8 arrive as bytes, where `loads` fails; and there are limits.

mod decimal;
mod read;
mod write;

use super::{Codec, CodecError};
use crate::value::{Limits, Message, Value};

/// The codec that PodSixNet has unless it is given another one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rencode;

impl Codec for Rencode {
    fn name(&self) -> &'static str {
        "rencode"
    }

    fn decode(
        &self,
        payload: &[u8],
        limits: &Limits,
        message: &mut Message,
    ) -> Result<(), CodecError> {
        read::read(payload, limits, message)
    }

    fn encode(&self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        write::write(value, false, out)
    }

    fn encode_around(&self, value: Value<'_>, out: &mut Vec<u8>) -> Result<(), CodecError> {
        write::write(value, true, out)
    }
}

/// What the first byte of a value can be.
mod code {
    /// Up to 43: itself.
    pub const POSITIVE: u8 = 0;
    pub const FLOAT64: u8 = 44;
    /// Containers that end with [`END`].
    pub const TUPLE: u8 = 58;
    pub const LIST: u8 = 59;
    pub const DICT: u8 = 60;
    /// An integer in decimal, which ends with [`END`].
    pub const DECIMAL: u8 = 61;
    pub const INT1: u8 = 62;
    pub const INT2: u8 = 63;
    pub const INT4: u8 = 64;
    pub const INT8: u8 = 65;
    pub const FLOAT32: u8 = 66;
    pub const TRUE: u8 = 67;
    pub const FALSE: u8 = 68;
    pub const NONE: u8 = 69;
    /// Up to 101: -1 to -32.
    pub const NEGATIVE: u8 = 70;
    /// Up to 126: a dict of 0 to 24 entries.
    pub const SHORT_DICT: u8 = 102;
    /// No value.
    pub const END: u8 = 127;
    /// Up to 191: a string of 0 to 63 bytes. Longer ones begin with their length, in decimal.
    pub const SHORT_STRING: u8 = 128;
    /// Up to 223: a list of 0 to 31 items.
    pub const SHORT_LIST: u8 = 192;
    /// Up to 255: a tuple of 0 to 31 items.
    pub const SHORT_TUPLE: u8 = 224;
}

/// The most characters of a decimal integer, its sign included.
const MAX_DECIMAL: usize = 63;
