//! What is sent is what arrives: every kind of value, in order, to those it was meant for.

mod api;

use std::time::Duration;

use api::{Api, BAD_MESSAGE, End, NOT_CONNECTED, TIMEOUT, UNKNOWN_PEER, World, bin, refused};
use podsix::value::{Kind, Message};
use podsix::{EventKind, Mode};

cases! {
    recorded_game_messages_come_back_equal,
    values_that_are_no_maps_and_keys_that_are_no_strings_travel,
    order_is_kept_in_both_directions_at_every_size,
    a_broadcast_reaches_all_but_the_exception,
    send_many_answers_for_each_peer,
    an_action_cannot_pass_for_a_lifecycle_event,
    broken_messages_are_refused_before_they_are_sent,
    flush_waits_until_all_is_written,
    statistics_count_both_ways,
}

fn recorded_game_messages_come_back_equal<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    let recorded = include_str!("data/game_messages.jsonl");
    assert!(recorded.lines().count() > 50);
    for line in recorded.lines() {
        world.client.send_json(at_client, line).unwrap();
        let there = world.server_gets(EventKind::Message);
        let sent: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&there.json()).unwrap(), sent);
        let action = sent["action"].as_str().unwrap_or_default();
        assert_eq!(there.action, action);
        world.server.send_msgpack(at_server, &there.message).unwrap();
        assert_eq!(world.client_gets(EventKind::Message).message, there.message);
    }
}

fn values_that_are_no_maps_and_keys_that_are_no_strings_travel<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    for json in ["null", "true", "-1", "18446744073709551615", "0.5", r#""text ✓""#, "[1,[2]]"] {
        world.client.send_json(at_client, json).unwrap();
        let there = world.server_gets(EventKind::Message);
        assert_eq!((there.json().as_str(), there.action.as_str()), (json, ""));
    }
    let mut message = Message::new();
    message.open_map().key_int(-3).add_bytes(b"\0\xff").key("e").add_ext(7, b"ext");
    message.key_value(Message::from_json("true").unwrap().value().unwrap()).add_nil();
    message.key("t").open_tuple().push(1).close().close();
    let bytes = message.bytes().unwrap();
    world.server.send_msgpack(at_server, bytes).unwrap();
    let there = world.client_gets(EventKind::Message);
    assert_eq!(there.message, bytes);
    assert_eq!(there.value().get_int(-3).as_bytes(), Some(&b"\0\xff"[..]));
    assert_eq!(there.value().get("e").ext_type(), Some(7));
    assert!(there.value().get("t").is_tuple());
    assert_eq!(there.value().get("t").at(0).as_int(0), 1);
    assert_eq!(there.value().get("missing").kind(), Kind::None);
}

/// Sizes around everything that is a boundary inside: a command's room, a gathered buffer, one read.
fn order_is_kept_in_both_directions_at_every_size<A: Api>(mode: Mode) {
    const SIZES: [usize; 12] =
        [0, 1, 92, 93, 94, 1_019, 1_020, 16_000, 32_768, 65_530, 65_536, 300_000];
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    for round in 0..5 {
        for (n, len) in SIZES.into_iter().enumerate() {
            let fill = (round * SIZES.len() + n) as u8;
            world.client.send_msgpack(at_client, &bin(len, fill)).unwrap();
            world.server.send_msgpack(at_server, &bin(len, !fill)).unwrap();
        }
        for (n, len) in SIZES.into_iter().enumerate() {
            let fill = (round * SIZES.len() + n) as u8;
            assert!(world.server_gets(EventKind::Message).message == bin(len, fill));
            assert!(world.client_gets(EventKind::Message).message == bin(len, !fill));
        }
    }
    for n in 0..3_000 {
        world.client.send_json(at_client, &n.to_string()).unwrap();
    }
    for n in 0..3_000 {
        assert_eq!(world.server_gets(EventKind::Message).json(), n.to_string());
    }
}

fn a_broadcast_reaches_all_but_the_exception<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let pairs: Vec<_> = (0..5).map(|_| world.open()).collect();
    let mut message = Message::new();
    let (excluded, excluded_at_server) = pairs[2];
    message.begin("news").set("n", 1);
    world.server.broadcast(&message, excluded_at_server).unwrap();
    message.begin("news").set("n", 2);
    world.server.broadcast(&message, 0).unwrap();
    world.until("everybody has the news", |_, client| client.seen.len() == 9);
    for (at_client, _) in &pairs {
        let news: Vec<_> = world.client.seen.iter().filter(|s| s.peer == *at_client).collect();
        let numbers: Vec<_> = news.iter().map(|news| news.int("n")).collect();
        assert_eq!(numbers, if *at_client == excluded { vec![2] } else { vec![1, 2] });
    }
}

