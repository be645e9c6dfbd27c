//! A descriptor that is readable while `poll` has something: for programs whose own loop waits for many
//! things.
//!
//! With an I/O thread it is a flag of the system's. Whoever hands over events raises it, unless it is raised
//! already; the game lowers it when it has polled everything, and looks once more.
//!
//! Inline it is the reactor's poll itself, which is readable while a socket has something to say. What no socket
//! tells of makes it readable through its waker, and what is due later through a timer.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::config::Mode;
use crate::link::os::{self, Flag, Timer};
use crate::link::subject::WAKER;
use crate::link::watch::Watch;
use crate::wire::Moment;

pub(crate) enum Waitable {
    Threaded(Bell),
    Inline(Timer),
}

impl Waitable {
    pub(super) fn new(mode: Mode, registry: &mio::Registry) -> io::Result<Waitable> {
        Ok(match mode {
            Mode::Threaded => Waitable::Threaded(Bell::new()?),
            Mode::Inline => Waitable::Inline(Timer::new(registry, WAKER)?),
        })
    }

    /// Has it closed in a forked child.
    pub(super) fn note(&self, watch: &Watch) {
        match self {
            Waitable::Threaded(bell) => {
                bell.flag.copied().into_iter().for_each(|fd| watch.note(fd))
            }
            Waitable::Inline(timer) => timer.copied().into_iter().for_each(|fd| watch.note(fd)),
        }
    }

    /// What the game waits for.
    pub(super) fn get<'a>(&'a self, registry: &'a mio::Registry) -> io::Result<os::Borrowed<'a>> {
        match self {
            Waitable::Threaded(bell) => Ok(bell.flag.borrow()),
            Waitable::Inline(_) => os::borrow_poll(registry),
        }
    }
}

pub(crate) struct Bell {
    flag: Flag,
    /// The flag is raised, or about to be.
    rung: AtomicBool,
}

impl Bell {
    fn new() -> io::Result<Bell> {
        Ok(Bell { flag: Flag::new()?, rung: AtomicBool::new(false) })
    }

    /// There is something to poll.
    pub(crate) fn ring(&self) {
        // Both this and `quiet` change the word in one step, so that they stand in one order: either this
        // finds it quiet and raises the flag, or that one sees what there is to poll.
        if !self.rung.swap(true, Ordering::AcqRel) {
            self.flag.raise();
        }
    }

    /// Everything has been polled; unless there `is_more` now.
    pub(crate) fn quiet(&self, is_more: impl Fn() -> bool) {
        // Before the word: what is raised after the word says quiet must stay raised. And always, because
        // the last one may have come late.
        self.flag.lower();
        self.rung.swap(false, Ordering::AcqRel);
        if is_more() {
            self.ring();
        }
    }

    /// A poll has ended, and there is more. Who waits for the next change, as edge-triggered loops do, must see
    /// one.
    pub(crate) fn repeat(&self) {
        self.flag.lower();
        self.flag.raise();
    }

    /// Whether the game has been told that there is something to poll.
    pub(crate) fn is_rung(&self) -> bool {
        self.rung.load(Ordering::Relaxed)
    }
}

/// What the reactor has said through an inline host's descriptor.
#[derive(Default)]
pub(crate) struct Said {
    /// Readable, until the next turn.
    pub(crate) lit: bool,
    /// Readable then.
    pub(crate) at: Option<Moment>,
}
