//! Every limit has a name, and the error says it.

mod api;

use std::time::Duration;

use api::{
    Api, BAD_CONFIG, End, FILL, HELLO, PATIENCE, Raw, TOO_DEEP, TOO_LARGE, TOO_MANY_PEERS,
    TOO_MANY_VALUES, WOULD_BLOCK, World, alongside, bin, config, fill, podsixnet,
    raise_descriptors, refused,
};
use podsix::value::Message;
use podsix::{Config, EventKind, Level, Mode, Reason};

cases! {
    max_message_is_kept_by_the_sender_for_both_ends,
    ten_megabytes_go_once_both_ends_are_set,
    json_of_more_than_256_levels_is_too_deep,
    a_message_too_large_for_the_server_fails_the_connect_it_was_sent_on,
    a_broadcast_too_large_for_one_peer_ends_that_one,
    max_depth_is_kept_by_the_sender_for_both_ends,
    max_values_is_kept_by_the_sender_for_both_ends,
    more_than_the_server_takes_fails_the_connect_it_was_sent_on,
    a_broadcast_that_one_peer_does_not_take_ends_that_one,
    a_reply_that_the_client_does_not_take_is_refused,
    a_peer_that_takes_nothing_gets_nothing,
    what_an_end_of_1_0_takes_is_found_out_by_sending,
    max_peers_makes_a_server_full,
    a_full_out_buffer_would_block_until_writable,
    a_send_refused_before_the_connection_is_open_is_owed_a_writable,
    what_a_failed_connect_had_to_send_is_no_weight_on_the_next,
    queue_events_holds_a_peer_back,
    queue_bytes_holds_a_peer_back,
    max_events_per_poll_caps_a_batch,
    handshake_timeout_ends_a_silent_client,
    max_greeting_per_address_refuses_one_too_many,
    two_hundred_behind_one_address_are_let_in,
    contradictory_settings_are_refused_with_words,
}

/// A MessagePack list of so many nils.
fn list(len: u32) -> Vec<u8> {
    let mut bytes = vec![0xdd];
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes.resize(5 + len as usize, 0xc0);
    bytes
}

fn max_message_is_kept_by_the_sender_for_both_ends<A: Api>(mode: Mode) {
    let small = Config { max_message: 1_000, ..config(mode) };
    let mut world = World::<A>::with(small, config(mode), false);
    let (at_client, at_server) = world.open();
    let ours = ["1001 bytes", "max_message allows 1000"];
    refused(world.server.send_msgpack(at_server, &bin(996, 0)), TOO_LARGE, &ours);
    let theirs = ["1001 bytes", "the other end takes 1000", "max_message"];
    refused(world.client.send_msgpack(at_client, &bin(996, 0)), TOO_LARGE, &theirs);
    world.server.send_msgpack(at_server, &bin(995, 1)).unwrap();
    assert_eq!(world.client_gets(EventKind::Message).message, bin(995, 1));
    world.client.send_msgpack(at_client, &bin(995, 2)).unwrap();
    assert_eq!(world.server_gets(EventKind::Message).message, bin(995, 2));
}

fn ten_megabytes_go_once_both_ends_are_set<A: Api>(mode: Mode) {
    let large = bin(10 << 20, 5);
    let mut set = config(mode);
    set.set_largest(large.len() as u32).unwrap();
    let settings =
        ["10485765", "both ends", "out_buffer", "queue_bytes", "memory_budget", "set_largest"];
    let mut world = World::<A>::with(config(mode), set.clone(), false);
    let (at_client, at_server) = world.open();
    refused(world.server.send_msgpack(at_server, &large), TOO_LARGE, &settings);
    refused(world.client.send_msgpack(at_client, &large), TOO_LARGE, &settings);

    let mut world = World::<A>::with(set.clone(), set, false);
    let (at_client, at_server) = world.open();
    world.client.send_msgpack(at_client, &large).unwrap();
    assert!(world.server_gets(EventKind::Message).message == large);
    world.server.send_msgpack(at_server, &large).unwrap();
    assert!(world.client_gets(EventKind::Message).message == large);

    let hopeless = bin(podsix::value::MAX_SIZE, 5);
    refused(world.client.send_msgpack(at_client, &hopeless), TOO_LARGE, &["in parts", "16777215"]);
}

