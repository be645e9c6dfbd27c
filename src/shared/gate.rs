//! The lock around the reactor. In inline mode several threads want it: the game that polls, and every
//! thread that has sent something.
//!
//! A sender that finds the lock taken does not wait: it leaves its command in the queue to the thread inside,
//! and returns. No command is forgotten: a thread that is about to unlock first announces it (`last_look`),
//! then empties the queue once more; a sender that comes after the announcement tries again until it has the
//! lock itself.
//! The game waits for the lock, but for one sender at most: senders that get the lock while the game waits
//! unlock it again, and the game takes what they sent.

use std::ops::{Deref, DerefMut};

use crate::shared::sync::atomic::{AtomicBool, Ordering, fence};
use crate::shared::sync::{Mutex, MutexGuard, TryLockError};

pub(crate) struct Gate<T> {
    inside: Mutex<T>,
    /// The game waits to get in.
    wanted: AtomicBool,
    /// The thread inside will look into the queue once more.
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
    /// The thread inside will take what was sent: nothing is left to do.
    Go,
    /// The thread inside is about to go out, and may not have seen what was sent: try again.
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
                // Relaxed, for it only asks for a turn: a sender that does not see it yet gets in before the
                // game, and nothing is lost.
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
            // The game comes in next, and sees what this sender has put into the queue: that was before this
            // lock was released, and the game takes the lock after it.
            Ok(_) if self.wanted.load(Ordering::Relaxed) => Err(Outside::Go),
            Ok(guard) => Ok(self.inside(guard)),
            Err(TryLockError::WouldBlock) => {
                // Between putting something into the queue and reading `looks`; its like in `last_look` is
                // between writing `looks` and looking into the queue. So either this sees the announcement, or
                // the other thread sees what was put in. Without one of the two fences, or on the other side
                // of its neighbour, both can be missed, and a message lies there until the next poll.
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
        // Only with the lock in hand: before, it would undo the announcement of the thread inside. Relaxed: a
        // sender that sees it late tries once more than it would have to.
        self.looks.store(true, Ordering::Relaxed);
        Inside { guard, looks: &self.looks }
    }
}

impl<T> Inside<'_, T> {
    /// Announces going out. The caller empties the queue once more after this: senders that came before rely
    /// on it, later ones do not.
    pub(crate) fn last_look(&self) {
        self.looks.store(false, Ordering::Relaxed);
        // Pairs with that in `try_enter`, where it says what breaks.
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
