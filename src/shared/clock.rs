//! The host's clock. Everything in the library that asks for the time asks here.

use std::time::{Duration, Instant};

use crate::wire::Moment;

/// A clock that began with its host.
#[derive(Clone)]
pub(crate) struct Clock {
    born: Instant,
}

impl Clock {
    /// The system's, from now on.
    pub(crate) fn start() -> Clock {
        Clock { born: Instant::now() }
    }

    #[inline]
    pub(crate) fn now(&self) -> Moment {
        Moment::now(self.born)
    }

    /// The time until a deadline; none is for ever.
    pub(crate) fn until(&self, deadline: Option<Moment>) -> Duration {
        deadline.map_or(Duration::MAX, |at| at - self.now())
    }
}
