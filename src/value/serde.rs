//! Any `Serialize` in, any `Deserialize` out, through rmp-serde.

use std::borrow::Cow;
use std::fmt;

use rmp_serde::decode;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::header::{Form, Header};
use super::{BIG_INTEGER, MessageError, Source, TUPLE, View, encode, printable};

/// The most characters of rmp-serde's words.
const LONGEST: usize = 256;

/// Why a value is not what a Rust type wants, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeserializeError(String);

impl fmt::Display for DeserializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DeserializeError {}

/// Appends `value` as MessagePack, structs as maps of their field names.
pub(super) fn serialize<T: Serialize + ?Sized>(
    value: &T,
    out: &mut Vec<u8>,
) -> Result<(), MessageError> {
    rmp_serde::encode::write_named(out, value)
        .map_err(|error| MessageError::Serialize(error.to_string()))
}

impl<'a, S: Source<'a>> View<'a, S> {
    /// The value as any type that serde can deserialize. Tuples read as sequences, and integers beyond 64
    /// bits as `i128` or `u128`. It is copied; nothing of the result lies in the message.
    ///
    /// ```
    /// use podsix::Message;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Debug, PartialEq, Serialize, Deserialize)]
    /// struct Move {
    ///     action: String,
    ///     x: i32,
    /// }
    ///
    /// let sent = Move { action: "move".into(), x: 3 };
    /// let message = Message::from_serialize(&sent)?;
    /// assert_eq!(message.value()?.deserialize::<Move>()?, sent);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// In words, if the value is missing or not what the type wants; an integer beyond 128 bits is for no type of
    /// integer.
    pub fn deserialize<T: DeserializeOwned>(self) -> Result<T, DeserializeError> {
        if self.is_none() {
            return Err(DeserializeError("the value is missing".into()));
        }
        rmp_serde::from_slice(&in_its_terms(self.span())).map_err(in_words)
    }
}

fn in_words(error: decode::Error) -> DeserializeError {
    DeserializeError(match error {
        decode::Error::TypeMismatch(marker) => {
            // A marker alone says what stands there; the rest of a head may be anything.
            let head = [marker.to_u8(), 0, 0, 0, 0, 0];
            let found = View::over(head.as_slice()).kind().name();
            format!("{found} stands where the type wants something else")
        }
        // It may repeat what was sent: the name of a field, say.
        other => printable(&other.to_string(), LONGEST).to_string(),
    })
}

/// The same value with what is podsix's own in rmp-serde's terms: a tuple is its list, an integer of up to
/// 128 bits is 16 bytes, and a NaN has its one form. Most values have none of these and are used where
/// they lie.
fn in_its_terms(span: &[u8]) -> Cow<'_, [u8]> {
    let mut plain = Vec::new();
    let (mut at, mut copied) = (0, 0);
    // Heads and payloads lie flat, so one loop sees every value whatever the nesting.
    while at < span.len() {
        let header = Header::read(span, at);
        let next = header.start + header.follow().0;
        if header.form == Form::Float && View::trusted(&span[at..]).as_double(0.0).is_nan() {
            plain.extend_from_slice(&span[copied..at]);
            encode::double(&mut plain, f64::NAN);
            copied = next;
        }
        if header.form != Form::Ext {
            at = next;
            continue;
        }
        match span[header.start - 1] as i8 {
            TUPLE => {
                plain.extend_from_slice(&span[copied..at]);
                (at, copied) = (header.start, header.start);
            }
            BIG_INTEGER => {
                if let Some(integer) = wide_integer(&span[header.start..next]) {
                    plain.extend_from_slice(&span[copied..at]);
                    encode::bin(&mut plain, &integer);
                    copied = next;
                }
                at = next;
            }
            _ => at = next,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(span);
    }
    plain.extend_from_slice(&span[copied..]);
    Cow::Owned(plain)
}

fn wide_integer(digits: &[u8]) -> Option<[u8; 16]> {
    let digits = std::str::from_utf8(digits).ok()?;
    let signed = digits.parse().map(i128::to_be_bytes);
    signed.or_else(|_| digits.parse().map(u128::to_be_bytes)).ok()
}
