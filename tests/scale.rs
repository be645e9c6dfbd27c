//! Many connections, and much through one.

mod api;

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use api::{
    Api, End, PATIENCE, Raw, WOULD_BLOCK, World, bin, config, frame, kind, raise_descriptors,
};
use podsix::value::Message;
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    a_thousand_connections_at_once,
    a_hundred_megabytes_to_a_slow_poller_arrive_in_order,
    a_loop_over_poll_ends_though_more_always_waits,
}

fn a_thousand_connections_at_once<A: Api>(mode: Mode) {
    const PEERS: usize = 1_000;
    // Two for each connection, in each of the four combinations.
    raise_descriptors(8_500);
    let mut world = World::<A>::new(mode);
    let mut numbers = HashMap::new();
    for n in 0..PEERS as i64 {
        let peer = world.client.connect(&world.address, "").unwrap();
        world.client.send_json(peer, &n.to_string()).unwrap();
        assert!(numbers.insert(peer, n).is_none(), "{peer} came twice");
    }
    world.until("everybody is there and has spoken", |server, client| {
        server.seen.len() == 2 * PEERS && client.seen.len() == PEERS
    });
    assert_eq!(world.client.take(EventKind::Connected).len(), PEERS);
    assert_eq!(world.server.take(EventKind::Connected).len(), PEERS);
    assert_eq!((world.server.peers().len(), world.client.peers().len()), (PEERS, PEERS));

    // Each gets its own answer.
    for seen in world.server.take(EventKind::Message) {
        world.server.send_msgpack(seen.peer, &seen.message).unwrap();
    }
    world.until("everybody has its answer", |_, client| client.seen.len() == PEERS);
    for seen in world.client.take(EventKind::Message) {
        assert_eq!(numbers.remove(&seen.peer), Some(seen.value().as_int(-1)), "{seen:?}");
    }

    let mut message = Message::new();
    message.begin("all");
    world.server.broadcast(&message, 0).unwrap();
    world.until("everybody has heard it", |_, client| client.seen.len() == PEERS);
    let mut heard: Vec<_> = world.client.take(EventKind::Message).iter().map(|s| s.peer).collect();
    heard.sort_unstable();
    heard.dedup();
    assert_eq!(heard.len(), PEERS, "each of them once");

    let World { mut server, client, .. } = world;
    drop(client);
    server.until("everybody has left", |server| server.seen.len() == PEERS);
    let left = server.take(EventKind::Disconnected);
    assert!(left.len() == PEERS && left.iter().all(|left| left.reason == Reason::Shutdown));
    server.turn();
    assert_eq!((server.stats().peers, server.peers().len()), (0, 0));
}

/// The poller takes eight events and then looks at something else.
fn a_hundred_megabytes_to_a_slow_poller_arrive_in_order<A: Api>(mode: Mode) {
    const COUNT: u32 = 2_100;
    const TOTAL: usize = 100_000_000;
    /// What the two ends hold at most for this one connection: a full queue, or a full out-buffer and
    /// what is on its way into it, each in buffers that may be half empty.
    const HELD: u64 = 4 << 20;
    // Up to 100 KB, 50 KB on average; no two bytes beside each other, nor two messages, are the same.
    let noise: Vec<u8> = (0..100_000 + 251_u32).map(|n| (n % 251) as u8).collect();
    let numbered = |n: u32| {
        let mut message = bin(4, 0);
        message[5..].copy_from_slice(&n.to_be_bytes());
        message.extend_from_slice(&noise[n as usize % 251..][..n as usize * 7_919 % 100_000]);
        let len = (message.len() - 5) as u32;
        message[1..5].copy_from_slice(&len.to_be_bytes());
        message
    };
    let slow = Config { max_events_per_poll: 8, ..config(mode) };
    let mut world = World::<A>::with(slow, config(mode), false);
    let (at_client, at_server) = world.open();
    let (mut sent, mut got, mut blocked, mut bytes) = (0_u32, 0_u32, 0, 0);
    world.until("all has arrived", |server, client| {
        while sent < COUNT {
            match client.send_msgpack(at_client, &numbered(sent)) {
                Ok(()) => sent += 1,
                Err(fault) => {
                    assert_eq!(fault.code, WOULD_BLOCK, "{fault:?}");
                    blocked += 1;
                    break;
                }
            }
        }
        for seen in server.seen.drain(..) {
            assert_eq!((seen.kind, seen.peer), (EventKind::Message, at_server), "{seen:?}");
            assert!(seen.message == numbered(got), "message {got}, in order and whole");
            bytes += seen.message.len();
            got += 1;
        }
        for stats in [server.stats(), client.stats()] {
            assert!(stats.memory_used <= HELD, "{stats:?}");
        }
        got == COUNT
    });
    assert!(bytes >= TOTAL, "{bytes}");
    assert!(blocked > 0, "the poller was slow");
    assert!(world.client.take(EventKind::Writable).len() <= blocked);
    assert_eq!(world.server.peer_stats(at_server).unwrap().messages_in, u64::from(COUNT));
    world.nothing_more();
}

/// A game that takes its time over each event, so that one more has always come before the next poll:
/// a loop that ended only when there is nothing more would never end.
fn a_loop_over_poll_ends_though_more_always_waits<A: Api>(mode: Mode) {
    const LOOPS: usize = 20;
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, _) = Raw::open(&mut server, &address);
    let sent = Arc::new(AtomicU64::new(0));
    let written = sent.clone();
    let flood = thread::spawn(move || {
        let messages = frame(kind::MESSAGE, b"\x07").repeat(100);
        // The server goes first.
        while raw.0.write_all(&messages).is_ok() {
            written.fetch_add(100, Ordering::Release);
        }
    });

    let quota = config(mode).queue_events as usize;
    let deadline = Instant::now() + PATIENCE;
    let (mut polled, mut loops) = (0_u64, 0);
    while loops < LOOPS {
        let mut batch = 0;
        while let Some(seen) = server.poll().unwrap() {
            assert_eq!(seen.kind, EventKind::Message, "{seen:?}");
            polled += 1;
            batch += 1;
            assert!(batch <= quota, "what came later is in the batch, or the loop does not end");
            // Threaded, more waits in the queue itself; inline, in the socket.
            while sent.load(Ordering::Acquire) <= polled
                || (mode == Mode::Threaded && server.stats().messages_in <= polled)
            {
                assert!(Instant::now() < deadline, "the flood has dried up after {polled}");
                thread::yield_now();
            }
        }
        loops += usize::from(batch > 0);
        assert!(Instant::now() < deadline, "{loops} loops");
    }
    drop(server);
    flood.join().unwrap();
}
