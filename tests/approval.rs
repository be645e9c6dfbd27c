//! Listeners that ask the game who may come in.

mod api;

use std::time::Duration;

use api::{
    Api, End, HELLO, NOT_CONNECTED, NOT_REQUESTED, Raw, TOO_LARGE, UNKNOWN_PEER, World, alongside,
    bin, config, refused,
};
use podsix::value::Message;
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    hello_and_reply_travel,
    a_refusal_is_the_clients_error_with_code_and_text,
    a_request_is_outside_of_everything_until_accepted,
    sends_right_after_accept_arrive_after_the_reply,
    no_answer_in_time_is_a_refusal,
    a_client_that_leaves_while_it_waits_is_told_of,
    a_client_that_has_left_when_its_hello_is_read_is_told_of,
    a_refusal_reaches_a_client_that_pushes,
    a_refused_client_that_does_not_close_has_no_seat,
    hello_and_reply_have_a_largest_size,
    what_a_client_takes_is_known_when_it_asks,
}

fn what_a_client_takes_is_known_when_it_asks<A: Api>(mode: Mode) {
    let modest = Config { max_message: 1_000, ..config(mode) };
    let mut world = World::<A>::with(config(mode), modest, true);
    world.client.connect(&world.address, "").unwrap();
    let request = world.server_gets(EventKind::Request);
    world.server.accept(request.peer, "").unwrap();
    let large = world.server.send_msgpack(request.peer, &bin(5_000, 0));
    refused(large, TOO_LARGE, &["the other end takes 1000"]);
    world.server.send_json(request.peer, "1").unwrap();
    world.client_gets(EventKind::Connected);
    assert_eq!(world.client_gets(EventKind::Message).json(), "1");
}

fn approving<A: Api>(mode: Mode) -> World<A> {
    World::with(config(mode), config(mode), true)
}

