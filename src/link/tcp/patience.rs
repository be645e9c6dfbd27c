//! How long TCP waits before it sends again what has not been acknowledged, and when it gives up.
//!
//! A system doubles that wait with each attempt, up to two minutes. So when a line has been gone for ten seconds, six
//! more may pass before anything goes over it, and the host takes the other end for dead.

use std::time::Duration;

use crate::config::Config;
use crate::link::os::{self, HasDescriptor};

/// The least that a system allows as the longest wait, and the most.
const LEAST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(120);
/// A system gives up after so many attempts to learn whether an other end that had no room left has some now.
const ATTEMPTS: u32 = 15;

/// A host's. None where it lets others be silent for ever: then the system's own is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience(Option<Times>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Times {
    /// The longest wait.
    between: Duration,
    /// When the system gives up, after the host would have. By itself it would after 15 attempts, however short.
    in_all: Duration,
}

impl Patience {
    pub(crate) fn new(config: &Config) -> Patience {
        let Config { idle_timeout, stall_limit, .. } = *config;
        let ends = !idle_timeout.is_zero();
        Patience(ends.then(|| Times {
            between: (idle_timeout / ATTEMPTS).clamp(LEAST, MOST),
            in_all: 2 * idle_timeout + stall_limit,
        }))
    }

    /// For a connection, or for all that will come through a listener.
    pub(super) fn set(self, socket: &impl HasDescriptor) {
        if let Some(Times { between, in_all }) = self.0 {
            os::set_patience(socket, between, in_all);
        }
    }
}
