//! Kicking: the words arrive, however much waits before them.

mod api;

use std::time::Duration;

use api::{Api, End, FILL, NOT_CONNECTED, Raw, World, alongside, bin, config, fill, kind, refused};
use podsix::{EventKind, Mode, Reason};

cases! {
    the_words_come_behind_the_message_under_way,
    it_hurries_a_disconnect,
    it_refuses_a_request_and_gives_up_a_connect,
    who_is_kicked_as_soon_as_accepted_learns_why,
    what_has_ended_is_not_connected,
}

/// The whole messages that come, then the close that does.
fn rest(raw: &mut Raw) -> (u32, Vec<u8>) {
    let mut messages = 0;
    loop {
        match raw.read_frame() {
            (kind::MESSAGE, payload) => {
                assert!(payload == bin(FILL, messages as u8), "message {messages}");
                messages += 1;
            }
            (kind::CLOSE, payload) => return (messages, payload),
            other => panic!("{other:?}"),
        }
    }
}

fn the_words_come_behind_the_message_under_way<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let (sent, _) = fill(&mut server, peer);
    server.kick(peer, 9, "cheating").unwrap();
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (peer, Reason::Local, 9));
    assert_eq!(ended.text, "cheating");
    let stats = server.stats();
    assert!(stats.memory_used < 2 * FILL as u64, "what waited is dropped: {stats:?}");
    let (messages, close) = alongside(&mut server, move || {
        let rest = rest(&mut raw);
        assert!(raw.read_to_end().is_empty());
        rest
    });
    assert_eq!(close, b"\x01\0\0\0\x09cheating");
    assert!(messages < sent, "{messages} of {sent} came");
}

fn it_hurries_a_disconnect<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let (sent, _) = fill(&mut server, peer);
    server.disconnect(peer, 1, "after everything").unwrap();
    server.flush(Duration::from_millis(20)).unwrap_err();
    server.kick(peer, 2, "now").unwrap();
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.reason, ended.code, ended.text.as_str()), (Reason::Local, 2, "now"));
    let (messages, close) = alongside(&mut server, move || {
        let rest = rest(&mut raw);
        assert!(raw.read_to_end().is_empty());
        rest
    });
    assert_eq!(close, b"\x01\0\0\0\x02now");
    assert!(messages < sent, "{messages} of {sent} came");
    server.until("its end is all", |server| server.all_peers().is_empty());
    assert!(server.seen.is_empty());
}

fn it_refuses_a_request_and_gives_up_a_connect<A: Api>(mode: Mode) {
    let mut world = World::<A>::with(config(mode), config(mode), true);
    let asking = world.client.connect(&world.address, "").unwrap();
    let request = world.server_gets(EventKind::Request).peer;
    world.server.kick(request, 5, "not you").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason, error.code), (asking, Reason::Refused, 5));
    assert_eq!(error.text, "not you");
    assert_eq!(world.server_gets(EventKind::Disconnected).peer, request);

    let connecting = world.client.connect(&world.address, "").unwrap();
    world.client.kick(connecting, 6, "").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason, error.code), (connecting, Reason::Local, 6));
}

/// What lets a client in may not have been written yet: it stays, or the words would not be understood.
fn who_is_kicked_as_soon_as_accepted_learns_why<A: Api>(mode: Mode) {
    let mut world = World::<A>::with(config(mode), config(mode), true);
    for round in 0..50 {
        let asking = world.client.connect(&world.address, "").unwrap();
        let request = world.server_gets(EventKind::Request).peer;
        world.server.accept(request, "").unwrap();
        world.server.send_json(request, "1").unwrap();
        world.server.kick(request, round, "after all not").unwrap();
        assert_eq!(world.server_gets(EventKind::Disconnected).peer, request);
        assert_eq!(world.client_gets(EventKind::Connected).peer, asking);
        let ended = world.client_gets_last(asking);
        assert_eq!((ended.reason, ended.code), (Reason::Closed, round));
        assert_eq!(ended.text, "after all not");
    }
}

fn what_has_ended_is_not_connected<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    server.disconnect(peer, 0, "").unwrap();
    refused(server.disconnect(peer, 0, ""), NOT_CONNECTED, &[]);
    server.drop_peer(peer).expect("what is being closed may be dropped");
    refused(server.drop_peer(peer), NOT_CONNECTED, &[]);
    refused(server.kick(peer, 0, ""), NOT_CONNECTED, &[]);
    refused(server.disconnect(peer, 0, ""), NOT_CONNECTED, &[]);
    assert_eq!(server.gets(EventKind::Disconnected).reason, Reason::Local);
    raw.read_to_end();

    // The same where the other end went first, and nobody has polled that.
    let (raw, peer) = Raw::open(&mut server, &address);
    drop(raw);
    server.until("it has gone", |server| !server.seen.is_empty());
    refused(server.drop_peer(peer), api::UNKNOWN_PEER, &[]);
}
