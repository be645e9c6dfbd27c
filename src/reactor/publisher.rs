//! The reactor's end of the event queue: fills a block, hands it over, takes spent ones back.

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::event::{EventKind, PeerId, Reason};
use crate::link::Network;
use crate::link::waitable::Waitable;
use crate::shared::Shared;
use crate::shared::block::{Block, Lifecycle};

/// A block that found no room in the event queue is filled up to this: then nothing more is read until the game
/// polls.
const STUCK_BYTES: usize = 64 << 20;

pub(crate) struct Publisher {
    shared: Arc<Shared>,
    network: Arc<Network>,
    block: Box<Block>,
    /// What the budget has been told of the block, if it was offered already and found no room.
    counted: usize,
}

impl Publisher {
    pub(crate) fn new(shared: Arc<Shared>, network: Arc<Network>) -> Publisher {
        Publisher { shared, network, block: Box::default(), counted: 0 }
    }

    pub(crate) fn message(&mut self, peer: PeerId, payload: &[u8]) {
        self.block.push(peer, payload, None);
    }

    pub(crate) fn lifecycle(&mut self, peer: PeerId, payload: &[u8], what: Lifecycle) {
        self.block.push(peer, payload, Some(Box::new(what)));
    }

    /// A listener's trouble.
    pub(crate) fn trouble(
        &mut self,
        listener: NonZeroU32,
        reason: Reason,
        os_error: i32,
        text: String,
    ) {
        let listener = Some(listener);
        let error = Lifecycle::new(EventKind::Error);
        self.lifecycle(PeerId::NONE, &[], Lifecycle { reason, os_error, listener, text, ..error });
    }

    /// Whether nothing more should be read, for want of room for it. (An empty block has room, too, and counts for
    /// nothing.)
    pub(crate) fn is_stuck(&self) -> bool {
        let found_no_room = self.counted > 0;
        found_no_room && self.block.held() >= STUCK_BYTES.min(self.shared.budget.limit() / 8)
    }

    /// Whether there is something for the game.
    pub(crate) fn has_some(&self) -> bool {
        !self.block.is_empty()
    }

    /// Whether the block should be handed over before the turn ends.
    pub(crate) fn is_full(&self) -> bool {
        self.block.is_full(&self.shared.portions)
    }

    /// Hands over what there is, behind what the game has not taken yet if that block has room. If the queue is
    /// full the block is kept and filled further; the game notifies the reactor when it takes a block from a full
    /// queue.
    pub(crate) fn publish(&mut self) {
        if self.block.is_empty() {
            return;
        }
        let Shared { events, budget, portions, spare, .. } = &*self.shared;
        let mut last = events.reopen();
        if let Some(mut last) = last.take_if(|last| last.has_room_for(&self.block, portions)) {
            let before = last.held();
            last.append(&mut self.block);
            budget.requeue(before + self.counted, last.held());
            events.put_back(last);
        } else {
            // It is on the budget from here on, until the game has walked through it.
            let held = self.block.held();
            budget.requeue(self.counted, held);
            self.counted = held;
            if let Some(last) = last
                && let Err(last) = events.close(last)
            {
                return events.put_back(last);
            }
            let fresh = spare.pop().unwrap_or_default();
            events.put(std::mem::replace(&mut self.block, fresh));
        }
        self.counted = 0;
        self.shared.wake_game();
        if let Some(Waitable::Threaded(bell)) = self.network.waitable.get() {
            bell.ring();
        }
    }
}