fn hello_and_reply_travel<A: Api>(mode: Mode) {
    let mut world = approving::<A>(mode);
    let at_client = world.client.connect(&world.address, r#"{"name":"ada"}"#).unwrap();
    let request = world.server_gets(EventKind::Request);
    assert_eq!((request.json().as_str(), request.listener), (r#"{"name":"ada"}"#, 1));
    assert_eq!(request.action, "request");
    assert!(world.client.seen.is_empty(), "it waits");
    world.server.accept(request.peer, r#"["welcome",1]"#).unwrap();
    let connected = world.client_gets(EventKind::Connected);
    assert_eq!((connected.peer, connected.json().as_str()), (at_client, r#"["welcome",1]"#));
    let connected = world.server_gets(EventKind::Connected);
    assert_eq!((connected.peer, connected.json().as_str()), (request.peer, ""));
    refused(world.server.accept(request.peer, ""), NOT_REQUESTED, &["not waiting"]);
    refused(world.server.refuse(request.peer, 0, ""), NOT_REQUESTED, &["not waiting"]);
}

fn a_refusal_is_the_clients_error_with_code_and_text<A: Api>(mode: Mode) {
    let mut world = approving::<A>(mode);
    let at_client = world.client.connect(&world.address, "").unwrap();
    let request = world.server_gets(EventKind::Request);
    assert_eq!(request.json(), "", "no hello was sent");
    world.server.refuse(request.peer, 403, "wrong password").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (at_client, Reason::Refused));
    assert_eq!((error.code, error.text.as_str()), (403, "wrong password"));
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (request.peer, Reason::Refused, 403));
    assert_eq!(world.server.stats().refused, 1);
    assert_eq!(world.server.stats().accepted, 0);
    world.until("its seat is free", |server, client| {
        server.stats().peers + client.stats().peers == 0
    });
}

fn a_request_is_outside_of_everything_until_accepted<A: Api>(mode: Mode) {
    let mut world = approving::<A>(mode);
    let at_client = world.client.connect(&world.address, "").unwrap();
    assert_eq!(world.client.peers(), []);
    assert_eq!(world.client.all_peers(), [at_client]);
    let asking = world.server_gets(EventKind::Request).peer;
    refused(world.server.send_json(asking, "1"), NOT_CONNECTED, &["not accepted yet"]);
    assert_eq!(world.server.peers(), []);
    assert_eq!(world.server.all_peers(), [asking]);
    world.server.broadcast(&Message::from_json("2").unwrap(), 0).unwrap();
    world.server.accept(asking, "").unwrap();
    world.server.broadcast(&Message::from_json("3").unwrap(), 0).unwrap();
    world.client_gets(EventKind::Connected);
    assert_eq!(world.server_gets(EventKind::Connected).peer, asking);
    world.server.broadcast(&Message::from_json("4").unwrap(), 0).unwrap();
    assert_eq!(world.client_gets(EventKind::Message).json(), "4", "those before were for others");
    world.client.disconnect(at_client, 0, "").unwrap();
    assert_eq!(world.client.peers(), []);
    assert_eq!(world.client.all_peers(), [at_client]);
    world.client_gets(EventKind::Disconnected);
    world.until("nobody is there", |server, client| {
        server.all_peers().len() + client.all_peers().len() == 0
    });
}

fn sends_right_after_accept_arrive_after_the_reply<A: Api>(mode: Mode) {
    let mut world = approving::<A>(mode);
    let at_client = world.client.connect(&world.address, "").unwrap();
    world.client.send_json(at_client, "1").unwrap();
    let asking = world.server_gets(EventKind::Request).peer;
    world.server.accept(asking, "0").unwrap();
    world.server.send_json(asking, "2").unwrap();
    assert_eq!(world.client_gets(EventKind::Connected).json(), "0");
    assert_eq!(world.client_gets(EventKind::Message).json(), "2");
    world.server_gets(EventKind::Connected);
    assert_eq!(world.server_gets(EventKind::Message).json(), "1");
}

fn no_answer_in_time_is_a_refusal<A: Api>(mode: Mode) {
    let server = Config { approval_timeout: Duration::from_millis(100), ..config(mode) };
    let mut world = World::<A>::with(server, config(mode), true);
    world.client.connect(&world.address, "").unwrap();
    let asking = world.server_gets(EventKind::Request).peer;
    let error = world.client_gets(EventKind::Error);
    assert_eq!(error.reason, Reason::ApprovalTimeout);
    assert!(error.text.contains("100 ms (approval_timeout_ms)"), "{}", error.text);
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (asking, Reason::ApprovalTimeout));
    assert_eq!(world.server.stats().refused, 1);
}

fn a_client_that_leaves_while_it_waits_is_told_of<A: Api>(mode: Mode) {
    let mut world = approving::<A>(mode);
    let peer = world.client.connect(&world.address, "").unwrap();
    let asking = world.server_gets(EventKind::Request).peer;
    world.client.drop_peer(peer).unwrap();
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (asking, Reason::Lost));
    assert!(ended.text.contains("before it was accepted"), "{}", ended.text);
    assert_eq!(world.client_gets(EventKind::Error).peer, peer);
}

/// Its hello and its end come in one packet, so that nothing comes later that would tell of the end.
fn a_client_that_has_left_when_its_hello_is_read_is_told_of<A: Api>(mode: Mode) {
    let hour = Duration::from_secs(3_600);
    let patient = Config { max_peers: 1, approval_timeout: hour, ..config(mode) };
    let (mut server, address) = End::<A>::listening(patient, true);
    for _ in 0..3 {
        let mut raw = Raw::connect(&address);
        #[cfg(target_os = "linux")]
        socket2::SockRef::from(&raw.0).set_tcp_cork(true).unwrap();
        raw.write(&HELLO);
        raw.0.shutdown(std::net::Shutdown::Write).unwrap();
        let asking = server.gets(EventKind::Request).peer;
        let ended = server.gets(EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason), (asking, Reason::Lost));
        assert!(ended.text.contains("before it was accepted"), "{}", ended.text);
        refused(server.accept(asking, ""), UNKNOWN_PEER, &["gone"]);
        assert_eq!(server.stats().peers, 0, "its seat is free for the next one");
    }
}

/// Closing a socket with unread bytes would send a reset, and that would destroy the refusal.
fn a_refusal_reaches_a_client_that_pushes<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), true);
    let mut raw = Raw::connect(&address);
    raw.write(&HELLO);
    let asking = server.gets(EventKind::Request).peer;
    server.refuse(asking, 7, "no").unwrap();
    let refusal = alongside(&mut server, move || {
        raw.write(&vec![0; 1 << 20]);
        raw.0.shutdown(std::net::Shutdown::Write).unwrap();
        raw.read_to_end()
    });
    assert_eq!(refusal[..8], *b"PDSX\x01\x01\x00\x01");
    assert_eq!(refusal[16..], *b"\x03\x00\x00\x00\x07no");
    assert_eq!(server.gets(EventKind::Disconnected).reason, Reason::Refused);
}

fn a_refused_client_that_does_not_close_has_no_seat<A: Api>(mode: Mode) {
    let hour = Duration::from_secs(3_600);
    let (mut server, address) =
        End::<A>::listening(Config { max_peers: 1, linger: hour, ..config(mode) }, true);
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut raw = Raw::connect(&address);
        raw.write(&HELLO);
        let asking = server.gets(EventKind::Request).peer;
        server.refuse(asking, 7, "no").unwrap();
        assert_eq!(server.gets(EventKind::Disconnected).peer, asking);
        assert_eq!(server.stats().peers, 0);
        clients.push(raw);
    }
    for mut raw in clients {
        let refusal = alongside(&mut server, move || raw.read_to_end());
        assert_eq!(refusal[16..], *b"\x03\x00\x00\x00\x07no");
    }
}

fn hello_and_reply_have_a_largest_size<A: Api>(mode: Mode) {
    let mut world = approving::<A>(mode);
    let longest = format!(r#""{}""#, "x".repeat(4_093));
    let longer = format!(r#""{}""#, "x".repeat(4_094));
    refused(world.client.connect(&world.address, &longer), TOO_LARGE, &["4096", "4097"]);
    world.client.connect(&world.address, &longest).unwrap();
    let request = world.server_gets(EventKind::Request);
    assert_eq!(request.json(), longest);
    refused(world.server.accept(request.peer, &longer), TOO_LARGE, &["4096", "4097"]);
    world.server.accept(request.peer, &longest).unwrap();
    assert_eq!(world.client_gets(EventKind::Connected).json(), longest);
}
