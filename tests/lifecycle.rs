//! A connection's life: it opens, carries messages, and ends exactly once at each end.

mod api;

use std::collections::HashSet;
use std::time::Duration;

use api::{Api, BAD_ARGUMENT, NOT_CONNECTED, UNKNOWN_PEER, World, bin, config, refused};
use podsix::{Direction, EventKind, Host, Message, Mode, PeerId, Reason};

cases! {
    a_connection_opens_and_carries_messages_both_ways,
    either_end_closes_with_code_and_text,
    dropping_is_at_once,
    both_ends_closing_at_once_end_once_each,
    each_peer_ends_exactly_once_however_it_ends,
    ids_are_never_used_again,
    a_peer_is_readable_until_its_last_event_has_expired,
    user_data_comes_with_each_event,
    sends_before_connected_arrive_in_order,
    a_connect_can_be_taken_back,
    stale_and_foreign_peers_are_unknown,
}

fn a_connection_opens_and_carries_messages_both_ways<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let at_client = world.client.connect(&world.address, r#"{"name":"ada"}"#).unwrap();

    let connected = world.server_gets(EventKind::Connected);
    assert_eq!(connected.json(), r#"{"name":"ada"}"#);
    assert_eq!(connected.action, "connected");
    assert_eq!((connected.direction, connected.listener), (Direction::Inbound, 1));
    let at_server = connected.peer;

    let connected = world.client_gets(EventKind::Connected);
    assert_eq!((connected.peer, connected.json().as_str()), (at_client, ""));
    assert_eq!((connected.direction, connected.listener), (Direction::Outbound, 0));
    assert_eq!(world.client.peer_address(at_client).unwrap(), world.address);
    assert_eq!(world.client.peers(), [at_client]);
    assert_eq!(world.server.peers(), [at_server]);

    world.client.send_json(at_client, r#"{"action":"move","x":3}"#).unwrap();
    let moved = world.server_gets(EventKind::Message);
    assert_eq!((moved.peer, moved.action.as_str(), moved.int("x")), (at_server, "move", 3));

    world.server.send_json(at_server, r#"{"action":"moved","x":3}"#).unwrap();
    let moved = world.client_gets(EventKind::Message);
    assert_eq!((moved.peer, moved.action.as_str(), moved.int("x")), (at_client, "moved", 3));
    world.nothing_more();
}

fn either_end_closes_with_code_and_text<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);

    let (at_client, at_server) = world.open();
    world.server.disconnect(at_server, -7, "the match is over ✓").unwrap();
    let ended = world.client_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_client, Reason::Closed));
    assert_eq!((ended.code, ended.text.as_str()), (-7, "the match is over ✓"));
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_server, Reason::Local));
    assert_eq!((ended.code, ended.text.as_str()), (-7, "the match is over ✓"));

    let (at_client, at_server) = world.open();
    world.client.disconnect(at_client, i32::MAX, "").unwrap();
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_server, Reason::Closed));
    assert_eq!((ended.code, ended.text.as_str()), (i32::MAX, ""));
    assert_eq!(ended.action, "disconnected");
    assert_eq!(world.client_gets(EventKind::Disconnected).reason, Reason::Local);
    world.nothing_more();
}

fn dropping_is_at_once<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    world.client.drop_peer(at_client).unwrap();
    let ended = world.client.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (at_client, Reason::Local, 0));
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_server, Reason::Lost));
    assert!(ended.text.contains("without a goodbye"), "{}", ended.text);
    world.nothing_more();
}

fn both_ends_closing_at_once_end_once_each<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    for _ in 0..20 {
        let (at_client, at_server) = world.open();
        world.client.disconnect(at_client, 1, "client").unwrap();
        // It may have heard of the client's goodbye already.
        if let Err(fault) = world.server.disconnect(at_server, 2, "server") {
            assert_eq!(fault.code, NOT_CONNECTED);
        }
        refused(world.client.disconnect(at_client, 3, ""), NOT_CONNECTED, &["closing"]);
        assert_eq!(world.client_gets(EventKind::Disconnected).peer, at_client);
        assert_eq!(world.server_gets(EventKind::Disconnected).peer, at_server);
    }
    world.nothing_more();
}

