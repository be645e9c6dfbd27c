//! By which way a connection came: through which listener, over which transport and in which dialect, in one
//! word of its slot.

use std::num::NonZeroU32;

use crate::event::Direction;
use crate::wire::Dialect;
use crate::words::{Scheme, Transport};

/// Listeners are numbered below this. The bits above are the transport's and the dialect's.
pub(crate) const MAX_LISTENER: u32 = 1 << TRANSPORT_SHIFT;

const TRANSPORT_SHIFT: u32 = 26;
const DIALECT_SHIFT: u32 = 30;
const TRANSPORTS: u32 = 1 << (DIALECT_SHIFT - TRANSPORT_SHIFT);

const _: () = assert!(Transport::ALL.len() <= TRANSPORTS as usize);
const _: () = assert!(Dialect::ALL.len() == 1 << (u32::BITS - DIALECT_SHIFT));

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Via {
    /// The listener it came through; none if this host connected.
    pub(crate) listener: Option<NonZeroU32>,
    pub(crate) transport: Transport,
    pub(crate) dialect: Dialect,
}

impl Via {
    pub(crate) fn new(listener: Option<NonZeroU32>, scheme: Scheme) -> Via {
        Via { listener, transport: scheme.transport, dialect: scheme.dialect }
    }

    pub(crate) fn to_word(self) -> u32 {
        let listener = self.listener.map_or(0, NonZeroU32::get);
        debug_assert!(listener < MAX_LISTENER);
        (self.dialect as u32) << DIALECT_SHIFT
            | (self.transport as u32) << TRANSPORT_SHIFT
            | listener
    }

    /// Which end opened the connection.
    #[inline]
    pub(crate) fn direction(self) -> Direction {
        match self.listener {
            None => Direction::Outbound,
            Some(_) => Direction::Inbound,
        }
    }

    #[inline]
    pub(crate) fn from_word(word: u32) -> Via {
        let transport = (word >> TRANSPORT_SHIFT & (TRANSPORTS - 1)) as usize;
        Via {
            listener: NonZeroU32::new(word & (MAX_LISTENER - 1)),
            // The remainder changes nothing, but without a check that may panic, whoever asks for the dialect
            // alone does not pay for this.
            transport: Transport::ALL[transport % Transport::ALL.len()],
            dialect: Dialect::ALL[(word >> DIALECT_SHIFT) as usize],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_the_trip_through_a_word() {
        for scheme in Scheme::ALL {
            for listener in [0, 1, MAX_LISTENER - 1] {
                let via = Via::new(NonZeroU32::new(listener), scheme);
                assert_eq!(Via::from_word(via.to_word()), via);
                assert_eq!((via.transport, via.dialect), (scheme.transport, scheme.dialect));
            }
        }
    }
}
