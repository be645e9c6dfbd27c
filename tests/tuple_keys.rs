//! Tuples as keys of maps, as games of Python have them for the cells of a grid: between ends of podsix that
//! both know them, to and from PodSixNet, and to nobody else.

mod api;

use std::net::TcpListener;

use api::podsixnet::{listen, original};
use api::{Api, End, HELLO, Raw, UNSENDABLE, World, alongside, config, expect, kind, refused};
use podsix::value::Message;
use podsix::{EventKind, Mode, Reason};

cases! {
    they_go_between_two_ends,
    an_end_of_1_0_is_not_sent_them,
    a_broadcast_that_an_end_of_1_0_does_not_take_ends_that_one,
    a_connect_to_a_server_of_1_0_on_which_they_were_sent_fails,
    they_are_relayed_from_podsixnet_and_back_byte_for_byte,
    json_has_no_form_for_them,
}

/// `{"action": "map", (1, 2): "wall", ((0, 1), "a", None, 0.5): {(): True}}`
fn map() -> Message {
    let tuple = |fill: &dyn Fn(&mut Message)| {
        let mut tuple = Message::new();
        tuple.open_tuple();
        fill(&mut tuple);
        tuple.close().clone()
    };
    let cell = tuple(&|key| drop(key.push(1).push(2).clone()));
    let edge = tuple(&|key| {
        key.open_tuple().push(0).push(1).close().push("a").add_nil().push(0.5);
    });
    let empty = tuple(&|_| {});
    let mut map = Message::new();
    map.begin("map");
    map.key_value(cell.value().unwrap()).push("wall");
    map.key_value(edge.value().unwrap()).open_map();
    map.key_value(empty.value().unwrap()).push(true).close();
    map
}

/// The same as the original writes it.
const RENCODED: &[u8] =
    b"i\x86action\x83map\xe2\x01\x02\x84wall\xe4\xe2\x00\x01\x81aEB\x3f\x00\x00\x00g\xe0C\0---\0";

fn bytes(message: &Message) -> &[u8] {
    message.bytes().unwrap()
}

const WORDS: [&str; 2] = ["a tuple as a key", "version 1.0 of podsix's protocol has no such keys"];

fn they_go_between_two_ends<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    world.client.send_msgpack(at_client, bytes(&map())).unwrap();
    assert_eq!(world.server_gets(EventKind::Message).message, bytes(&map()));
    world.server.send_msgpack(at_server, bytes(&map())).unwrap();
    world.server.broadcast(&map(), 0).unwrap();
    for _ in 0..2 {
        let seen = world.client_gets(EventKind::Message);
        assert_eq!((seen.message.as_slice(), seen.action.as_str()), (bytes(&map()), "map"));
    }
    let early = world.client.connect(&world.address, "").unwrap();
    world.client.send_msgpack(early, bytes(&map())).unwrap();
    assert_eq!(world.client_gets(EventKind::Connected).peer, early);
    world.server_gets(EventKind::Connected);
    assert_eq!(world.server_gets(EventKind::Message).message, bytes(&map()));
}

fn an_end_of_1_0_is_not_sent_them<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    refused(server.send_msgpack(peer, bytes(&map())), UNSENDABLE, &WORDS);
    server.send_json(peer, "1").unwrap();
    assert_eq!(alongside(&mut server, move || raw.read_frame()), (kind::MESSAGE, b"\x01".to_vec()));

    let mut client = End::<A>::new(config(mode));
    let (mut raw, peer) = Raw::serve(&mut client);
    refused(client.send_msgpack(peer, bytes(&map())), UNSENDABLE, &WORDS);
    client.send_json(peer, "2").unwrap();
    assert_eq!(alongside(&mut client, move || raw.read_frame()), (kind::MESSAGE, b"\x02".to_vec()));
}

