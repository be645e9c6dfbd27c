//! What the game's threads and the reactor share. The two queues are lock-free; no lock here is
//! ever taken on the way of a message.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use crossbeam_queue::ArrayQueue;
use crossbeam_utils::CachePadded;
use crossbeam_utils::sync::Unparker;

use crate::config::Config;
use crate::error::{Error, Result};
use crate::shared::block::Block;
use crate::shared::budget::{self, Budget};
use crate::shared::clock::Clock;
use crate::shared::command::Command;
use crate::shared::commands::Commands;
use crate::shared::condition::Condition;
use crate::shared::dialects::Dialects;
use crate::shared::events::Events;
use crate::shared::lease::Lease;
use crate::shared::log::Log;
use crate::shared::portions::Portions;
use crate::shared::signal::Signal;
use crate::shared::slot::Quota;
use crate::shared::slots::Slots;
use crate::shared::speakers::Speakers;
use crate::shared::wake::Wake;
use crate::shared::withheld::Withheld;
use crate::wire::Moment;

/// Blocks that can wait for the game; when there is no room the reactor goes on filling its last.
const BLOCKS: usize = 1024;
/// Slots beyond `max_peers`, for connections that still greet or linger.
pub(crate) const GREETING_ROOM: usize = 512;

pub(crate) struct Shared {
    pub(crate) condition: Condition,
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) slots: Slots,
    pub(crate) budget: Arc<Budget>,
    pub(crate) portions: Portions,
    pub(crate) log: Log,
    pub(crate) counters: Counters,
    pub(crate) dialects: Dialects,
    pub(crate) speakers: Speakers,

    pub(crate) commands: Commands,
    /// Inline: what of them leaves together with more.
    pub(crate) withheld: Withheld,
    /// The reactor's sleep/wake word.
    pub(crate) io: CachePadded<Signal>,
    wake: Arc<dyn Wake>,
    pub(crate) lease: Lease,

    pub(crate) events: Events,
    pub(crate) spare: ArrayQueue<Box<Block>>,
    /// Inline, of a game that waits for a descriptor: it polls, and will see what there is.
    pub(crate) polling: AtomicBool,
    /// The waiting game's sleep/wake word.
    pub(crate) game: CachePadded<Signal>,
    pub(crate) unparker: Unparker,

    /// Batches begun by the game: how the reactor knows that it still polls.
    pub(crate) polls: AtomicU64,
    /// The game is inside wait or flush.
    pub(crate) waiting: AtomicBool,
    /// The reactor has found that the game does not poll, and wants to be told when it does.
    pub(crate) asleep: AtomicBool,
    /// Commands on their way that may put something into out-buffers which no count knows of yet.
    pub(crate) unplaced: AtomicU64,
    /// The game waits for the out-buffers to drain.
    pub(crate) flushing: AtomicBool,
    /// A report on failed handshakes is waiting to be polled; there is never more than one.
    pub(crate) reported: AtomicBool,
    /// The game closes the host: no peer opens any more.
    pub(crate) closing: AtomicBool,
    /// Connections that the reactor has, of any stage.
    pub(crate) connections: AtomicU32,
    /// Connections whose other end did not close in time, that no call of close has told of yet.
    pub(crate) unclosed: AtomicU32,
    /// The reactor has done its last turn.
    pub(crate) finished: AtomicBool,
    /// Greeted peers and connects under way; at most `max_peers`.
    pub(crate) seats: AtomicU32,
}

/// Totals of a host's life.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) bytes_in: AtomicU64,
    pub(crate) bytes_out: AtomicU64,
    pub(crate) messages_in: AtomicU64,
    pub(crate) messages_out: AtomicU64,
    pub(crate) accepted: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) handshakes_failed: AtomicU64,
    pub(crate) handshakes_timed_out: AtomicU64,
    pub(crate) refused_per_address: AtomicU64,
    pub(crate) refused_full: AtomicU64,
    pub(crate) refused_memory: AtomicU64,
    pub(crate) slow_peers: AtomicU64,
    pub(crate) accept_pauses: AtomicU64,
}

