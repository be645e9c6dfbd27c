//! By which way a connection came: through which listener and in which dialect, in one word of its slot.

use std::num::NonZeroU32;

use crate::wire::Dialect;

/// Listeners are numbered below this.
pub(crate) const MAX_LISTENER: u32 = 1 << PROTOCOL_SHIFT;

const PROTOCOL_SHIFT: u32 = 30;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Via {
    /// The listener it came through; none if this host connected.
    pub(crate) listener: Option<NonZeroU32>,
    pub(crate) dialect: Dialect,
}

impl Via {
    pub(crate) fn to_word(self) -> u32 {
        let listener = self.listener.map_or(0, NonZeroU32::get);
        debug_assert!(listener < MAX_LISTENER);
        (self.dialect as u32) << PROTOCOL_SHIFT | listener
    }

    #[inline]
    pub(crate) fn from_word(word: u32) -> Via {
        Via {
            listener: NonZeroU32::new(word & (MAX_LISTENER - 1)),
            dialect: Dialect::ALL[(word >> PROTOCOL_SHIFT) as usize],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_the_trip_through_a_word() {
        for dialect in Dialect::ALL {
            for listener in [0, 1, MAX_LISTENER - 1] {
                let via = Via { listener: NonZeroU32::new(listener), dialect };
                assert_eq!(Via::from_word(via.to_word()), via);
            }
        }
    }
}
