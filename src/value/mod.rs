//! Values: what messages are made of, in the one form they have in memory, MessagePack bytes.
//!
//! A value is never unpacked into a tree. Reading walks its bytes ([`Value`]), writing appends bytes
//! ([`Message`]), and everything from outside is checked once ([`validate`]) so that no accessor can
//! fail on malformed bytes afterwards.
//!
//! Values and messages belong to no host and to no thread. No call here blocks, and none panics but
//! [`View::step`] where its documentation says so.
//!
//! | file | its idea |
//! |---|---|
//! | `header` | what a value's first bytes say; the one place that knows MessagePack's markers for reading |
//! | `source` | where validated bytes are read from: a slice, or a bare address in the C ABI |
//! | `view` | [`View`], a value where it lies: kinds, lookups, spans |
//! | `number` | reading scalars: with a fallback, or strictly |
//! | `cursor` | walking through lists and maps |
//! | `fields` | many fields of a map in one pass |
//! | `validate` | the check that everything received or spliced in goes through |
//! | `short` | texts of a few bytes, without calls |
//! | `name` | names of a few bytes, in one word |
//! | `encode` | MessagePack's markers for writing |
//! | `nan` | the one form of NaN |
//! | `message` | [`Message`], the writer, and what it refuses (`message_error`) |
//! | `integer` | integers in decimal, of any size |
//! | `scalar` | values without children, as codecs hand them over |
//! | `field` | which Rust types [`Message::set`] takes |
//! | `json_read`, `json_write` | JSON in and out; `json_number` and `json_text` are parts of it |
//! | `printable` | what others wrote, as it may be shown to people |
//! | `parts` | all parts of a value in one pass, for codecs |
//! | `keys` | which keys of a map are new, for codecs |
//! | `room` | what a thread keeps from one call to the next |
//! | `settled` | maps with each key once, as Python's dict has them |
//! | `serde` | any `Serialize` in, any `Deserialize` out |
//!
//! Two extension types are podsix's own: 1 is an integer beyond 64 bits as decimal ASCII, 2 is a tuple
//! (its payload is one MessagePack array; readers see a list). All others are the game's.

mod cursor;
pub(crate) mod encode;
mod field;
mod fields;
mod header;
mod integer;
mod json_number;
mod json_read;
mod json_text;
mod json_write;
mod keys;
mod message;
mod message_error;
mod name;
mod nan;
mod number;
mod parts;
mod printable;
pub(crate) mod room;
mod scalar;
mod serde;
mod settled;
mod short;
mod source;
mod validate;
mod view;

pub use cursor::{Cursor, Entries, Items};
pub use field::Field;
pub use json_read::{JsonError, JsonFlaw};
pub(crate) use json_text::{Escape, plain};
pub(crate) use keys::{Keys, Same};
pub use message::Message;
pub use message_error::MessageError;
pub(crate) use name::Name;
pub use number::ReadError;
pub(crate) use parts::{Part, Parts};
pub(crate) use printable::is_printable;
pub use printable::{Printable, PrintableValue, printable};
pub(crate) use scalar::Scalar;
pub use serde::DeserializeError;
pub(crate) use settled::settled;
pub(crate) use source::Sealed;
pub use source::Source;
use validate::validate_key;
pub use validate::{Flaw, Invalid, Limits, Tally, validate};
pub use view::{Kind, Value, View};

/// The deepest nesting any value may have, whatever the limits say: validating it recurses, and game
/// threads have small stacks.
pub const MAX_DEPTH: u32 = 256;

/// The most bytes a message may have: what the 24-bit length of a frame can say.
pub const MAX_SIZE: usize = 0xFF_FFFF;

/// The most digits of an integer beyond 64 bits.
pub const MAX_DIGITS: usize = 1024;

/// The extension type of an integer beyond 64 bits.
const BIG_INTEGER: i8 = 1;

/// The extension type of a tuple.
const TUPLE: i8 = 2;
