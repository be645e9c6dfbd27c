//! Hosts that speak PodSixNet: among each other, with podsix's own peers, and with plain sockets.

mod api;

use std::time::Duration;

use api::podsixnet::{END, greeting, listen, listening, original, rencoded, socket_address, world};
use api::{
    Api, End, PATIENCE, Raw, TERMINATOR, TOO_LARGE, UNSENDABLE, WOULD_BLOCK, World, alongside,
    config, expect, refused,
};
use podsix::value::{Kind, Message};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    a_full_queue_pauses_its_peer_and_a_large_message_passes,
    a_slow_reader_is_told_and_told_again,
    a_broadcast_arrives_from_the_connected_on,
    who_has_gone_has_no_say_in_broadcasts,
    messages_travel_both_ways,
    a_server_greets_and_says_what_the_original_says,
    a_client_takes_what_the_original_says,
    one_host_speaks_to_both_worlds,
    what_cannot_be_said_is_refused_at_the_send,
    a_broadcast_that_one_cannot_be_sent_goes_to_nobody,
    messages_without_an_action_arrive_too,
    a_malformed_message_ends_its_peer_after_the_good_ones,
    a_stream_without_an_end_is_bounded,
    the_end_of_a_connection_is_the_goodbye,
    a_connection_that_ends_inside_a_message_is_lost,
    what_was_sent_before_a_disconnect_arrives,
    a_game_may_be_asked_first,
    a_refusal_is_an_error_with_code_and_text,
    a_quiet_peer_may_be_timed_out,
    there_is_no_hello,
}

