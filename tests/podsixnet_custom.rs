//! PodSixNet with a codec of the game's own.

mod api;

use api::podsixnet::{END, listen, socket_address};
use api::{
    Api, BAD_ADDRESS, BAD_ARGUMENT, End, Raw, UNSENDABLE, World, alongside, config, refused,
};
use podsix::value::Message;
use podsix::{EventKind, Mode, Reason};

cases! {
    what_was_refused_is_told_even_if_its_peer_has_gone,
    only_the_greeting_is_kept_back,
    a_custom_codec_is_asked_on_both_ends,
    what_a_custom_codec_refuses_ends_its_peer,
}

fn a_custom_codec_is_asked_on_both_ends<A: Api>(mode: Mode) {
    let server = End::<A>::new(config(mode));
    refused(server.listen("podsixnet+custom://127.0.0.1:0", false), BAD_ADDRESS, &["set_codec"]);
    server.set_codec().unwrap();
    refused(server.set_codec(), BAD_ARGUMENT, &["a codec already"]);
    let address = listen(&server, "podsixnet+custom", true);
    let client = End::<A>::new(config(mode));
    client.set_codec().unwrap();
    let mut world = World::<A> { server, client, address };
    let at_client = world.client.connect(&world.address, "").unwrap();
    let request = world.server_gets(EventKind::Request);
    world.server.accept(request.peer, "").unwrap();
    assert_eq!(world.client_gets(EventKind::Connected).peer, at_client);
    world.server_gets(EventKind::Connected);
    for json in [r#"{"action":"move","x":3}"#, "[1,2,{\"a\":null}]"] {
        world.client.send_json(at_client, json).unwrap();
        assert_eq!(world.server_gets(EventKind::Message).json(), json);
        world.server.broadcast(&Message::from_json(json).unwrap(), 0).unwrap();
        assert_eq!(world.client_gets(EventKind::Message).json(), json);
    }
    // More than it is first given room for.
    let large = format!(r#"["{}"]"#, "x".repeat(5_000));
    world.server.send_json(request.peer, &large).unwrap();
    assert_eq!(world.client_gets(EventKind::Message).json(), large);
    refused(world.client.send_json(at_client, "\"unsendable\""), UNSENDABLE, &["codec"]);
}

fn what_a_custom_codec_refuses_ends_its_peer<A: Api>(mode: Mode) {
    let mut server = End::<A>::new(config(mode));
    server.set_codec().unwrap();
    let address = listen(&server, "podsixnet+custom", false);
    let mut raw = Raw::connect(socket_address(&address));
    let peer = server.gets(EventKind::Connected).peer;
    // In the cases' codec each byte of MessagePack is inverted.
    raw.write(b"\xfa\0---\0\x3e\0---\0\xf9\0---\0");
    assert_eq!(server.gets(EventKind::Message).json(), "5");
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Protocol));
    assert!(ended.text.contains("the game's codec refuses"), "{}", ended.text);
    assert!(server.seen.is_empty());
}

fn what_was_refused_is_told_even_if_its_peer_has_gone<A: Api>(mode: Mode) {
    let mut server = End::<A>::new(config(mode));
    server.set_codec().unwrap();
    let address = listen(&server, "podsixnet+custom", false);
    let mut raw = Raw::connect(socket_address(&address));
    // Good, bad, good, and gone, all before the game looks.
    raw.write(b"\xfa\0---\0\x3e\0---\0\xf9\0---\0");
    raw.0.shutdown(std::net::Shutdown::Write).unwrap();
    if mode == Mode::Threaded {
        raw.read_to_end();
    }
    let peer = server.gets(EventKind::Connected).peer;
    assert_eq!(server.gets(EventKind::Message).json(), "5");
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Protocol));
    assert!(ended.text.contains("the game's codec refuses"), "{}", ended.text);
    assert!(server.seen.is_empty());
}

fn only_the_greeting_is_kept_back<A: Api>(mode: Mode) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = End::<A>::new(config(mode));
    client.set_codec().unwrap();
    let address = format!("podsixnet+custom://{}", listener.local_addr().unwrap());
    client.connect(&address, "").unwrap();
    let mut raw = alongside(&mut client, move || Raw::new(listener.accept().unwrap().0));
    let greeting: Vec<u8> = b"\x81\xa6action\xa9connected".iter().map(|byte| !byte).collect();
    for _ in 0..2 {
        raw.write(&greeting);
        raw.write(END);
    }
    client.gets(EventKind::Connected);
    // A message of that name is a message, but for the first.
    assert_eq!(client.gets(EventKind::Message).action, "connected");
    raw.write(b"\xfa\0---\0");
    assert_eq!(client.gets(EventKind::Message).json(), "5");
}
