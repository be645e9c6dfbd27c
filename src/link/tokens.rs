//! What the poll's reports are told apart by.

use std::io;
use std::num::NonZeroU32;

use mio::Token;

use crate::link::os;
use crate::shared::via::MAX_LISTENER;

/// Of what wakes the reactor.
pub(crate) const WAKER: Token = Token(usize::MAX);
/// Tokens below are slot indexes, from here on listeners, and beyond those connects under way.
pub(crate) const LISTENERS: usize = 1 << 16;
/// From here on connects under way.
pub(crate) const DIALS: usize = LISTENERS + MAX_LISTENER as usize;

/// What wakes a reactor that waits on `registry`'s poll.
pub(crate) fn waker(registry: &mio::Registry) -> io::Result<mio::Waker> {
    mio::Waker::new(registry, WAKER)
}

/// A timer that makes a reactor turn that waits on `registry`'s poll.
pub(crate) fn timer(registry: &mio::Registry) -> io::Result<os::Timer> {
    os::Timer::new(registry, WAKER)
}

/// The token of a listener.
pub(crate) fn listener_token(id: NonZeroU32) -> Token {
    Token(LISTENERS + id.get() as usize)
}

/// The token of all attempts of a connect. It is not the peer's own, so that none but the one that wins
/// has anything to say about the connection.
pub(crate) fn dial_token(index: usize) -> Token {
    Token(DIALS + index)
}
