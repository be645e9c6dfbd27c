//! Where a peer stands, how it comes from one state to another, and whether the game knows of it: in one word with
//! the peer's id, so that a caller with a stale id changes nobody's.

use crate::event::PeerId;
use crate::shared::slot::Slot;
use crate::shared::sync::atomic::Ordering;

/// Where a peer stands, as every thread may know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum State {
    /// Inbound, its hello has not come.
    Greeting = 0,
    /// Outbound, on its way; what is sent waits.
    Connecting = 1,
    /// Inbound, the game has been asked.
    Requested = 2,
    /// Inbound, the game is just telling the reactor its answer.
    Answering = 3,
    /// Inbound, the game has accepted it, and the reactor has been told: what is sent now comes
    /// behind that.
    Answered = 4,
    /// Open both ways; its CONNECTED waits to be polled.
    Opened = 5,
    /// Open, and the game has polled its CONNECTED.
    Open = 6,
    /// It ended by itself; what had arrived is still delivered.
    Ended = 7,
    /// The game has closed it: nothing of it but its last event reaches the game. So it is with all that follow.
    Leaving = 8,
    /// The game has closed it before its CONNECTED was polled, and will never poll that.
    GivenUp = 9,
    /// It was `Leaving`, and has ended.
    Left = 10,
    /// It was `GivenUp`, and has ended.
    Cancelled = 11,
    /// Its last event has expired; what is left of it is the reactor's, a socket that lingers.
    Gone = 12,
}

impl State {
    const ALL: [State; 13] = [
        State::Greeting,
        State::Connecting,
        State::Requested,
        State::Answering,
        State::Answered,
        State::Opened,
        State::Open,
        State::Ended,
        State::Leaving,
        State::GivenUp,
        State::Left,
        State::Cancelled,
        State::Gone,
    ];

    /// Whether messages may be sent.
    #[inline]
    pub(crate) fn is_sendable(self) -> bool {
        matches!(self, State::Connecting | State::Answered | State::Opened | State::Open)
    }

    /// Whether the connection is open, for the reactor: WRITABLE has a place behind CONNECTED.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, State::Opened | State::Open)
    }

    /// Whether the game has closed it.
    #[inline]
    pub(crate) fn is_unwanted(self) -> bool {
        self as u64 >= State::Leaving as u64
    }

    /// Whether the game has closed it and never polled its CONNECTED.
    pub(crate) fn is_unmet(self) -> bool {
        matches!(self, State::GivenUp | State::Cancelled)
    }

    /// The connection opens.
    pub(crate) fn opened(self) -> Option<State> {
        use State::{Answered, Answering, Connecting, Greeting};
        matches!(self, Greeting | Connecting | Answering | Answered).then_some(State::Opened)
    }

    /// The game closes it; what is sent before may still arrive.
    pub(crate) fn left(self) -> Option<State> {
        Some(match self {
            State::Open => State::Leaving,
            State::Greeting
            | State::Connecting
            | State::Requested
            | State::Answering
            | State::Answered
            | State::Opened => State::GivenUp,
            _ => return None,
        })
    }

    /// It ends now: whoever asks anything of it is told so.
    pub(crate) fn ended(self) -> Option<State> {
        Some(match self {
            State::Leaving => State::Left,
            State::GivenUp => State::Cancelled,
            State::Ended | State::Left | State::Cancelled | State::Gone => return None,
            _ => State::Ended,
        })
    }

    /// The game ends it now, whether it had closed it before or not.
    pub(crate) fn dropped(self) -> Option<State> {
        self.left().unwrap_or(self).ended()
    }
}

/// Where in `state` the state itself is.
const STATE: u64 = 15;
/// The flag in `state`: the game has heard of this peer.
const KNOWN: u64 = 1 << 4;
/// In `state`, the peer it is of is above this bit.
const ID_SHIFT: u32 = 5;

impl Slot {
    pub(crate) fn state(&self) -> State {
        state_in(self.state.load(Ordering::Acquire))
    }

    /// Moves this peer to the state that `next` gives for the one it is in, and tells that one; if `next`
    /// gives none, what it is.
    pub(crate) fn change_state(
        &self,
        peer: PeerId,
        next: impl Fn(State) -> Option<State>,
    ) -> Result<State, State> {
        self.change(peer, next, 0)
    }

    /// Likewise where the game, which has the peer's id, closes it.
    pub(crate) fn leave(
        &self,
        peer: PeerId,
        next: impl Fn(State) -> Option<State>,
    ) -> Result<State, State> {
        self.change(peer, next, KNOWN)
    }

    fn change(
        &self,
        peer: PeerId,
        next: impl Fn(State) -> Option<State>,
        flags: u64,
    ) -> Result<State, State> {
        let mut now = self.state.load(Ordering::Acquire);
        loop {
            if now >> ID_SHIFT != peer.0 {
                // The slot is another peer's by now.
                return Err(State::Ended);
            }
            let Some(to) = next(state_in(now)) else { return Err(state_in(now)) };
            let next = now & !STATE | to as u64 | flags;
            match self.state.compare_exchange(now, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(state_in(now)),
                Err(other) => now = other,
            }
        }
    }

    /// Moves this peer from one state to another.
    pub(crate) fn move_state(&self, peer: PeerId, from: State, to: State) -> Result<State, State> {
        self.change_state(peer, |state| (state == from).then_some(to))
    }

    /// The game hears of this peer. The caller holds the slot.
    pub(crate) fn note_known(&self) {
        self.state.fetch_or(KNOWN, Ordering::AcqRel);
    }

    /// Whether the game has ever heard of this peer.
    pub(crate) fn is_known(&self) -> bool {
        self.state.load(Ordering::Acquire) & KNOWN != 0
    }
}

/// The word that says that `peer` is in `state`, and that the game has not heard of it yet. Ids have 53 bits.
pub(super) fn word(peer: PeerId, state: State) -> u64 {
    peer.0 << ID_SHIFT | state as u64
}

fn state_in(word: u64) -> State {
    State::ALL[(word & STATE) as usize]
}
