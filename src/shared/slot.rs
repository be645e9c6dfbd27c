//! One peer's part of the table that all threads share: where it stands, what waits for it and what
//! waits of it, statistics. Each word is changed by read-modify-write alone, so that the game and the
//! reactor never disagree about who has to tell whom.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};
use std::sync::atomic as counter;

use crate::event::{Direction, PeerId};
use crate::shared::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering, fence};
use crate::shared::via::Via;
use crate::wire::{Dialect, Takes};

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
/// The flag in `waiting`: a send was refused, a WRITABLE event is owed.
const OWES_WRITABLE: u64 = 1 << 63;
/// The flag in `queued`: the reactor does not read this peer until half of its queue is free.
const PAUSED: u64 = 1 << 63;
/// In `queued`, events are counted above this bit and bytes below it.
const EVENT: u64 = 1 << 39;

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

/// Counters that only the reactor writes. Nothing is decided by them, so loom need not follow.
#[derive(Default)]
pub(crate) struct Stats {
    pub(crate) bytes_in: counter::AtomicU64,
    pub(crate) bytes_out: counter::AtomicU64,
    pub(crate) messages_in: counter::AtomicU64,
    pub(crate) messages_out: counter::AtomicU64,
    /// Milliseconds of the host's life, plus one; 0 is never.
    pub(crate) opened_at: counter::AtomicU64,
    /// Since when the out-buffer has not been empty: the lower half of such a stamp, which tells times up to
    /// 24 days, longer than anything waits; 0 is not at all.
    waiting_since: counter::AtomicU32,
    /// The last round-trip time, in microseconds; 0 is not known yet.
    pub(crate) rtt_us: counter::AtomicU32,
}

impl Stats {
    /// The out-buffer is empty at this time, by its stamp, or it is not.
    pub(crate) fn set_waiting(&self, stamp: u64, waits: bool) {
        let since = match (waits, self.waiting_since.load(Ordering::Relaxed)) {
            (false, _) => 0,
            (true, 0) => (stamp as u32).max(1),
            (true, _) => return,
        };
        self.waiting_since.store(since, Ordering::Relaxed);
    }

    /// For how many milliseconds the out-buffer has not been empty.
    pub(crate) fn waiting_ms(&self, stamp: u64) -> u64 {
        match self.waiting_since.load(Ordering::Relaxed) {
            0 => 0,
            // Negative where the stamp is from just before.
            since => ((stamp as u32).wrapping_sub(since) as i32).max(0) as u64,
        }
    }
}

/// A relaxed addition for a counter with a single writer.
pub(crate) fn bump(counter: &counter::AtomicU64, by: u64) {
    counter.store(counter.load(Ordering::Relaxed) + by, Ordering::Relaxed);
}

/// Room that was taken in a peer's out-buffer for one message, which travels with it until it is given back.
///
/// It is of a peer, not of a slot: if the slot has another peer when the message comes to the reactor, that one's
/// count has these bytes and not the message, and they are taken out again. So a send need not pin the slot
/// between its look at the peer and this, which would be two read-modify-writes more for every message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reservation {
    pub(crate) peer: PeerId,
    /// What the message is written in, and the sender took the peer to speak.
    pub(crate) dialect: Dialect,
    bytes: u32,
}

impl Reservation {
    /// For a message whose payload has `payload` bytes.
    #[inline]
    pub(crate) fn of(peer: PeerId, dialect: Dialect, payload: usize) -> Reservation {
        Reservation { peer, dialect, bytes: dialect.enveloped(payload) as u32 }
    }

    /// How much room: the payload and its envelope.
    #[inline]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes as usize
    }
}

