//! Closing a host: everything that was sent arrives, however long the line, and then the words.

mod api;

use std::thread;
use std::time::{Duration, Instant};

use api::{
    Api, CLOSING, End, HELLO, NOT_CONNECTED, Net, PATIENCE, Raw, TIMEOUT, World, alongside, bin,
    config, kind, long_line, refused,
};
use podsix::{Config, EventKind, Message, Mode, Reason};

cases! {
    everything_arrives_on_a_long_line_with_traffic_from_the_other_side,
    whoever_is_there_is_told_and_nothing_new_begins,
    a_game_can_go_on_drawing_meanwhile,
    an_end_that_does_not_close_is_lost_in_the_end,
    a_second_close_gives_more_time,
    asking_in_every_frame_comes_to_an_end,
    who_is_kicked_is_not_waited_for,
    what_opened_while_it_closed_is_never_seen,
}

/// Without waiting, freeing the host would send a reset, which takes along what is on its way.
fn everything_arrives_on_a_long_line_with_traffic_from_the_other_side<A: Api>(mode: Mode) {
    const MESSAGES: u32 = 1_000;
    let mut world = World::<A>::new(mode);
    world.address = long_line(&world.address, Duration::from_millis(60));
    let (at_client, at_server) = world.open();
    for n in 0..MESSAGES {
        world.server.send_msgpack(at_server, &bin(900, n as u8)).unwrap();
    }
    let (mut got, mut ended) = (0, None);
    let mut closed = false;
    world.until("the server has closed", |server, client| {
        // Something unread at the server, at every moment.
        let _ = client.send_msgpack(at_client, &bin(100, 0));
        if !closed {
            closed = server.close(Duration::from_millis(5), 7, "that was all").is_ok();
        }
        for seen in client.seen.drain(..) {
            match seen.kind {
                EventKind::Message => {
                    assert!(seen.message == bin(900, got as u8), "message {got}");
                    got += 1;
                }
                EventKind::Writable => {}
                _ => ended = Some(seen),
            }
        }
        closed && ended.is_some()
    });
    // Freed at once: all is over.
    drop(world);
    let ended = ended.unwrap();
    assert_eq!((ended.kind, ended.reason), (EventKind::Disconnected, Reason::Closed));
    assert_eq!((ended.code, ended.text.as_str()), (7, "that was all"));
    assert_eq!(got, MESSAGES);
}

fn whoever_is_there_is_told_and_nothing_new_begins<A: Api>(mode: Mode) {
    // A client that closes only when it is polled: it cannot be over before it was looked at.
    let mut world = World::<A>::with(config(mode), config(Mode::Inline), false);
    let asking = world.server.listen("127.0.0.1:0", true).unwrap();
    let asking = world.server.listener_address(asking).unwrap();
    let (at_client, at_server) = world.open();
    let waiting = world.client.connect(&asking, "").unwrap();
    let request = world.server_gets(EventKind::Request).peer;
    // Nobody accepts there: the connect hangs in its greeting.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let connecting = world.server.connect(&silent.local_addr().unwrap().to_string(), "").unwrap();
    world.server.send_msgpack(at_server, &bin(100_000, 1)).unwrap();
    refused(world.server.close(Duration::ZERO, 3, "maintenance"), TIMEOUT, &["has not closed"]);

    refused(world.server.send_json(at_server, "1"), NOT_CONNECTED, &[]);
    refused(world.server.send_json(connecting, "1"), NOT_CONNECTED, &[]);
    refused(world.server.accept(request, ""), api::NOT_REQUESTED, &[]);
    refused(world.server.broadcast(&Message::from_json("1").unwrap(), 0), CLOSING, &["closed"]);
    refused(world.server.listen("127.0.0.1:0", false), CLOSING, &[]);
    refused(world.server.connect(&world.address, ""), CLOSING, &[]);
    assert_eq!(world.server.stats().listeners, 0);
    let port = world.address.clone();
    assert!(std::net::TcpStream::connect(port).is_err(), "the port is closed");

    let mut at_clients = Vec::new();
    world.until("both clients know", |_, client| {
        at_clients.extend(client.seen.drain(..));
        at_clients.len() == 3
    });
    let of = |peer| at_clients.iter().filter(move |seen| seen.peer == peer).collect::<Vec<_>>();
    let turned_away = of(waiting)[0];
    assert_eq!((turned_away.kind, turned_away.reason), (EventKind::Error, Reason::Refused));
    assert_eq!((turned_away.code, turned_away.text.as_str()), (3, "maintenance"));
    assert!(of(at_client)[0].message == bin(100_000, 1), "what was sent before comes before");
    let closed = of(at_client)[1];
    assert_eq!((closed.kind, closed.reason), (EventKind::Disconnected, Reason::Closed));
    assert_eq!((closed.code, closed.text.as_str()), (3, "maintenance"));

    world.until("the server has seen all three end", |server, _| server.seen.len() == 3);
    for seen in &world.server.seen {
        let kind = if seen.peer == connecting { EventKind::Error } else { EventKind::Disconnected };
        assert_eq!((seen.kind, seen.reason, seen.code), (kind, Reason::Local, 3), "{seen:?}");
    }
    world.until("nobody is left", |server, _| server.all_peers().is_empty());
    world.server.close(Duration::ZERO, 3, "maintenance").expect("all have closed");
}

