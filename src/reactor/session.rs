//! One connection's session, whatever it speaks.

use std::time::Duration;

use crate::codec::{Codec, Json, Opaque, Rencode};
use crate::config::Config;
use crate::event::PeerId;
use crate::reactor::stagger::Stagger;
use crate::shared::translation::KEPT;
use crate::value::Message;
use crate::wire::{self, Close, Dialect, Expired, Moment, Rules, Step, Violation, podsixnet};

/// What the sessions of a reactor have in common.
pub(crate) struct Common {
    podsix: Rules,
    podsixnet: Rules,
    pub(super) stagger: Stagger,
    /// The message that was translated last.
    translated: Message,
}

impl Common {
    pub(crate) fn new(config: &Config) -> Common {
        let podsix = config.rules();
        // It has no pings, so a quiet peer is a quiet peer.
        let podsixnet = Rules { idle_timeout: config.podsixnet_idle_timeout, ..podsix };
        Common { podsix, podsixnet, stagger: Stagger::new(), translated: Message::new() }
    }

    /// Gives back what a large message has left.
    pub(crate) fn trim(&mut self) {
        if self.translated.capacity() > KEPT {
            self.translated = Message::new();
        }
    }
}

/// A session of one of the protocols.
pub(crate) enum Session {
    Podsix(wire::Session),
    /// In a box: what most connections have should not grow for it.
    PodSixNet(Box<PodSixNet>),
}

pub(crate) struct PodSixNet {
    session: podsixnet::Session,
    codec: &'static dyn Codec,
}