fn messages_travel_both_ways<A: Api>(mode: Mode) {
    let json = r#"{"action":"move","x":3,"y":-4.5,"path":[[1,2],[3,4]],"who":"grüße","ok":true,"no":null}"#;
    for scheme in ["podsixnet", "podsixnet+json"] {
        let mut world = world::<A>(mode, scheme);
        let (at_client, at_server) = world.open();
        world.client.send_json(at_client, json).unwrap();
        let seen = world.server_gets(EventKind::Message);
        assert_eq!((seen.peer, seen.action.as_str()), (at_server, "move"));
        assert_eq!(seen.json(), json);
        // Sends of every size keep their order.
        for size in [10, 5_000, 20, 100_000, 30] {
            let text = "x".repeat(size);
            world
                .server
                .send_json(at_server, &format!(r#"{{"action":"say","text":"{text}"}}"#))
                .unwrap();
        }
        for size in [10, 5_000, 20, 100_000, 30] {
            let seen = world.client_gets(EventKind::Message);
            assert_eq!(seen.value().get("text").as_str("").len(), size);
        }
        assert_eq!(world.server.peer_stats(at_server).unwrap().messages_out, 5);
        world.nothing_more();
    }
}

fn a_server_greets_and_says_what_the_original_says<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, peer) = original(&mut server, &address);
    server.send_json(peer, r#"{"action":"hi","n":1}"#).unwrap();
    server.flush(PATIENCE).unwrap();
    assert_eq!(raw.read(19), b"h\x86action\x82hi\x81n\x01\0---\0");
    let (mut server, address) = listening::<A>(config(mode), "podsixnet+json", false);
    let mut raw = Raw::connect(socket_address(&address));
    let peer = server.gets(EventKind::Connected).peer;
    assert_eq!(raw.read(27), b"{\"action\":\"connected\"}\0---\0");
    server.send_json(peer, "[1,2.5]").unwrap();
    server.flush(PATIENCE).unwrap();
    assert_eq!(raw.read(12), b"[1,2.5]\0---\0");
}

fn a_client_takes_what_the_original_says<A: Api>(mode: Mode) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = End::<A>::new(config(mode));
    let address = format!("podsixnet://{}", listener.local_addr().unwrap());
    let peer = client.connect(&address, "").unwrap();
    client.send_json(peer, r#"{"action":"early"}"#).unwrap();
    let mut raw = alongside(&mut client, move || Raw::new(listener.accept().unwrap().0));
    assert!(client.seen.is_empty(), "it waits for the greeting");
    raw.write(&greeting());
    let connected = client.gets(EventKind::Connected);
    assert_eq!((connected.peer, connected.json().as_str()), (peer, ""));
    assert_eq!(raw.read(19), rencoded(&[("action", "early")]));
    // One read brings several, and the last one in two pieces.
    let mut bytes = rencoded(&[("action", "one")]);
    bytes.extend(rencoded(&[("action", "two"), ("text", "x")]));
    bytes.extend(b"g\x86action");
    raw.write(&bytes);
    assert_eq!(client.gets(EventKind::Message).action, "one");
    assert_eq!(client.gets(EventKind::Message).json(), r#"{"action":"two","text":"x"}"#);
    raw.write(b"\x85three\0---\0");
    assert_eq!(client.gets(EventKind::Message).action, "three");
}

fn one_host_speaks_to_both_worlds<A: Api>(mode: Mode) {
    let (mut server, podsix) = End::<A>::listening(config(mode), false);
    let doors =
        [podsix, listen(&server, "podsixnet", false), listen(&server, "podsixnet+json", false)];
    let mut clients: Vec<End<A>> = Vec::new();
    let mut peers = Vec::new();
    for door in &doors {
        let mut client = End::<A>::new(config(mode));
        client.connect(door, "").unwrap();
        peers.push(expect(&mut [&mut server, &mut client], 0, EventKind::Connected).peer);
        expect(&mut [&mut server, &mut client], 1, EventKind::Connected);
        clients.push(client);
    }
    let said =
        |text: &str| Message::from_json(&format!(r#"{{"action":"say","text":"{text}"}}"#)).unwrap();
    let long = "long ".repeat(1_000);
    server.broadcast(&said("all"), 0).unwrap();
    server.broadcast(&said(&long), peers[1]).unwrap();
    let (taken, results) = server.send_many(&peers, r#"{"action":"say","text":"many"}"#).unwrap();
    assert_eq!((taken, results), (3, vec![0, 0, 0]));
    // What rencode may carry JSON may not.
    let bytes = Message::new().begin("say").set("text", b"ok".as_slice()).clone();
    refused(server.broadcast(&bytes, 0), UNSENDABLE, &["text", "bytes cannot be sent in JSON"]);
    server.broadcast(&said("end"), 0).unwrap();
    for (at, client) in clients.iter_mut().enumerate() {
        let mut text = || {
            let seen = expect(&mut [&mut server, client], 1, EventKind::Message);
            seen.value().get("text").as_str("").to_owned()
        };
        assert_eq!(text(), "all");
        if at != 1 {
            assert_eq!(text(), long);
        }
        assert_eq!(text(), "many");
        assert_eq!(text(), "end");
        assert!(client.seen.is_empty());
    }
}

fn what_cannot_be_said_is_refused_at_the_send<A: Api>(mode: Mode) {
    let mut world = world::<A>(mode, "podsixnet");
    let (peer, _) = world.open();
    let end = r#"{"action":"say","text":["fine","a\u0000---\u0000b"]}"#;
    refused(world.client.send_json(peer, end), TERMINATOR, &["text[1]", "five bytes"]);
    let extension = Message::new().begin("say").set("it", 1).key("x").add_ext(9, b"x").clone();
    let extension = extension.bytes().unwrap().to_vec();
    refused(world.client.send_msgpack(peer, &extension), UNSENDABLE, &["x"]);
    // Numbers have other forms, which say the same.
    world.client.send_json(peer, r#"{"action":"say","n":2960685,"list":[2960685]}"#).unwrap();
    let seen = world.server_gets(EventKind::Message);
    assert_eq!(seen.json(), r#"{"action":"say","n":2960685,"list":[2960685]}"#);
    let modest = Config { max_message: 60, ..config(mode) };
    let mut client = End::<A>::new(modest);
    let peer = client.connect(&world.address, "").unwrap();
    expect(&mut [&mut world.server, &mut client], 1, EventKind::Connected);
    // In MessagePack it is small enough, in rencode a wide integer takes a byte more.
    let wide = format!("[{}]", [r#""x""#].repeat(5).join(",") + &",3000000000".repeat(9));
    refused(client.send_json(peer, &wide), TOO_LARGE, &["max_message allows 60"]);
}

fn a_broadcast_that_one_cannot_be_sent_goes_to_nobody<A: Api>(mode: Mode) {
    let (mut server, podsix) = End::<A>::listening(config(mode), false);
    let podsixnet = listen(&server, "podsixnet", false);
    let mut client = End::<A>::new(config(mode));
    client.connect(&podsix, "").unwrap();
    expect(&mut [&mut server, &mut client], 0, EventKind::Connected);
    expect(&mut [&mut server, &mut client], 1, EventKind::Connected);
    let end = Message::from_json(r#"{"action":"say","text":"\u0000---\u0000"}"#).unwrap();
    server.broadcast(&end, 0).expect("nobody speaks PodSixNet yet");
    assert_eq!(expect(&mut [&mut server, &mut client], 1, EventKind::Message).action, "say");
    let (original, peer) = original(&mut server, &podsixnet);
    refused(server.broadcast(&end, 0), TERMINATOR, &["text"]);
    server.broadcast(&Message::from_json("1").unwrap(), 0).unwrap();
    assert_eq!(expect(&mut [&mut server, &mut client], 1, EventKind::Message).json(), "1");
    drop(original);
    assert_eq!(server.gets(EventKind::Disconnected).peer, peer);
    server.broadcast(&end, 0).expect("nobody speaks PodSixNet any more");
}

fn messages_without_an_action_arrive_too<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, _) = original(&mut server, &address);
    raw.write(b"\x05\0---\0");
    raw.write(b"g\x86action\x07\0---\0");
    raw.write(b"\xe2\x01\x02\0---\0");
    raw.write(&rencoded(&[("action", "connected")]));
    let seen = server.gets(EventKind::Message);
    assert_eq!((seen.action.as_str(), seen.json().as_str()), ("", "5"));
    let seen = server.gets(EventKind::Message);
    assert_eq!((seen.action.as_str(), seen.json().as_str()), ("", r#"{"action":7}"#));
    let seen = server.gets(EventKind::Message);
    assert!(seen.value().is_tuple() && seen.value().kind() == Kind::List);
    // The name of an event is a message's own affair.
    assert_eq!(server.gets(EventKind::Message).action, "connected");
}

fn a_malformed_message_ends_its_peer_after_the_good_ones<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, peer) = original(&mut server, &address);
    let mut bytes = rencoded(&[("action", "good")]);
    bytes.extend(b"g\x86action\x90short\0---\0");
    bytes.extend(rencoded(&[("action", "never")]));
    raw.write(&bytes);
    assert_eq!(server.gets(EventKind::Message).action, "good");
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Protocol));
    assert!(ended.text.starts_with("a malformed message: "), "{}", ended.text);
    let told = raw.read_to_end();
    assert!(told.starts_with(b"h\x86action\x85error\x85error\xc2"), "{told:?}");
    assert!(told.ends_with(END));
    assert!(server.seen.is_empty());
}

fn a_stream_without_an_end_is_bounded<A: Api>(mode: Mode) {
    let modest = Config { max_message: 10_000, ..config(mode) };
    let (mut server, address) = listening::<A>(modest, "podsixnet", false);
    let (mut raw, _) = original(&mut server, &address);
    raw.write(&vec![0; 10_006]);
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::TooLarge);
    assert!(ended.text.contains("max_message allows (10000)"), "{}", ended.text);
    raw.read_to_end();
}

fn the_end_of_a_connection_is_the_goodbye<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, peer) = original(&mut server, &address);
    raw.write(&rencoded(&[("action", "last")]));
    drop(raw);
    assert_eq!(server.gets(EventKind::Message).action, "last");
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Closed));
    assert_eq!(ended.text, "the other end closed the connection");
}

fn a_connection_that_ends_inside_a_message_is_lost<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, _) = original(&mut server, &address);
    raw.write(b"g\x86act");
    drop(raw);
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::Lost);
    assert_eq!(ended.text, "the connection ended inside a message");
}