fn json_of_more_than_256_levels_is_too_deep<A: Api>(mode: Mode) {
    let deep = |levels| "[".repeat(levels) + &"]".repeat(levels);
    let all = || Config { max_depth: 256, ..config(mode) };
    let mut world = World::<A>::with(all(), all(), false);
    let (at_client, _) = world.open();
    refused(world.client.send_json(at_client, &deep(257)), TOO_DEEP, &["256 levels"]);
    refused(world.client.connect(&world.address, &deep(257)), TOO_DEEP, &["256 levels"]);
    world.client.send_json(at_client, &deep(256)).unwrap();
    assert_eq!(world.server_gets(EventKind::Message).value().to_json(), deep(256));
}

fn a_message_too_large_for_the_server_fails_the_connect_it_was_sent_on<A: Api>(mode: Mode) {
    let small = Config { max_message: 1_000, ..config(mode) };
    let mut world = World::<A>::with(small, config(mode), false);
    let peer = world.client.connect(&world.address, "").unwrap();
    world.client.send_msgpack(peer, &bin(996, 0)).unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::TooLarge));
    for words in ["1001 bytes", "the server takes 1000", "max_message"] {
        assert!(error.text.contains(words), "{}", error.text);
    }
}

fn a_broadcast_too_large_for_one_peer_ends_that_one<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let mut small = End::<A>::new(Config { max_message: 1_000, ..config(mode) });
    let at_small = small.connect(&world.address, "").unwrap();
    api::until(&mut [&mut world.server, &mut small], "it is open", |ends| ends[1].seen.len() == 1);
    let at_server = world.server_gets(EventKind::Connected).peer;
    world.open();
    let mut large = Message::new();
    large.add_bytes(&[7; 2_000]);
    world.server.broadcast(&large, 0).unwrap();
    assert_eq!(world.client_gets(EventKind::Message).value().as_bytes().unwrap().len(), 2_000);
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_server, Reason::TooLarge));
    assert!(ended.text.contains("max_message"), "{}", ended.text);
    small.gets(EventKind::Connected);
    assert_eq!(
        api::expect(&mut [&mut world.server, &mut small], 1, EventKind::Disconnected).peer,
        at_small
    );
}

fn max_depth_is_kept_by_the_sender_for_both_ends<A: Api>(mode: Mode) {
    let shallow = Config { max_depth: 2, ..config(mode) };
    let mut world = World::<A>::with(shallow, config(mode), false);
    let (at_client, at_server) = world.open();
    refused(world.server.send_json(at_server, "[[[]]]"), TOO_DEEP, &["max_depth", "2 levels"]);
    refused(world.server.send_msgpack(at_server, b"\x91\x91\x90"), TOO_DEEP, &["max_depth"]);
    world.client.send_json(at_client, "[[]]").unwrap();
    assert_eq!(world.server_gets(EventKind::Message).json(), "[[]]");
    let theirs = ["the other end takes (2 levels, its max_depth)"];
    refused(world.client.send_json(at_client, "[[[]]]"), TOO_DEEP, &theirs);
    refused(world.client.send_msgpack(at_client, b"\x91\x91\x90"), TOO_DEEP, &theirs);
    world.nothing_more();
}

