//! The library's threads that turn a host's reactor: threaded mode's, and the one that says an inline host's
//! goodbyes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};

use crate::link::os;
use crate::reactor::Reactor;
use crate::shared::Shared;
use crate::shared::gate::Gate;
use crate::shared::lease::{Look, NAP};

/// Starts the thread of threaded mode.
pub(super) fn start(
    reactor: Arc<Gate<Reactor>>,
    shared: Arc<Shared>,
) -> std::io::Result<JoinHandle<()>> {
    os::spawn("podsix", move || {
        if catch_unwind(AssertUnwindSafe(|| run(&reactor, &shared))).is_err() {
            shared.condition.poison();
        }
        shared.finish();
    })
}

/// Turns the reactor until the host is dropped, but while it is lent.
fn run(reactor: &Gate<Reactor>, shared: &Shared) {
    loop {
        // If the game panicked while it turned, so does this thread: the host is poisoned.
        let Ok(mut turning) = reactor.enter() else { panic!("the reactor has panicked") };
        // Where a nap takes long it is not lent: nobody would turn it until the end of one, when the game stays away.
        let may_lend = || shared.lease.is_wanted() && os::naps_are_short(NAP);
        while !turning.is_leaving() && !may_lend() {
            turning.turn(None);
        }
        if turning.is_leaving() {
            return turning.say_goodbye();
        }
        drop(turning);
        if !shared.lease.lend() {
            continue;
        }
        shared.wake_game();
        let mut seen = None;
        loop {
            match shared.lease.look(&mut seen) {
                Look::Take => break,
                Look::Nap => os::nap(NAP),
                Look::Doze => thread::park(),
            }
        }
    }
}

/// Inline mode: says goodbye, on a thread of its own if that may take a while.
pub(super) fn farewell(
    reactor: &Arc<Gate<Reactor>>,
    shared: &Arc<Shared>,
) -> Option<JoinHandle<()>> {
    let run = |reactor: &Gate<Reactor>, shared: &Shared| {
        // A reactor that has panicked may do so again.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            let (Ok(mut reactor) | Err(mut reactor)) = reactor.enter();
            // What was sent just now may not have left yet.
            reactor.send_all();
            reactor.say_goodbye();
        }));
        shared.finish();
    };
    if shared.connections.load(Ordering::Acquire) > 0 {
        let (reactor, shared) = (reactor.clone(), shared.clone());
        if let Ok(thread) = os::spawn("podsix-farewell", move || run(&reactor, &shared)) {
            return Some(thread);
        }
    }
    run(reactor, shared);
    None
}
