//! How far a connection has come since there is a link, with what is true only there. Every way from one stage to
//! another is a function of [`Stage`]:
//!
//! ```text
//! AwaitsHello ──request──► Requested ──open──┐
//! AwaitsHello ──open─────────────────────────┼──► Open
//! AwaitsReply ──open─────────────────────────┘
//! any of them ──drain──► Draining
//! ```

use crate::event::EventKind;
use crate::reactor::out_queue::OutQueue;
use crate::wire::{Demands, Moment};
use crate::words::End;

/// How far a connection has come.
pub(crate) enum Stage {
    /// Inbound: the client's hello is on its way. The game has not heard of it, and it has no seat: it is counted
    /// at the greeting limits instead.
    AwaitsHello {
        /// The game will be asked about it.
        approval: bool,
    },
    /// Outbound: we have greeted, and the server's reply is on its way.
    AwaitsReply(Box<Early>),
    /// Inbound: the game has been asked; nothing is read until it answers.
    Requested,
    /// Messages flow; it is counted among those who speak its dialect.
    Open(Open),
    /// Nothing more is taken from it; what waits is written.
    Draining(Box<Draining>),
}

/// What the game has sent to a server that has not let us in yet.
#[derive(Default)]
pub(crate) struct Early {
    pub(crate) queue: OutQueue,
    /// What it demands of the server.
    pub(crate) demands: Demands,
}

/// What is true only while messages flow.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// The other end takes less than this host sends, so that every message has to be held against that.
    pub(crate) takes_less: bool,
    /// The game has polled its CONNECTED: broadcasts are for it too.
    pub(crate) met: bool,
    pub(crate) reading: Reading,
    /// So many bytes at the front of what was received are taken apart, while whole frames lie behind them.
    pub(crate) parsed: u32,
}

/// Whether messages are taken from what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As soon as something is received.
    Flowing,
    /// At once: there are whole frames among what was received.
    Backlog,
    /// Not before the game has polled: the peer's event queue is full.
    Paused,
    /// Not for a while: the peer sends too much that carries nothing.
    Resting,
}

impl Reading {
    /// Reading begins, or goes on, with so much received before.
    fn from(unparsed: &[u8]) -> Reading {
        if unparsed.is_empty() { Reading::Flowing } else { Reading::Backlog }
    }
}

/// What is true only while a connection drains.
#[derive(Debug)]
pub(crate) struct Draining {
    /// When it is closed, through or not.
    pub(crate) until: Moment,
    /// What the game will be told at the end. None: it has been told, or never heard of this peer.
    pub(crate) goodbye: Option<End>,
    pub(crate) was: Was,
    /// Everything is written, and the other end hears that no more will come.
    pub(crate) finished: bool,
}

/// What a draining connection was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Was {
    /// A client that was not let in, or had to make room: it has no seat any more, nor a place among those that
    /// greet.
    Refused,
    /// A server that has not let us in.
    Unopened,
    Open,
}

impl Stage {
    /// The client's hello has come, and the game is asked.
    pub(crate) fn request(&mut self) {
        debug_assert!(matches!(self, Stage::AwaitsHello { approval: true }));
        *self = Stage::Requested;
    }

    /// The greeting is over; `unparsed` has come right behind it.
    pub(crate) fn open(&mut self, unparsed: &[u8], takes_less: bool) {
        debug_assert!(!matches!(self, Stage::Open(_) | Stage::Draining(_)));
        *self = Stage::Open(Open {
            takes_less,
            met: false,
            reading: Reading::from(unparsed),
            parsed: 0,
        });
    }

    /// The connection ends, for the game now or with a `goodbye` later. Gives back what it was before.
    pub(crate) fn drain(&mut self, until: Moment, goodbye: Option<End>) -> Stage {
        let was = match self {
            Stage::AwaitsHello { .. } | Stage::Requested => Was::Refused,
            Stage::AwaitsReply(_) => Was::Unopened,
            Stage::Open(_) => Was::Open,
            Stage::Draining(draining) => draining.was,
        };
        let draining = Draining { until, goodbye, was, finished: false };
        std::mem::replace(self, Stage::Draining(Box::new(draining)))
    }

    /// Whether it is counted at the greeting limits.
    pub(crate) fn is_greeting(&self) -> bool {
        matches!(self, Stage::AwaitsHello { .. })
    }

    /// Whether it has one of `max_peers` seats.
    pub(crate) fn is_seated(&self) -> bool {
        match self {
            Stage::AwaitsHello { .. } => false,
            Stage::AwaitsReply(_) | Stage::Requested | Stage::Open(_) => true,
            Stage::Draining(draining) => draining.was != Was::Refused,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Stage::Open(_))
    }

    pub(crate) fn is_draining(&self) -> bool {
        matches!(self, Stage::Draining(_))
    }

    /// The last event of a connection that ends because of `end`; none if the game has got one, or never heard of
    /// the peer.
    pub(crate) fn last_event(&mut self, end: End) -> Option<(EventKind, End)> {
        match self {
            Stage::AwaitsHello { .. } => None,
            Stage::AwaitsReply(_) => Some((EventKind::Error, end)),
            Stage::Requested | Stage::Open(_) => Some((EventKind::Disconnected, end)),
            Stage::Draining(draining) => {
                draining.goodbye.take().map(|goodbye| (EventKind::Disconnected, goodbye))
            }
        }
    }

    /// The memory pinned by what is true only in this stage.
    pub(crate) fn held(&self) -> usize {
        match self {
            Stage::Draining(draining) => {
                draining.goodbye.as_ref().map_or(0, |end| end.text.capacity())
            }
            Stage::AwaitsReply(_) => size_of::<Early>(),
            _ => 0,
        }
    }

