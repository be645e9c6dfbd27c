//! When what is sent leaves: whatever waits for a batch's end, or for the next poll, wait or flush, arrives, whole and in
//! order.

mod api;

use std::ops::Range;
use std::thread;
use std::time::Duration;

use api::{Answer, Api, End, Net, PATIENCE, Raw, Seen, World, config, frame, kind};
use podsix::{Config, EventKind, Message, Mode, SendMode};

cases! {
    what_is_gathered_leaves_with_a_poll_a_wait_or_a_flush,
    what_is_gathered_keeps_its_order,
    a_wait_that_sleeps_sends_what_another_thread_does,
    what_answers_a_batch_that_is_left_in_its_midst_leaves_with_the_next_call,
}

fn gathered(mode: Mode) -> Config {
    Config { send_mode: SendMode::Gathered, ..config(mode) }
}

fn say(n: i64) -> String {
    format!(r#"{{"n":{n}}}"#)
}

/// A connection, and the server's peer.
fn open<A: Api>(mode: Mode) -> (World<A>, u64) {
    let mut world = World::with(gathered(mode), gathered(mode), false);
    let (_, peer) = world.open();
    (world, peer)
}

/// What the client gets while the server's game does nothing more.
#[track_caller]
fn client_gets<A: Api>(world: &mut World<A>, numbers: Range<i64>) {
    for n in numbers {
        assert_eq!(world.client.gets(EventKind::Message).int("n"), n);
    }
}

fn what_is_gathered_leaves_with_a_poll_a_wait_or_a_flush<A: Api>(mode: Mode) {
    type Leave<A> = fn(&mut A) -> Answer<Option<Seen>>;
    let (mut world, peer) = open::<A>(mode);
    let leave: [Leave<A>; 3] = [
        |host| host.poll(),
        |host| host.wait(Duration::from_millis(1)),
        |host| host.flush(PATIENCE).map(|()| None),
    ];
    let mut sent = 0;
    for leave in leave {
        for _ in 0..100 {
            world.server.send_json(peer, &say(sent)).unwrap();
            sent += 1;
        }
        assert!(leave(&mut world.server).unwrap().is_none());
        client_gets(&mut world, sent - 100..sent);
    }
}

fn what_is_gathered_keeps_its_order<A: Api>(mode: Mode) {
    let (mut world, peer) = open::<A>(mode);
    let mut message = Message::new();
    for n in 0..100 {
        match n % 4 {
            0 => world.server.send_json(peer, &say(n)).unwrap(),
            1 => assert_eq!(world.server.send_many(&[peer], &say(n)).unwrap().0, 1),
            2 => {
                let text = format!(r#"{{"n":{n},"large":"{}"}}"#, "x".repeat(2_000));
                world.server.send_json(peer, &text).unwrap();
            }
            _ => {
                message.begin("all").set("n", n);
                world.server.broadcast(&message, 0).unwrap();
            }
        }
    }
    world.server.disconnect(peer, 7, "that was all").unwrap();
    client_gets(&mut world, 0..100);
    let end = world.client.gets(EventKind::Disconnected);
    assert_eq!((end.code, end.text.as_str()), (7, "that was all"));
}

fn a_wait_that_sleeps_sends_what_another_thread_does<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(gathered(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let net = server.net();
    let sends = thread::spawn(move || {
        for n in 0..100 {
            net.send_msgpack(peer, &[n]).unwrap();
            assert_eq!(raw.read_frame(), (kind::MESSAGE, vec![n]), "before the wait is over");
        }
        raw.send(kind::MESSAGE, &[100]);
        raw
    });
    let event = server.wait(2 * PATIENCE).unwrap().expect("what ends it");
    assert_eq!((event.kind, event.message), (EventKind::Message, vec![100]));
    sends.join().unwrap();
}

/// As a game does whose handler throws, or which has seen enough for this frame.
fn what_answers_a_batch_that_is_left_in_its_midst_leaves_with_the_next_call<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    raw.write(&(0..20).flat_map(|n| frame(kind::MESSAGE, &[n])).collect::<Vec<_>>());
    let mut answered = 0..20;
    let mut answer = |server: &mut End<A>, count: usize| {
        for n in answered.by_ref().take(count) {
            let event = server.wait(PATIENCE).unwrap();
            // Between two batches there is none once.
            let event = event.or_else(|| server.wait(PATIENCE).unwrap()).expect("all were sent");
            assert_eq!(event.message, [n]);
            server.send_msgpack(peer, &event.message).unwrap();
        }
    };
    let mut gets = |numbers: Range<u8>| {
        for n in numbers {
            assert_eq!(raw.read_frame(), (kind::MESSAGE, vec![n]));
        }
    };
    answer(&mut server, 5);
    server.flush(PATIENCE).unwrap();
    gets(0..5);
    answer(&mut server, 5);
    let net = server.net();
    thread::spawn(move || net.send_msgpack(peer, &[77]).unwrap()).join().unwrap();
    gets(5..10);
    gets(77..78);
    answer(&mut server, 10);
    assert!(server.poll().unwrap().is_none());
    gets(10..20);
    answered_by_disconnect(&mut server, peer, &mut raw);
}

/// Nothing that was sent is behind the goodbye.
fn answered_by_disconnect<A: Api>(server: &mut End<A>, peer: u64, raw: &mut Raw) {
    raw.write(&frame(kind::MESSAGE, &[1]).repeat(10));
    assert!(server.wait(PATIENCE).unwrap().is_some());
    server.send_msgpack(peer, &[2]).unwrap();
    server.disconnect(peer, 0, "").unwrap();
    assert_eq!(raw.read_frame(), (kind::MESSAGE, vec![2]));
    assert_eq!(raw.read_frame().0, kind::CLOSE);
}
