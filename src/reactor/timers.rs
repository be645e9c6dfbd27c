//! When each connection has to be looked at next.
//!
//! A connection has one due time, kept by its index. Activity never touches it: what is found too
//! early when it comes up is put back for later, so that a busy connection costs nothing here.
//!
//! The indexes are in a heap, and their due times and places in tables beside it: an earlier time moves the
//! entry that is there, and nothing is looked through. Due times are whole milliseconds, rounded up: a
//! connection comes up less than a millisecond late, and never early. An entry takes eight bytes.

use std::time::Duration;

use crate::wire::Moment;

/// Children of each place in the heap. Four make it half as deep as two, and lie side by side.
const CHILDREN: usize = 4;
/// Not due at all.
const NEVER: u32 = u32::MAX;
/// Due times are counted from a later start when the clock is so many milliseconds past it, 24 days.
const RESTART: u64 = 1 << 31;

/// A due time for each index, none at first. Indexes are those of slots, which have 16 bits.
#[derive(Default)]
pub(crate) struct Timers {
    /// The clock's millisecond from which due times are counted.
    start: u64,
    /// When each index is due.
    due: Vec<u32>,
    /// Where each index that is due is in the heap.
    places: Vec<u16>,
    /// The indexes that are due: none before its parent.
    heap: Vec<u16>,
    /// How many due times were looked at.
    #[cfg(test)]
    steps: std::cell::Cell<usize>,
}

impl Timers {
    /// Sees to it that `index` is looked at by `at`.
    pub(crate) fn arm(&mut self, index: usize, at: Moment) {
        if self.due.len() <= index {
            self.due.resize(index + 1, NEVER);
            self.places.resize(index + 1, 0);
        }
        let rounded_up = milliseconds(at + Duration::from_nanos(999_999));
        // Beyond what 32 bits can tell it comes up too early, weeks from now, and is put back.
        let at = rounded_up.saturating_sub(self.start).min(u64::from(NEVER - 1)) as u32;
        let was = std::mem::replace(&mut self.due[index], at);
        if was == NEVER {
            self.places[index] = self.heap.len() as u16;
            self.heap.push(index as u16);
        } else if was <= at {
            self.due[index] = was;
            return;
        }
        self.rise(usize::from(self.places[index]));
    }

    /// The earliest time somebody has to be looked at.
    pub(crate) fn next(&self) -> Option<Moment> {
        let first = *self.heap.first()?;
        let at = self.start + u64::from(self.due[usize::from(first)]);
        Some(Moment::START + Duration::from_millis(at))
    }

    /// Takes the time of one whose time has come.
    pub(crate) fn pop(&mut self, now: Moment) -> Option<usize> {
        let now = milliseconds(now);
        if now.saturating_sub(self.start) >= RESTART {
            self.restart(now);
        }
        let first = *self.heap.first()?;
        let index = usize::from(first);
        if self.start + u64::from(self.due[index]) > now {
            return None;
        }
        self.due[index] = NEVER;
        let last = self.heap.pop()?;
        if last != first {
            self.heap[0] = last;
            self.places[usize::from(last)] = 0;
            self.sink(0);
        }
        Some(index)
    }

    /// Counts from `start` on. What was due before is due at once; no two change their order.
    #[cold]
    fn restart(&mut self, start: u64) {
        let passed = u32::try_from(start - self.start).unwrap_or(NEVER);
        for due in self.due.iter_mut().filter(|due| **due != NEVER) {
            *due = due.saturating_sub(passed);
        }
        self.start = start;
    }

    /// Moves what is at a place up until its parent is not due after it.
    fn rise(&mut self, mut place: usize) {
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            if self.due_at(parent) <= self.due_at(place) {
                return;
            }
            self.swap(parent, place);
            place = parent;
        }
    }

    /// Moves what is at a place down until no child is due before it.
    fn sink(&mut self, mut place: usize) {
        loop {
            let first = place * CHILDREN + 1;
            let children = first..self.heap.len().min(first + CHILDREN);
            let Some(child) = children.min_by_key(|&child| self.due_at(child)) else { return };
            if self.due_at(place) <= self.due_at(child) {
                return;
            }
            self.swap(place, child);
            place = child;
        }
    }

    fn due_at(&self, place: usize) -> u32 {
        #[cfg(test)]
        self.steps.set(self.steps.get() + 1);
        self.due[usize::from(self.heap[place])]
    }

    fn swap(&mut self, one: usize, other: usize) {
        self.heap.swap(one, other);
        for place in [one, other] {
            self.places[usize::from(self.heap[place])] = place as u16;
        }
    }
}

