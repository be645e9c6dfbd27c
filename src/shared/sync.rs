//! Where the files of this folder take atomics, locks and queues from: std and crossbeam in a
//! build, and in a build with `--cfg loom` loom, which runs a test in every order in which its threads could
//! meet. Loom does not see into what is crossbeam's, so there something with a lock takes its place, which
//! promises the same.

#[cfg(not(loom))]
pub(crate) use {
    crossbeam_queue::{ArrayQueue, SegQueue},
    crossbeam_utils::atomic::AtomicCell,
    std::sync::{Mutex, MutexGuard, TryLockError, atomic},
};

#[cfg(loom)]
pub(crate) use {
    loom::sync::{Mutex, MutexGuard, atomic},
    model::{ArrayQueue, AtomicCell, SegQueue},
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

    /// Its bounded queue.
    pub(crate) struct ArrayQueue<T>(Mutex<VecDeque<T>>, usize);

    impl<T> ArrayQueue<T> {
        pub(crate) fn new(capacity: usize) -> Self {
            ArrayQueue(Mutex::new(VecDeque::new()), capacity)
        }

        pub(crate) fn capacity(&self) -> usize {
            self.1
        }

        pub(crate) fn push(&self, value: T) -> Result<(), T> {
            let mut queue = self.0.lock().unwrap();
            if queue.len() == self.1 {
                return Err(value);
            }
            queue.push_back(value);
            Ok(())
        }

        pub(crate) fn pop(&self) -> Option<T> {
            self.0.lock().unwrap().pop_front()
        }

        pub(crate) fn len(&self) -> usize {
            self.0.lock().unwrap().len()
        }

        pub(crate) fn is_empty(&self) -> bool {
            self.len() == 0
        }
    }

    /// Its cell.
    pub(crate) struct AtomicCell<T>(Mutex<T>);

    impl<T: Default> AtomicCell<T> {
        pub(crate) fn new(value: T) -> Self {
            AtomicCell(Mutex::new(value))
        }

        pub(crate) fn take(&self) -> T {
            std::mem::take(&mut *self.0.lock().unwrap())
        }

        pub(crate) fn store(&self, value: T) {
            *self.0.lock().unwrap() = value;
        }
    }
}
