//! Waiting for events: the game sleeps, or turns the reactor itself.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::api::host::Host;
use crate::error::Result;
use crate::link::os;
use crate::shared::Shared;
use crate::shared::lease::{Enter, NAP};

impl Host {
    pub(super) fn wait_for_batch(&mut self, timeout: Duration) -> Result<bool> {
        let shared = self.handle.shared.clone();
        let now = shared.now();
        // A timeout beyond the clock's range is as good as none.
        let deadline = now.checked_add(timeout);
        // A game that was here a moment ago will be back as soon: it may as well turn the reactor.
        let drives = self.waited_until.is_some_and(|at| now < at + NAP);
        shared.waiting.store(true, Ordering::Relaxed);
        let result = loop {
            shared.game.begin();
            if self.batches.begin() {
                break Ok(true);
            }
            let left = shared.clock.until(deadline);
            if left.is_zero() {
                break Ok(false);
            }
            if let Err(error) =
                self.wait_for_reactor(left, drives, |shared| shared.events.is_empty())
            {
                break Err(error);
            }
        };
        shared.waiting.store(false, Ordering::Relaxed);
        if let Some(thread) = &self.thread {
            if shared.lease.leave() {
                thread.thread().unpark();
            }
            self.waited_until = Some(shared.now());
        }
        result
    }

    /// Waits until the reactor has done something; inline, or where the thread lends it, turns it.
    /// `in_vain`: whether there is still nothing of what is waited for.
    pub(super) fn wait_for_reactor(
        &mut self,
        timeout: Duration,
        drives: bool,
        in_vain: impl Fn(&Shared) -> bool,
    ) -> Result<()> {
        let shared = &self.handle.shared;
        shared.condition.check()?;
        if self.thread.is_none() {
            return self.turn(timeout, in_vain);
        }
        if drives {
            match shared.lease.enter() {
                Enter::Drive => return self.turn(timeout, in_vain),
                Enter::Ask => shared.wake_io(),
                Enter::Wait => {}
            }
        }
        if shared.game.sleep() {
            os::uncancelled(|| self.parker.park_timeout(timeout));
        }
        Ok(())
    }

    /// One turn of the reactor on this thread.
    pub(super) fn turn(
        &mut self,
        timeout: Duration,
        in_vain: impl Fn(&Shared) -> bool,
    ) -> Result<()> {
        let shared = &self.handle.shared;
        let turned = os::uncancelled(|| {
            let Ok(mut reactor) = self.reactor.enter() else { return false };
            // Between the caller's look and this, another thread may have turned or sent. Whatever it
            // brought about came while it was inside, and nobody will wake us for it.
            let timeout = if in_vain(shared) { timeout } else { Duration::ZERO };
            reactor.turn(Some(timeout));
            if self.thread.is_none() {
                reactor.leave(false);
            }
            true
        });
        if turned { Ok(()) } else { Err(self.poison()) }
    }
}
