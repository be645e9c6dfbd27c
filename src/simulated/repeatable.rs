//! The same seed gives the same events at the same moments.

use std::collections::HashMap;
use std::time::Duration;

use super::world::{World, inline, ms, seconds, threaded};
use crate::link::memory::Line;
use crate::{EventKind, Message, PeerId};

/// Who saw what, when, of which of its peers.
type Story = Vec<(usize, Duration, EventKind, usize, String, Vec<u8>)>;

/// Much that happens on bad lines: talk, naps, an outage, kicks, newcomers.
fn story(seed: u64) -> Story {
    let line = Line { delay: ms(60), jitter: ms(30), loss: 0.05, rate: 200_000, ..Line::default() };
    let mut world = World::with(seed, line);
    let (server, address) = world.server(threaded());
    let clients: Vec<_> = (0..4).map(|_| world.host(inline())).collect();
    let mut message = Message::new();
    for round in 0..300_usize {
        let client = clients[round % 4];
        if round % 25 < 4 {
            world[client].connect(&address, None).unwrap();
        }
        for peer in world[client].peers() {
            message.begin("say").set("n", round as i64).key("x").add_bytes(&[1; 900]);
            let _ = world[client].send_message(peer, &message);
        }
        message.begin("tick").set("n", round as i64);
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        match round {
            60 => world.sleep(server),
            90 => world.wake(server),
            150 => world.cut(world.ip(clients[0]), world.ip(server), seconds(20)),
            200 => world[server].kick(world[server].peers()[0], 3, "enough").unwrap(),
            _ => {}
        }
        world.run(ms(150));
    }
    let mut story = Story::new();
    for (at, id) in clients.into_iter().chain([server]).enumerate() {
        // A peer's number is the process's: here they are counted as they are met.
        let mut met = HashMap::new();
        for seen in world.seen(id).drain(..) {
            let count = met.len();
            let peer = *met.entry(seen.peer).or_insert(count);
            story.push((at, seen.at, seen.kind, peer, seen.text, seen.message));
        }
    }
    story
}

#[test]
fn the_same_seed_tells_the_same_story() {
    let told = story(11);
    assert!(told.len() > 3_000, "{} events", told.len());
    for kind in [EventKind::Connected, EventKind::Stalled, EventKind::Disconnected] {
        assert!(told.iter().any(|event| event.2 == kind), "{kind:?}");
    }
    assert!(told == story(11));
    assert!(told != story(12));
}
