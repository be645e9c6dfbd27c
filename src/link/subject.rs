//! Whom a report of the poll is about, and the token that stands for it there.

use std::num::NonZeroU32;

use mio::Token;

use crate::shared::via::MAX_LISTENER;

/// Of what wakes the reactor, and has nothing else to say.
pub(super) const WAKER: Token = Token(usize::MAX);

/// Tokens below are links, from here on listeners.
const LISTENERS: usize = 1 << 16;
/// From here on connects under way.
const DIALS: usize = LISTENERS + MAX_LISTENER as usize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The link of the connection at this index.
    Link(usize),
    /// What listens under this number.
    Listener(NonZeroU32),
    /// All attempts of the connect at this index. They are not the link's own subject, so that none but the one
    /// that wins has anything to say about the connection.
    Dial(usize),
}

impl Subject {
    pub(super) fn token(self) -> Token {
        Token(match self {
            Subject::Link(index) => index,
            Subject::Listener(id) => LISTENERS + id.get() as usize,
            Subject::Dial(index) => DIALS + index,
        })
    }

    /// None for what only wakes.
    #[inline]
    pub(super) fn of(token: Token) -> Option<Subject> {
        match token.0 {
            index if index < LISTENERS => Some(Subject::Link(index)),
            number if number < DIALS => {
                NonZeroU32::new((number - LISTENERS) as u32).map(Subject::Listener)
            }
            _ if token == WAKER => None,
            number => Some(Subject::Dial(number - DIALS)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_the_trip_through_a_token() {
        let listener = |number| Subject::Listener(NonZeroU32::new(number).unwrap());
        let last = LISTENERS - 1;
        let subjects = [Subject::Link(0), Subject::Link(last), listener(1)];
        let others = [listener(MAX_LISTENER - 1), Subject::Dial(0), Subject::Dial(last)];
        for subject in subjects.into_iter().chain(others) {
            assert_eq!(Subject::of(subject.token()), Some(subject));
        }
        assert_eq!(Subject::of(WAKER), None);
    }
}
