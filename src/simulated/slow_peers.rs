//! Peers that read slower than they are sent to: sends would block at exactly `out_buffer`, broadcasts end them
//! there, and nobody else waits.

use std::time::Duration;

use super::raw::{bin, kind};
use super::world::{World, inline, ms, quiet, seconds};
use crate::link::memory::Line;
use crate::{Config, Error, EventKind, Message, PeerId, Reason};

const DELAY: Duration = Duration::from_millis(20);
const HEADER: usize = crate::wire::HEADER;

#[test]
fn a_send_would_block_exactly_at_out_buffer_and_writable_comes_once_at_half() {
    let out_buffer = 100_000;
    let narrow = Config { out_buffer, max_message: 50_000, ..quiet() };
    let mut world = World::with(0, Line { buffer: 30_000, ..Line::default() });
    let (server, _) = world.server(narrow);
    let (mut raw, peer) = world.open_raw(server);
    world.run(seconds(1));
    raw.read(usize::MAX);
    raw.got.clear();
    // The line takes the first part, so that exactly a buffer is left.
    let payload = |size: usize| bin(size - HEADER - 5, 7);
    world[server].send_msgpack(peer, &payload(30_000)).unwrap();
    for _ in 0..10 {
        world[server].send_msgpack(peer, &payload(out_buffer as usize / 10)).unwrap();
    }
    let full = world[server].send_msgpack(peer, &payload(10));
    let limit = out_buffer as usize;
    assert_eq!(full, Err(Error::WouldBlock { waiting: limit, limit }));
    world.run(seconds(1));
    assert!(world.seen(server).is_empty());

    // It reads a thousand bytes every hundred milliseconds.
    let mut told = Vec::new();
    for _ in 0..130 {
        raw.read(1_000);
        let before = world[server].peer_stats(peer).unwrap().bytes_waiting;
        world.run(ms(100));
        let after = world[server].peer_stats(peer).unwrap().bytes_waiting;
        for seen in world.seen(server).drain(..) {
            assert_eq!((seen.kind, seen.peer), (EventKind::Writable, peer));
            told.push((before > 50_000, after <= 50_000));
        }
    }
    assert_eq!(told, [(true, true)], "once, when half of it had gone");
}

#[test]
fn a_broadcast_ends_a_slow_peer_exactly_at_out_buffer_and_delays_nobody() {
    const FRAME: usize = 10_000;
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let others: Vec<_> = (0..3).map(|_| world.host(inline())).collect();
    for &other in &others {
        world.open(other, server);
    }
    let (mut raw, slow) = world.open_raw(server);
    world.run(ms(100));
    let limit = inline().out_buffer as usize;
    let mut message = Message::new();
    let mut sent = Vec::new();
    let ended = loop {
        message.begin("t").set("n", 1_000 + sent.len() as i64).key("x").add_bytes(&[0; FRAME]);
        let frame = message.bytes().unwrap().len() + HEADER;
        let waiting = world[server].peer_stats(slow).unwrap().bytes_waiting as usize;
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        sent.push(world.now());
        world.run(ms(10));
        let over = waiting > 0 && waiting + frame > limit;
        match world.seen(server).pop_front() {
            Some(ended) => {
                assert!(over, "{waiting} bytes waited");
                break ended;
            }
            None => assert!(!over, "{waiting} bytes waited"),
        }
    };
    assert_eq!((ended.kind, ended.peer), (EventKind::Disconnected, slow));
    assert_eq!((ended.reason, ended.at), (Reason::SlowPeer, *sent.last().unwrap()));
    assert!(sent.len() > 100, "{}", sent.len());
    world.run(seconds(1));
    for other in others {
        let got: Vec<_> = world.seen(other).drain(..).map(|seen| (seen.kind, seen.at)).collect();
        let due: Vec<_> = sent.iter().map(|at| (EventKind::Message, *at + DELAY)).collect();
        assert_eq!(got, due, "each a delay after it was sent");
    }
    // It gets what the line had taken already, whole messages, and is told why.
    let mut frames = Vec::new();
    for _ in 0..100 {
        raw.read(usize::MAX);
        frames.extend(raw.frames());
        world.run(ms(100));
    }
    let (last, close) = frames.pop().unwrap();
    assert_eq!((last, close[0]), (kind::CLOSE, Reason::SlowPeer as u8));
    let is_whole = |frame: &(u8, Vec<u8>)| frame.0 != kind::MESSAGE || frame.1.len() > FRAME;
    assert!(frames.iter().all(is_whole) && frames.len() > 20);
}

#[test]
fn a_broadcast_that_fits_to_the_last_byte_ends_nobody() {
    for over in [0, 1] {
        let mut world = World::new();
        let (server, _) = world.server(quiet());
        let (_raw, peer) = world.open_raw(server);
        world[server].send_msgpack(peer, &bin(1_000_000, 1)).unwrap();
        let waiting = world[server].peer_stats(peer).unwrap().bytes_waiting as usize;
        let room = inline().out_buffer as usize - waiting;
        let mut message = Message::new();
        message.add_msgpack(&bin(room + over - HEADER - 5, 2));
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        world.run(ms(100));
        assert_eq!(world[server].stats().slow_peers, over as u64);
    }
}

/// A line that carries half of what is broadcast.
#[test]
fn a_peer_on_a_thin_line_is_ended_when_out_buffer_is_full_and_not_before() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let (thin, good) = (world.host(inline()), world.host(inline()));
    let line = Line { rate: 50_000, queue: 20_000, ..Line::default() };
    world.set_line(world.ip(thin), world.ip(server), line);
    let (_, slow) = world.open(thin, server);
    world.open(good, server);
    let mut message = Message::new();
    message.begin("t").key("x").add_bytes(&[0; 10_000]);
    let began = world.now();
    let (mut sent, mut ended) = (0, None);
    while ended.is_none() {
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        sent += 1;
        world.run(ms(100));
        ended = world.seen(server).pop_front();
    }
    let ended = ended.unwrap();
    assert_eq!((ended.peer, ended.reason), (slow, Reason::SlowPeer));
    // 100 kB a second come, 50 go: a buffer of 1 MiB lasts for 21 s.
    let lasted = ended.at - began;
    assert!(lasted > seconds(20) && lasted < seconds(23), "{lasted:?}");
    world.run(seconds(1));
    assert_eq!(world.seen(good).len(), sent);
    world.run(seconds(10));
    assert_eq!(world.seen(thin).back().map(|seen| seen.reason), Some(Reason::SlowPeer));
}
