//! Whoever is ended learns why, on the wire: whole messages, then a close with the reason.

mod api;

use std::io::ErrorKind::{TimedOut, WouldBlock};
use std::io::Write;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use api::{Api, End, FILL, HELLO, MEMORY, Raw, alongside, bin, config, fill, frame, kind};
use podsix::{Config, EventKind, Message, Mode, Reason};

cases! {
    a_slow_peer_is_told_that_it_is,
    one_that_asks_for_pongs_and_reads_none_is_told,
    the_largest_holder_is_told,
    an_early_message_that_is_too_large_is_told_to_the_server,
    what_the_other_end_says_is_one_line_of_bounded_length,
}

/// What somebody says who means to have a terminal cleared and a log forged, and what an event makes of it.
const HOSTILE: &str = "bye\r\nERROR: forged\t\u{1b}[2J\u{9b}31m\u{202e}✗";
const SHOWN: &str = "bye  ERROR: forged �[2J�31m�✗";

/// What comes until the end: whole messages, each of them as it was sent, and a close.
fn until_close(raw: &mut Raw) -> Vec<u8> {
    loop {
        match raw.read_frame() {
            (kind::CLOSE, payload) => return payload,
            (kind::MESSAGE, payload) => assert!(payload[5..].iter().all(|b| *b == payload[5])),
            (kind::PONG, _) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn a_slow_peer_is_told_that_it_is<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    fill(&mut server, peer);
    let mut large = Message::new();
    large.add_msgpack(&bin(FILL, 1));
    server.until("a broadcast is too much", |server| {
        server.broadcast(&large, 0).unwrap();
        !server.seen.is_empty()
    });
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::SlowPeer));
    let close = alongside(&mut server, move || {
        let close = until_close(&mut raw);
        assert!(raw.read_to_end().is_empty());
        close
    });
    assert_eq!(close[..5], [Reason::SlowPeer as u8, 0, 0, 0, 0]);
    assert_eq!(close[0], 8);
    let words = str::from_utf8(&close[5..]).unwrap();
    assert!(words.contains("slow_peer_bytes (8388608)"), "{words}");
    assert_eq!(server.stats().slow_peers, 1);
}

fn one_that_asks_for_pongs_and_reads_none_is_told<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let mut asking = Raw(raw.0.try_clone().unwrap());
    // Pings alone would soon be too many: each message allows one more.
    let pings =
        [frame(kind::PING, &[1; 8]), frame(kind::MESSAGE, &bin(1, 1))].concat().repeat(5_000);
    let ended = server.stats().slow_peers;
    let is_over = Arc::new(AtomicBool::new(false));
    let over = is_over.clone();
    let asks = std::thread::spawn(move || {
        // Nobody may take it for a while: the machine is busy, or it is not read any more.
        asking.0.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
        let mut at = 0;
        while !over.load(Ordering::Relaxed) {
            match asking.0.write(&pings[at..]) {
                Ok(written) => at = (at + written) % pings.len(),
                Err(error) if matches!(error.kind(), WouldBlock | TimedOut) => {}
                Err(_) => break,
            }
        }
    });
    server.until("it is ended", |server| {
        server.seen.retain(|seen| seen.kind != EventKind::Message);
        !server.seen.is_empty()
    });
    assert_eq!(server.gets(EventKind::Disconnected).peer, peer);
    is_over.store(true, Ordering::Relaxed);
    assert_eq!(server.stats().slow_peers, ended + 1);
    let close = alongside(&mut server, move || until_close(&mut raw));
    assert_eq!(close[0], Reason::SlowPeer as u8);
    server.until("it has stopped asking", |_| asks.is_finished());
}

