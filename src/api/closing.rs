//! Waiting for what was sent: a flush, and the close of a whole host.

use std::sync::atomic::{Ordering, fence};
use std::time::Duration;

use crate::api::disconnecting::goodbye;
use crate::api::host::Host;
use crate::error::{Error, Result};
use crate::link::os;
use crate::shared::Shared;
use crate::shared::command::Command;
use crate::shared::slot::State;

impl Host {
    /// Waits until everything sent so far, to any peer, has been handed to the operating system.
    ///
    /// No event is taken away. A peer that does not read can hold it up for all of `timeout`. With a timeout of zero it
    /// has leave what an inline host [still keeps](crate::Handle#sends-that-leave-together), and waits for nothing.
    ///
    /// # Errors
    /// `Timeout` if that takes longer; nothing is lost, it still waits. `Panic` if the library has failed, `Forked`
    /// in a forked child.
    pub fn flush(&mut self, timeout: Duration) -> Result<()> {
        let shared = self.handle.shared.clone();
        shared.condition.check()?;
        self.handle.send_withheld();
        let waiting = || {
            let mut bytes = 0;
            shared.slots.for_each(|_, slot| bytes += slot.waiting().total());
            bytes
        };
        if self.settle(timeout, || waiting() == 0)? {
            return Ok(());
        }
        Err(Error::Timeout { waiting: waiting(), after: timeout })
    }

    /// Closes the host: listeners stop, connects that are not open end with ERROR, clients that ask to be let
    /// in are refused, and every peer gets what was sent to it, then `code` and `text` (at most 1,024 bytes).
    /// Waits until each other end has closed. No event is taken away: each DISCONNECTED waits to be polled;
    /// a peer whose other end did not close within `linger`, or `timeout` if that is longer, has the reason
    /// LOST. Nothing can be sent any more, and neither [`listen`](crate::Handle::listen) nor
    /// [`connect`](crate::Handle::connect) begin anything new.
    ///
    /// ```
    /// use podsix::{Config, EventKind, Host, Message};
    /// use std::time::Duration;
    ///
    /// # fn main() -> podsix::Result<()> {
    /// # let mut server = Host::new(Config::default())?;
    /// # let address = server.listener_address(server.listen("127.0.0.1:0", false)?)?;
    /// # let mut client = Host::new(Config::default())?;
    /// let peer = client.connect(&address.to_string(), None)?;
    /// let event = client.wait(Duration::from_secs(10))?.expect("connected in time");
    /// assert_eq!(event.kind, EventKind::Connected);
    /// client.send_message(peer, Message::new().begin("score").set("points", 9))?;
    /// client.close(Duration::from_secs(10), 0, "the game is over")?; // with the score delivered
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `StillOpen` if that takes longer. Call it again, or poll until [`all_peers`](crate::Handle::all_peers) is
    /// empty; a timeout of zero begins to close and returns. `Panic` if the library has failed, `Forked` in a
    /// forked child.
    pub fn close(&mut self, timeout: Duration, code: i32, text: &str) -> Result<()> {
        let shared = self.handle.shared.clone();
        shared.condition.check()?;
        shared.closing.store(true, Ordering::Release);
        os::uncancelled(|| self.handle.network.close_listeners());
        // Here and not by the reactor alone: what this thread sends after this call must be refused.
        shared.slots.for_each(|peer, slot| {
            let _ = slot.change_state(peer, State::left);
        });
        self.handle.command(Command::Close { goodbye: goodbye(code, text), patience: timeout });
        self.settle(timeout, || shared.connections.load(Ordering::Acquire) == 0)?;
        let left = shared.connections.load(Ordering::Acquire);
        let left = left + shared.unclosed.swap(0, Ordering::Relaxed);
        if left == 0 {
            return Ok(());
        }
        Err(Error::StillOpen { left, after: timeout })
    }

    /// Waits until the reactor has done everything asked of it so far and `done` holds, for at most `timeout`;
    /// whether that is so.
    pub(super) fn settle(&mut self, timeout: Duration, done: impl Fn() -> bool) -> Result<bool> {
        let shared = self.handle.shared.clone();
        // A timeout beyond the clock's range is as good as none.
        let deadline = shared.now().checked_add(timeout);
        // First `unplaced`: a broadcast is in no out-buffer before the reactor has taken it.
        let in_vain = |shared: &Shared| shared.unplaced.load(Ordering::Acquire) > 0 || !done();
        shared.waiting.store(true, Ordering::Relaxed);
        shared.flushing.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let result = loop {
            // Before looking, so that a wake between looking and sleeping is not missed.
            shared.game.begin();
            if !in_vain(&shared) {
                break Ok(true);
            }
            let left = shared.clock.until(deadline);
            if left.is_zero() {
                break Ok(false);
            }
            if let Err(error) = self.wait_for_reactor(left, false, in_vain) {
                break Err(error);
            }
        };
        shared.flushing.store(false, Ordering::Release);
        if self.handle.network.waitable.get().is_some() {
            self.show();
        }
        shared.waiting.store(false, Ordering::Relaxed);
        result
    }
}
