//! Who turns the reactor in threaded mode: its thread, or a game that waits in `wait` anyway.
//!
//! For a game that spends its time in `wait` (a dedicated server, a tool) each message would cost two
//! changes of thread: one to hear of it, one to have its answer written. So the thread lends the reactor to
//! such a game and naps; when the game has stayed away from `wait` for a moment, the thread takes it
//! back.
//!
//! One word says whose turn it is. It does not protect the reactor: the lock around it (`gate`) does, and
//! the word keeps the two from waiting for each other there. So the thread unlocks first and lends then
//! (`lend` releases), and the game, which sees the word (`enter` acquires), finds the lock free. The other
//! way round the game would wait for the thread with each lending.

use std::time::Duration;

use crate::shared::sync::atomic::{AtomicU32, Ordering};

/// The thread turns.
const OWNED: u32 = 0;
/// The thread turns, and the waiting game has asked for the reactor.
const WANTED: u32 = 1;
/// Lent, and the game is away from `wait`.
const AWAY: u32 = 2;
/// Lent, and the game turns.
const DRIVEN: u32 = 3;
/// Lent, the game turns, and the thread sleeps until it is called.
const DOZED: u32 = 4;

/// How long the thread naps between two looks at a reactor that it has lent. After two without the game
/// it takes the reactor back.
pub(crate) const NAP: Duration = Duration::from_micros(250);

pub(crate) struct Lease {
    word: AtomicU32,
    /// How often the game has come and gone. Relaxed: if the thread sees a change late it takes the reactor
    /// back a nap too early, and the game asks for it again.
    moves: AtomicU32,
}

/// What a waiting game is to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Enter {
    /// Turn the reactor.
    Drive,
    /// Wake the thread, which will lend it.
    Ask,
    /// Wait for that.
    Wait,
}

/// What the thread is to do that has lent the reactor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Turn again: it is the thread's.
    Take,
    /// Look again after a [`NAP`].
    Nap,
    /// Look again when called.
    Doze,
}

impl Lease {
    pub(crate) fn new() -> Lease {
        Lease { word: AtomicU32::new(OWNED), moves: AtomicU32::new(0) }
    }

    /// The game's, in `wait`.
    pub(crate) fn enter(&self) -> Enter {
        loop {
            match self.word.load(Ordering::Acquire) {
                AWAY if self.change(AWAY, DRIVEN) => {
                    self.moves.fetch_add(1, Ordering::Relaxed);
                    return Enter::Drive;
                }
                OWNED if self.change(OWNED, WANTED) => return Enter::Ask,
                DRIVEN | DOZED => return Enter::Drive,
                WANTED => return Enter::Wait,
                _ => {}
            }
        }
    }

    /// The game's, when it leaves `wait`. True: the thread must be called.
    #[must_use]
    pub(crate) fn leave(&self) -> bool {
        loop {
            match self.word.load(Ordering::Acquire) {
                WANTED if self.change(WANTED, OWNED) => return false,
                was @ (DRIVEN | DOZED) if self.change(was, AWAY) => {
                    self.moves.fetch_add(1, Ordering::Relaxed);
                    return was == DOZED;
                }
                OWNED | AWAY => return false,
                _ => {}
            }
        }
    }

    /// The host's, when it is dropped: from now on the thread turns, and must be called.
    pub(crate) fn end(&self) {
        // Whatever the thread is just changing: that fails, and it looks again.
        self.word.swap(OWNED, Ordering::AcqRel);
    }

    /// The thread's, between two turns: whether the game wants the reactor.
    pub(crate) fn is_wanted(&self) -> bool {
        // Relaxed: seen too late it costs a turn more, and `lend` looks again.
        self.word.load(Ordering::Relaxed) == WANTED
    }

    /// The thread's, which no longer holds the reactor. False: the game wants it no more.
    #[must_use]
    pub(crate) fn lend(&self) -> bool {
        self.change(WANTED, AWAY)
    }

    /// The thread's, after a nap. `seen` is where it stood at the last look.
    pub(crate) fn look(&self, seen: &mut Option<u32>) -> Look {
        let moves = Some(self.moves.load(Ordering::Relaxed));
        let still = std::mem::replace(seen, moves) == moves;
        match self.word.load(Ordering::Acquire) {
            OWNED => Look::Take,
            AWAY if still && self.change(AWAY, OWNED) => Look::Take,
            DRIVEN if still && self.change(DRIVEN, DOZED) => Look::Doze,
            DOZED => Look::Doze,
            _ => Look::Nap,
        }
    }

    fn change(&self, from: u32, to: u32) -> bool {
        // Acquires and releases: whoever gets the turn sees the lock as the other one left it, free. Failing
        // needs no order, for every caller looks again or gives up.
        self.word.compare_exchange(from, to, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn it_is_lent_on_demand_and_taken_back_after_two_looks() {
        let lease = Lease::new();
        assert!(!lease.is_wanted());
        assert_eq!(lease.enter(), Enter::Ask);
        assert_eq!(lease.enter(), Enter::Wait);
        assert!(lease.is_wanted() && lease.lend());
        assert_eq!(lease.enter(), Enter::Drive);
        let mut seen = None;
        assert_eq!(lease.look(&mut seen), Look::Nap);
        assert!(!lease.leave(), "the thread naps and will look");
        assert_eq!(lease.look(&mut seen), Look::Nap, "the game has just left");
        assert_eq!(lease.enter(), Enter::Drive, "and comes back");
        assert!(!lease.leave());
        assert_eq!(lease.look(&mut seen), Look::Nap);
        assert_eq!(lease.look(&mut seen), Look::Take);
        assert_eq!(lease.enter(), Enter::Ask, "it must be asked for again");
        assert!(!lease.leave());
        assert!(!lease.lend(), "it is wanted no more");
    }

    #[test]
    fn a_thread_that_dozes_is_called_when_the_game_leaves() {
        let lease = Lease::new();
        assert_eq!(lease.enter(), Enter::Ask);
        assert!(lease.lend());
        assert_eq!(lease.enter(), Enter::Drive);
        let mut seen = None;
        assert_eq!(lease.look(&mut seen), Look::Nap);
        assert_eq!(lease.look(&mut seen), Look::Doze);
        assert!(lease.leave());
        lease.end();
        assert_eq!(lease.look(&mut seen), Look::Take);
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::{Arc, Mutex};
    use loom::thread;

    use super::*;

    /// The game and the thread both turn, each a few times: never both at once, and the game is never
    /// left waiting for a thread that has gone to sleep.
    #[test]
    fn loom_one_at_a_time_turns() {
        loom::model(|| {
            let lease = Arc::new(Lease::new());
            // Locked without waiting: whoever may turn finds it free.
            let reactor = Arc::new(Mutex::new(()));
            let game = {
                let (lease, reactor) = (lease.clone(), reactor.clone());
                thread::spawn(move || {
                    for _ in 0..2 {
                        if lease.enter() == Enter::Drive {
                            drop(reactor.try_lock().expect("the game turns alone"));
                        }
                        let _ = lease.leave();
                    }
                    lease.end();
                })
            };
            {
                let held = reactor.try_lock().expect("the thread turns alone");
                let wanted = lease.is_wanted();
                drop(held);
                if wanted && lease.lend() {
                    let mut seen = None;
                    while lease.look(&mut seen) != Look::Take {
                        thread::yield_now();
                    }
                    drop(reactor.try_lock().expect("the thread turns alone again"));
                }
            }
            game.join().unwrap();
        });
    }
}
