//! One connection's session, whatever it speaks.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::codec::{Codec, Json, Opaque, Rencode};
use crate::config::Config;
use crate::event::PeerId;
use crate::shared::dialects::KEPT;
use crate::shared::slots::serial;
use crate::value::Message;
use crate::wire::{self, Close, Dialect, Expired, Moment, Rules, Step, Violation, podsixnet};

/// What the sessions of a reactor have in common.
pub(crate) struct Common {
    podsix: Rules,
    podsixnet: Rules,
    /// Where this host begins to stagger its connections.
    stagger: u64,
    /// A simulated host's peers are told apart by their places: serials are the whole process's, and other tests
    /// run beside this one.
    #[cfg(test)]
    by_place: bool,
    /// The message that was translated last.
    translated: Message,
}

impl Common {
    pub(crate) fn new(config: &Config) -> Common {
        let podsix = config.rules();
        // It has no pings, so a quiet peer is a quiet peer.
        let podsixnet = Rules { idle_timeout: config.podsixnet_idle_timeout, ..podsix };
        // Each host elsewhere, though its ids may be those of others: what connects to one server at the
        // same time are mostly the first peers of as many processes.
        let stagger = RandomState::new().build_hasher().finish();
        Common {
            podsix,
            podsixnet,
            stagger,
            #[cfg(test)]
            by_place: false,
            translated: Message::new(),
        }
    }

    /// A share of an interval, in 65,536ths, of a peer's own: peers in a row are far apart.
    fn stagger(&self, peer: PeerId) -> u16 {
        // 2^64 through the golden ratio: its multiples fill the range as evenly as can be, however many.
        let number = serial(peer);
        #[cfg(test)]
        let number = if self.by_place { crate::shared::slots::index(peer) as u64 } else { number };
        let steps = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (steps.wrapping_add(self.stagger) >> 48) as u16
    }

    /// Staggers the same connections in the same way each time.
    #[cfg(all(test, not(loom)))]
    pub(super) fn make_repeatable(&mut self) {
        (self.stagger, self.by_place) = (0, true);
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
                Session::Podsix(session.staggered(common.stagger(peer)))
            }
            Some(codec) => Session::podsixnet(podsixnet::Session::connect(dialect, now), codec),
        }
    }

    /// A server's, for a connection just accepted.
    pub(crate) fn accept(dialect: Dialect, common: &Common, peer: PeerId, now: Moment) -> Session {
        match codec(dialect) {
            None => Session::Podsix(wire::Session::accept(now).staggered(common.stagger(peer))),
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
    pub(crate) fn rtt(&self) -> Option<std::time::Duration> {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::reactor::timers::Timers;

    const PEERS: usize = 10_000;

    /// As a reactor has them, without sockets, and on a clock of its own.
    struct World {
        common: Common,
        sessions: Vec<Session>,
        timers: Timers,
        now: Moment,
    }

    impl World {
        /// All have greeted at the same moment, and are let in.
        fn open(stagger: u64) -> World {
            let now = Moment::START + Duration::from_secs(1);
            let common = Common { stagger, ..Common::new(&Config::default()) };
            let mut world = World { common, sessions: Vec::new(), timers: Timers::default(), now };
            let mut hello = Vec::new();
            wire::Session::connect(&world.common.podsix, &[], now, &mut hello);
            for serial in 1..=PEERS as u64 {
                let (common, out) = (&mut world.common, &mut Vec::new());
                let mut session =
                    Session::accept(Dialect::Podsix, common, PeerId(serial << 16), now);
                session.step(common, &hello, now, out).unwrap();
                session.welcome(common, &[], now, out);
                assert!(session.is_open());
                world.sessions.push(session);
            }
            (0..PEERS).for_each(|index| world.tick(index));
            world
        }

        fn tick(&mut self, index: usize) {
            let session = &mut self.sessions[index];
            session.heard(self.now);
            let next = session.tick(&self.common, self.now, &mut Vec::new()).unwrap();
            self.timers.arm(index, next.unwrap());
        }

        /// Turns every millisecond: how many ticked, and the most at once.
        fn pass(&mut self, time: Duration) -> (usize, usize) {
            let (end, mut all, mut most) = (self.now + time, 0, 0);
            while self.now < end {
                self.now = self.now + Duration::from_millis(1);
                let mut ticked = 0;
                while let Some(index) = self.timers.pop(self.now) {
                    self.tick(index);
                    ticked += 1;
                }
                all += ticked;
                most = most.max(ticked);
            }
            (all, most)
        }
    }

    #[test]
    fn those_that_open_together_or_were_late_together_do_not_tick_together() {
        let interval = Config::default().ping_interval;
        // Those of one group, of 128.
        let few = PEERS / 128 + 4;
        for stagger in [0, 1 << 63, u64::MAX] {
            let mut world = World::open(stagger);
            for _ in 0..3 {
                let (ticked, most) = world.pass(interval);
                assert_eq!(ticked, PEERS, "each once in an interval");
                assert!(most <= few, "{most} ticked at once");
            }
            // Nobody turns for long; then all are late.
            world.now = world.now + 2 * interval + Duration::from_millis(1_234);
            assert_eq!(world.pass(Duration::from_millis(1)).1, PEERS);
            for _ in 0..3 {
                let (ticked, most) = world.pass(interval);
                assert_eq!(ticked, PEERS, "each once in an interval");
                assert!(most <= few, "{most} ticked at once");
            }
        }
    }

    #[test]
    fn hosts_whose_peers_have_the_same_ids_stagger_them_differently() {
        let hosts = (0..100).map(|_| Common::new(&Config::default()));
        let shares: std::collections::BTreeSet<_> =
            hosts.map(|common| common.stagger(PeerId(1 << 16)) / 256).collect();
        assert!(shares.len() > 30, "{} of 256", shares.len());
    }
}
