//! One peer's part of the table that all threads share. Each word that both sides write is changed by
//! read-modify-write alone, so that the game and the reactor never disagree about who has to tell whom.
//!
//! - `state`: where the peer stands
//! - `waiting`: what waits to be written to it; `queued`: what waits to be polled of it
//! - `address`, `stats`: what may be asked of it

mod address;
mod queued;
mod state;
mod stats;
mod waiting;

use std::net::SocketAddr;

pub(crate) use queued::Quota;
pub(crate) use state::State;
pub(crate) use stats::bump;
pub(crate) use waiting::{Reservation, Reserved, Waiting};

use crate::event::{Direction, PeerId};
use crate::shared::slot::stats::Stats;
use crate::shared::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
use crate::shared::via::Via;
use crate::wire::Takes;

/// A peer's part of the table: two cache lines, the first with what every message touches.
#[cfg_attr(not(loom), repr(C, align(64)))]
pub(crate) struct Slot {
    pub(super) id: AtomicU64,
    /// The state and, above it, the peer it is of: a caller with a stale id changes nobody's.
    state: AtomicU64,
    waiting: AtomicU64,
    queued: AtomicU64,
    pub(crate) user_data: AtomicUsize,
    /// What the other end takes, as [`Takes::to_word`] puts it.
    takes: AtomicU64,
    /// As [`Via::to_word`] puts it.
    via: AtomicU32,
    pub(super) holders: AtomicU32,
    pub(crate) stats: Stats,
    address: [AtomicU64; 3],
}

#[cfg(not(loom))]
const _: () = assert!(size_of::<Slot>() == 128);

impl Slot {
    pub(super) fn new() -> Slot {
        let zero = || AtomicU64::new(0);
        Slot {
            id: zero(),
            state: zero(),
            waiting: zero(),
            queued: zero(),
            address: [zero(), zero(), zero()],
            takes: zero(),
            via: AtomicU32::new(0),
            user_data: AtomicUsize::new(0),
            holders: AtomicU32::new(0),
            stats: Stats::default(),
        }
    }

    /// Makes a slot a new peer's; its id is stored after this.
    pub(super) fn reset(
        &self,
        peer: PeerId,
        state: State,
        holders: u32,
        via: Via,
        address: Option<SocketAddr>,
    ) {
        // A reader that still has the slot's last id must not take these fields for that peer's.
        fence(Ordering::Release);
        self.set_address(address);
        self.via.store(via.to_word(), Ordering::Relaxed);
        self.set_takes(Takes::ANYTHING);
        self.user_data.store(0, Ordering::Relaxed);
        self.stats.reset();
        self.reset_waiting();
        self.queued.store(0, Ordering::Relaxed);
        self.holders.store(holders, Ordering::Relaxed);
        self.state.store(state::word(peer, state), Ordering::Relaxed);
    }

    /// One more holder: the game is about to hear of this peer.
    pub(crate) fn hold(&self) {
        self.holders.fetch_add(1, Ordering::Relaxed);
    }

    /// What the other end takes: anything, until it has said.
    #[inline]
    pub(crate) fn takes(&self) -> Takes {
        Takes::from_word(self.takes.load(Ordering::Relaxed))
    }

    pub(crate) fn set_takes(&self, takes: Takes) {
        self.takes.store(takes.to_word(), Ordering::Relaxed);
    }

    /// By which way the connection came, and what it speaks.
    #[inline]
    pub(crate) fn via(&self) -> Via {
        Via::from_word(self.via.load(Ordering::Relaxed))
    }

    /// Which end opened the connection.
    pub(crate) fn direction(&self) -> Direction {
        self.via().direction()
    }
}