/// It is the one that goes: an old client must not keep the others from hearing anything.
fn a_broadcast_that_an_end_of_1_0_does_not_take_ends_that_one<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    world.open();
    let address = world.address.clone();
    let (mut raw, peer) = Raw::open(&mut world.server, &address);
    world.server.broadcast(&Message::from_json("1").unwrap(), 0).unwrap();
    assert_eq!(world.client_gets(EventKind::Message).json(), "1");
    world.server.broadcast(&map(), 0).unwrap();
    assert_eq!(world.client_gets(EventKind::Message).action, "map");
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Version));
    for words in WORDS {
        assert!(ended.text.contains(words), "{}", ended.text);
    }
    let frames = alongside(&mut world.server, move || [raw.read_frame(), raw.read_frame()]);
    assert_eq!(frames[0], (kind::MESSAGE, b"\x01".to_vec()));
    assert_eq!((frames[1].0, frames[1].1[0]), (kind::CLOSE, Reason::Version as u8));
}

fn a_connect_to_a_server_of_1_0_on_which_they_were_sent_fails<A: Api>(mode: Mode) {
    let mut client = End::<A>::new(config(mode));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = client.connect(&listener.local_addr().unwrap().to_string(), "").unwrap();
    client.send_json(peer, "1").unwrap();
    client.send_msgpack(peer, bytes(&map())).unwrap();
    let raw = alongside(&mut client, move || {
        let mut raw = Raw::new(listener.accept().unwrap().0);
        raw.read(16);
        raw.write(&HELLO);
        raw
    });
    let error = client.gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::Version));
    for words in WORDS {
        assert!(error.text.contains(words), "{}", error.text);
    }
    drop(raw);
}

fn they_are_relayed_from_podsixnet_and_back_byte_for_byte<A: Api>(mode: Mode) {
    let (mut server, podsix) = End::<A>::listening(config(mode), false);
    let podsixnet = listen(&server, "podsixnet", false);
    let mut client = End::<A>::new(config(mode));
    let at_client = client.connect(&podsix, "").unwrap();
    let at_server = expect(&mut [&mut server, &mut client], 0, EventKind::Connected).peer;
    expect(&mut [&mut server, &mut client], 1, EventKind::Connected);
    let (mut raw, python) = original(&mut server, &podsixnet);

    raw.write(RENCODED);
    let seen = server.gets(EventKind::Message);
    assert_eq!(seen.json(), map().value().unwrap().to_json());
    server.send_msgpack(at_server, &seen.message).unwrap();
    let seen = expect(&mut [&mut server, &mut client], 1, EventKind::Message);
    assert_eq!(seen.json(), map().value().unwrap().to_json());
    client.send_msgpack(at_client, &seen.message).unwrap();
    let seen = expect(&mut [&mut server, &mut client], 0, EventKind::Message);
    server.send_msgpack(python, &seen.message).unwrap();
    server.broadcast(&map(), at_server).unwrap();
    let back = alongside(&mut server, move || raw.read(2 * RENCODED.len()));
    assert_eq!(back, RENCODED.repeat(2));
}

fn json_has_no_form_for_them<A: Api>(mode: Mode) {
    let mut world = api::podsixnet::world::<A>(mode, "podsixnet+json");
    let peer = world.client.connect(&world.address, "").unwrap();
    world.server_gets(EventKind::Connected);
    world.client_gets(EventKind::Connected);
    let words = ["[[1,2]]: a tuple cannot be a key in JSON"];
    refused(world.client.send_msgpack(peer, bytes(&map())), UNSENDABLE, &words);
    refused(world.server.broadcast(&map(), 0), UNSENDABLE, &words);
    world.nothing_more();
}

/// The server is not known yet.
#[test]
fn a_hello_cannot_have_them() {
    let host = podsix::Host::new(config(Mode::Threaded)).unwrap();
    let error = host.connect("127.0.0.1:1", Some(&map())).unwrap_err();
    assert_eq!(error.code(), UNSENDABLE);
    assert!(error.to_string().starts_with("a hello cannot have a tuple as a key"), "{error}");
}