/// As a server does that has a large level for a client with the default settings.
fn max_values_is_kept_by_the_sender_for_both_ends<A: Api>(mode: Mode) {
    let patient = Config { max_values: u32::MAX, ..config(mode) };
    let mut world = World::<A>::with(patient, config(mode), false);
    let (at_client, at_server) = world.open();
    let level = list(90_000);
    refused(
        world.client.send_msgpack(at_client, &level),
        TOO_MANY_VALUES,
        &["max_values", "65536"],
    );
    let theirs = ["the other end takes (65536, its max_values)"];
    refused(world.server.send_msgpack(at_server, &level), TOO_MANY_VALUES, &theirs);
    let text = format!("[{}]", ["0"; 90_000].join(","));
    refused(world.server.send_json(at_server, &text), TOO_MANY_VALUES, &theirs);
    let many = world.server.send_many(&[at_server], &text).unwrap();
    assert_eq!(many, (0, vec![TOO_MANY_VALUES]));
    world.server.send_msgpack(at_server, &list(65_535)).unwrap();
    assert_eq!(world.client_gets(EventKind::Message).value().count(), 65_535);
    world.nothing_more();
}

/// Sent before the server has let the client in, and so before its settings are there.
fn more_than_the_server_takes_fails_the_connect_it_was_sent_on<A: Api>(mode: Mode) {
    let narrow = Config { max_values: 1_000, max_depth: 3, ..config(mode) };
    let mut world = World::<A>::with(narrow, config(mode), true);
    for (json, words) in [
        (
            format!("[{}]", ["0"; 1_000].join(",")),
            "has 1001 values, the server takes 1000 (its max_values)",
        ),
        ("[[[[]]]]".into(), "has 4 levels, the server takes 3 (its max_depth)"),
    ] {
        let peer = world.client.connect(&world.address, "").unwrap();
        world.client.send_json(peer, "[[[]]]").unwrap();
        world.client.send_json(peer, &json).unwrap();
        let at_server = world.server_gets(EventKind::Request).peer;
        world.server.accept(at_server, "").unwrap();
        world.server_gets(EventKind::Connected);
        let error = world.client_gets(EventKind::Error);
        assert_eq!((error.peer, error.reason), (peer, Reason::TooLarge));
        assert!(error.text.contains(words), "{}", error.text);
        world.server_gets(EventKind::Disconnected);
    }
}

fn a_broadcast_that_one_peer_does_not_take_ends_that_one<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let mut narrow = End::<A>::new(Config { max_values: 100, max_depth: 3, ..config(mode) });
    for (json, words) in [
        (
            format!("[{}]", ["0"; 100].join(",")),
            "has 101 values, this peer takes 100 (its max_values)",
        ),
        ("[[[[]]]]".into(), "has 4 levels, this peer takes 3 (its max_depth)"),
    ] {
        narrow.connect(&world.address, "").unwrap();
        let at_server = api::expect(&mut [&mut world.server, &mut narrow], 0, EventKind::Connected);
        api::expect(&mut [&mut world.server, &mut narrow], 1, EventKind::Connected);
        let (at_client, at_wide) = world.open();
        world.server.broadcast(&Message::from_json("[[[]]]").unwrap(), 0).unwrap();
        world.server.broadcast(&Message::from_json(&json).unwrap(), 0).unwrap();
        assert_eq!(world.client_gets(EventKind::Message).json(), "[[[]]]");
        assert_eq!(world.client_gets(EventKind::Message).json(), json);
        let ended = world.server_gets(EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason), (at_server.peer, Reason::TooLarge));
        assert!(ended.text.contains(words), "{}", ended.text);
        let mut both = [&mut world.server, &mut narrow];
        assert_eq!(api::expect(&mut both, 1, EventKind::Message).json(), "[[[]]]");
        let told = api::expect(&mut both, 1, EventKind::Disconnected);
        assert_eq!((told.reason, told.text), (Reason::TooLarge, ended.text));
        world.server.disconnect(at_wide, 0, "").unwrap();
        assert_eq!(world.client_gets(EventKind::Disconnected).peer, at_client);
        world.server_gets(EventKind::Disconnected);
    }
}

