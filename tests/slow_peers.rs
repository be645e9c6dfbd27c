//! Peers that take less than they are sent, over sockets: who is slow, and who is not. To the byte and the millisecond
//! that is judged in simulated time (`src/simulated/slow_peers.rs`).

mod api;

use std::time::Duration;

use api::{Api, BAD_CONFIG, End, Raw, WOULD_BLOCK, World, alongside, bin, config, kind, refused};
use podsix::value::Message;
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    thirty_large_broadcasts_in_one_frame_reach_who_reads,
    a_joiner_whose_level_is_streamed_gets_what_is_broadcast_meanwhile,
    who_takes_nothing_for_long_is_ended_and_told,
    who_is_only_sent_to_is_not_ended,
    settings_of_slowness_are_checked,
}

fn thirty_large_broadcasts_in_one_frame_reach_who_reads<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    world.open();
    for round in 0..3 {
        let mut message = Message::new();
        for n in 0..30 {
            message.begin("part").set("n", 30 * round + n).key("x").add_bytes(&[7; 100_000]);
            world.server.broadcast(&message, 0).unwrap();
        }
        for n in 0..30 {
            assert_eq!(world.client_gets(EventKind::Message).int("n"), 30 * round + n);
        }
    }
    assert_eq!(world.server.stats().slow_peers, 0);
    world.nothing_more();
}

/// Its out-buffer is full to the last bytes all the while, since it is filled as often as it takes something.
fn a_joiner_whose_level_is_streamed_gets_what_is_broadcast_meanwhile<A: Api>(mode: Mode) {
    const PARTS: i64 = 1_000;
    let mut world = World::<A>::new(mode);
    let (_, joiner) = world.open();
    let mut state = Message::new();
    let (mut parts, mut states, mut refusals) = (0, 0, 0);
    let (mut next_part, mut next_state) = (0, 0);
    let texts = [50_000, 100].map(|size| "x".repeat(size));
    world.until("all of it has come", |server, client| {
        // Smaller ones where a large one has no room.
        for text in &texts {
            while parts < PARTS {
                match server.send_json(joiner, &format!(r#"{{"part":{parts},"x":"{text}"}}"#)) {
                    Ok(()) => parts += 1,
                    Err(fault) => {
                        assert_eq!(fault.code, WOULD_BLOCK, "{fault:?}");
                        refusals += 1;
                        break;
                    }
                }
            }
        }
        if parts < PARTS || states == 0 {
            state.begin("state").set("state", states).key("x").add_bytes(&[0; 250]);
            server.broadcast(&state, 0).unwrap();
            states += 1;
        }
        server.take(EventKind::Writable);
        assert!(server.seen.is_empty(), "{:?}", server.seen);
        for seen in client.seen.drain(..) {
            assert_eq!(seen.kind, EventKind::Message, "{seen:?}");
            // Which of both it is, in the order in which they went.
            match seen.action.as_str() {
                "state" => {
                    assert_eq!(seen.int("state"), next_state);
                    next_state += 1;
                }
                _ => {
                    assert_eq!(seen.int("part"), next_part);
                    next_part += 1;
                }
            }
        }
        (next_part, next_state) == (PARTS, states)
    });
    assert!(refusals > 0, "its buffer was never full");
    assert_eq!(world.server.stats().slow_peers, 0);
}

fn who_takes_nothing_for_long_is_ended_and_told<A: Api>(mode: Mode) {
    let slow_peer = Duration::from_millis(300);
    let strict = Config { slow_peer, slow_peer_bytes: 64 << 20, ..config(mode) };
    let (mut server, address) = End::<A>::listening(strict, false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let mut message = Message::new();
    message.add_msgpack(&bin(100_000, 3));
    // More than the systems at both ends ever take. Then nothing is broadcast any more.
    server.until("something waits", |server| {
        let waits = server.peer_stats(peer).is_ok_and(|stats| stats.bytes_waiting > 16 << 20);
        if !waits && server.seen.is_empty() {
            server.broadcast(&message, 0).unwrap();
        }
        waits || !server.seen.is_empty()
    });
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::SlowPeer));
    assert!(ended.text.contains("300 ms (slow_peer_ms)"), "{}", ended.text);
    assert_eq!(server.stats().slow_peers, 1);
    let close = alongside(&mut server, move || {
        loop {
            match raw.read_frame() {
                (kind::MESSAGE, payload) => assert!(payload == bin(100_000, 3)),
                (kind::CLOSE, payload) => break payload,
                other => assert_eq!(other.0, kind::PING),
            }
        }
    });
    assert_eq!(close[0], Reason::SlowPeer as u8);
    assert_eq!(str::from_utf8(&close[5..]), Ok(ended.text.as_str()));
}

fn who_is_only_sent_to_is_not_ended<A: Api>(mode: Mode) {
    let strict = Config { slow_peer: Duration::from_millis(1), ..config(mode) };
    let (mut server, address) = End::<A>::listening(strict, false);
    let (raw, peer) = Raw::open(&mut server, &address);
    let (sent, fault) = api::fill(&mut server, peer);
    assert_eq!(fault.code, WOULD_BLOCK);
    server.until("it has waited", |server| server.peer_stats(peer).unwrap().waiting_ms > 200);
    server.take(EventKind::Writable);
    assert!(server.seen.is_empty(), "{:?}", server.seen);
    let mut raw = raw;
    alongside(&mut server, move || {
        for _ in 0..sent {
            while raw.read_frame().0 != kind::MESSAGE {}
        }
        raw
    });
    server.take(EventKind::Writable);
    assert!(server.seen.is_empty(), "{:?}", server.seen);
}

fn settings_of_slowness_are_checked<A: Api>(mode: Mode) {
    let day = Duration::from_secs(24 * 60 * 60);
    let late = Config { slow_peer: day + Duration::from_millis(1), ..config(mode) };
    refused(
        A::new(late).map(drop),
        BAD_CONFIG,
        &["slow_peer_ms is 86400001", "from 0 to 86400000"],
    );
    for bytes in [0, (1 << 30) + 1] {
        let wrong = Config { slow_peer_bytes: bytes, ..config(mode) };
        let words = format!("slow_peer_bytes is {bytes}");
        refused(A::new(wrong).map(drop), BAD_CONFIG, &[&words, "from 1 to 1073741824"]);
    }
    // What was accepted before there were these, with their defaults, and what they may be.
    let small =
        Config { max_message: 1_000, out_buffer: 1_000, queue_bytes: 1_000, ..config(mode) };
    for good in [
        Config { memory_budget: 64 << 10, ..small.clone() },
        Config { out_buffer: 1 << 30, memory_budget: 2 << 30, ..config(mode) },
        Config { slow_peer: Duration::ZERO, slow_peer_bytes: 1, ..config(mode) },
        Config { slow_peer: day, slow_peer_bytes: 1 << 30, ..small },
    ] {
        A::new(good.clone()).map(drop).unwrap_or_else(|fault| panic!("{fault:?}: {good:?}"));
    }
}