impl Session {
    /// A client's, once its connection stands.
    pub(crate) fn connect(
        dialect: Dialect,
        common: &Common,
        peer: PeerId,
        hello: &[u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Session {
        match codec(dialect) {
            None => {
                let session = wire::Session::connect(&common.podsix, hello, now, out);
                Session::Podsix(session.staggered(common.stagger.share(peer)))
            }
            Some(codec) => Session::podsixnet(podsixnet::Session::connect(dialect, now), codec),
        }
    }

    /// A server's, for a connection just accepted.
    pub(crate) fn accept(dialect: Dialect, common: &Common, peer: PeerId, now: Moment) -> Session {
        match codec(dialect) {
            None => {
                Session::Podsix(wire::Session::accept(now).staggered(common.stagger.share(peer)))
            }
            Some(codec) => Session::podsixnet(podsixnet::Session::accept(dialect, now), codec),
        }
    }

    fn podsixnet(session: podsixnet::Session, codec: &'static dyn Codec) -> Session {
        Session::PodSixNet(Box::new(PodSixNet { session, codec }))
    }

    /// Takes at most one preface, frame or message from the front of `input`.
    #[inline]
    pub(crate) fn step<'a>(
        &mut self,
        common: &'a mut Common,
        input: &'a [u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<Step<'a>, Violation> {
        match self {
            Session::Podsix(session) => session.step(&common.podsix, input, now, out),
            Session::PodSixNet(it) => {
                let message = &mut common.translated;
                it.session.step(&common.podsixnet, it.codec, input, message, now)
            }
        }
    }

    #[inline]
    pub(crate) fn heard(&mut self, now: Moment) {
        match self {
            Session::Podsix(session) => session.heard(now),
            Session::PodSixNet(it) => it.session.heard(now),
        }
    }

    /// So many messages were among what has come.
    #[inline]
    pub(crate) fn earn(&mut self, messages: u64) {
        if let Session::Podsix(session) = self {
            session.earn(messages);
        }
    }

    /// Until when the peer should not be read, if it sends too much that carries nothing.
    #[inline]
    pub(crate) fn rests_until(&self) -> Option<Moment> {
        match self {
            Session::Podsix(session) => session.rests_until(),
            Session::PodSixNet(_) => None,
        }
    }

    /// At a server: lets the client in. `reply` is the message in it to a client of podsix, and the
    /// whole greeting to one of PodSixNet.
    pub(crate) fn welcome(
        &mut self,
        common: &Common,
        reply: &[u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) {
        match self {
            Session::Podsix(session) => session.welcome(&common.podsix, reply, now, out),
            Session::PodSixNet(it) => it.session.welcome(reply, now, out),
        }
    }

    /// At a server: does not let the client in, or one of PodSixNet not stay.
    pub(crate) fn refuse(&mut self, common: &Common, close: &Close, out: &mut Vec<u8>) {
        match self {
            Session::Podsix(session) => session.refuse(&common.podsix, close, out),
            Session::PodSixNet(it) => it.session.refuse(it.codec, close, out),
        }
    }

    /// Says goodbye, where the protocol has words for it.
    pub(crate) fn close(&mut self, close: &Close, out: &mut Vec<u8>) {
        match self {
            Session::Podsix(session) => session.close(close, out),
            Session::PodSixNet(it) => it.session.close(),
        }
    }

    /// Says goodbye once more, where the first one has been taken back unsent.
    pub(crate) fn close_again(&self, close: &Close, out: &mut Vec<u8>) {
        if let Session::Podsix(_) = self {
            out.extend_from_slice(&close.frame());
        }
    }

    /// The other end will send no more, and `rest` bytes of it could not be used. What that says, if
    /// the protocol has no other goodbye.
    pub(crate) fn ended(&mut self, rest: usize) -> Option<Close<'static>> {
        match self {
            Session::Podsix(_) => None,
            Session::PodSixNet(it) => Some(it.session.ended(rest)),
        }
    }

    /// Whether the other game has said that it sleeps.
    pub(crate) fn is_stalled(&self) -> bool {
        match self {
            Session::Podsix(session) => session.is_stalled(),
            Session::PodSixNet(_) => false,
        }
    }

    /// Our game has not polled for `ms`.
    pub(crate) fn stalled(&mut self, ms: u32, out: &mut Vec<u8>) {
        if let Session::Podsix(session) = self {
            session.stalled(ms, out);
        }
    }

    /// Our game polls again.
    pub(crate) fn resumed(&mut self, out: &mut Vec<u8>) {
        if let Session::Podsix(session) = self {
            session.resumed(out);
        }
    }

    pub(crate) fn pause(&mut self) {
        match self {
            Session::Podsix(session) => session.pause(),
            Session::PodSixNet(it) => it.session.pause(),
        }
    }

    pub(crate) fn unpause(&mut self, now: Moment) {
        match self {
            Session::Podsix(session) => session.unpause(now),
            Session::PodSixNet(it) => it.session.unpause(now),
        }
    }

    /// So much of the other end's silence was ours.
    pub(crate) fn excuse(&mut self, away: Duration, now: Moment) {
        match self {
            Session::Podsix(session) => session.excuse(away, now),
            Session::PodSixNet(it) => it.session.excuse(away, now),
        }
    }

    pub(crate) fn tick(
        &mut self,
        common: &Common,
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<Option<Moment>, Expired> {
        match self {
            Session::Podsix(session) => session.tick(&common.podsix, now, out),
            Session::PodSixNet(it) => it.session.tick(&common.podsixnet, now),
        }
    }

    /// Whether messages may be sent.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Session::Podsix(session) => session.is_open(),
            Session::PodSixNet(it) => it.session.is_open(),
        }
    }

    /// Whether a client that needs to say nothing waits for `welcome` or `refuse`.
    pub(crate) fn is_greeted(&self) -> bool {
        match self {
            Session::Podsix(session) => session.is_greeted(),
            Session::PodSixNet(it) => it.session.is_greeted(),
        }
    }

    /// Since when a client that need say nothing, and is let in all the same, has said nothing.
    pub(crate) fn silent_since(&self) -> Option<Moment> {
        match self {
            Session::Podsix(_) => None,
            Session::PodSixNet(it) => it.session.silent_since(),
        }
    }

    /// The last round-trip time, where there are pings.
    pub(crate) fn rtt(&self) -> Option<Duration> {
        match self {
            Session::Podsix(session) => session.rtt(),
            Session::PodSixNet(_) => None,
        }
    }
}

/// What the reactor reads a PodSixNet connection with.
fn codec(dialect: Dialect) -> Option<&'static dyn Codec> {
    match dialect {
        Dialect::Podsix => None,
        Dialect::PodSixNet => Some(&Rencode),
        Dialect::PodSixNetJson => Some(&Json),
        Dialect::PodSixNetCustom => Some(&Opaque),
    }
}