/// What became of asking for room in the out-buffer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reserved {
    Yes,
    /// Refused with so many bytes waiting; a WRITABLE event is owed now.
    Full(usize),
}

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
        let stats = &self.stats;
        stats.waiting_since.store(0, Ordering::Relaxed);
        stats.rtt_us.store(0, Ordering::Relaxed);
        for counter in [
            &stats.bytes_in,
            &stats.bytes_out,
            &stats.messages_in,
            &stats.messages_out,
            &stats.opened_at,
        ] {
            counter.store(0, Ordering::Relaxed);
        }
        // A late send to the last peer may still be counted in `waiting`; it will be taken out again.
        self.waiting.fetch_and(!OWES_WRITABLE, Ordering::Relaxed);
        self.queued.store(0, Ordering::Relaxed);
        self.holders.store(holders, Ordering::Relaxed);
        self.state.store(word(peer, state), Ordering::Relaxed);
    }

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

    /// One more holder: the game is about to hear of this peer.
    pub(crate) fn hold(&self) {
        self.holders.fetch_add(1, Ordering::Relaxed);
    }

    /// Asks for room in the out-buffer. An empty buffer takes any message.
    pub(crate) fn reserve(&self, bytes: usize, limit: usize) -> Reserved {
        let mut now = self.waiting.load(Ordering::Relaxed);
        loop {
            let waiting = (now & !OWES_WRITABLE) as usize;
            let full = waiting > 0 && waiting + bytes > limit;
            let next = if full { now | OWES_WRITABLE } else { now + bytes as u64 };
            match self.waiting.compare_exchange_weak(now, next, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) if full => return Reserved::Full(waiting),
                Ok(_) => return Reserved::Yes,
                Err(other) => now = other,
            }
        }
    }

    /// The reactor's own bytes (control frames, broadcasts) need no permission.
    pub(crate) fn add_waiting(&self, bytes: usize) {
        self.waiting.fetch_add(bytes as u64, Ordering::AcqRel);
    }

    /// Bytes were written or dropped. True: a WRITABLE event that was owed is due now. No limit: it cannot
    /// be told of yet, what is owed stays owed.
    pub(crate) fn sub_waiting(&self, bytes: usize, limit: Option<usize>) -> bool {
        let now = self.waiting.fetch_sub(bytes as u64, Ordering::AcqRel) - bytes as u64;
        let Some(limit) = limit else { return false };
        let due =
            |word: u64| word & OWES_WRITABLE != 0 && (word & !OWES_WRITABLE) as usize <= limit / 2;
        due(now) && due(self.waiting.fetch_and(!OWES_WRITABLE, Ordering::AcqRel))
    }

    pub(crate) fn waiting(&self) -> usize {
        (self.waiting.load(Ordering::Acquire) & !OWES_WRITABLE) as usize
    }

    /// Events and bytes that wait to be polled.
    pub(crate) fn queued(&self) -> (u32, usize) {
        let word = self.queued.load(Ordering::Acquire) & !PAUSED;
        ((word / EVENT) as u32, (word % EVENT) as usize)
    }

    pub(crate) fn add_queued(&self, events: u32, bytes: usize) {
        self.queued.fetch_add(u64::from(events) * EVENT + bytes as u64, Ordering::AcqRel);
    }

    /// The reactor will not read until the game has polled; false: it has already, read on.
    pub(crate) fn pause(&self, resume_at: Quota) -> bool {
        let word = self.queued.fetch_or(PAUSED, Ordering::AcqRel);
        !(resume_at.holds(word) && self.queued.fetch_and(!PAUSED, Ordering::AcqRel) & PAUSED != 0)
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.queued.load(Ordering::Acquire) & PAUSED != 0
    }

    /// Events were polled. True: the reactor waits for this and must be told.
    pub(crate) fn sub_queued(&self, events: u32, bytes: usize, resume_at: Quota) -> bool {
        let taken = u64::from(events) * EVENT + bytes as u64;
        let word = self.queued.fetch_sub(taken, Ordering::AcqRel) - taken;
        word & PAUSED != 0
            && resume_at.holds(word)
            && self.queued.fetch_and(!PAUSED, Ordering::AcqRel) & PAUSED != 0
    }
}

/// The word that says that `peer` is in `state`, and that the game has not heard of it yet. Ids have 53 bits.
fn word(peer: PeerId, state: State) -> u64 {
    peer.0 << ID_SHIFT | state as u64
}

fn state_in(word: u64) -> State {
    State::ALL[(word & STATE) as usize]
}

/// A level of the event queue of one peer.
#[derive(Clone, Copy)]
pub(crate) struct Quota {
    pub(crate) events: u32,
    pub(crate) bytes: usize,
}

impl Quota {
    /// Whether the queue is at or below this level.
    fn holds(self, word: u64) -> bool {
        let word = word & !PAUSED;
        word / EVENT <= u64::from(self.events) && word % EVENT <= self.bytes as u64
    }
}

impl Slot {
    /// Stores an address in three words: an IPv6 (or mapped IPv4) address, then scope and port.
    pub(crate) fn set_address(&self, address: Option<SocketAddr>) {
        let words = match address {
            None => [0; 3],
            Some(address) => {
                let (ip, scope) = match address {
                    SocketAddr::V4(v4) => (v4.ip().to_ipv6_mapped(), 0),
                    SocketAddr::V6(v6) => (*v6.ip(), v6.scope_id()),
                };
                let bits = u128::from(ip);
                let rest = u64::from(scope) << 32 | u64::from(address.port()) << 1 | 1;
                [(bits >> 64) as u64, bits as u64, rest]
            }
        };
        // The last word says whether there is an address, so it comes last.
        self.address[0].store(words[0], Ordering::Relaxed);
        self.address[1].store(words[1], Ordering::Relaxed);
        self.address[2].store(words[2], Ordering::Release);
    }

