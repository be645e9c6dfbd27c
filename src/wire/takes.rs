//! What an end takes, what a message demands, and where that is more.

use super::MAX_PAYLOAD;
use crate::value::{Limits, MAX_DEPTH, Message, Tally, validate};

/// What one end of a connection takes, in a word: 24 bits the largest message and 24 the most values,
/// for neither can be more than a frame has bytes; the greatest depth; the features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes(u64);

const VALUES_SHIFT: u32 = 24;
const DEPTH_SHIFT: u32 = 48;
const DEPTH_MASK: u64 = 0x1ff;
const TUPLE_KEYS: u64 = 1 << 57;

impl Takes {
    /// An end of which nothing is known yet, or that has no such limits.
    pub const ANYTHING: Takes = Takes(
        TUPLE_KEYS
            | (MAX_DEPTH as u64) << DEPTH_SHIFT
            | (MAX_PAYLOAD as u64) << VALUES_SHIFT
            | MAX_PAYLOAD as u64,
    );

    /// An end of version 1.0, which told its largest message and nothing else.
    pub(super) fn of_1_0(max_message: u32) -> Takes {
        Takes::new(max_message, u32::MAX, MAX_DEPTH, false)
    }

    pub(super) fn new(
        max_message: u32,
        max_values: u32,
        max_depth: u32,
        tuple_keys: bool,
    ) -> Takes {
        let most = |limit: u32| u64::from(limit).min(MAX_PAYLOAD as u64);
        Takes(
            most(max_message)
                | most(max_values) << VALUES_SHIFT
                | u64::from(max_depth.min(MAX_DEPTH)) << DEPTH_SHIFT
                | if tuple_keys { TUPLE_KEYS } else { 0 },
        )
    }

    /// As it is kept in a word.
    pub fn to_word(self) -> u64 {
        self.0
    }

    /// As it was before [`to_word`](Takes::to_word).
    pub fn from_word(word: u64) -> Takes {
        Takes(word)
    }

    /// The largest message, in bytes.
    pub fn max_message(self) -> u32 {
        self.0 as u32 & MAX_PAYLOAD as u32
    }

    /// The most values in a message, keys and containers counted.
    pub fn max_values(self) -> u32 {
        (self.0 >> VALUES_SHIFT) as u32 & MAX_PAYLOAD as u32
    }

    /// The deepest nesting.
    pub fn max_depth(self) -> u32 {
        (self.0 >> DEPTH_SHIFT & DEPTH_MASK) as u32
    }

    /// Whether tuples may be keys.
    pub fn tuple_keys(self) -> bool {
        self.0 & TUPLE_KEYS != 0
    }

    /// Whether it takes whatever keeps to these limits, size aside.
    pub fn is_as_wide_as(self, limits: &Limits) -> bool {
        self.tuple_keys()
            && self.max_values() >= limits.values.min(MAX_PAYLOAD as u32)
            && self.max_depth() >= limits.depth
    }

    /// Whether it takes a message of such demands; if not, why not.
    ///
    /// # Errors
    /// The first of its limits that the message goes beyond.
    #[inline]
    pub fn check(self, demands: &Demands) -> Result<(), Excess> {
        let limit = self.max_message();
        if demands.size > limit as usize {
            return Err(Excess::Size { size: demands.size, limit });
        }
        let Tally { depth, values, tuple_keys } = demands.tally;
        if values > self.max_values() {
            return Err(Excess::Values { values, limit: self.max_values() });
        }
        if depth > self.max_depth() {
            return Err(Excess::Depth { depth, limit: self.max_depth() });
        }
        if tuple_keys && !self.tuple_keys() {
            return Err(Excess::TupleKeys);
        }
        Ok(())
    }
}

/// What a message demands of the end that gets it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Its bytes.
    pub size: usize,
    /// What is in it.
    pub tally: Tally,
}

impl Demands {
    /// A finished message's, of so many bytes.
    pub fn of(message: &Message, size: usize) -> Demands {
        let (depth, values) = (message.depth(), message.values());
        Demands { size, tally: Tally { depth, values, tuple_keys: message.has_tuple_keys() } }
    }

    /// Those of a message that is one valid value.
    pub fn of_payload(payload: &[u8]) -> Demands {
        let limits = Limits { depth: MAX_DEPTH, values: u32::MAX };
        Demands { size: payload.len(), tally: validate(payload, &limits).unwrap_or_default() }
    }

    /// Those of two messages together, of which each has to be taken.
    pub fn and(self, other: Demands) -> Demands {
        let (one, two) = (self.tally, other.tally);
        Demands {
            size: self.size.max(other.size),
            tally: Tally {
                depth: one.depth.max(two.depth),
                values: one.values.max(two.values),
                tuple_keys: one.tuple_keys || two.tuple_keys,
            },
        }
    }
}

/// Why an end does not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// It is larger than its `max_message`.
    Size {
        /// Bytes of the message.
        size: usize,
        /// Bytes allowed.
        limit: u32,
    },
    /// It has more values than its `max_values`.
    Values {
        /// Values of the message.
        values: u32,
        /// Values allowed.
        limit: u32,
    },
    /// It is nested deeper than its `max_depth`.
    Depth {
        /// Levels of the message.
        depth: u32,
        /// Levels allowed.
        limit: u32,
    },
    /// Tuples are keys in it.
    TupleKeys,
}

impl Excess {
    /// In words: what a `message` has, and what a `receiver` takes.
    pub fn text(self, message: &str, receiver: &str) -> String {
        match self {
            Excess::Size { size, limit } => {
                format!("{message} has {size} bytes, {receiver} takes {limit} (its max_message)")
            }
            Excess::Values { values, limit } => {
                format!("{message} has {values} values, {receiver} takes {limit} (its max_values)")
            }
            Excess::Depth { depth, limit } => {
                format!("{message} has {depth} levels, {receiver} takes {limit} (its max_depth)")
            }
            Excess::TupleKeys => format!(
                "{message} has a tuple as a key, which {receiver} does not take (version 1.0 of \
                 podsix's protocol has no such keys)"
            ),
        }
    }
}
