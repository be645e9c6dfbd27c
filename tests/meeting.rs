//! A peer is there, for the game, from when its CONNECTED has been polled.

mod api;

use std::net::TcpListener;
use std::time::{Duration, Instant};

use api::{Api, End, HELLO, NOT_CONNECTED, PATIENCE, Raw, alongside, config, kind, refused};
use podsix::{Config, EventKind, Message, Mode, Reason};

cases! {
    a_broadcast_is_for_those_whose_connected_was_polled,
    a_connect_closed_before_its_connected_was_polled_ends_with_error,
    one_that_ends_by_itself_has_both_events,
}

fn said(text: &str) -> Message {
    Message::from_json(&format!("\"{text}\"")).unwrap()
}

/// "joined" goes to those who were there, and the newcomer's first message is its welcome.
fn a_broadcast_is_for_those_whose_connected_was_polled<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut first, _) = Raw::open(&mut server, &address);
    for _ in 0..20 {
        let mut late = Raw::connect(&address);
        late.write(&HELLO);
        // It is let in, whether the game has polled that or not.
        let deadline = Instant::now() + PATIENCE;
        let mut event = None;
        while event.is_none() {
            assert!(Instant::now() < deadline, "nobody came");
            assert_eq!(server.peers().len(), 1, "the game has not heard of it");
            server.broadcast(&said("joined"), 0).unwrap();
            event = server.wait(Duration::from_millis(5)).unwrap();
        }
        let met = event.unwrap();
        assert_eq!(met.kind, EventKind::Connected);
        assert_eq!(server.peers().len(), 2);
        server.send_json(met.peer, "\"welcome\"").unwrap();
        server.broadcast(&said("all"), 0).unwrap();
        server.disconnect(met.peer, 0, "").unwrap();
        let late = alongside(&mut server, move || {
            assert_eq!(late.read(16)[..4], *b"PDSX");
            [late.read_frame(), late.read_frame(), late.read_frame()]
        });
        assert_eq!(late[0], (kind::MESSAGE, b"\xa7welcome".to_vec()));
        assert_eq!(late[1], (kind::MESSAGE, b"\xa3all".to_vec()));
        assert_eq!(late[2].0, kind::CLOSE);
        assert_eq!(server.gets(EventKind::Disconnected).peer, met.peer);
        let others = alongside(&mut server, {
            let mut first = Raw(first.0.try_clone().unwrap());
            move || {
                let mut joined = 0;
                while first.read_frame().1 == b"\xa6joined" {
                    joined += 1;
                }
                joined
            }
        });
        assert!(others > 0);
    }
    first.send(kind::CLOSE, &[1, 0, 0, 0, 0]);
}

/// A client with two connections that are open; it has polled the CONNECTED of the first, and the other's waits,
/// behind which `more` has come. The raw ends, in that order, and the other's id.
fn one_polled<A: Api>(mode: Mode, more: &'static [u8]) -> (End<A>, [Raw; 2], u64) {
    let mut client = End::<A>::new(Config { max_events_per_poll: 1, ..config(mode) });
    let listeners = [0, 1].map(|_| TcpListener::bind("127.0.0.1:0").unwrap());
    let address = |listener: &TcpListener| listener.local_addr().unwrap().to_string();
    let peers = [0, 1].map(|n| client.connect(&address(&listeners[n]), "").unwrap());
    let mut raws = alongside(&mut client, move || {
        listeners.map(|listener| {
            let mut raw = Raw::new(listener.accept().unwrap().0);
            assert_eq!(raw.read(16)[..4], *b"PDSX");
            raw
        })
    });
    for raw in &mut raws {
        raw.write(&HELLO);
        raw.write(more);
    }
    let deadline = Instant::now() + PATIENCE;
    while mode == Mode::Threaded && client.stats().bytes_in < 2 * (16 + more.len() as u64) {
        assert!(Instant::now() < deadline, "not all has been read");
        std::thread::yield_now();
    }
    let first = client.gets(EventKind::Connected).peer;
    assert!(client.seen.is_empty(), "the game has not heard of the other");
    let at = peers.iter().position(|peer| *peer == first).unwrap();
    if at == 1 {
        raws.swap(0, 1);
    }
    (client, raws, peers[1 - at])
}

fn a_connect_closed_before_its_connected_was_polled_ends_with_error<A: Api>(mode: Mode) {
    for how in 0..3 {
        let (mut client, mut raws, peer) = one_polled::<A>(mode, &[]);
        assert_eq!(client.peers().len(), 1, "the game has not heard of it");
        client.send_json(peer, "1").expect("it may be sent to");
        match how {
            0 => client.disconnect(peer, 5, "no").unwrap(),
            1 => client.kick(peer, 5, "no").unwrap(),
            _ => client.drop_peer(peer).unwrap(),
        }
        refused(client.send_json(peer, "1"), NOT_CONNECTED, &[]);
        if how == 0 {
            // It was open at the other end, which gets what was sent and the words.
            let [first, mut other] = raws;
            raws = alongside(&mut client, move || {
                assert_eq!(other.read_frame(), (kind::MESSAGE, vec![1]));
                assert_eq!(other.read_frame(), (kind::CLOSE, b"\x01\0\0\0\x05no".to_vec()));
                [first, other]
            });
            raws[1].0.shutdown(std::net::Shutdown::Both).unwrap();
        }
        let error = client.gets(EventKind::Error);
        assert_eq!((error.peer, error.reason), (peer, Reason::Local), "{error:?}");
        assert_eq!(error.action, "error");
        client.until("it is gone", |client| client.all_peers().len() == 1);
        assert!(client.seen.is_empty(), "{:?}", client.seen);
    }
}

fn one_that_ends_by_itself_has_both_events<A: Api>(mode: Mode) {
    const CLOSE: &[u8] = b"\x04\0\0\x0b\x01\0\0\0\x07enough";
    let (mut client, _raws, peer) = one_polled::<A>(mode, CLOSE);
    refused(client.disconnect(peer, 5, "no"), NOT_CONNECTED, &[]);
    let mut of_peer = Vec::new();
    client.until("both have ended", |client| {
        of_peer.extend(client.seen.drain(..).filter(|seen| seen.peer == peer));
        of_peer.len() == 2
    });
    assert_eq!(of_peer[0].kind, EventKind::Connected);
    assert_eq!((of_peer[1].kind, of_peer[1].reason), (EventKind::Disconnected, Reason::Closed));
    assert_eq!((of_peer[1].code, of_peer[1].text.as_str()), (7, "enough"));
}
