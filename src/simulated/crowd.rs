//! Ten thousand peers on one server, for an hour: nobody is lost, pings keep their time, memory stays as it is.

use std::time::Duration;

use super::world::{World, inline, ms, seconds};
use crate::{Config, EventKind, Message, PeerId};

/// Whole in release builds; a debug build is some twenty times slower.
const PEERS_OF_EACH: usize = if cfg!(debug_assertions) { 250 } else { 2_500 };
const CLIENTS: usize = 4;
const PEERS: usize = CLIENTS * PEERS_OF_EACH;
const MINUTES: u64 = if cfg!(debug_assertions) { 5 } else { 60 };

/// A busy machine's: what becomes due meanwhile is done together.
const GRAIN: Duration = Duration::from_millis(50);

/// Pings and pongs have eight bytes and a header.
const PING: u64 = 12;

#[test]
fn ten_thousand_peers_play_for_an_hour() {
    let mut world = World::new();
    world.set_grain(GRAIN);
    let crowded = Config { max_peers: PEERS as u32, max_greeting_per_address: 0, ..inline() };
    let (server, address) = world.server(crowded.clone());
    let clients: Vec<_> = (0..CLIENTS).map(|_| world.host(crowded.clone())).collect();
    let mut peers = Vec::new();
    // They come within four seconds, as those of a server that has started again.
    for group in 0..20 {
        for &client in &clients {
            let share = group * PEERS_OF_EACH / 20..(group + 1) * PEERS_OF_EACH / 20;
            peers.extend(share.map(|_| (client, world[client].connect(&address, None).unwrap())));
        }
        world.run(ms(200));
    }
    world.run(seconds(1));
    for id in clients.iter().copied().chain([server]) {
        let all = if id == server { PEERS } else { PEERS_OF_EACH };
        let seen = std::mem::take(world.seen(id));
        assert_eq!(seen.len(), all);
        assert!(seen.iter().all(|seen| seen.kind == EventKind::Connected), "{seen:?}");
    }

    let (begin, calls) = (world[server].stats(), world.calls());
    let mut tick = Message::new();
    let (mut from_clients, mut heard) = (0, 0);
    for minute in 0..MINUTES {
        // Everybody hears one message a minute, and one in a hundred says something.
        tick.begin("tick").set("n", minute as i64);
        world[server].broadcast(&tick, PeerId::NONE).unwrap();
        for (client, peer) in peers.iter().skip(minute as usize % 100).step_by(100) {
            world[*client].send_message(*peer, &tick).unwrap();
            from_clients += 1;
        }
        world.run(Duration::from_secs(60));
        for &client in &clients {
            for seen in std::mem::take(world.seen(client)) {
                assert_eq!(seen.kind, EventKind::Message, "{seen:?}");
                heard += 1;
            }
        }
        for seen in std::mem::take(world.seen(server)) {
            assert_eq!(seen.kind, EventKind::Message, "{seen:?}");
        }
        let stats = world[server].stats();
        assert_eq!(stats.memory_used, begin.memory_used, "minute {minute}");
        assert_eq!(stats.peers, PEERS as u64);
    }
    assert_eq!(heard, MINUTES * PEERS as u64);

    let end = world[server].stats();
    let frame = (tick.bytes().unwrap().len() + crate::wire::HEADER) as u64;
    assert_eq!(end.messages_in - begin.messages_in, from_clients);
    // The ends ping by turns, a little more than five seconds apart, and answer.
    let seconds = MINUTES as f64 * 60.0;
    let pings_each = [
        end.bytes_out - begin.bytes_out - heard * frame,
        end.bytes_in - begin.bytes_in - from_clients * frame,
    ]
    .map(|bytes| bytes as f64 / PING as f64 / PEERS as f64 / seconds);
    for pings in pings_each {
        assert!((0.17..=0.195).contains(&pings), "{pings} pings and pongs a second and way");
    }
    let of_messages = 2 * (heard + from_clients);
    let calls = (world.calls() - calls - of_messages) as f64 / 2.0 / PEERS as f64 / seconds;
    assert!((0.34..=0.39).contains(&calls), "{calls} reads and writes per peer and second");
    for (client, peer) in peers.iter().step_by(PEERS / 10) {
        let rtt = world[*client].peer_stats(*peer).unwrap().rtt_us;
        assert!((40_000..=140_000).contains(&rtt), "{rtt}");
    }
}