fn a_reply_that_the_client_does_not_take_is_refused<A: Api>(mode: Mode) {
    let narrow = Config { max_values: 3, max_depth: 1, ..config(mode) };
    let mut world = World::<A>::with(config(mode), narrow, true);
    world.client.connect(&world.address, "").unwrap();
    let peer = world.server_gets(EventKind::Request).peer;
    refused(world.server.accept(peer, "[1,2,3]"), TOO_MANY_VALUES, &["its max_values"]);
    refused(world.server.accept(peer, "[[]]"), TOO_DEEP, &["its max_depth"]);
    world.server.accept(peer, "[1,2]").unwrap();
    world.server_gets(EventKind::Connected);
    assert_eq!(world.client_gets(EventKind::Connected).json(), "[1,2]");
}

fn a_peer_that_takes_nothing_gets_nothing<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let settings = Message::from_json(r#"{"max_values":0,"max_depth":0}"#).unwrap();
    let mut raw = Raw::connect(&address);
    let mut hello = HELLO;
    hello[5] = 1;
    raw.write(&hello);
    raw.send(api::kind::SETTINGS, settings.bytes().unwrap());
    let peer = server.gets(EventKind::Connected).peer;
    refused(server.send_json(peer, "1"), TOO_MANY_VALUES, &["takes (0, its max_values)"]);
    raw.send(api::kind::MESSAGE, b"\x07");
    assert_eq!(server.gets(EventKind::Message).json(), "7");
}

/// It has no settings, so it is sent what it may not take, and ends the connection, as ever.
fn what_an_end_of_1_0_takes_is_found_out_by_sending<A: Api>(mode: Mode) {
    let narrow = Config { max_values: 100, max_depth: 2, ..config(mode) };
    let (mut server, address) = End::<A>::listening(narrow, false);
    for (payload, words) in [
        (list(100), "max_values allows (100)"),
        (b"\x91\x91\x90".to_vec(), "max_depth allows (2 levels)"),
    ] {
        let (mut raw, peer) = Raw::open(&mut server, &address);
        raw.send(api::kind::MESSAGE, &payload);
        let ended = server.gets(EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason), (peer, Reason::Protocol));
        assert!(ended.text.contains(words), "{}", ended.text);
        let (kind, told) = alongside(&mut server, move || raw.read_frame());
        assert_eq!((kind, told[0]), (api::kind::CLOSE, Reason::Protocol as u8));
        assert_eq!(told[5..], *ended.text.as_bytes());
    }
    let patient = Config { max_values: u32::MAX, ..config(mode) };
    let mut client = End::<A>::new(patient);
    let (mut raw, peer) = Raw::serve(&mut client);
    client.send_msgpack(peer, &list(90_000)).unwrap();
    let (kind, payload) = alongside(&mut client, move || raw.read_frame());
    assert_eq!((kind, payload.len()), (api::kind::MESSAGE, 90_005));
}

fn max_peers_makes_a_server_full<A: Api>(mode: Mode) {
    let two = Config { max_peers: 2, ..config(mode) };
    let mut world = World::<A>::with(two.clone(), config(mode), false);
    let (at_client, _) = world.open();
    world.open();
    let third = world.client.connect(&world.address, "").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (third, Reason::Full));
    assert!(error.text.contains("full (max_peers is 2)"), "{}", error.text);
    assert_eq!(world.server.stats().refused_full, 1);
    refused(world.server.connect("127.0.0.1:1", ""), TOO_MANY_PEERS, &["max_peers allows (2)"]);

    world.client.disconnect(at_client, 0, "").unwrap();
    world.client_gets(EventKind::Disconnected);
    world.server_gets(EventKind::Disconnected);
    world.nothing_more();
}