/// Opened, and ended in every way and combination, while messages are under way.
fn each_peer_ends_exactly_once_however_it_ends<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let mut all = HashSet::new();
    for n in 0..64 {
        let (at_client, at_server) = world.open();
        assert!(all.insert(at_client) && all.insert(at_server));
        for _ in 0..n {
            world.client.send_json(at_client, "1").unwrap();
            world.server.send_json(at_server, "2").unwrap();
        }
        // An end may have been told of the other's doing already: then there is nothing to end.
        let end = |end: &A, peer, how| match how {
            0 => drop(end.disconnect(peer, 0, "")),
            1 => drop(end.drop_peer(peer)),
            2 => drop(end.disconnect(peer, 0, "").and_then(|()| end.drop_peer(peer))),
            _ => {}
        };
        end(&world.client, at_client, n % 4);
        if n % 4 == 3 || n % 8 < 4 {
            end(&world.server, at_server, n / 8 % 3);
        }
        let ended = world.client_gets_last(at_client);
        assert_eq!(ended.kind, EventKind::Disconnected, "{ended:?}");
        let ended = world.server_gets_last(at_server);
        assert_eq!(ended.kind, EventKind::Disconnected, "{ended:?}");
    }
    world.nothing_more();
}

fn ids_are_never_used_again<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let mut ids = HashSet::new();
    for _ in 0..20 {
        let (at_client, at_server) = world.open();
        for id in [at_client, at_server] {
            assert!(id > 0 && id < 1 << 53);
            assert!(ids.insert(id), "{id} came twice");
        }
        world.client.disconnect(at_client, 0, "").unwrap();
        world.client_gets(EventKind::Disconnected);
        world.server_gets(EventKind::Disconnected);
    }
}

fn a_peer_is_readable_until_its_last_event_has_expired<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    world.server.set_user_data(at_server, 42).unwrap();
    let address = world.server.peer_address(at_server).unwrap();
    world.client.send_json(at_client, "7").unwrap();
    world.server_gets(EventKind::Message);
    world.client.disconnect(at_client, 0, "").unwrap();

    // Polled by hand: what follows is asked while the event is the current one.
    let World { client, server, .. } = &mut world;
    let mut ended = None;
    client.until("the server has lost its peer", |_| {
        ended = server.wait(Duration::from_millis(1)).unwrap();
        ended.is_some()
    });
    let ended = ended.unwrap();
    assert_eq!((ended.kind, ended.user_data), (EventKind::Disconnected, 42));
    assert_eq!(server.peer_address(at_server).unwrap(), address);
    assert_eq!(server.user_data(at_server).unwrap(), 42);
    assert_eq!(server.peer_stats(at_server).unwrap().messages_in, 1);
    refused(server.send_json(at_server, "8"), NOT_CONNECTED, &["is not connected", "gone"]);
    assert!(server.peers().is_empty());

    assert!(server.poll().unwrap().is_none());
    refused(server.peer_address(at_server), UNKNOWN_PEER, &[&at_server.to_string()]);
    refused(server.user_data(at_server), UNKNOWN_PEER, &["gone"]);
    refused(server.peer_stats(at_server), UNKNOWN_PEER, &["gone"]);
    refused(server.send_json(at_server, "8"), UNKNOWN_PEER, &["gone"]);
}

