//! Who has a seat at a full server, and for how long.

use super::world::{Id, World, inline, seconds};
use crate::{Config, EventKind, PeerId, Reason};

const SEATS: usize = 60;

/// A server at which a crowd of PodSixNet's clients has all seats, and nobody has said anything; and where else it
/// listens.
fn full_of_silent_ones(world: &mut World) -> (Id, String, Vec<super::raw::Raw>, Vec<PeerId>) {
    let server = world.host(Config { max_peers: SEATS as u32, ..inline() });
    world[server].listen("podsixnet://*:31425", false).unwrap();
    world[server].listen("*:5", false).unwrap();
    let address = format!("{}:5", world.ip(server));
    let crowd: Vec<_> = (0..SEATS).map(|_| world.raw(server)).collect();
    let inside = crowd.iter().map(|_| world.gets(server, EventKind::Connected).peer).collect();
    (server, address, crowd, inside)
}

#[test]
fn silent_clients_of_podsixnet_have_seats_only_while_nobody_needs_them() {
    let mut world = World::new();
    let (server, address, mut crowd, inside) = full_of_silent_ones(&mut world);
    let client = world.host(inline());
    // They may be about to say something.
    world.run(seconds(4));
    let early = world[client].connect(&address, None).unwrap();
    let error = world.gets(client, EventKind::Error);
    assert_eq!((error.peer, error.reason), (early, Reason::Full));

    world.run(seconds(1));
    let players = SEATS / 2;
    for _ in 0..players {
        world[client].connect(&address, None).unwrap();
    }
    for silent in &inside[..players] {
        let ended = world.gets(server, EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason), (*silent, Reason::Full), "the oldest goes first");
        assert!(ended.text.contains("(max_peers is 60)"), "{}", ended.text);
        world.gets(server, EventKind::Connected);
        world.gets(client, EventKind::Connected);
    }
    crowd[0].read(usize::MAX);
    let told = String::from_utf8_lossy(&crowd[0].got).into_owned();
    assert!(told.contains("error") && told.contains("the place is needed"), "{told}");

    // The others listen for as long as they like.
    world.run(seconds(3_600));
    assert!(world.seen(server).is_empty() && world.seen(client).is_empty());
    assert_eq!(world[server].stats().peers, SEATS as u64);
}

#[test]
fn who_has_spoken_keeps_its_seat() {
    let mut world = World::new();
    let (server, address, mut crowd, inside) = full_of_silent_ones(&mut world);
    let client = world.host(inline());
    world.run(seconds(1));
    for raw in &mut crowd[1..] {
        assert_eq!(raw.write(b"f\0---\0"), 6);
    }
    // What is no message is nothing said.
    assert_eq!(crowd[0].write(b"f"), 1);
    for _ in 1..SEATS {
        world.gets(server, EventKind::Message);
    }
    world.run(seconds(600));

    world[client].connect(&address, None).unwrap();
    assert_eq!(world.gets(server, EventKind::Disconnected).peer, inside[0]);
    world.gets(server, EventKind::Connected);
    world.gets(client, EventKind::Connected);
    for _ in 0..3 {
        world[client].connect(&address, None).unwrap();
        assert_eq!(world.gets(client, EventKind::Error).reason, Reason::Full);
    }
    assert!(world.seen(server).is_empty());
}

/// Each takes the place of the one that has been silent for longest, as any other client does.
#[test]
fn silent_clients_make_room_for_each_other() {
    let mut world = World::new();
    let (server, _, _crowd, inside) = full_of_silent_ones(&mut world);
    world.run(seconds(5));
    let mut later = Vec::new();
    for silent in inside {
        later.push(world.raw(server));
        assert_eq!(world.gets(server, EventKind::Disconnected).peer, silent);
        world.gets(server, EventKind::Connected);
    }
    assert_eq!(world[server].stats().peers, SEATS as u64);
}
