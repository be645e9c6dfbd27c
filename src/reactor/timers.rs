//! When each connection has to be looked at next.
//!
//! A connection has one due time, kept by its index. Activity never touches it: what is found too
//! early when it comes up is put back for later, so that a busy connection costs nothing here.

use crate::wire::Moment;

/// The earliest due time is kept for so many connections together, so that finding who is due means
/// looking at few of tens of thousands.
const PAGE: usize = 64;

/// A due time for each index, none at first.
#[derive(Default)]
pub(crate) struct Timers {
    due: Vec<Option<Moment>>,
    /// The earliest of each page.
    pages: Vec<Option<Moment>>,
    /// The earliest of all.
    next: Option<Moment>,
}

impl Timers {
    /// Sees to it that `index` is looked at by `at`.
    pub(crate) fn arm(&mut self, index: usize, at: Moment) {
        if self.due.len() <= index {
            self.due.resize(index + 1, None);
            self.pages.resize(index / PAGE + 1, None);
        }
        for due in [&mut self.due[index], &mut self.pages[index / PAGE], &mut self.next] {
            *due = Some(due.map_or(at, |due| due.min(at)));
        }
    }

    /// The earliest time somebody has to be looked at.
    pub(crate) fn next(&self) -> Option<Moment> {
        self.next
    }

    /// Takes the time of one whose time has come.
    pub(crate) fn pop(&mut self, now: Moment) -> Option<usize> {
        let is_due = |due: &Option<Moment>| due.is_some_and(|at| at <= now);
        if !is_due(&self.next) {
            return None;
        }
        let page = self.pages.iter().position(is_due)?;
        let end = self.due.len().min((page + 1) * PAGE);
        let index = page * PAGE + self.due[page * PAGE..end].iter().position(is_due)?;
        self.due[index] = None;
        self.pages[page] = self.due[page * PAGE..end].iter().copied().flatten().min();
        self.next = self.pages.iter().copied().flatten().min();
        Some(index)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::START + Duration::from_secs(seconds)
    }

    #[test]
    fn an_earlier_time_replaces_a_later_one() {
        let mut timers = Timers::default();
        timers.arm(7, at(3));
        timers.arm(7, at(5));
        assert_eq!(timers.next(), Some(at(3)), "a later time changes nothing");
        timers.arm(7, at(1));
        assert_eq!(timers.pop(at(0)), None);
        assert_eq!(timers.pop(at(4)), Some(7));
        assert_eq!(timers.pop(at(4)), None, "once");
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn all_that_are_due_come_up_and_nobody_else() {
        let mut timers = Timers::default();
        for index in (0..1_000).rev() {
            timers.arm(index, at(index as u64 % 10));
        }
        for now in 0..10 {
            assert_eq!(timers.next(), Some(at(now)));
            let due: Vec<_> = std::iter::from_fn(|| timers.pop(at(now))).collect();
            assert_eq!(due, (now as usize..1_000).step_by(10).collect::<Vec<_>>());
        }
        assert_eq!(timers.next(), None);
    }
}
