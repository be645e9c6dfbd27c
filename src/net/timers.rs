//! When each connection has to be looked at next.
//!
//! A connection has one due time. Activity never touches it: what is found too early when it comes
//! up is put back for later, so that a busy connection costs nothing here.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

/// Entries are never removed from the middle; one is stale if its connection has been given an
/// earlier time since, which the caller sees from its own `due`.
#[derive(Default)]
pub(crate) struct Timers(BinaryHeap<Reverse<(Instant, u32)>>);

impl Timers {
    /// Sees to it that `index` is looked at by `at`.
    pub(crate) fn arm(&mut self, due: &mut Option<Instant>, index: usize, at: Instant) {
        if due.is_none_or(|armed| at < armed) {
            *due = Some(at);
            self.0.push(Reverse((at, index as u32)));
        }
    }

    /// The earliest time somebody has to be looked at.
    pub(crate) fn next(&self) -> Option<Instant> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes an entry whose time has come.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<(Instant, usize)> {
        if self.next()? > now {
            return None;
        }
        self.0.pop().map(|Reverse((at, index))| (at, index as usize))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_earlier_time_replaces_a_later_one() {
        let start = Instant::now();
        let at = |n| start + Duration::from_secs(n);
        let mut timers = Timers::default();
        let mut due = None;
        timers.arm(&mut due, 7, at(3));
        timers.arm(&mut due, 7, at(5));
        assert_eq!(due, Some(at(3)), "a later time changes nothing");
        timers.arm(&mut due, 7, at(1));
        assert_eq!(timers.pop(at(0)), None);
        assert_eq!(timers.pop(at(4)), Some((at(1), 7)));
        assert_eq!(
            timers.pop(at(4)),
            Some((at(3), 7)),
            "stale: the caller sees it by its due time"
        );
        assert_eq!(timers.next(), None);
    }
}
