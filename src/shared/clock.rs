//! The host's clock. Everything in the library that asks for the time asks here, so that a simulated host lives in
//! the time that its test says it is.

use std::time::{Duration, Instant};

use crate::wire::Moment;

/// A clock that began with its host, or with the world that a simulated host lives in.
#[derive(Clone)]
pub(crate) struct Clock {
    born: Instant,
    #[cfg(test)]
    hand: Option<Hand>,
}

impl Clock {
    /// The system's, from now on.
    pub(crate) fn start() -> Clock {
        Clock {
            born: Instant::now(),
            #[cfg(test)]
            hand: None,
        }
    }

    /// One that shows what a test says.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn simulated(hand: &Hand) -> Clock {
        Clock { hand: Some(hand.clone()), ..Clock::start() }
    }

    #[inline]
    pub(crate) fn now(&self) -> Moment {
        #[cfg(test)]
        if let Some(hand) = &self.hand {
            return hand.now();
        }
        Moment::now(self.born)
    }

    /// The time until a deadline; none is for ever.
    pub(crate) fn until(&self, deadline: Option<Moment>) -> Duration {
        deadline.map_or(Duration::MAX, |at| at - self.now())
    }
}

#[cfg(test)]
pub(crate) use hand::Hand;

#[cfg(test)]
mod hand {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use crate::wire::Moment;

    /// What a simulated clock shows, in nanoseconds, for all that are set by it.
    #[derive(Clone, Default)]
    pub(crate) struct Hand(Arc<AtomicU64>);

    impl Hand {
        pub(crate) fn now(&self) -> Moment {
            Moment::START + Duration::from_nanos(self.0.load(Ordering::Relaxed))
        }

        /// Moves it to a moment, never back.
        pub(crate) fn move_to(&self, at: Moment) {
            self.0.fetch_max(at.since_start().as_nanos() as u64, Ordering::Relaxed);
        }
    }
}