fn send_many_answers_for_each_peer<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (first_at_client, first) = world.open();
    let (_, closing) = world.open();
    let (last_at_client, last) = world.open();
    world.server.disconnect(closing, 0, "").unwrap();
    let to = [first, 0, closing, last];
    let (taken, results) = world.server.send_many(&to, r#"{"n":7}"#).unwrap();
    assert_eq!((taken, results), (2, vec![0, UNKNOWN_PEER, NOT_CONNECTED, 0]));
    assert_eq!(world.server.send_many(&[], "1").unwrap(), (0, vec![]));
    world.until("both have it", |_, client| client.seen.len() >= 3);
    let mut got: Vec<_> = world
        .client
        .take(EventKind::Message)
        .iter()
        .map(|seen| (seen.peer, seen.int("n")))
        .collect();
    got.sort_unstable();
    let mut wanted = vec![(first_at_client, 7), (last_at_client, 7)];
    wanted.sort_unstable();
    assert_eq!(got, wanted);
}

fn an_action_cannot_pass_for_a_lifecycle_event<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    for action in ["connected", "disconnected", "error", "request"] {
        world.client.send_json(at_client, &format!(r#"{{"action":"{action}"}}"#)).unwrap();
        let there = world.server_gets(EventKind::Message);
        assert_eq!((there.peer, there.action.as_str()), (at_server, action));
    }
    world.client.send_json(at_client, r#"{"action":12}"#).unwrap();
    assert_eq!(world.server_gets(EventKind::Message).action, "", "an action is a string");
}

fn broken_messages_are_refused_before_they_are_sent<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, _) = world.open();
    for bytes in [&b""[..], b"\x93\x01\x02", b"\xc1", b"\x01\x02", b"\xa2\xff\xfe"] {
        refused(world.client.send_msgpack(at_client, bytes), BAD_MESSAGE, &[]);
    }
    refused(world.client.send_json(at_client, "{"), -5, &[]);
    world.client.send_json(at_client, "1").unwrap();
    assert_eq!(world.server_gets(EventKind::Message).json(), "1");
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Move {
    action: String,
    path: Vec<(f64, f64)>,
    target: Option<u64>,
}

/// What only the Rust API offers: sending anything that serde knows.
#[test]
fn structs_travel_as_maps() {
    let mut world = World::<api::RustApi>::new(Mode::Threaded);
    let (at_client, _) = world.open();
    let sent = Move { action: "move".into(), path: vec![(0.5, 1.0), (2.0, -3.5)], target: Some(7) };
    world.client.handle().send(podsix::PeerId::from_u64(at_client), &sent).unwrap();
    let there = world.server_gets(EventKind::Message);
    assert_eq!(there.action, "move");
    assert_eq!(there.value().deserialize::<Move>().unwrap(), sent);
}

fn flush_waits_until_all_is_written<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, _) = world.open();
    let message = podsix::Message::from_json(r#"{"action":"x"}"#).unwrap();
    for n in 1..=50 {
        world.server.broadcast(&message, 0).unwrap();
        world.server.flush(api::PATIENCE).unwrap();
        let stats = world.server.stats();
        assert_eq!(stats.messages_out, n, "a broadcast is flushed too");
    }
    world.client.flush(Duration::ZERO).unwrap();
    world.client.send_json(at_client, "1").unwrap();
    world.client.flush(api::PATIENCE).unwrap();
    assert_eq!(world.client.peer_stats(at_client).unwrap().bytes_waiting, 0);

    // A peer that does not read: only so much goes into the system's buffers.
    let (mut server, address) =
        End::<A>::listening(podsix::Config { out_buffer: 32 << 20, ..api::config(mode) }, false);
    let (raw, peer) = api::Raw::open(&mut server, &address);
    // It takes no more than 1 MiB a message.
    for _ in 0..24 {
        server.send_msgpack(peer, &bin(1_000_000, 1)).unwrap();
    }
    let answer = server.flush(Duration::from_millis(50));
    let waiting = server.peer_stats(peer).unwrap().bytes_waiting;
    refused(answer, TIMEOUT, &[&format!("{waiting} bytes"), "50 ms"]);
    drop(raw);
    server.flush(api::PATIENCE).unwrap();
}

fn statistics_count_both_ways<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    for _ in 0..10 {
        world.client.send_json(at_client, r#"{"action":"x"}"#).unwrap();
    }
    for _ in 0..10 {
        world.server_gets(EventKind::Message);
    }
    world.until("the round trip is known", |server, _| {
        server.peer_stats(at_server).unwrap().rtt_us > 0
    });
    let sent = world.client.peer_stats(at_client).unwrap();
    let got = world.server.peer_stats(at_server).unwrap();
    let frame = 4 + r#".$action$x"#.len() as u64;
    assert_eq!((sent.messages_out, sent.bytes_waiting, sent.waiting_ms), (10, 0, 0));
    assert_eq!((got.messages_in, got.messages_out), (10, 0));
    assert!(sent.bytes_out >= 10 * frame && got.bytes_in >= 10 * frame);
    assert_eq!((got.queued_events, got.queued_bytes), (0, 0));
    let host = world.server.stats();
    assert_eq!((host.peers, host.listeners, host.accepted), (1, 1, 1));
    assert_eq!((host.messages_in, host.messages_out), (10, 0));
    assert_eq!(host.memory_budget, 256 << 20);
    assert!(host.memory_used < 1 << 20, "{host:?}");
}