fn a_full_out_buffer_would_block_until_writable<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let (taken, fault) = fill(&mut server, peer);
    assert_eq!(fault.code, WOULD_BLOCK);
    assert!(fault.words.contains("out_buffer allows 1048576"), "{}", fault.words);
    let stats = server.peer_stats(peer).unwrap();
    assert!((990_000..=1 << 20).contains(&stats.bytes_waiting), "{stats:?}");
    assert_eq!(stats.messages_out, u64::from(taken));
    server.turn();
    server.take(EventKind::Writable);

    let reader = std::thread::spawn(move || {
        for n in 0..taken {
            assert!(raw.read_frame() == (api::kind::MESSAGE, bin(FILL, n as u8)), "message {n}");
        }
        raw
    });
    let writable = server.gets(EventKind::Writable);
    assert_eq!((writable.peer, writable.action.as_str()), (peer, "writable"));
    assert!(server.peer_stats(peer).unwrap().bytes_waiting <= 1 << 19);
    server.until("all of it is read", |_| reader.is_finished());
    let mut raw = reader.join().unwrap();
    server.send_msgpack(peer, &bin(1, 9)).unwrap();
    let (_raw, last) = alongside(&mut server, move || {
        let (_, payload) = raw.read_frame();
        (raw, payload)
    });
    assert_eq!(last, bin(1, 9));
    assert!(server.seen.is_empty(), "one refusal, one WRITABLE: {:?}", server.seen);
}