fn user_data_comes_with_each_event<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    assert_eq!(world.server.user_data(at_server).unwrap(), 0);
    world.server.set_user_data(at_server, 0xbeef).unwrap();
    world.client.send_json(at_client, "1").unwrap();
    world.client.send_json(at_client, "2").unwrap();
    world.client.disconnect(at_client, 0, "").unwrap();
    // Polled by hand: an event that waits in the batch comes with what was set since.
    let World { client, server, .. } = &mut world;
    let mut given = Vec::new();
    client.until("the server has lost its peer", |_| {
        let event = server.wait(Duration::from_millis(1)).unwrap();
        if let Some(event) =
            event.filter(|event| !matches!(event.kind, EventKind::Stalled | EventKind::Resumed))
        {
            given.push((event.kind, event.user_data));
            server.set_user_data(at_server, 0xbeef + given.len()).unwrap();
        }
        given.len() == 3
    });
    let kinds = [EventKind::Message, EventKind::Message, EventKind::Disconnected];
    assert_eq!(given, kinds.into_iter().zip(0xbeef..).collect::<Vec<_>>());
    world.client_gets(EventKind::Disconnected);
    let (_, next) = world.open();
    assert_eq!(world.server.user_data(next).unwrap(), 0, "a new peer has none");
}

fn sends_before_connected_arrive_in_order<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let peer = world.client.connect(&world.address, "").unwrap();
    for n in 0..200 {
        world.client.send_json(peer, &format!(r#"{{"n":{n}}}"#)).unwrap();
    }
    world.client_gets(EventKind::Connected);
    world.client.send_json(peer, r#"{"n":200}"#).unwrap();
    world.server_gets(EventKind::Connected);
    for n in 0..=200 {
        assert_eq!(world.server_gets(EventKind::Message).int("n"), n);
    }
    assert_eq!(world.client.peer_stats(peer).unwrap().messages_out, 201);
}

/// Disconnecting from a server that has not answered yet: the connect's one last event is an ERROR.
fn a_connect_can_be_taken_back<A: Api>(mode: Mode) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let mut world = World::<A>::new(mode);
    let peer = world.client.connect(&address, "").unwrap();
    world.client.send_json(peer, "1").unwrap();
    world.client.disconnect(peer, 5, "changed my mind").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::Local));
    assert_eq!((error.code, error.text.as_str()), (5, "changed my mind"));
    world.nothing_more();
    refused(world.client.send_json(peer, "2"), UNKNOWN_PEER, &[]);
}

fn stale_and_foreign_peers_are_unknown<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    for peer in [0, 1, u64::MAX, at_client] {
        refused(world.server.send_json(peer, "1"), UNKNOWN_PEER, &[&peer.to_string()]);
        refused(world.server.disconnect(peer, 0, ""), UNKNOWN_PEER, &[]);
        refused(world.server.drop_peer(peer), UNKNOWN_PEER, &[]);
        refused(world.server.accept(peer, ""), UNKNOWN_PEER, &[]);
        refused(world.server.set_user_data(peer, 1), UNKNOWN_PEER, &[]);
    }
    world.server.send_json(at_server, "1").unwrap();
    assert_eq!(world.client_gets(EventKind::Message).json(), "1");
}

/// It can still be asked what was, but nothing can be given to it: nobody would ever take it.
#[test]
fn a_handle_whose_host_is_gone_takes_nothing() {
    for mode in [Mode::Threaded, Mode::Inline] {
        let host = Host::new(config(mode)).unwrap();
        let handle = host.handle().clone();
        drop(host);
        let mut message = Message::new();
        message.add_msgpack(&bin(100_000, 0));
        let peer = PeerId::from_u64(1);
        for _ in 0..100 {
            let answers = [
                handle.broadcast(&message, PeerId::NONE),
                handle.send_many(&[peer], &message, |_, _| {}).map(drop),
                handle.send_message(peer, &message),
                handle.disconnect(peer, 0, ""),
                handle.listen("127.0.0.1:0", false).map(drop),
                handle.connect("127.0.0.1:1", None).map(drop),
            ];
            for answer in answers {
                refused(answer.map_err(Into::into), BAD_ARGUMENT, &["has been dropped"]);
            }
        }
        assert_eq!(handle.stats().memory_used, 0);
        assert!(handle.all_peers().is_empty());
    }
}
