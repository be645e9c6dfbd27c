//! Staggering: connections that open together do not send their pings together.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::event::PeerId;
use crate::shared::slots::serial;

/// Shares of an interval, one for each peer.
pub(crate) struct Stagger {
    /// Where this host begins.
    start: u64,
    /// A simulated host's peers are told apart by their places: serials are the whole process's, and other tests
    /// run beside this one.
    #[cfg(test)]
    by_place: bool,
}

impl Stagger {
    pub(super) fn new() -> Stagger {
        // Each host elsewhere, though its ids may be those of others: what connects to one server at the
        // same time are mostly the first peers of as many processes.
        let start = RandomState::new().build_hasher().finish();
        Stagger {
            start,
            #[cfg(test)]
            by_place: false,
        }
    }

    /// A share of an interval, in 65,536ths, of a peer's own: peers in a row are far apart.
    pub(super) fn share(&self, peer: PeerId) -> u16 {
        // 2^64 through the golden ratio: its multiples fill the range as evenly as can be, however many.
        let number = serial(peer);
        #[cfg(test)]
        let number = if self.by_place { crate::shared::slots::index(peer) as u64 } else { number };
        let steps = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (steps.wrapping_add(self.start) >> 48) as u16
    }

    /// Staggers the same connections in the same way each time.
    #[cfg(all(test, not(loom)))]
    pub(super) fn make_repeatable(&mut self) {
        (self.start, self.by_place) = (0, true);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::Config;
    use crate::reactor::session::{Common, Session};
    use crate::reactor::timers::Timers;
    use crate::wire::{Dialect, Moment};

    const PEERS: usize = 10_000;

    /// As a reactor has them, without sockets, and on a clock of its own.
    const PONG: u8 = 3;

    struct World {
        common: Common,
        sessions: Vec<Session>,
        timers: Timers,
        now: Moment,
    }

    impl World {
        /// All have greeted at the same moment, and are let in.
        fn open(start: u64) -> World {
            let now = Moment::START + Duration::from_secs(1);
            let mut common = Common::new(&Config::default());
            common.stagger.start = start;
            let mut world = World { common, sessions: Vec::new(), timers: Timers::default(), now };
            let mut hello = Vec::new();
            Session::connect(Dialect::Podsix, &world.common, PeerId(1), &[], now, &mut hello);
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
            let mut out = Vec::new();
            let next = session.tick(&self.common, self.now, &mut out).unwrap();
            self.timers.arm(index, next.unwrap());
            // The ping is answered at once.
            if let Some(kind) = out.first_mut() {
                *kind = PONG;
                session.step(&mut self.common, &out, self.now, &mut Vec::new()).unwrap();
            }
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
        let few = PEERS / 128;
        for start in [0, 1 << 63, u64::MAX] {
            let mut world = World::open(start);
            let mut all = 0;
            for _ in 0..8 {
                let (ticked, most) = world.pass(interval);
                assert!(most <= few + few / 4, "{most} ticked at once");
                all += ticked;
            }
            // The other end leaves all pings to this one: there is one every five quarters of an interval, or a little more.
            assert!((6 * PEERS..=7 * PEERS).contains(&all), "{all} pings in eight intervals");
            // Nobody turns for long; then all are late.
            world.now = world.now + 2 * interval + Duration::from_millis(1_234);
            assert_eq!(world.pass(Duration::from_millis(1)).1, PEERS);
            for _ in 0..8 {
                let (_, most) = world.pass(interval);
                assert!(most <= 3 * few, "{most} ticked at once");
            }
        }
    }

    #[test]
    fn hosts_whose_peers_have_the_same_ids_stagger_them_differently() {
        let hosts = (0..100).map(|_| Stagger::new());
        let shares: std::collections::BTreeSet<_> =
            hosts.map(|stagger| stagger.share(PeerId(1 << 16)) / 256).collect();
        assert!(shares.len() > 30, "{} of 256", shares.len());
    }
}