/// Sends `count` numbered messages of `len` bytes; the server takes them in batches, which it gives
/// to `look` as numbers of messages.
fn send_in_batches<A: Api>(
    world: &mut World<A>,
    count: i64,
    len: usize,
    mut look: impl FnMut(&End<A>, u64, usize),
) {
    let (at_client, at_server) = world.open();
    let (mut sent, mut got) = (0, 0);
    world.until("all have arrived", |server, client| {
        while sent < count {
            let text = format!(r#"{{"n":{sent},"x":"{}"}}"#, "x".repeat(len));
            if client.send_json(at_client, &text).is_err() {
                break;
            }
            sent += 1;
        }
        client.seen.retain(|seen| seen.kind != EventKind::Writable);
        look(server, at_server, server.seen.len());
        for seen in std::mem::take(&mut server.seen) {
            assert_eq!((seen.kind, seen.int("n")), (EventKind::Message, got));
            got += 1;
        }
        got == count
    });
    assert!(world.client.seen.is_empty(), "{:?}", world.client.seen);
}

/// What makes room is the greeting, before anybody can be told of it.
fn a_send_refused_before_the_connection_is_open_is_owed_a_writable<A: Api>(mode: Mode) {
    let small = Config { max_message: 1_000, out_buffer: 1_000, ..config(mode) };
    let mut client = End::<A>::new(small);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = client.connect(&listener.local_addr().unwrap().to_string(), "").unwrap();
    client.send_msgpack(peer, &bin(400, 0)).unwrap();
    refused(client.send_msgpack(peer, &bin(900, 1)), WOULD_BLOCK, &[]);
    let mut raw = alongside(&mut client, move || {
        let mut raw = Raw::new(listener.accept().unwrap().0);
        raw.read(16);
        raw
    });
    // What was written is taken out of the count before this is answered.
    client.until("the greeting is accounted for", |client| {
        client.peer_stats(peer).unwrap().bytes_waiting == 409
    });
    raw.write(&HELLO);
    assert_eq!(client.gets(EventKind::Connected).peer, peer);
    assert_eq!(client.gets(EventKind::Writable).peer, peer);
    client.send_msgpack(peer, &bin(900, 1)).unwrap();
}

fn what_a_failed_connect_had_to_send_is_no_weight_on_the_next<A: Api>(mode: Mode) {
    let stranger = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = stranger.local_addr().unwrap().to_string();
    let mut client = End::<A>::new(config(mode));
    let peer = client.connect(&address, "").unwrap();
    client.send_msgpack(peer, &bin(100_000, 0)).unwrap();
    let stranger = alongside(&mut client, move || {
        let mut raw = Raw::new(stranger.accept().unwrap().0);
        raw.write(b"SSH-2.0-OpenSSH_9.2\r\n");
        raw.read_to_end();
        stranger
    });
    assert_eq!(client.gets(EventKind::Error).peer, peer);
    // The lowest 16 bits say which place in the table is its own.
    let mut next = 0;
    client.until("its place is another's", |client| {
        next = client.connect(&address, "").unwrap();
        next & 0xffff == peer & 0xffff
    });
    assert!(client.peer_stats(next).unwrap().bytes_waiting < 1_000);
    drop(stranger);
}

fn queue_events_holds_a_peer_back<A: Api>(mode: Mode) {
    let narrow = Config { queue_events: 16, ..config(mode) };
    let mut world = World::<A>::with(narrow, config(mode), false);
    let mut most = 0;
    send_in_batches(&mut world, 2_000, 10, |server, peer, batch| {
        most = most.max(batch);
        let queued = server.peer_stats(peer).unwrap().queued_events;
        assert!(batch <= 16 && queued <= 16, "a batch of {batch}, {queued} queued");
    });
    assert_eq!(most, 16, "the quota is used");
}

fn queue_bytes_holds_a_peer_back<A: Api>(mode: Mode) {
    let narrow = Config { queue_bytes: 64 << 10, max_message: 64 << 10, ..config(mode) };
    let mut world = World::<A>::with(narrow, config(mode), false);
    let mut most = 0;
    send_in_batches(&mut world, 500, 10_000, |server, peer, batch| {
        most = most.max(batch);
        let queued = server.peer_stats(peer).unwrap().queued_bytes;
        assert!(batch <= 6 && queued <= 64 << 10, "a batch of {batch}, {queued} bytes queued");
    });
    assert_eq!(most, 6, "the quota is used");
}

fn max_events_per_poll_caps_a_batch<A: Api>(mode: Mode) {
    let ten = Config { max_events_per_poll: 10, ..config(mode) };
    let mut world = World::<A>::with(ten, config(mode), false);
    let mut most = 0;
    send_in_batches(&mut world, 500, 10, |_, _, batch| most = most.max(batch));
    assert_eq!(most, 10);
}

fn handshake_timeout_ends_a_silent_client<A: Api>(mode: Mode) {
    let hasty = Config { handshake_timeout: Duration::from_millis(100), ..config(mode) };
    let (mut server, address) = End::<A>::listening(hasty, false);
    let mut raw = Raw::connect(&address);
    raw.write(&HELLO[..10]);
    let answer = alongside(&mut server, move || raw.read_to_end());
    let words = "no complete greeting within 100 ms (handshake_timeout_ms)";
    assert_eq!(answer[..8], *b"PDSX\x01\x01\x00\x01");
    assert_eq!(answer[16], Reason::HandshakeTimeout as u8);
    assert_eq!(str::from_utf8(&answer[21..]), Ok(words));
    let error = server.gets(EventKind::Error);
    assert_eq!((error.peer, error.listener), (0, 1));
    assert!(error.text.starts_with("127.0.0.1:") && error.text.ends_with(words), "{}", error.text);
    let stats = server.stats();
    assert_eq!((stats.handshakes_failed, stats.handshakes_timed_out), (1, 1));
    assert_eq!((stats.accepted, stats.peers), (0, 0));
    let (level, log) = std::iter::from_fn(|| server.next_log()).last().expect("the log has it too");
    assert_eq!((level, log), (2, error.text));
}

fn max_greeting_per_address_refuses_one_too_many<A: Api>(mode: Mode) {
    let strict = Config { max_greeting_per_address: 2, limit_loopback: true, ..config(mode) };
    let mut world = World::<A>::with(strict, config(mode), false);
    let mut first = Raw::connect(&world.address);
    let _second = Raw::connect(&world.address);
    let words = "2 connections of your address have not greeted yet, and the server takes no more of \
                 them (max_greeting_per_address)";
    let third = world.client.connect(&world.address, "").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason, error.text.as_str()), (third, Reason::Full, words));
    assert_eq!(world.server.stats().refused_per_address, 1);
    let (level, line) = std::iter::from_fn(|| world.server.next_log()).last().unwrap();
    assert_eq!(level, Level::Warning as i32);
    assert!(line.starts_with("127.0.0.1:") && line.contains("PODSIX_REASON_FULL"), "{line}");
    assert!(line.ends_with(words), "{line}");

    // So it is where PodSixNet is spoken.
    let address = podsixnet::listen(&world.server, "podsixnet+json", false);
    let mut raw = Raw::connect(podsixnet::socket_address(&address));
    let seen = alongside(&mut world.server, move || raw.read_to_end());
    let error = format!("{{\"action\":\"error\",\"error\":[0,\"{words}\"]}}\0---\0");
    assert_eq!(str::from_utf8(&seen), Ok(error.as_str()));

    first.write(&HELLO);
    world.server.gets(EventKind::Connected);
    Raw::open(&mut world.server, &world.address);
    assert_eq!(world.server.stats().refused_per_address, 2);
}

