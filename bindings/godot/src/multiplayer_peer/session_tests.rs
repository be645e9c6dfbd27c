//! Sessions over real sockets, and beside hosts that are none.

use std::time::{Duration, Instant};

use podsix::EventKind;

use super::*;

/// A server on a free port, and its address.
fn server() -> (Session, String) {
    let server = Session::server("127.0.0.1:0", 32, Config::default()).unwrap();
    let address = server.local_address().unwrap().to_string();
    (server, address)
}

fn client(address: &str, id: i32) -> Session {
    Session::client(address, id, Config::default()).unwrap()
}

/// Polls all of them by turns until something is there.
fn until<T>(sessions: &mut [&mut Session], mut found: impl FnMut(usize, Notice) -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        for (index, session) in sessions.iter_mut().enumerate() {
            session.begin();
            while let Some(notice) = session.next(false) {
                if let Some(found) = found(index, notice) {
                    return found;
                }
            }
        }
        assert!(Instant::now() < deadline, "it did not come");
        std::thread::yield_now();
    }
}

fn over(_: usize, notice: Notice) -> Option<String> {
    match notice {
        Notice::Over(why) => Some(why.text),
        _ => None,
    }
}

/// Waits until the server has this client.
fn joined(server: &mut Session, client: &mut Session, id: i32) {
    let mut left = 2;
    until(&mut [server, client], |_, notice| {
        left -= i32::from(notice == Notice::Joined(id) || notice == Notice::Joined(SERVER));
        (left == 0).then_some(())
    });
}

/// What an ordinary podsix client is answered at a session's port.
fn stranger(server: &mut Session, address: &str, hello: &str) -> (i32, String) {
    let mut host = Host::new(Config::default()).unwrap();
    host.connect(address, Some(&Message::from_json(hello).unwrap())).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        server.begin();
        while server.next(false).is_some() {}
        if let Some(event) = host.wait(Duration::from_millis(1)).unwrap() {
            assert_eq!((event.kind, event.reason), (EventKind::Error, Reason::Refused));
            return (event.code, event.text.to_owned());
        }
        assert!(Instant::now() < deadline, "no answer");
    }
}