    /// Whether there are whole frames among what was received.
    pub(crate) fn has_backlog(&self) -> bool {
        matches!(self, Stage::Open(Open { reading: Reading::Backlog, .. }))
    }

    /// Some of what was received is taken apart; whether whole frames are left there.
    pub(crate) fn note_backlog(&mut self, backlog: bool) {
        if let Stage::Open(open) = self
            && matches!(open.reading, Reading::Flowing | Reading::Backlog)
        {
            open.reading = if backlog { Reading::Backlog } else { Reading::Flowing };
        }
    }

    /// The peer's event queue is full.
    pub(crate) fn is_paused(&self) -> bool {
        matches!(self, Stage::Open(Open { reading: Reading::Paused, .. }))
    }

    pub(crate) fn is_resting(&self) -> bool {
        matches!(self, Stage::Open(Open { reading: Reading::Resting, .. }))
    }

    /// Whether nothing is read, so that the peer's silence means nothing.
    pub(crate) fn is_unheard(&self) -> bool {
        self.is_paused() || self.is_resting()
    }

    /// The game has made room in a full event queue, or the peer has rested; `unparsed` was received before.
    pub(crate) fn unpause(&mut self, unparsed: &[u8]) {
        if let Stage::Open(open) = self
            && matches!(open.reading, Reading::Paused | Reading::Resting)
        {
            open.reading = Reading::from(unparsed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::event::Reason;

    fn end(text: &str) -> End {
        End::new(Reason::Local, text.into())
    }

    fn outbound() -> Stage {
        Stage::AwaitsReply(Box::default())
    }

    fn inbound(approval: bool) -> Stage {
        Stage::AwaitsHello { approval }
    }

    fn requested() -> Stage {
        let mut stage = inbound(true);
        stage.request();
        stage
    }

    fn opened(mut stage: Stage) -> Stage {
        stage.open(&[], false);
        stage
    }

    fn open(stage: &Stage) -> &Open {
        let Stage::Open(open) = stage else { panic!("it is not open") };
        open
    }

    fn told(stage: &mut Stage) -> Option<(EventKind, String)> {
        stage.last_event(end("now")).map(|(kind, end)| (kind, end.text))
    }

    #[test]
    fn a_connection_that_opens_is_not_met_yet_whichever_end_made_it() {
        for (mut stage, takes_less) in
            [(inbound(false), false), (requested(), false), (outbound(), true)]
        {
            stage.open(&[], takes_less);
            assert_eq!(
                *open(&stage),
                Open { takes_less, met: false, reading: Reading::Flowing, parsed: 0 }
            );
        }
    }

    #[test]
    fn what_came_behind_a_greeting_is_taken_at_once() {
        let mut stage = requested();
        stage.open(b"frames", false);
        assert_eq!(open(&stage).reading, Reading::Backlog);
    }

    #[test]
    fn a_pause_ends_with_what_was_received_before() {
        for (unparsed, reading) in [(&[][..], Reading::Flowing), (b"frames", Reading::Backlog)] {
            let mut stage = opened(outbound());
            stage.unpause(b"the beginning of a frame");
            assert_eq!(open(&stage).reading, Reading::Flowing, "it was not paused");
            let Stage::Open(open_stage) = &mut stage else { panic!("it is not open") };
            open_stage.reading = Reading::Paused;
            assert!(stage.is_paused());
            stage.unpause(unparsed);
            assert_eq!(open(&stage).reading, reading);
        }
    }

    /// Each stage, what a last event is there, whether it is seated, and what it has been once it drains.
    fn stages() -> [(Stage, Option<EventKind>, bool, Was); 5] {
        let disconnected = Some(EventKind::Disconnected);
        [
            (inbound(true), None, false, Was::Refused),
            (outbound(), Some(EventKind::Error), true, Was::Unopened),
            (requested(), disconnected, true, Was::Refused),
            (opened(requested()), disconnected, true, Was::Open),
            (opened(outbound()), disconnected, true, Was::Open),
        ]
    }

    #[test]
    fn the_game_hears_of_the_end_of_those_that_it_knows() {
        for (mut stage, kind, ..) in stages() {
            assert_eq!(told(&mut stage), kind.map(|kind| (kind, "now".into())));
        }
    }

    #[test]
    fn a_connection_keeps_its_seat_while_it_drains_unless_it_was_not_let_in() {
        let soon = Moment::START + Duration::from_secs(1);
        for (mut stage, _, seated, was) in stages() {
            assert_eq!(stage.is_seated(), seated);
            stage.drain(Moment::START, None);
            assert!(stage.is_draining() && !stage.is_open() && !stage.is_greeting());
            assert_eq!(stage.is_seated(), seated && was != Was::Refused);
            assert_eq!(told(&mut stage), None, "it was told before, or never knew of it");
            // Cut short by something else.
            stage.drain(soon, None);
            let Stage::Draining(draining) = stage else { panic!("it does not drain") };
            assert_eq!((draining.was, draining.until, draining.finished), (was, soon, false));
        }
    }

    #[test]
    fn a_goodbye_is_told_once_whatever_else_ends_the_connection() {
        let mut stage = opened(outbound());
        let was = stage.drain(Moment::START, Some(end("first")));
        assert!(was.is_open());
        assert_eq!(told(&mut stage), Some((EventKind::Disconnected, "first".into())));
        assert_eq!(told(&mut stage), None);
    }

    #[test]
    fn what_was_sent_early_is_handed_out_when_the_server_does_not_let_us_in() {
        let mut stage = outbound();
        assert!(matches!(stage.drain(Moment::START, None), Stage::AwaitsReply(_)));
    }
}
