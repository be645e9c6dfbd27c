//! A host with more to do than it has time for still keeps its times, and is not taken in by what it did not look at.

use std::time::Duration;

use super::raw::{Raw, bin, kind};
use super::world::{Id, World, inline, ms, seconds, threaded};
use crate::link::memory::Line;
use crate::{Config, EventKind, PeerId, Reason};

const CROWD: usize = if cfg!(debug_assertions) { 1_300 } else { 3_500 };
/// A frame that comes alone.
const PACKET: usize = 1_400;

const HANDSHAKE: Duration = Duration::from_secs(3);
const IDLE: Duration = Duration::from_secs(6);
const STALL: Duration = Duration::from_secs(8);

/// Peers of which each sends a frame twice a second from now on, for twenty seconds, to a server on which a read takes
/// a millisecond: it never has read all that is there.
fn overloaded(world: &mut World, server: Id, frame: &[u8]) -> Vec<Raw> {
    assert_eq!(frame.len(), PACKET);
    let mut crowd: Vec<_> = (0..CROWD).map(|_| world.raw(server)).collect();
    // Of more than a listener's queue takes the last come a second later.
    world.run(ms(1_100));
    for raw in &mut crowd {
        raw.greet();
    }
    world.run(ms(100));
    assert_eq!(world[server].stats().peers, CROWD as u64);
    for raw in &mut crowd {
        assert!(raw.write(&frame.repeat(40)) > 39 * PACKET);
    }
    world.run(seconds(1));
    world.seen(server).clear();
    world.set_read(ms(1));
    crowd
}

#[test]
fn a_crowd_keeps_nobody_alive_who_says_nothing_and_ends_nobody_who_does() {
    let skipped = super::raw::frame(0x80, &[0; PACKET - 4]);
    let message = super::raw::frame(kind::MESSAGE, &bin(PACKET - 9, 1));
    for settings in [inline(), threaded()] {
        for frame in [&skipped, &message] {
            let line = Line { rate: 2 * PACKET as u64, ..Line::default() };
            let mut world = World::with(0, line);
            let (server, _) = world.server(Config {
                max_peers: CROWD as u32 + 10,
                handshake_timeout: HANDSHAKE,
                idle_timeout: IDLE,
                stall_limit: STALL,
                ping_interval: IDLE / 2,
                ..settings.clone()
            });
            let _crowd = overloaded(&mut world, server, frame);
            // They come as everybody has, so that what is waited for begins a little later.
            let began = world.now();
            let _mute = world.raw(server);
            let [mut idle, mut stalls] = [world.raw(server), world.raw(server)];
            world.run(ms(50));
            idle.greet();
            stalls.greet();
            world.run(ms(50));
            stalls.send(kind::STALLED, &[0; 4]);
            world.run(ms(50));
            let mut ends = Vec::new();
            while world.now() < began + STALL + seconds(4) {
                world.run(ms(50));
                let seen = std::mem::take(world.seen(server));
                ends.extend(seen.into_iter().filter(|it| it.kind != EventKind::Message));
            }
            ends.retain(|it| !matches!(it.kind, EventKind::Connected | EventKind::Stalled));
            let what: Vec<_> = ends.iter().map(|it| (it.kind, it.peer, it.reason)).collect();
            assert_eq!(ends.len(), 3, "{what:?}");
            // All are looked at in a round, each in at most one that goes on when its time is up.
            let round = ms(CROWD as u64 + 300);
            let due = [HANDSHAKE, IDLE, STALL];
            for (end, due) in ends.iter().zip(due) {
                let after = end.at - began;
                assert!(after >= due && after <= due + 2 * round, "{after:?} {end:?}");
            }
            assert_eq!((ends[0].kind, ends[0].peer), (EventKind::Error, PeerId::NONE));
            assert_eq!([ends[1].reason, ends[2].reason], [Reason::Timeout; 2]);
            assert_eq!(world[server].peers().len(), CROWD);
        }
    }
}