fn the_largest_holder_is_told<A: Api>(mode: Mode) {
    let tight = Config {
        max_message: 64 << 10,
        out_buffer: 512 << 10,
        queue_bytes: 64 << 10,
        memory_budget: 1 << 20,
        ..config(mode)
    };
    let (mut server, address) = End::<A>::listening(tight, false);
    let mut slow: Vec<_> = (0..3).map(|_| Raw::open(&mut server, &address)).collect();
    let mut others: Vec<_> = (0..8).map(|_| Raw::open(&mut server, &address)).collect();
    let part = frame(kind::MESSAGE, &bin(60_000, 7))[..60_000].to_vec();
    server.until("somebody has to go", |server| {
        let mut refusals = 0;
        for (_, peer) in &slow {
            match server.send_msgpack(*peer, &bin(30_000, 1)) {
                Err(fault) if fault.code == MEMORY => refusals += 1,
                _ => {}
            }
        }
        // What is half read comes on top of what no send may use.
        if refusals == 3
            && let Some((raw, _)) = others.last_mut()
        {
            raw.write(&part);
            std::mem::forget(others.pop());
        }
        server.take(EventKind::Writable);
        !server.seen.is_empty()
    });
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::Memory);
    let at = slow.iter().position(|(_, peer)| *peer == ended.peer).expect("a slow one");
    let mut raw = slow.swap_remove(at).0;
    let close = alongside(&mut server, move || until_close(&mut raw));
    assert_eq!(close[0], Reason::Memory as u8);
    assert!(str::from_utf8(&close[5..]).unwrap().contains("memory_budget (1048576)"));
}

fn an_early_message_that_is_too_large_is_told_to_the_server<A: Api>(mode: Mode) {
    let mut client = End::<A>::new(config(mode));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = client.connect(&listener.local_addr().unwrap().to_string(), "").unwrap();
    client.send_msgpack(peer, &bin(90_000, 1)).unwrap();
    let (frame, raw) = alongside(&mut client, move || {
        let mut raw = Raw::new(listener.accept().unwrap().0);
        raw.read(16);
        let mut small = HELLO;
        small[8..12].copy_from_slice(&1_000_u32.to_be_bytes());
        raw.write(&small);
        (raw.read_frame(), raw)
    });
    assert_eq!((frame.0, frame.1[0]), (kind::CLOSE, Reason::TooLarge as u8));
    let error = client.gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::TooLarge));
    assert!(error.text.contains("90005") && error.text.contains("1000"), "{}", error.text);
    drop(raw);
    client.until("nothing is held", |client| client.stats().memory_used == 0);
}

/// In a goodbye, in a refusal, and in one of PodSixNet's.
fn what_the_other_end_says_is_one_line_of_bounded_length<A: Api>(mode: Mode) {
    let close =
        |reason: Reason, text: &str| [&[reason as u8, 0, 0, 0, 7], text.as_bytes()].concat();
    let (mut server, address) = End::<A>::listening(config(mode), false);
    for (text, shown) in [(HOSTILE, SHOWN), (&"\n".repeat(4_000), &(" ".repeat(1_021) + "…"))] {
        let (mut raw, peer) = Raw::open(&mut server, &address);
        raw.write(&frame(kind::CLOSE, &close(Reason::Closed, text)));
        let ended = server.gets(EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason, ended.code), (peer, Reason::Closed, 7));
        assert_eq!(ended.text, shown);
    }
    let mut preface = HELLO;
    let refusal = close(Reason::Refused, HOSTILE);
    preface[7] = 1;
    preface[12..].copy_from_slice(&(refusal.len() as u32).to_be_bytes());
    let mut error = Message::new();
    error.begin("error").key("error").open_list().push(7).push(HOSTILE).close();
    let error = [error.value().unwrap().to_json().as_bytes(), b"\0---\0"].concat();
    for (scheme, answer) in
        [("tcp://", [&preface[..], &refusal].concat()), ("podsixnet+json://", error)]
    {
        let mut client = End::<A>::new(config(mode));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        client.connect(&format!("{scheme}{}", listener.local_addr().unwrap()), "").unwrap();
        let raw = alongside(&mut client, move || {
            let mut raw = Raw::new(listener.accept().unwrap().0);
            raw.write(&answer);
            raw
        });
        let refused = client.gets(EventKind::Error);
        assert_eq!((refused.reason, refused.code), (Reason::Refused, 7));
        assert_eq!(refused.text, SHOWN);
        drop(raw);
    }
}
