//! Inline mode: who works on the reactor, the game that polls or a thread that has sent something.
//!
//! A sender that finds somebody else inside leaves what it has put into the queue to that thread, and
//! returns. Nothing is left lying: whoever is about to go out first announces it (`last_look`), then empties
//! the queue once more; a sender that comes after the announcement tries again until it is inside itself.
//! And the game waits for one sender at most: others that get in before it see that it waits, and go out
//! again; the game takes what they sent.

use std::ops::{Deref, DerefMut};

use crate::shared::sync::atomic::{AtomicBool, Ordering, fence};
use crate::shared::sync::{Mutex, MutexGuard, TryLockError};

pub(crate) struct Gate<T> {
    inside: Mutex<T>,
    /// The game waits to get in.
    wanted: AtomicBool,
    /// Whoever is inside will look into the queue.
    looks: AtomicBool,
}

/// Being inside.
pub(crate) struct Inside<'a, T> {
    guard: MutexGuard<'a, T>,
    looks: &'a AtomicBool,
}

/// Why a sender did not get in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Somebody else will see to what was sent.
    Go,
    /// Somebody is about to go out, and may not have seen it.
    Again,
    /// Whoever was inside panicked.
    Broken,
}

impl<T> Gate<T> {
    pub(crate) fn new(what: T) -> Gate<T> {
        Gate {
            inside: Mutex::new(what),
            wanted: AtomicBool::new(false),
            looks: AtomicBool::new(false),
        }
    }

    /// The game's, one thread at a time: waits for whoever is inside. `Err`: that thread panicked.
    pub(crate) fn enter(&self) -> Result<Inside<'_, T>, Inside<'_, T>> {
        let guard = match self.inside.try_lock() {
            Err(TryLockError::WouldBlock) => {
                // A sender that misses it gets in before the game, no more.
                self.wanted.store(true, Ordering::Relaxed);
                let guard = self.inside.lock();
                self.wanted.store(false, Ordering::Relaxed);
                guard.map_err(|poisoned| poisoned.into_inner())
            }
            Err(TryLockError::Poisoned(poisoned)) => Err(poisoned.into_inner()),
            Ok(guard) => Ok(guard),
        };
        guard.map(|guard| self.inside(guard)).map_err(|guard| self.inside(guard))
    }

    /// Any thread's, when it has put something into the queue.
    pub(crate) fn try_enter(&self) -> Result<Inside<'_, T>, Outside> {
        match self.inside.try_lock() {
            // The game comes in next. It will see what was put into the queue before this lock was held.
            Ok(_) if self.wanted.load(Ordering::Relaxed) => Err(Outside::Go),
            Ok(guard) => Ok(self.inside(guard)),
            Err(TryLockError::WouldBlock) => {
                // Pairs with that in `last_look`: if this does not see the announcement, the other thread
                // sees what was put into the queue before. Without the two both could miss each other.
                fence(Ordering::SeqCst);
                let looks = self.looks.load(Ordering::Relaxed);
                Err(if looks { Outside::Go } else { Outside::Again })
            }
            Err(TryLockError::Poisoned(_)) => Err(Outside::Broken),
        }
    }

    /// Whether the game waits to get in.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    fn inside<'a>(&'a self, guard: MutexGuard<'a, T>) -> Inside<'a, T> {
        self.looks.store(true, Ordering::Relaxed);
        Inside { guard, looks: &self.looks }
    }
}

impl<T> Inside<'_, T> {
    /// Announces going out. After this the queue must be emptied once more; later senders do not rely on us.
    pub(crate) fn last_look(&self) {
        self.looks.store(false, Ordering::Relaxed);
        fence(Ordering::SeqCst);
    }
}

impl<T> Deref for Inside<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for Inside<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::sync::atomic::AtomicU64;
    use std::thread;

    use super::*;

    #[test]
    fn a_sender_leaves_it_to_who_looks_again_and_gives_way_to_the_game() {
        let gate = Gate::new(());
        let inside = gate.try_enter().unwrap();
        assert_eq!(gate.try_enter().err(), Some(Outside::Go));
        inside.last_look();
        assert_eq!(gate.try_enter().err(), Some(Outside::Again));
        gate.wanted.store(true, Ordering::Relaxed);
        drop(inside);
        assert_eq!(gate.try_enter().err(), Some(Outside::Go), "the game is first");
        assert!(gate.enter().is_ok());
    }

    /// Four threads go in and out all the time: while the game waits, no more than that one goes in that was
    /// about to.
    #[test]
    fn the_game_waits_for_one_at_most() {
        let (gate, over) = (Gate::new(0_u64), AtomicBool::new(false));
        let entered = AtomicU64::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !over.load(Ordering::Relaxed) {
                        if let Ok(inside) = gate.try_enter() {
                            entered.fetch_add(1, Ordering::SeqCst);
                            inside.last_look();
                        }
                    }
                });
            }
            for _ in 0..2_000 {
                // As `enter` does it; but nobody outside can tell when.
                gate.wanted.store(true, Ordering::SeqCst);
                let before = entered.load(Ordering::SeqCst);
                let inside = gate.inside.lock().unwrap();
                gate.wanted.store(false, Ordering::SeqCst);
                let others = entered.load(Ordering::SeqCst) - before;
                drop(inside);
                if others > 1 {
                    over.store(true, Ordering::Relaxed);
                    panic!("{others} were first");
                }
            }
            over.store(true, Ordering::Relaxed);
        });
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::sync::atomic::AtomicUsize;
    use loom::thread;

    use super::*;

    /// One place of a queue, as weakly ordered as the ring of commands is.
    struct Queue {
        put: [AtomicUsize; 2],
    }

    impl Queue {
        fn take(&self, taken: &mut usize) {
            for place in &self.put {
                if place.load(Ordering::Acquire) == 1 {
                    place.store(0, Ordering::Relaxed);
                    *taken += 1;
                }
            }
        }

        fn has_next(&self) -> bool {
            self.put.iter().any(|place| place.load(Ordering::Acquire) == 1)
        }
    }

    fn send(gate: &Gate<usize>, queue: &Queue, place: usize) {
        queue.put[place].store(1, Ordering::Release);
        loop {
            match gate.try_enter() {
                Ok(mut inside) => {
                    queue.take(&mut inside);
                    inside.last_look();
                    while queue.has_next() {
                        queue.take(&mut inside);
                    }
                    return;
                }
                Err(Outside::Go) => return,
                // loom does not follow who tries again and again: it is woken when there is room.
                Err(Outside::Again) => drop(gate.inside.lock().unwrap()),
                Err(Outside::Broken) => unreachable!(),
            }
        }
    }

    /// Two threads send while the game polls: when all have gone, nothing lies in the queue.
    #[test]
    fn loom_nothing_is_left_lying() {
        let mut model = loom::model::Builder::new();
        model.preemption_bound = Some(3);
        model.check(|| {
            let gate = Arc::new(Gate::new(0));
            let queue = Arc::new(Queue { put: [AtomicUsize::new(0), AtomicUsize::new(0)] });
            let senders: Vec<_> = (0..2)
                .map(|place| {
                    let (gate, queue) = (gate.clone(), queue.clone());
                    thread::spawn(move || send(&gate, &queue, place))
                })
                .collect();
            {
                let mut inside = gate.enter().ok().unwrap();
                queue.take(&mut inside);
                inside.last_look();
                while queue.has_next() {
                    queue.take(&mut inside);
                }
            }
            for sender in senders {
                sender.join().unwrap();
            }
            assert!(!queue.has_next());
            assert_eq!(*gate.enter().ok().unwrap(), 2);
        });
    }
}