fn what_was_sent_before_a_disconnect_arrives<A: Api>(mode: Mode) {
    let mut world = world::<A>(mode, "podsixnet");
    let (_, at_server) = world.open();
    let text = "x".repeat(300_000);
    world.server.send_json(at_server, &format!(r#"["{text}"]"#)).unwrap();
    world.server.disconnect(at_server, 7, "enough").unwrap();
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.reason, ended.code, ended.text.as_str()), (Reason::Local, 7, "enough"));
    assert_eq!(world.client_gets(EventKind::Message).value().at(0).as_str("").len(), 300_000);
    // PodSixNet has no words for why.
    let ended = world.client_gets(EventKind::Disconnected);
    assert_eq!((ended.reason, ended.code), (Reason::Closed, 0));
}

fn a_game_may_be_asked_first<A: Api>(mode: Mode) {
    let (server, address) = listening::<A>(config(mode), "podsixnet", true);
    let mut world = World::<A> { server, client: End::new(config(mode)), address };
    let at_client = world.client.connect(&world.address, "").unwrap();
    let request = world.server_gets(EventKind::Request);
    refused(
        world.server.accept(request.peer, r#"{"bad":"\u0000---\u0000"}"#),
        TERMINATOR,
        &["bad"],
    );
    world.server.accept(request.peer, r#"{"map":"desert"}"#).unwrap();
    world.server.send_json(request.peer, r#"{"action":"next"}"#).unwrap();
    let connected = world.client_gets(EventKind::Connected);
    assert_eq!(connected.peer, at_client);
    assert_eq!(connected.json(), r#"{"action":"connected","map":"desert"}"#);
    assert_eq!(world.client_gets(EventKind::Message).action, "next");
    assert_eq!(world.server_gets(EventKind::Connected).peer, request.peer);
}

fn a_refusal_is_an_error_with_code_and_text<A: Api>(mode: Mode) {
    let (server, address) = listening::<A>(config(mode), "podsixnet", true);
    let mut world = World::<A> { server, client: End::new(config(mode)), address };
    world.client.connect(&world.address, "").unwrap();
    let request = world.server_gets(EventKind::Request);
    world.server.refuse(request.peer, 42, "no room for you").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.reason, error.code), (Reason::Refused, 42));
    assert_eq!(error.text, "no room for you");
    assert_eq!(world.server_gets(EventKind::Disconnected).reason, Reason::Refused);
}

fn a_quiet_peer_may_be_timed_out<A: Api>(mode: Mode) {
    let strict = Config { podsixnet_idle_timeout: Duration::from_millis(200), ..config(mode) };
    let (mut server, address) = listening::<A>(strict, "podsixnet", false);
    let (mut raw, _) = original(&mut server, &address);
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::Timeout);
    assert_eq!(ended.text, "nothing was heard for 200 ms (podsixnet_idle_timeout_ms)");
    raw.read_to_end();
}

fn there_is_no_hello<A: Api>(mode: Mode) {
    let client = End::<A>::new(config(mode));
    let answer = client.connect("podsixnet://127.0.0.1:1", r#"{"name":"ada"}"#);
    refused(answer, UNSENDABLE, &["podsixnet:// has no hello"]);
    assert!(client.peers().is_empty());
}

/// A message may be larger in memory than on the wire, and than what is left of the queue.
fn a_full_queue_pauses_its_peer_and_a_large_message_passes<A: Api>(mode: Mode) {
    let tight = Config {
        max_message: 16_384,
        queue_bytes: 16_384,
        queue_events: 8,
        max_events_per_poll: 1,
        ..config(mode)
    };
    for scheme in ["tcp", "podsixnet", "podsixnet+json"] {
        let (server, address) = listening::<A>(tight.clone(), scheme, false);
        let mut world = World::<A> { server, client: End::new(config(mode)), address };
        let (at_client, _) = world.open();
        // Less than half of the queue, and then more than is left of it.
        let [half, large] = [800, 1_800].map(|count| format!("[{}]", vec!["0.5"; count].join(",")));
        for _ in 0..5 {
            for small in 0..12 {
                world.client.send_json(at_client, &small.to_string()).unwrap();
            }
            world.client.send_json(at_client, &half).unwrap();
            world.client.send_json(at_client, &large).unwrap();
        }
        for _ in 0..5 {
            for small in 0..12 {
                assert_eq!(world.server_gets(EventKind::Message).json(), small.to_string());
            }
            assert_eq!(world.server_gets(EventKind::Message).value().count(), 800);
            assert_eq!(world.server_gets(EventKind::Message).value().count(), 1_800);
        }
    }
}

fn a_slow_reader_is_told_and_told_again<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, peer) = original(&mut server, &address);
    let text = format!(r#""{}""#, "x".repeat(50_000));
    let (mut sent, mut stuck) = (0, 0);
    while stuck < 3 {
        let before = sent;
        let fault = loop {
            match server.send_json(peer, &text) {
                Ok(()) => sent += 1,
                Err(fault) => break fault,
            }
        };
        assert_eq!(fault.code, WOULD_BLOCK, "{fault:?}");
        // Whoever writes gets its time.
        let full = server.flush(Duration::from_millis(30)).is_err();
        stuck = if full && sent == before { stuck + 1 } else { 0 };
    }
    // A length of six characters before each text.
    let bytes = sent * (6 + 50_000 + END.len());
    let reader = alongside(&mut server, move || {
        assert!(raw.read(bytes).ends_with(END));
        raw
    });
    assert_eq!(server.gets(EventKind::Writable).peer, peer);
    drop(reader);
}

fn a_broadcast_arrives_from_the_connected_on<A: Api>(mode: Mode) {
    for _ in 0..10 {
        let (server, address) = listening::<A>(config(mode), "podsixnet", true);
        let mut world = World::<A> { server, client: End::new(config(mode)), address };
        world.client.connect(&world.address, "").unwrap();
        let request = world.server_gets(EventKind::Request);
        world.server.accept(request.peer, "").unwrap();
        world.server.broadcast(&Message::from_json(r#"{"action":"no"}"#).unwrap(), 0).unwrap();
        world.server_gets(EventKind::Connected);
        world.server.broadcast(&Message::from_json(r#"{"action":"go"}"#).unwrap(), 0).unwrap();
        world.client_gets(EventKind::Connected);
        assert_eq!(world.client_gets(EventKind::Message).action, "go");
    }
}

fn who_has_gone_has_no_say_in_broadcasts<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, peer) = original(&mut server, &address);
    let end = Message::from_json(r#"["\u0000---\u0000"]"#).unwrap();
    refused(server.broadcast(&end, 0), TERMINATOR, &["[0]"]);
    raw.write(b"\x7f\0---\0");
    assert_eq!(server.gets(EventKind::Disconnected).peer, peer);
    // Its socket is still open, for what it is told of the reason.
    server.broadcast(&end, 0).expect("it is not connected any more");
    raw.read_to_end();
}
