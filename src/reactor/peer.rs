//! The reactor's side of one peer: who it is, and what there is of it, a connect under way or a connection.

use std::ops::Add;
use std::sync::Arc;

use crate::event::{EventKind, PeerId};
use crate::link::dial::Dial;
use crate::link::{Link, Network};
use crate::reactor::connection::Connection;
use crate::reactor::out_queue::OutQueue;
use crate::reactor::session::Session;
use crate::reactor::stage::{Early, Stage};
use crate::shared::payload::Counted;
use crate::shared::slot::Waiting;
use crate::wire::Moment;
use crate::words::End;

/// One peer. Small, for there are tens of thousands; what few of them have is in boxes.
pub(crate) struct Peer {
    pub(crate) id: PeerId,
    /// What the budget has been told of the memory that it pins.
    pub(crate) counted: u32,
    pub(crate) phase: Phase,
}

// Elsewhere, and in debug builds, a link over TCP is more than its descriptor.
#[cfg(all(unix, target_pointer_width = "64", not(debug_assertions), not(test)))]
const _: () = assert!(size_of::<Peer>() <= 136);

pub(crate) enum Phase {
    /// Outbound: the server's name is looked up, or one of its addresses is being reached.
    Dialing(Box<Dialing>),
    /// There is a link; its stage says how far the connection has come.
    Linked(Connection),
}

/// A connect under way.
pub(crate) struct Dialing {
    /// None while the name is looked up.
    pub(crate) dial: Option<Dial>,
    pub(crate) deadline: Moment,
    pub(crate) hello: Arc<Counted>,
    pub(crate) early: Early,
}

impl Peer {
    /// A connect that begins.
    pub(crate) fn dialing(id: PeerId, hello: Arc<Counted>, deadline: Moment) -> Peer {
        let dialing = Dialing { dial: None, deadline, hello, early: Early::default() };
        Peer { id, counted: 0, phase: Phase::Dialing(Box::new(dialing)) }
    }

    /// A client that came in.
    pub(crate) fn accepted(id: PeerId, link: Link, session: Session, approval: bool) -> Peer {
        let connection = Connection::new(link, session, Stage::AwaitsHello { approval });
        Peer { id, counted: 0, phase: Phase::Linked(connection) }
    }

    /// The peer and its connection, if it has a link.
    #[inline]
    pub(crate) fn linked(&mut self) -> Option<(PeerId, &mut Connection)> {
        match &mut self.phase {
            Phase::Linked(connection) => Some((self.id, connection)),
            Phase::Dialing(_) => None,
        }
    }

    /// What the game has sent before the connection is open.
    pub(crate) fn early(&mut self) -> Option<&mut Early> {
        match &mut self.phase {
            Phase::Dialing(dialing) => Some(&mut dialing.early),
            Phase::Linked(connection) => match &mut connection.stage {
                Stage::AwaitsReply(early) => Some(early),
                _ => None,
            },
        }
    }

    /// What waits to be written: to the link, and until there is one or the server has replied.
    fn queues(&self) -> (Option<&OutQueue>, Option<&OutQueue>) {
        match &self.phase {
            Phase::Dialing(dialing) => (None, Some(&dialing.early.queue)),
            Phase::Linked(Connection { out, stage: Stage::AwaitsReply(early), .. }) => {
                (Some(out), Some(&early.queue))
            }
            Phase::Linked(connection) => (Some(&connection.out), None),
        }
    }

    /// A sum over what waits to be written.
    fn sum<T: Default + Add<Output = T>>(&self, of: impl Fn(&OutQueue) -> T) -> T {
        let (out, early) = self.queues();
        out.into_iter().chain(early).map(of).fold(T::default(), T::add)
    }

    /// Bytes that its slot's count has for what waits to be written.
    pub(crate) fn reserved(&self) -> Waiting {
        self.sum(OutQueue::reserved)
    }

    /// The memory it pins.
    pub(crate) fn held(&self) -> usize {
        let beside = match &self.phase {
            Phase::Dialing(_) => size_of::<Dialing>(),
            Phase::Linked(connection) => connection.unparsed.capacity() + connection.stage.held(),
        };
        beside + self.sum(OutQueue::held)
    }

    /// Likewise with what counts itself: what it shares with others, of whom the last to go frees it, and its hello.
    pub(crate) fn held_and_shared(&self) -> usize {
        let hello = match &self.phase {
            Phase::Dialing(dialing) => dialing.hello.bytes().len(),
            Phase::Linked(_) => 0,
        };
        self.held() + self.sum(OutQueue::shared) + hello
    }

    /// Whether it is counted at the greeting limits.
    pub(crate) fn is_greeting(&self) -> bool {
        matches!(&self.phase, Phase::Linked(connection) if connection.stage.is_greeting())
    }

    /// Whether it has one of `max_peers` seats.
    pub(crate) fn is_seated(&self) -> bool {
        match &self.phase {
            Phase::Dialing(_) => true,
            Phase::Linked(connection) => connection.stage.is_seated(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(&self.phase, Phase::Linked(connection) if connection.stage.is_open())
    }

    /// The last event of a peer that ends because of `end`; none if the game has got one, or never heard of the peer.
    pub(crate) fn last_event(&mut self, end: End) -> Option<(EventKind, End)> {
        match &mut self.phase {
            Phase::Dialing(_) => Some((EventKind::Error, end)),
            Phase::Linked(connection) => connection.stage.last_event(end),
        }
    }
}

impl Dialing {
    /// The server is reached, and greeted: from dialing to what follows.
    pub(crate) fn reached(&mut self, link: Link, session: Session) -> Phase {
        let early = Box::new(std::mem::take(&mut self.early));
        Phase::Linked(Connection::new(link, session, Stage::AwaitsReply(early)))
    }

    /// Closes the attempts under way.
    pub(crate) fn give_up(self, network: &Network) {
        if let Some(mut dial) = self.dial {
            dial.give_up(network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Reason;
    use crate::reactor::spare::Spare;
    use crate::shared::budget::Budget;

    #[test]
    fn a_connect_is_known_and_seated_from_its_beginning() {
        let hello = Counted::new(Vec::new(), &Arc::new(Budget::new(0, 0)));
        let mut peer = Peer::dialing(PeerId(1), hello, Moment::START);
        assert!(peer.is_seated() && !peer.is_open());
        assert_eq!((peer.reserved(), peer.held()), (Waiting::default(), size_of::<Dialing>()));
        peer.early().unwrap().queue.push_control(&[0; 9], &mut Spare::default());
        assert_eq!(peer.reserved(), Waiting::sent(9));
        assert!(peer.held() >= size_of::<Dialing>() + 9);
        let end = End::new(Reason::Unreachable, "nobody".into());
        let (kind, end) = peer.last_event(end).unwrap();
        assert_eq!((kind, &*end.text), (EventKind::Error, "nobody"));
    }
}