/// One more of something.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Shared {
    pub(crate) fn new(
        config: Config,
        clock: Clock,
        wake: Arc<dyn Wake>,
        unparker: Unparker,
    ) -> Shared {
        let portions = Portions::new(budget::limit(config.memory_budget));
        let not_for_sends = config.max_message as usize + portions.one_read() + portions.notes();
        let budget = Arc::new(Budget::new(config.memory_budget, not_for_sends));
        Shared {
            condition: Condition::new(),
            slots: Slots::new((config.max_peers as usize + GREETING_ROOM).min(1 << 16)),
            budget,
            portions,
            log: Log::new(clock.clone()),
            counters: Counters::default(),
            dialects: Dialects::default(),
            speakers: Speakers::default(),
            commands: Commands::new(portions.ring()),
            withheld: Withheld::new(config.out_buffer),
            io: CachePadded::new(Signal::new()),
            wake,
            lease: Lease::new(),
            events: Events::new(BLOCKS),
            spare: ArrayQueue::new(portions.spare_blocks()),
            polling: AtomicBool::new(false),
            game: CachePadded::new(Signal::new()),
            unparker,
            polls: AtomicU64::new(0),
            waiting: AtomicBool::new(false),
            asleep: AtomicBool::new(false),
            unplaced: AtomicU64::new(0),
            flushing: AtomicBool::new(false),
            reported: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            connections: AtomicU32::new(0),
            unclosed: AtomicU32::new(0),
            finished: AtomicBool::new(false),
            seats: AtomicU32::new(0),
            clock,
            config,
        }
    }

    /// Nothing new begins while the host closes, or after its end.
    pub(crate) fn check_open(&self) -> Result<()> {
        self.condition.check()?;
        if self.closing.load(Ordering::Acquire) { Err(Error::Closing) } else { Ok(()) }
    }

    /// Gives the reactor something to do, and wakes it if it sleeps.
    pub(crate) fn command(&self, command: Command) {
        // Until the reactor takes it.
        self.budget.hold(command.held());
        if command.is_unplaced() {
            self.unplaced.fetch_add(1, Ordering::Relaxed);
        }
        self.commands.push(command);
        self.wake_io();
    }

    pub(crate) fn wake_io(&self) {
        if self.io.notify() {
            self.wake.wake_reactor();
        }
    }

    /// Wakes the game if it waits.
    pub(crate) fn wake_game(&self) {
        if self.game.notify() {
            self.unparker.unpark();
        }
    }

    /// The reactor has done its last turn: a game that frees the host need not wait any longer.
    pub(crate) fn finish(&self) {
        self.finished.store(true, Ordering::Release);
        self.wake_game();
        self.show();
    }

    /// Makes the descriptor readable that the game waits for, if there is one.
    pub(crate) fn show(&self) {
        self.wake.show();
    }

    /// Takes one of `max_peers` seats.
    pub(crate) fn take_seat(&self) -> bool {
        let limit = self.config.max_peers;
        let next = |seats| (seats < limit).then_some(seats + 1);
        self.seats.fetch_update(Ordering::AcqRel, Ordering::Relaxed, next).is_ok()
    }

    pub(crate) fn leave_seat(&self) {
        self.seats.fetch_sub(1, Ordering::AcqRel);
    }

    /// The level at which a paused peer is read again.
    pub(crate) fn resume_at(&self) -> Quota {
        let bytes = self.config.queue_bytes as usize / 2;
        Quota { events: self.config.queue_events / 2, bytes }
    }

    /// Now, on the clock that began with the host.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Milliseconds of the host's life, plus one, so that 0 can mean never.
    pub(crate) fn stamp(&self, now: Moment) -> u64 {
        now.since_start().as_millis() as u64 + 1
    }
}