/// As on a LAN party, at once and with the defaults.
fn two_hundred_behind_one_address_are_let_in<A: Api>(mode: Mode) {
    const PLAYERS: usize = 200;
    // Two for each that comes, in each of the four combinations.
    raise_descriptors(2_500);
    let patience = Config { handshake_timeout: PATIENCE, limit_loopback: true, ..config(mode) };
    let most = patience.max_greeting_per_address as usize;
    let (mut server, address) = End::<A>::listening(patience, false);
    let mut players: Vec<Raw> = (0..=most).map(|_| Raw::connect(&address)).collect();
    server.until("nobody has greeted, and one is too many", |server| {
        server.stats().refused_per_address == 1
    });
    players.truncate(PLAYERS);
    players.iter_mut().for_each(|player| player.write(&HELLO));
    server.until("all are let in", |server| server.stats().accepted == PLAYERS as u64);
    server.until("the game hears of all", |server| {
        server.take(EventKind::Error);
        server.seen.len() == PLAYERS
    });
    assert_eq!(server.take(EventKind::Connected).len(), PLAYERS);
    assert_eq!(server.stats().refused_per_address, 1);
}

fn contradictory_settings_are_refused_with_words<A: Api>(mode: Mode) {
    let second = Duration::from_secs(1);
    let cases: [(Config, &[&str]); 12] = [
        (Config { max_message: 0, ..config(mode) }, &["max_message is 0"]),
        (Config { max_message: 16_777_216, ..config(mode) }, &["max_message", "16777215"]),
        (Config { max_depth: 257, ..config(mode) }, &["max_depth is 257", "1 to 256"]),
        (Config { max_peers: 65_001, ..config(mode) }, &["max_peers is 65001"]),
        (Config { queue_events: 0, ..config(mode) }, &["queue_events is 0"]),
        (
            Config { max_message: 2 << 20, ..config(mode) },
            &[
                "max_message",
                "an out_buffer and queue_bytes of 2097152",
                "memory_budget of 8388608",
            ],
        ),
        (Config { queue_bytes: 1 << 10, ..config(mode) }, &["max_message", "queue_bytes"]),
        (Config { memory_budget: 1 << 20, ..config(mode) }, &["out_buffer", "memory_budget"]),
        (Config { ping_interval: Duration::ZERO, ..config(mode) }, &["idle_timeout_ms", "ping"]),
        (
            Config { ping_interval: second, idle_timeout: second, ..config(mode) },
            &["ping_interval_ms (1000)", "idle_timeout_ms (1000)"],
        ),
        (Config { stall_limit: second, ..config(mode) }, &["stall_limit_ms", "idle_timeout_ms"]),
        (Config { linger: Duration::ZERO, ..config(mode) }, &["linger_ms is 0"]),
    ];
    for (settings, words) in cases {
        refused(A::new(settings).map(drop), BAD_CONFIG, words);
    }
    let quiet =
        Config { ping_interval: Duration::ZERO, idle_timeout: Duration::ZERO, ..config(mode) };
    A::new(quiet).map(drop).expect("no timeouts at all, for debuggers");
}