fn a_game_can_go_on_drawing_meanwhile<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (_, at_server) = world.open();
    // It may be over already.
    let _ = world.server.close(Duration::ZERO, 0, "");
    assert_eq!(world.server.all_peers(), [at_server], "its last event waits");
    world.until("nobody is left", |server, _| server.all_peers().is_empty());
    assert_eq!(world.server_gets(EventKind::Disconnected).reason, Reason::Local);
}

fn an_end_that_does_not_close_is_lost_in_the_end<A: Api>(mode: Mode) {
    let short = Config { linger: Duration::from_millis(100), ..config(mode) };
    let (mut server, address) = End::<A>::listening(short, false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let late = server.close(Duration::from_millis(200), 4, "bye");
    refused(late, TIMEOUT, &["has not closed after 200 ms: 1"]);
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (peer, Reason::Lost, 4));
    assert_eq!(ended.text, "the other end did not close in time");
    assert_eq!(raw.read_frame(), (kind::CLOSE, b"\x01\0\0\0\x04bye".to_vec()));
}

fn a_second_close_gives_more_time<A: Api>(mode: Mode) {
    let short = Config { linger: Duration::from_millis(100), ..config(mode) };
    let mut world = World::<A>::with(short, config(Mode::Threaded), false);
    // There and back again takes longer than the server lingers.
    world.address = long_line(&world.address, Duration::from_millis(150));
    let (_, at_server) = world.open();
    refused(world.server.close(Duration::ZERO, 4, "bye"), TIMEOUT, &[]);
    world.server.close(PATIENCE, 4, "bye").unwrap();
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_server, Reason::Local));
    assert_eq!(world.client_gets(EventKind::Disconnected).text, "bye");
}

fn asking_in_every_frame_comes_to_an_end<A: Api>(mode: Mode) {
    let short = Config { linger: Duration::from_millis(100), ..config(mode) };
    let (mut server, address) = End::<A>::listening(short, false);
    let (_raw, peer) = Raw::open(&mut server, &address);
    server.until("it is closed", |server| server.close(Duration::ZERO, 4, "bye").is_ok());
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (peer, Reason::Lost, 4));
}

/// However long the host would wait for it.
fn who_is_kicked_is_not_waited_for<A: Api>(mode: Mode) {
    let short = Config { linger: Duration::from_millis(100), ..config(mode) };
    let (mut server, address) = End::<A>::listening(short, false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let net = server.net();
    let kicks = thread::spawn(move || {
        // It never closes.
        assert_eq!(raw.read_frame().0, kind::CLOSE);
        net.kick(peer).unwrap();
        raw
    });
    let began = Instant::now();
    server.close(2 * PATIENCE, 4, "bye").unwrap();
    let took = began.elapsed();
    assert!(took < PATIENCE, "{took:?}");
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (peer, Reason::Local, 0));
    kicks.join().unwrap();
}

/// Its CONNECTED had not been polled when the host was closed: nothing of it comes, not even its end.
fn what_opened_while_it_closed_is_never_seen<A: Api>(mode: Mode) {
    let mut world =
        World::<A>::with(Config { max_events_per_poll: 1, ..config(mode) }, config(mode), false);
    let mut raws: Vec<_> = (0..2).map(|_| Raw::connect(&world.address)).collect();
    raws.iter_mut().for_each(|raw| raw.write(&HELLO));
    let first = world.server_gets(EventKind::Connected).peer;
    world.server.close(Duration::ZERO, 0, "").expect_err("they have not closed");
    for raw in &mut raws {
        // Refused, or let in and told goodbye.
        alongside(&mut world.server, {
            let mut raw = Raw(raw.0.try_clone().unwrap());
            move || drop(raw.read_to_end())
        });
    }
    drop(raws);
    world.until("nobody is left", |server, _| server.all_peers().is_empty());
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!(ended.peer, first);
    assert!(world.server.seen.is_empty(), "of the other there is nothing");
}
