//! Who plays, by Godot's ids, and what an event means for them.

use std::collections::{BTreeMap, VecDeque};

use podsix::{Direction, Event, EventKind, Handle, PeerId, Reason, Value};

use super::handshake::{self, Refusal, SERVER};
use super::packet::{self, Inbox};

/// The application's code towards a peer that sends what is no packet.
const NOT_A_PACKET: i32 = 6;

/// What the game has to be told.
#[derive(Debug, PartialEq, Eq)]
pub enum Notice {
    /// A peer is connected.
    Joined(i32),
    /// A peer is not connected any more, and why.
    Left(i32, Why),
    /// Something went wrong that ends nothing: a client was turned away, a listener met trouble.
    Trouble(String),
    /// The client's only connection has ended or never came about, and why.
    Over(Why),
}

/// Why a connection ended or failed.
#[derive(Debug, PartialEq, Eq)]
pub struct Why {
    /// In short.
    pub reason: Reason,
    /// In words.
    pub text: String,
}

impl Why {
    fn of(event: &Event<'_>) -> Why {
        let text = match (event.text, event.reason) {
            ("", Reason::Local) => "this end closed the connection",
            ("", Reason::Refused) => "the server let nobody in, and did not say why",
            ("", _) => "the other end closed the connection",
            (text, _) => text,
        };
        Why { reason: event.reason, text: text.into() }
    }
}

/// A peer with an id.
pub struct Member {
    /// Its connection.
    pub peer: PeerId,
    /// Whether the game knows of it.
    pub joined: bool,
    /// Whether the game has closed the connection: it wants nothing more from there.
    pub leaving: bool,
}

impl Member {
    /// One that is still to be told of.
    pub fn new(peer: PeerId) -> Member {
        Member { peer, joined: false, leaving: false }
    }
}

/// The other players of one end. Where it is a client that is the server alone.
pub struct Members {
    net: Handle,
    /// Whether new clients are turned away.
    pub closed_door: bool,
    /// Each of them, until the game was told that it has left.
    pub by_id: BTreeMap<i32, Member>,
    /// Their packets.
    pub inbox: Inbox,
    due: VecDeque<Notice>,
    /// Ends of peers whose last packets are in the inbox, as the engine takes no packet of a peer that has left; and
    /// of a server that was reached in this round.
    later: VecDeque<Notice>,
    /// Whether a client has reached the server in this round. The engine looks at the state of the connection
    /// between rounds only: what has ended by then has failed to it, although the game was told that it is there.
    just_reached: bool,
}

impl Members {
    /// Nobody yet.
    pub fn new(net: Handle) -> Members {
        let by_id = BTreeMap::new();
        let (inbox, due, later) = Default::default();
        Members { net, closed_door: false, by_id, inbox, due, later, just_reached: false }
    }

    /// A new round of polling: the game has had its chance to take the packets.
    pub fn begin(&mut self) {
        self.inbox.tidy();
        self.due.append(&mut self.later);
        self.just_reached = false;
    }

    /// The next thing to tell.
    pub fn next(&mut self) -> Option<Notice> {
        let notice = self.due.pop_front()?;
        if let Notice::Left(id, _) = notice {
            self.by_id.remove(&id);
        }
        Some(notice)
    }

    /// The game has closed a peer's connection: the packets of its that wait are for nobody, as the engine may have
    /// forgotten who sent them.
    pub fn leave(&mut self, id: i32) {
        if let Some(member) = self.by_id.get_mut(&id) {
            member.leaving = true;
        }
        self.inbox.forget(id);
    }

    /// Drops a peer without another word to the game.
    pub fn forget(&mut self, id: i32) {
        self.by_id.remove(&id);
        self.inbox.forget(id);
        let other = |notice: &Notice| !matches!(notice, Notice::Left(left, _) if *left == id);
        self.due.retain(other);
        self.later.retain(other);
    }

    /// Takes an event.
    pub fn take(&mut self, event: &Event<'_>) {
        // Zero: a client that was never let in.
        let id = event.user_data as i32;
        match event.kind {
            EventKind::Request => match self.admit(event.peer, event.message) {
                Ok(()) => {}
                Err(Refusal { code, text }) => {
                    self.due.push_back(Notice::Trouble(format!("a client was refused: {text}")));
                    // It may have left by itself.
                    let _ = self.net.refuse(event.peer, code, &text);
                }
            },
            EventKind::Connected if event.direction == Direction::Inbound => {
                self.join(id, event.peer)
            }
            EventKind::Connected if handshake::is_reply(event.message) => self.join(id, event.peer),
            EventKind::Connected => {
                let text = "the server speaks podsix, but is no PodsixMultiplayerPeer".into();
                self.due.push_back(Notice::Over(Why { reason: Reason::WrongProtocol, text }));
            }
            EventKind::Message if !self.hears(id, event.peer) => {}
            EventKind::Message => match packet::read(event.message) {
                Some((channel, bytes)) => self.inbox.push(id, channel, bytes),
                None => {
                    let text = "a PodsixMultiplayerPeer sends packets and nothing else";
                    // It may have left by itself.
                    let _ = self.net.kick(event.peer, NOT_A_PACKET, text);
                }
            },
            EventKind::Disconnected => self.part(id, event),
            EventKind::Error if event.peer == PeerId::NONE => {
                self.due.push_back(Notice::Trouble(event.text.into()));
            }
            EventKind::Error => self.due.push_back(Notice::Over(Why::of(event))),
            EventKind::Writable | EventKind::Stalled | EventKind::Resumed => {}
        }
    }

    /// Lets a client in, if it is one.
    fn admit(&mut self, peer: PeerId, hello: Value<'_>) -> Result<(), Refusal> {
        let id = handshake::read_hello(hello)?;
        if self.closed_door {
            return Err(Refusal::closed_door());
        }
        if self.by_id.contains_key(&id) {
            return Err(Refusal::taken(id));
        }
        let accepted = self
            .net
            .set_user_data(peer, id as usize)
            .and_then(|()| self.net.accept(peer, Some(&handshake::reply())));
        // It may have left by itself; then its end is on the way.
        if accepted.is_ok() {
            self.by_id.insert(id, Member::new(peer));
        }
        Ok(())
    }

    fn join(&mut self, id: i32, peer: PeerId) {
        if let Some(member) = self.by_id.get_mut(&id).filter(|member| member.peer == peer) {
            member.joined = true;
            self.just_reached = id == SERVER;
            self.due.push_back(Notice::Joined(id));
        }
    }

    /// Whether the game wants packets of this connection.
    fn hears(&self, id: i32, peer: PeerId) -> bool {
        self.by_id.get(&id).is_some_and(|member| member.peer == peer && !member.leaving)
    }

    fn part(&mut self, id: i32, event: &Event<'_>) {
        let joined = match self.by_id.get(&id) {
            Some(member) if member.peer == event.peer => member.joined,
            _ => return, // never let in, or forgotten
        };
        let waits = self.just_reached || self.inbox.has_from(id);
        let notices = if waits { &mut self.later } else { &mut self.due };
        if joined {
            notices.push_back(Notice::Left(id, Why::of(event)));
        } else {
            self.by_id.remove(&id);
        }
        if id == SERVER {
            notices.push_back(Notice::Over(Why::of(event)));
        }
    }
}
