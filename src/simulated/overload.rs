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

/// More peers than a poll has reports for, which have connected and nothing else.
fn newcomers(world: &mut World, server: Id) -> Vec<Raw> {
    let mut raws: Vec<Raw> = Vec::new();
    while raws.len() < CROWD {
        // No more than a listener's queue takes.
        let few = (CROWD - raws.len()).min(1_000);
        raws.extend((0..few).map(|_| world.raw(server)));
        world.run(ms(50));
    }
    raws
}

fn crowded(settings: Config) -> Config {
    Config { max_peers: CROWD as u32 + 10, ..settings }
}

/// Peers of which each sends a frame twice a second from now on, for twenty seconds, to a server on which a read takes
/// a millisecond: it never has read all that is there.
fn overloaded(world: &mut World, server: Id, frame: &[u8]) -> Vec<Raw> {
    assert_eq!(frame.len(), PACKET);
    let mut crowd = newcomers(world, server);
    crowd.iter_mut().for_each(Raw::greet);
    world.run(ms(100));
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
            let (server, _) = world.server(crowded(Config {
                handshake_timeout: HANDSHAKE,
                idle_timeout: IDLE,
                stall_limit: STALL,
                ping_interval: IDLE / 2,
                ..settings.clone()
            }));
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

#[test]
fn who_has_said_something_is_not_ended_because_nobody_looked() {
    let mut world = World::new();
    let (server, _) = world.server(crowded(Config {
        ping_interval: seconds(2),
        idle_timeout: seconds(5),
        ..inline()
    }));
    let mut raws = newcomers(&mut world, server);
    // All at once after a while that is longer than they have to greet.
    world.sleep(server);
    raws.iter_mut().for_each(Raw::greet);
    world.run(seconds(10));
    world.wake(server);
    world.run(ms(1));
    let seen = std::mem::take(world.seen(server));
    assert_eq!(seen.len(), CROWD);
    assert!(seen.iter().all(|it| it.kind == EventKind::Connected), "{:?}", seen.back());

    // Likewise after a while that is longer than they may be silent, which they nearly have been before.
    world.run(ms(4_900));
    world.sleep(server);
    for raw in &mut raws {
        raw.send(kind::RESUMED, &[]);
    }
    world.run(seconds(10));
    world.wake(server);
    world.run(seconds(4));
    assert_eq!(world.seen(server).len(), 0);

    // Who closes in time has closed, although the time is over when it is seen.
    assert!(world[server].close(Duration::ZERO, 0, "over").is_err(), "they are told first");
    world.sleep(server);
    raws.clear();
    world.run(seconds(10));
    world.wake(server);
    world.run(ms(1));
    let seen = std::mem::take(world.seen(server));
    assert_eq!(seen.len(), CROWD);
    assert!(seen.iter().all(|it| it.reason == Reason::Local), "{:?}", seen.back());
}

#[test]
fn a_host_that_was_away_counts_half_a_second_of_that() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let (_raw, peer) = world.open_raw(server);
    let opened = world.now();
    world.run(seconds(9));
    world.sleep(server);
    world.run(seconds(100));
    world.wake(server);
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Timeout));
    let awake = ended.at - opened - seconds(100);
    // It is away from its last poll on, which was up to 100 ms before that.
    assert!(awake >= ms(14_500) && awake <= ms(14_700), "{awake:?}");
}

/// Being away again and again does not keep a peer that says nothing.
#[test]
fn a_game_with_long_frames_is_left_with_nobody_who_says_nothing() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let client = world.host(inline());
    world.open(client, server);
    let (_raw, peer) = world.open_raw(server);
    let opened = world.now();
    while world.seen(server).is_empty() {
        world.sleep(server);
        world.run(ms(700));
        world.wake(server);
        world.run(ms(1));
        assert!(world.now() < opened + seconds(30), "it stays for ever");
    }
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Timeout));
    assert!(world.seen(client).is_empty());
}

#[test]
fn a_crowd_keeps_no_seat_for_those_who_say_nothing() {
    let line = Line { rate: 2 * PACKET as u64, ..Line::default() };
    let mut world = World::with(0, line);
    let (server, _) = world.server(Config { max_peers: CROWD as u32 + 2, ..inline() });
    world[server].listen("podsixnet://*:7", false).unwrap();
    let listens = std::net::SocketAddr::new(world.ip(server), 7);
    let _silent = [(); 2].map(|()| Raw::new(world.station(), listens));
    let message = super::raw::frame(kind::MESSAGE, &bin(PACKET - 9, 1));
    let _crowd = overloaded(&mut world, server, &message);
    world.run(seconds(4));
    let mut late = world.raw(server);
    world.run(ms(50));
    late.greet();
    world.run(seconds(4));
    late.read(usize::MAX);
    assert_eq!((late.got.get(7), late.end.is_none()), (Some(&0), true), "it is let in");
}