    /// The address; none while a name is being looked up.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        let rest = self.address[2].load(Ordering::Acquire);
        if rest & 1 == 0 {
            return None;
        }
        let [high, low] = [0, 1].map(|n| self.address[n].load(Ordering::Relaxed));
        let (port, scope) = ((rest >> 1) as u16, (rest >> 32) as u32);
        let ip = Ipv6Addr::from(u128::from(high) << 64 | u128::from(low));
        Some(match ip.to_ipv4_mapped() {
            Some(v4) => SocketAddr::new(IpAddr::V4(v4), port),
            None => SocketAddrV6::new(ip, port, 0, scope).into(),
        })
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

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_the_trip_through_three_words() {
        let slot = Slot::new();
        assert_eq!(slot.address(), None);
        for text in ["10.1.2.3:65535", "[2001:db8::1]:0", "[fe80::1%7]:31425"] {
            let address: SocketAddr = text.parse().unwrap();
            slot.set_address(Some(address));
            assert_eq!(slot.address(), Some(address));
        }
    }

    #[test]
    fn the_time_of_waiting_is_told_across_the_end_of_half_a_stamp() {
        let stats = Stats::default();
        for since in [1, 5_000, (1 << 32) - 10, 1 << 32, (7 << 32) - 1] {
            assert_eq!(stats.waiting_ms(since), 0);
            stats.set_waiting(since, true);
            stats.set_waiting(since + 20, true);
            let ms = stats.waiting_ms(since + 30);
            // A stamp whose half is 0 counts as the next one.
            assert!(ms == 30 || (since as u32 == 0 && ms == 29), "{ms} since {since}");
            assert_eq!(stats.waiting_ms(since.saturating_sub(1)), 0, "seen from just before");
            stats.set_waiting(since + 40, false);
        }
    }

    #[test]
    fn a_refused_send_is_owed_one_writable_event_at_half() {
        let slot = Slot::new();
        assert_eq!(slot.reserve(150, 100), Reserved::Yes, "an empty buffer takes any message");
        assert_eq!(slot.reserve(1, 100), Reserved::Full(150));
        assert!(!slot.sub_waiting(99, Some(100)));
        assert!(slot.sub_waiting(1, Some(100)));
        assert!(!slot.sub_waiting(50, Some(100)), "only once");
        assert_eq!(slot.waiting(), 0);
    }

    #[test]
    fn a_paused_peer_is_resumed_once_when_half_is_polled() {
        let slot = Slot::new();
        let half = Quota { events: 2, bytes: 100 };
        slot.add_queued(4, 40);
        assert!(slot.pause(half));
        assert!(!slot.sub_queued(1, 10, half));
        assert!(slot.sub_queued(1, 10, half));
        assert!(!slot.sub_queued(2, 20, half));
        assert_eq!(slot.queued(), (0, 0));
        assert!(!slot.pause(half), "nothing is queued: read on");
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;

    fn slot() -> Arc<Slot> {
        Arc::new(Slot::new())
    }

    /// A sender that was refused while the reactor drains: the event is owed to it exactly once,
    /// and comes.
    #[test]
    fn loom_writable_is_never_lost() {
        loom::model(|| {
            let slot = slot();
            assert_eq!(slot.reserve(10, 10), Reserved::Yes);
            let reactor = {
                let slot = slot.clone();
                thread::spawn(move || {
                    usize::from(slot.sub_waiting(5, Some(10)))
                        + usize::from(slot.sub_waiting(5, Some(10)))
                })
            };
            let refused = slot.reserve(8, 10) != Reserved::Yes;
            let events = reactor.join().unwrap();
            let late = if refused { 0 } else { usize::from(slot.sub_waiting(8, Some(10))) };
            // Refused with nothing left waiting cannot be: an empty buffer takes anything.
            assert_eq!(events + late, usize::from(refused));
        });
    }

    /// The reactor pauses a peer while the game polls: one of the two notices that it can go on.
    #[test]
    fn loom_a_pause_is_never_for_ever() {
        loom::model(|| {
            let slot = slot();
            let half = Quota { events: 1, bytes: 1 << 20 };
            slot.add_queued(2, 0);
            let game = {
                let slot = slot.clone();
                thread::spawn(move || {
                    let first = slot.sub_queued(1, 0, half);
                    let second = slot.sub_queued(1, 0, half);
                    usize::from(first) + usize::from(second)
                })
            };
            let paused = slot.pause(half);
            let resumed = game.join().unwrap();
            assert_eq!(resumed, usize::from(paused));
        });
    }
}
