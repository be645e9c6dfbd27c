//! A host as any thread may use it, and how what is asked of it reaches the reactor. What may be asked is in files of
//! its own beside this one.

use std::sync::Arc;
use std::thread;

use crate::LogRecord;
use crate::api::stats::HostStats;
use crate::codec::Custom;
use crate::config::{Config, SendMode};
use crate::error::{Error, Result};
use crate::event::PeerId;
use crate::link::{Network, os};
use crate::reactor::Reactor;
use crate::shared::Shared;
use crate::shared::command::Command;
use crate::shared::gate::{Gate, Outside};
use crate::shared::slot::Slot;

/// A host as every thread may use it: cheap to clone, and never blocking.
///
/// # Sends that leave together
/// An inline host writes what is sent on the thread that sends it, at once. But while
/// [`poll`](crate::Host::poll) has more events of a batch to give, what the thread that takes them sends waits, and leaves
/// together when the batch's last event is taken: one system call for each peer, in place of one for each message. It
/// leaves sooner with the first poll or send after a millisecond, with 64 KiB (or half of `out_buffer`, if that is less),
/// with [`flush`](crate::Host::flush), with what another thread sends, and with anything else that is asked of the host. So
/// what a game sends that stops in the midst of a batch leaves when it polls on in its next frame, or with `flush`, for
/// which a timeout of zero will do.
///
/// With [`SendMode::Gathered`] whatever any thread sends waits for the next `poll`, `wait` or `flush`; while a batch is
/// taken, for its end, where `poll` gives `None`. It leaves sooner with as many bytes, while another thread is in `wait`, and with
/// anything else that is asked of the host; within a batch also with the first poll after a millisecond.
///
/// Nothing is refused for want of room, and nobody ended as slow, for what only waits so. What waits for one peer
/// counts as its [`bytes_waiting`](crate::PeerStats::bytes_waiting), a broadcast when it is written.
///
/// # Life
/// It may outlive its [`Host`](crate::Host); then there are no peers any more, and none can come. In a
/// forked child it answers [`Error::Forked`], and lists and counts nothing.
///
/// # Errors
/// Beside what stands at each, every call that can fail answers
/// - `Forked` in a forked child of the process that made the host;
/// - `Panic` when the library has failed: the host can only be dropped then;
/// - `BadArgument` when the host has been dropped.
///
/// # Threads
/// Any thread may make any call at any time, also while another one waits in the host. None waits for the network,
/// for a name to be looked up, or until the game polls. Inline, a call that gives the host something to do lets it
/// do that on the calling thread, unless another one is in it, which then does it.
#[derive(Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
    pub(crate) network: Arc<Network>,
    /// Inline mode: whoever finds the reactor free lets it work.
    pub(crate) inline: Option<Arc<Gate<Reactor>>>,
}

impl Handle {
    /// The settings the host was made with.
    pub fn config(&self) -> &Config {
        &self.shared.config
    }

    /// Gives the host a codec of the game's own, once and before the first `podsixnet+custom://` address.
    /// It is called by whichever thread listens, accepts, sends or polls, never by the library's own; a panic of
    /// it goes to that thread's caller.
    ///
    /// # Errors
    /// `BadArgument` if the host has one already; and [those of every call](Handle#errors).
    pub fn set_codec(&self, codec: Custom) -> Result<()> {
        self.check()?;
        if self.shared.dialects.set_custom(codec) {
            return Ok(());
        }
        Err(Error::BadArgument("the host has a codec already, and keeps it".into()))
    }

    /// The host's statistics; in a forked child zeros.
    pub fn stats(&self) -> HostStats {
        if self.shared.condition.is_forked() {
            return HostStats::default();
        }
        HostStats::of(&self.shared, self.network.listener_count())
    }

    /// A descriptor (on Windows an event's handle) that is readable while [`poll`](crate::Host::poll) has
    /// something: for a loop that waits for other things too. When it is readable, poll until there is `None`.
    ///
    /// It may be readable once with nothing to poll. The host's own timeouts make it readable too; but
    /// inline on systems other than Linux and Android, where a game polls at least once in 100 ms by itself. A
    /// host that waits so is not taken to be asleep. The descriptor belongs to the host, and ends
    /// with it and its handles: it is never to be read, written or closed.
    ///
    /// # Errors
    /// `Os` if the system gives none; on Windows inline hosts have none. And [those of every call](Handle#errors).
    pub fn descriptor(&self) -> Result<os::Borrowed<'_>> {
        self.check()?;
        let made = self.network.descriptor();
        made.map_err(|error| Error::os("a descriptor to wait for", &error))
    }

    /// The oldest record of the log that has not been read yet; `None` if there is none, and in a forked child.
    pub fn next_log(&self) -> Option<LogRecord> {
        if self.shared.condition.is_forked() { None } else { self.shared.log.next() }
    }

    pub(super) fn check_open(&self) -> Result<()> {
        self.shared.check_open()
    }

    #[inline]
    pub(crate) fn check(&self) -> Result<()> {
        self.shared.condition.check()
    }

    pub(super) fn slot(&self, peer: PeerId) -> Result<&Slot> {
        self.check()?;
        self.find(peer)
    }

    #[inline]
    pub(crate) fn find(&self, peer: PeerId) -> Result<&Slot> {
        self.shared.slots.find(peer).ok_or(Error::UnknownPeer(peer.get()))
    }

    pub(crate) fn command(&self, command: Command) {
        self.shared.command(command);
        self.send_now();
    }

    /// Inline mode: what was just sent, so many bytes, leaves at once, or later with what else is sent.
    #[inline]
    pub(super) fn sent(&self, bytes: usize) {
        if self.inline.is_some() && !self.may_wait(bytes) {
            self.send_now();
        }
    }

    /// Has leave what an inline host still keeps.
    pub(crate) fn send_withheld(&self) {
        if self.shared.withheld.is_any() {
            self.send_now();
        }
    }

    fn may_wait(&self, bytes: usize) -> bool {
        let (shared, withheld) = (&self.shared, &self.shared.withheld);
        let gathers = shared.config.send_mode == SendMode::Gathered;
        let walks = withheld.is_walking();
        if !gathers && !walks {
            return false;
        }
        let is_first = withheld.add(bytes, || shared.now());
        if withheld.is_full() {
            return false;
        }
        if !gathers {
            return is_first || !withheld.is_overdue(shared.now());
        }
        if is_first && !walks {
            // A game that waits for the descriptor is to poll for it.
            shared.show();
        }
        true
    }

    /// Inline mode: sees to it that the reactor takes what was asked of it, here or on the thread that is
    /// inside.
    #[inline(never)]
    pub(crate) fn send_now(&self) {
        let Some(gate) = &self.inline else { return };
        os::uncancelled(|| {
            loop {
                match gate.try_enter() {
                    Ok(mut reactor) => {
                        reactor.send_now();
                        return reactor.leave(false);
                    }
                    Err(Outside::Go) => return,
                    Err(Outside::Again) => thread::yield_now(),
                    Err(Outside::Broken) => {
                        self.shared.condition.poison();
                        return self.shared.show();
                    }
                }
            }
        });
    }
}