/// Whole milliseconds since the clock was started.
fn milliseconds(at: Moment) -> u64 {
    // Not by `as_millis`, whose 128 bits are slow.
    let time = at.since_start();
    time.as_secs() * 1_000 + u64::from(time.subsec_millis())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::START + Duration::from_secs(seconds)
    }

    fn all_due(timers: &mut Timers, now: Moment) -> Vec<usize> {
        let mut due: Vec<_> = std::iter::from_fn(|| timers.pop(now)).collect();
        due.sort();
        due
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
        for second in 0..10 {
            assert_eq!(timers.next(), Some(at(second)));
            let due = all_due(&mut timers, at(second));
            assert_eq!(due, (second as usize..1_000).step_by(10).collect::<Vec<_>>());
        }
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn nobody_comes_up_early_or_a_millisecond_late() {
        let mut timers = Timers::default();
        for nanoseconds in [1_000_000_000, 1_000_000_001, 1_000_999_999] {
            let after = |nanoseconds| Moment::START + Duration::from_nanos(nanoseconds);
            let due = after(nanoseconds);
            timers.arm(3, due);
            let next = timers.next().unwrap();
            assert!(due <= next && next - due < Duration::from_millis(1));
            assert_eq!(timers.pop(after(nanoseconds - 1)), None);
            assert_eq!(timers.pop(next), Some(3), "who waits until then does not wait in vain");
        }
    }

    #[test]
    fn every_index_of_a_full_table_may_be_due_at_any_time_of_the_clock() {
        const ALL: usize = 1 << 16;
        let mut timers = Timers::default();
        let end = Moment::START + Duration::MAX;
        let millis = |index: usize| index as u64 * 7_919 % ALL as u64;
        for index in 0..ALL {
            timers.arm(index, end);
            timers.arm(index, Moment::START + Duration::from_millis(millis(index)));
        }
        for due in 0..ALL as u64 {
            let index = timers.pop(Moment::START + Duration::from_millis(due)).unwrap();
            assert_eq!(millis(index), due);
            timers.arm(index, end);
        }
        assert_eq!(all_due(&mut timers, end), (0..ALL).collect::<Vec<_>>());
    }

    /// Looking through all of them, or through the earliest of every 64, would take hundreds.
    #[test]
    fn ten_thousand_that_tick_are_not_looked_through() {
        const PEERS: usize = 10_000;
        let (mut timers, mut ticks) = (Timers::default(), 0);
        let interval = Duration::from_secs(5);
        let first = |index: usize| Duration::from_nanos(index as u64 * 7_919 % 5_000 * 1_000_000);
        for index in 0..PEERS {
            timers.arm(index, at(1) + first(index));
        }
        timers.steps.set(0);
        for millis in 0..20_000 {
            let now = at(1) + Duration::from_millis(millis);
            while let Some(index) = timers.pop(now) {
                timers.arm(index, now + interval);
                ticks += 1;
            }
            timers.next();
        }
        assert_eq!(ticks, 4 * PEERS);
        // Seven levels down with at most five looks each, and few up.
        let steps = timers.steps.get() / ticks;
        assert!(steps <= 7 * (CHILDREN + 1) + 14, "{steps} due times were looked at for each tick");
    }

    #[derive(Clone, Debug)]
    enum Act {
        Arm(usize, Duration),
        Pass(Duration),
    }

    /// Up to seconds for most, up to weeks for some, so that counting starts again.
    fn time() -> impl Strategy<Value = Duration> {
        prop_oneof![
            4 => (0..3_000_000_000_u64).prop_map(Duration::from_nanos),
            1 => (0..20 * 86_400_u64).prop_map(Duration::from_secs),
        ]
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            3 => (0..40_usize, time()).prop_map(|(index, time)| Act::Arm(index, time)),
            1 => time().prop_map(Act::Pass),
        ]
    }

    proptest! {
        #[test]
        fn it_does_what_a_map_does(acts in prop::collection::vec(act(), 0..200)) {
            let (mut timers, mut model) = (Timers::default(), BTreeMap::new());
            let mut now = Moment::START;
            let millis = |at: Moment| at.since_start().as_nanos().div_ceil(1_000_000);
            for act in acts {
                match act {
                    Act::Arm(index, time) => {
                        timers.arm(index, now + time);
                        let due = millis(now + time);
                        let entry = model.entry(index).or_insert(due);
                        *entry = due.min(*entry);
                    }
                    Act::Pass(time) => now = now + time,
                }
                let is_due = |due: u128| due * 1_000_000 <= now.since_start().as_nanos();
                let due: Vec<_> = model.iter().filter(|(_, due)| is_due(**due)).map(|(i, _)| *i).collect();
                prop_assert_eq!(all_due(&mut timers, now), due);
                model.retain(|_, due| !is_due(*due));
                prop_assert_eq!(timers.next().map(millis), model.values().min().copied());
            }
        }
    }
}
