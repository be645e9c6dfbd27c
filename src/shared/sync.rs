//! Where the files of this folder take atomics, locks and the unbounded queue from: std and crossbeam in a
//! build, and in a build with `--cfg loom` loom, which runs a test in every order in which its threads could
//! meet. Loom does not see into crossbeam's queue, so there a queue with a lock takes its place, which
//! promises the same.

#[cfg(not(loom))]
pub(crate) use {
    crossbeam_queue::SegQueue,
    std::sync::{Mutex, MutexGuard, TryLockError, atomic},
};

#[cfg(loom)]
pub(crate) use {
    loom::sync::{Mutex, MutexGuard, atomic},
    model::SegQueue,
    std::sync::TryLockError,
};

#[cfg(loom)]
mod model {
    use std::collections::VecDeque;

    use loom::sync::Mutex;

    /// crossbeam's unbounded queue, as loom can follow it.
    pub(crate) struct SegQueue<T>(Mutex<VecDeque<T>>);

    impl<T> SegQueue<T> {
        pub(crate) fn new() -> Self {
            SegQueue(Mutex::new(VecDeque::new()))
        }

        pub(crate) fn push(&self, value: T) {
            self.0.lock().unwrap().push_back(value);
        }

        pub(crate) fn pop(&self) -> Option<T> {
            self.0.lock().unwrap().pop_front()
        }

        pub(crate) fn is_empty(&self) -> bool {
            self.0.lock().unwrap().is_empty()
        }
    }
}
