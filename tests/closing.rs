//! Closing: what was sent before goes first, the reason arrives, and nothing waits for ever.

mod api;

use std::time::{Duration, Instant};

use api::{
    Api, End, FILL, HELLO, PATIENCE, Raw, World, alongside, bin, config, fill, kind,
    raise_descriptors,
};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    what_was_sent_before_a_disconnect_arrives_before_its_reason,
    a_slow_peer_still_gets_everything_that_waits,
    a_peer_that_never_reads_is_left_after_linger,
    no_message_comes_after_a_local_disconnect,
    freeing_a_host_says_goodbye,
    freeing_a_host_does_not_wait_for_those_that_do_not_read,
    freeing_a_host_tells_thousands,
}

fn what_was_sent_before_a_disconnect_arrives_before_its_reason<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    for n in 0..100 {
        world.server.send_msgpack(at_server, &bin(10_000, n)).unwrap();
    }
    world.server.disconnect(at_server, 9, "that was all").unwrap();
    for n in 0..100 {
        assert!(world.client_gets(EventKind::Message).message == bin(10_000, n), "message {n}");
    }
    let ended = world.client_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (at_client, Reason::Closed, 9));
    assert_eq!(world.server_gets(EventKind::Disconnected).reason, Reason::Local);
}

fn a_slow_peer_still_gets_everything_that_waits<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let (sent, _) = fill(&mut server, peer);
    assert!(server.peer_stats(peer).unwrap().bytes_waiting > 900_000);
    server.disconnect(peer, 9, "that was all").unwrap();
    alongside(&mut server, move || {
        // Something unread at the other end, which must not turn the close into a reset.
        raw.send(kind::MESSAGE, &bin(100_000, 0));
        for n in 0..sent {
            assert!(raw.read_frame() == (kind::MESSAGE, bin(FILL, n as u8)), "message {n}");
        }
        assert_eq!(raw.read_frame(), (kind::CLOSE, b"\x01\0\0\0\x09that was all".to_vec()));
        assert!(raw.read_to_end().is_empty());
    });
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.reason, ended.code), (Reason::Local, 9));
    assert_eq!(ended.text, "that was all");
}

fn a_peer_that_never_reads_is_left_after_linger<A: Api>(mode: Mode) {
    let short = Config { linger: Duration::from_millis(200), ..config(mode) };
    let (mut server, address) = End::<A>::listening(short, false);
    let (_raw, peer) = Raw::open(&mut server, &address);
    fill(&mut server, peer);
    server.disconnect(peer, 4, "bye").unwrap();
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (peer, Reason::Local, 4));
    assert!(ended.text.contains("not delivered within 200 ms (linger_ms)"), "{}", ended.text);
    assert!(server.stats().memory_used < 100_000, "{:?}", server.stats());
}

/// Neither those already queued, nor those of the batch being polled.
fn no_message_comes_after_a_local_disconnect<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    let (other_at_client, other) = world.open();
    for n in 0..100 {
        world.client.send_json(at_client, &n.to_string()).unwrap();
        world.client.send_json(other_at_client, &n.to_string()).unwrap();
    }
    let World { server, client, .. } = &mut world;
    let (mut seen, mut others, mut closed, mut ended) = (0, 0, false, 0);
    client.until("the other's messages and the end", |_| {
        let mut event = server.wait(Duration::from_millis(1)).unwrap();
        while let Some(now) = event {
            match (now.kind, now.peer == other) {
                (EventKind::Message, true) => others += 1,
                (EventKind::Message, false) => {
                    assert!(!closed, "a message after the disconnect");
                    seen += 1;
                    if seen == 10 {
                        server.disconnect(at_server, 0, "").unwrap();
                        closed = true;
                    }
                }
                // Not this case's: see `sees_naps`.
                (EventKind::Stalled | EventKind::Resumed, _) => {}
                _ => {
                    assert_eq!((now.kind, now.peer), (EventKind::Disconnected, at_server));
                    ended += 1;
                }
            }
            event = server.poll().unwrap();
        }
        others == 100 && ended == 1
    });
    assert_eq!(seen, 10);
    assert_eq!(world.client_gets(EventKind::Disconnected).reason, Reason::Closed);
    world.nothing_more();
}

fn freeing_a_host_says_goodbye<A: Api>(mode: Mode) {
    let mut world = World::<A>::with(config(mode), config(mode), false);
    let asking = world.server.listen("127.0.0.1:0", true).unwrap();
    let asking = world.server.listener_address(asking).unwrap();
    let (at_client, at_server) = world.open();
    let unanswered = world.client.connect(&asking, "").unwrap();
    world.server_gets(EventKind::Request);
    world.server.send_msgpack(at_server, &bin(200_000, 3)).unwrap();
    let World { server, mut client, .. } = world;
    drop(server);

    client.until("both have ended", |client| client.seen.len() == 3);
    let seen: Vec<_> = client.seen.drain(..).collect();
    let of = |peer| seen.iter().filter(move |seen| seen.peer == peer);
    assert_eq!(of(unanswered).count(), 1);
    for ended in of(unanswered).chain(of(at_client).skip(1)) {
        let kind =
            if ended.peer == unanswered { EventKind::Error } else { EventKind::Disconnected };
        assert_eq!((ended.kind, ended.reason), (kind, Reason::Shutdown));
        assert_eq!(ended.text, "the other end shut down");
    }
    let first = of(at_client).next().unwrap();
    assert!(first.message == bin(200_000, 3), "what was sent before arrives before");
}

fn freeing_a_host_does_not_wait_for_those_that_do_not_read<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (raw, peer) = Raw::open(&mut server, &address);
    fill(&mut server, peer);
    let began = Instant::now();
    drop(server);
    let took = began.elapsed();
    // 200 ms are the promise, which simulated hosts are held to.
    assert!(took < PATIENCE, "{took:?}");
    drop(raw);
}

/// It takes no longer than with one; whoever has not been told by then is told by a thread that goes on.
fn freeing_a_host_tells_thousands<A: Api>(mode: Mode) {
    const PEERS: usize = 2_000;
    // Two for each connection, in each of the four combinations.
    raise_descriptors(17_000);
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let raws = alongside(&mut server, move || {
        let mut raws: Vec<_> = (0..PEERS).map(|_| Raw::connect(&address)).collect();
        raws.iter_mut().for_each(|raw| raw.write(&HELLO));
        raws
    });
    server.until("all are there", |server| server.seen.len() == PEERS);
    drop(server);
    for mut raw in raws {
        assert_eq!(raw.read(16)[..4], *b"PDSX");
        let (kind, close) = raw.read_frame();
        assert_eq!((kind, close[0]), (kind::CLOSE, Reason::Shutdown as u8));
    }
}