#[test]
fn strangers_are_refused_in_words() {
    let (mut server, address) = server();
    let (code, text) = stranger(&mut server, &address, r#"{"name":"ada"}"#);
    assert!(code == 1 && text.contains("PodsixMultiplayerPeer"), "{text}");
    let (code, text) = stranger(&mut server, &address, r#"{"protocol":"godot","version":9}"#);
    assert!(code == 2 && text.contains("the client's 9"), "{text}");
    let (code, _) = stranger(&mut server, &address, r#"{"protocol":"godot","version":1,"id":1}"#);
    assert_eq!(code, 3);
    assert_eq!(server.stats().refused, 3);
}

#[test]
fn an_id_is_given_once_until_its_owner_has_left() {
    let (mut server, address) = server();
    let mut first = client(&address, 77);
    joined(&mut server, &mut first, 77);
    let mut second = client(&address, 77);
    let why = until(&mut [&mut server, &mut second], over);
    assert!(why.contains("another client has the id 77"), "{why}");
    drop(first);
    let left = |_, notice| matches!(notice, Notice::Left(77, _)).then_some(());
    until(&mut [&mut server], left);
    let mut third = client(&address, 77);
    joined(&mut server, &mut third, 77);
}

#[test]
fn a_server_of_another_game_is_told_apart() {
    let host = Host::new(Config::default()).unwrap();
    let listener = host.listen("127.0.0.1:0", false).unwrap();
    let address = host.listener_address(listener).unwrap().to_string();
    let mut lost = client(&address, 5);
    let why = until(&mut [&mut lost], over);
    assert!(why.contains("is no PodsixMultiplayerPeer"), "{why}");
    assert!(!lost.is_connected());
}

#[test]
fn what_is_no_packet_ends_the_connection() {
    let (mut server, address) = server();
    let mut odd = Host::new(Config::default()).unwrap();
    let peer = odd.connect(&address, Some(&handshake::hello(9))).unwrap();
    odd.send_json(peer, r#"{"action":"move"}"#).unwrap();
    let left = |_, notice| matches!(notice, Notice::Left(9, _)).then_some(());
    until(&mut [&mut server], left);
    assert_eq!(server.waiting().count(), 0);
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        assert!(Instant::now() < deadline, "no end");
        let Some(event) = odd.wait(Duration::from_millis(16)).unwrap() else { continue };
        if event.kind == EventKind::Disconnected {
            assert_eq!(event.code, 6);
            break assert!(event.text.contains("packets and nothing else"), "{}", event.text);
        }
    }
}

#[test]
fn the_last_packets_come_before_the_end() {
    let (mut server, address) = server();
    let mut leaver = client(&address, 8);
    joined(&mut server, &mut leaver, 8);
    leaver.send(SERVER, 0, b"farewell").unwrap();
    drop(leaver);
    let mut read = 0;
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        server.begin();
        if let Some(notice) = server.next(false) {
            assert!(matches!(notice, Notice::Left(8, _)), "{notice:?}");
            break assert_eq!(read, 1, "before it");
        }
        while let Some(packet) = server.inbox().take() {
            assert_eq!(packet, b"farewell");
            read += 1;
        }
        assert!(Instant::now() < deadline, "no end");
        std::thread::yield_now();
    }
    assert!(server.send(8, 0, b"x").is_err_and(|error| error.to_string().contains("no peer 8")));
}

#[test]
fn who_is_forgotten_is_not_told_of() {
    let (mut server, address) = server();
    let mut kicked = client(&address, 6);
    joined(&mut server, &mut kicked, 6);
    server.disconnect(6, true).unwrap();
    until(&mut [&mut kicked], over);
    // Its end has come when the host has no peers any more.
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.stats().peers > 0 {
        server.begin();
        assert_eq!(server.next(false), None);
        assert!(Instant::now() < deadline, "no end");
    }
    server.begin();
    assert_eq!(server.next(false), None);
}

/// As over ENet: what waits for a peer is no reason to wait for it.
#[test]
fn forced_what_waits_is_dropped() {
    for forced in [false, true] {
        let linger = Duration::from_secs(60);
        let config = Config { out_buffer: 16 << 20, linger, ..Config::default() };
        let mut server = Session::server("127.0.0.1:0", 32, config).unwrap();
        let address = server.local_address().unwrap().to_string();
        let mut slow = client(&address, 5);
        joined(&mut server, &mut slow, 5);
        for _ in 0..30 {
            server.send(5, 0, &[7; 500_000]).unwrap();
        }
        server.disconnect(5, forced).unwrap();
        let mut read = 0;
        let deadline = Instant::now() + Duration::from_secs(30);
        let why = loop {
            slow.begin();
            match slow.next(false) {
                Some(Notice::Over(why)) => break why,
                Some(notice) => assert!(matches!(notice, Notice::Left(SERVER, _)), "{notice:?}"),
                None => {}
            }
            while slow.inbox().take().is_some() {
                read += 1;
            }
            assert!(Instant::now() < deadline, "no end");
            std::thread::yield_now();
        };
        assert_eq!(why.reason, Reason::Closed);
        assert!(if forced { read < 30 } else { read == 30 }, "forced {forced}: {read} packets");
    }
}

#[test]
fn packets_that_nobody_reads_are_taken_up_to_a_limit() {
    let (mut server, address) = server();
    let config = Config { out_buffer: 16 << 20, ..Config::default() };
    let mut eager = Session::client(&address, 4, config).unwrap();
    joined(&mut server, &mut eager, 4);
    let packet = vec![0; 500_000];
    for _ in 0..20 {
        eager.send(SERVER, 0, &packet).unwrap();
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while server.peer_stats(4).unwrap().queued_events == 0 || server.waiting().size() < MAX_UNREAD {
        server.begin();
        assert_eq!(server.next(false), None);
        assert!(server.waiting().size() < MAX_UNREAD + 2 * packet.len());
        assert!(Instant::now() < deadline, "the rest never waited");
    }
    let mut read = 0;
    while read < 20 {
        server.begin();
        assert_eq!(server.next(false), None);
        while server.inbox().take().is_some() {
            read += 1;
        }
        assert!(Instant::now() < deadline, "only {read} came");
    }
}

#[test]
fn packets_without_bytes_count_too() {
    let mut inbox = packet::Inbox::default();
    while inbox.size() < MAX_UNREAD {
        inbox.push(2, 0, b"");
    }
    assert!(inbox.count() < MAX_UNREAD / 8);
}
