//! Peers that read slower than they are sent to: sends would block at exactly `out_buffer`, broadcasts end them
//! at exactly `slow_peer_bytes`, or when they have taken nothing for `slow_peer`, and nobody else waits.

use std::time::Duration;

use super::raw::{bin, kind};
use super::world::{Id, Seen, World, inline, ms, quiet, seconds, threaded};
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

/// Judged by bytes alone.
fn patient() -> Config {
    Config { slow_peer: Duration::ZERO, ..quiet() }
}

/// A message with a number and so many bytes more.
fn numbered(message: &mut Message, n: i64, size: usize) -> &Message {
    message.begin("t").set("n", n).key("x").add_bytes(&vec![0; size])
}

/// The number in it.
fn number(seen: &Seen) -> i64 {
    crate::Value::trusted(&seen.message).get("n").as_int(-1)
}

/// Takes the messages that a host has seen, which has seen nothing else: their numbers.
#[track_caller]
fn numbers(world: &mut World, id: Id) -> Vec<i64> {
    let seen = std::mem::take(world.seen(id));
    assert!(seen.iter().all(|seen| seen.kind == EventKind::Message), "{seen:?}");
    seen.iter().map(number).collect()
}

#[test]
fn thirty_large_broadcasts_in_one_frame_reach_who_reads_as_fast_as_it_can() {
    for settings in [inline(), threaded()] {
        let mut world = World::new();
        let (server, _) = world.server(settings.clone());
        let client = world.host(settings);
        world.open(client, server);
        let mut message = Message::new();
        for n in 0..30 {
            world[server].broadcast(numbered(&mut message, n, 100_000), PeerId::NONE).unwrap();
        }
        world.run(seconds(10));
        assert_eq!(numbers(&mut world, client), (0..30).collect::<Vec<_>>());
        assert!(world.seen(server).is_empty(), "{:?}", world.seen(server));
    }
}

/// The level is streamed as fast as sends are taken: its out-buffer is full to the last bytes all the while.
#[test]
fn a_joiner_whose_level_is_streamed_gets_what_is_broadcast_meanwhile() {
    const PARTS: i64 = 2_000;
    let mut world = World::with(0, Line { rate: 500_000, ..Line::default() });
    let (server, _) = world.server(threaded());
    let joiner = world.host(threaded());
    let (_, at_server) = world.open(joiner, server);
    let mut message = Message::new();
    let (mut parts, mut broadcasts, mut refused) = (0, 0, 0);
    while parts < PARTS {
        // Smaller ones where a large one has no room.
        for size in [20_000, 200] {
            while parts < PARTS {
                let part = numbered(&mut message, parts, size);
                match world[server].send_message(at_server, part) {
                    Ok(()) => parts += 1,
                    Err(Error::WouldBlock { .. }) => break,
                    Err(error) => panic!("{error}"),
                }
            }
        }
        refused += usize::from(parts < PARTS);
        let state = numbered(&mut message, 1_000_000 + broadcasts, 300);
        world[server].broadcast(state, PeerId::NONE).unwrap();
        broadcasts += 1;
        world.run(ms(50));
        let seen = std::mem::take(world.seen(server));
        assert!(seen.iter().all(|seen| seen.kind == EventKind::Writable), "{seen:?}");
    }
    assert!(refused > 10, "its buffer was full {refused} times");
    world.run(seconds(10));
    let (level, states): (Vec<_>, Vec<_>) =
        numbers(&mut world, joiner).into_iter().partition(|n| *n < 1_000_000);
    assert_eq!(level, (0..PARTS).collect::<Vec<_>>());
    assert_eq!(states, (1_000_000..1_000_000 + broadcasts).collect::<Vec<_>>());
}

#[test]
fn a_broadcast_ends_a_slow_peer_exactly_at_slow_peer_bytes_and_delays_nobody() {
    const FRAME: usize = 50_000;
    let mut world = World::new();
    let (server, _) = world.server(patient());
    let others: Vec<_> = (0..3).map(|_| world.host(inline())).collect();
    for &other in &others {
        world.open(other, server);
    }
    let (mut raw, slow) = world.open_raw(server);
    world.run(ms(100));
    let limit = inline().slow_peer_bytes as usize;
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
    assert!(ended.text.contains("slow_peer_bytes (8388608)"), "{}", ended.text);
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
    assert_eq!(str::from_utf8(&close[5..]), Ok(&*ended.text), "in the same words");
    let is_whole = |frame: &(u8, Vec<u8>)| frame.0 != kind::MESSAGE || frame.1.len() > FRAME;
    assert!(frames.iter().all(is_whole) && frames.len() > 5);
}

#[test]
fn a_broadcast_that_fits_to_the_last_byte_ends_nobody() {
    for over in [0, 1] {
        let mut world = World::new();
        let (server, _) = world.server(Config { slow_peer_bytes: 2 << 20, ..quiet() });
        let (_raw, peer) = world.open_raw(server);
        world[server].send_msgpack(peer, &bin(1_000_000, 1)).unwrap();
        let mut message = Message::new();
        message.add_msgpack(&bin(900_000, 2));
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        let waiting = world[server].peer_stats(peer).unwrap().bytes_waiting as usize;
        let room = (2 << 20) - waiting;
        message.clear();
        message.add_msgpack(&bin(room + over - HEADER - 5, 3));
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        world.run(ms(100));
        assert_eq!(world[server].stats().slow_peers, over as u64);
    }
}

/// The link has not said that there is room, for it says so when half of its buffer is free.
#[test]
fn writing_is_tried_before_a_broadcast_ends_anybody() {
    for read in [600, 400] {
        let mut world = World::new();
        let (server, _) = world.server(Config { slow_peer_bytes: 2 << 20, ..patient() });
        let (mut raw, peer) = world.open_raw(server);
        let mut message = Message::new();
        for size in [1_000_000, 900_000] {
            message.clear();
            message.add_msgpack(&bin(size, 2));
            world[server].broadcast(&message, PeerId::NONE).unwrap();
        }
        let waiting = world[server].peer_stats(peer).unwrap().bytes_waiting as usize;
        let room = (2 << 20) - waiting;
        message.clear();
        message.add_msgpack(&bin(room - HEADER - 5, 3));
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        world.run(ms(100));
        assert_eq!(raw.read(read), read);
        message.clear();
        message.add_msgpack(&bin(500 - HEADER - 5, 4));
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        world.run(ms(100));
        assert_eq!(world[server].stats().slow_peers, u64::from(read < 500), "{read} were read");
    }
}

/// A line that carries half of what is broadcast.
#[test]
fn a_peer_on_a_thin_line_is_ended_when_so_much_waits_and_not_before() {
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
    // 100 kB a second come, 50 go: 8 MiB last for 168 s.
    let lasted = ended.at - began;
    assert!(lasted > seconds(160) && lasted < seconds(172), "{lasted:?}");
    world.run(seconds(1));
    assert_eq!(world.seen(good).len(), sent);
    world.run(seconds(10));
    assert_eq!(world.seen(thin).back().map(|seen| seen.reason), Some(Reason::SlowPeer));
}

/// Broadcasts to a peer that is no host until something waits for it. The time.
fn clog(world: &mut World, server: Id, peer: PeerId) -> Duration {
    let mut message = Message::new();
    message.add_msgpack(&bin(40_000, 1));
    while world[server].peer_stats(peer).unwrap().bytes_waiting < 80_000 {
        world[server].broadcast(&message, PeerId::NONE).unwrap();
        world.run(Duration::ZERO);
    }
    world.now()
}

#[test]
fn who_takes_nothing_for_slow_peer_is_ended_exactly_then_and_told() {
    for settings in [quiet(), Config { mode: crate::Mode::Threaded, ..quiet() }] {
        let mut world = World::new();
        let (server, _) = world.server(Config { slow_peer: ms(3_500), ..settings });
        let (mut raw, peer) = world.open_raw(server);
        let waits = clog(&mut world, server, peer);
        let ended = world.gets(server, EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason), (peer, Reason::SlowPeer));
        assert!(ended.at - waits >= ms(3_500) && ended.at - waits <= ms(3_601), "{:?}", ended.at);
        assert!(ended.text.contains("3500 ms (slow_peer_ms)"), "{}", ended.text);
        let mut frames = Vec::new();
        for _ in 0..10 {
            raw.read(usize::MAX);
            frames.extend(raw.frames());
            world.run(ms(100));
        }
        let (last, close) = frames.pop().unwrap();
        assert_eq!((last, close[0]), (kind::CLOSE, Reason::SlowPeer as u8));
        assert_eq!(str::from_utf8(&close[5..]), Ok(&*ended.text));
        assert!(
            frames.iter().all(|(kind, payload)| *kind != kind::MESSAGE || payload.len() > 40_000)
        );
    }
}

/// So little that the link does not tell of room before writing is tried.
#[test]
fn who_takes_a_little_now_and_then_stays() {
    let mut world = World::new();
    let (server, _) = world.server(quiet());
    let (mut raw, peer) = world.open_raw(server);
    clog(&mut world, server, peer);
    for _ in 0..20 {
        world.run(ms(4_900));
        assert_eq!(raw.read(1_000), 1_000);
    }
    assert!(world.seen(server).is_empty(), "{:?}", world.seen(server));
    let left = world.now();
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::SlowPeer));
    assert!(
        ended.at - left >= seconds(5) && ended.at - left < seconds(10),
        "{:?}",
        ended.at - left
    );
}

#[test]
fn who_is_only_sent_to_may_read_when_it_likes() {
    let mut world = World::new();
    let (server, _) = world.server(quiet());
    let (_raw, peer) = world.open_raw(server);
    for size in [40_000, 10] {
        while world[server].send_msgpack(peer, &bin(size, 1)).is_ok() {}
    }
    world.run(seconds(60 * 60));
    assert!(world.seen(server).is_empty(), "{:?}", world.seen(server));
    // A broadcast has room of its own, and its time counts from when it waits.
    let mut message = Message::new();
    world[server].broadcast(message.begin("t"), PeerId::NONE).unwrap();
    let sent = world.now();
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::SlowPeer));
    assert!(ended.at - sent >= seconds(5) && ended.at - sent < ms(5_102), "{:?}", ended.at - sent);
}

#[test]
fn broadcasts_that_wait_keep_nobody_from_sending() {
    let mut world = World::new();
    let (server, _) = world.server(patient());
    let (mut raw, peer) = world.open_raw(server);
    let mut message = Message::new();
    message.add_msgpack(&bin(500_000, 1));
    for _ in 0..10 {
        world[server].broadcast(&message, PeerId::NONE).unwrap();
    }
    let stats = |world: &World| world[server].peer_stats(peer).unwrap();
    let broadcast = stats(&world).bytes_waiting;
    assert!(broadcast > 4_500_000, "{broadcast} bytes wait");
    // As much can be sent as if nothing else waited, and no more.
    let mut sent = 0;
    let refused = loop {
        match world[server].send_msgpack(peer, &bin(100_000, 2)) {
            Ok(()) => sent += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(sent, 10);
    assert!(
        matches!(refused, Error::WouldBlock { waiting, limit: 1_048_576 } if waiting < 1 << 20)
    );
    assert!(stats(&world).bytes_waiting > broadcast + 1_000_000, "the statistics have both");
    // WRITABLE comes when half of what was sent has gone, all of what was broadcast before it.
    let mut most = 0;
    world.until("it is writable", |world| {
        most += 40_000;
        raw.read(40_000);
        world.seen(server).iter().any(|seen| seen.kind == EventKind::Writable)
    });
    assert_eq!(world.seen(server).len(), 1);
    let waiting = stats(&world).bytes_waiting;
    assert!((400_000..=1 << 19).contains(&waiting), "{waiting} bytes wait");
    let flushed = world[server].flush(ms(10));
    assert!(matches!(flushed, Err(Error::Timeout { .. })), "{flushed:?}");
}

/// A level is loaded at the other end. What is broadcast meanwhile waits for it, as much as may.
#[test]
fn a_game_that_has_said_that_it_sleeps_is_judged_by_bytes_alone() {
    let narrow = Config { queue_events: 16, ..threaded() };
    let mut message = Message::new();
    let mut world = World::new();
    let (server, _) = world.server(threaded());
    let client = world.host(narrow);
    let (_, at_server) = world.open(client, server);
    world.sleep(client);
    let mut sent = 0;
    for _ in 0..400 {
        world.run(ms(100));
        world[server].broadcast(numbered(&mut message, sent, 10_000), PeerId::NONE).unwrap();
        sent += 1;
    }
    assert!(world[server].peer_stats(at_server).unwrap().waiting_ms > 30_000);
    world.wake(client);
    world.run(seconds(5));
    assert_eq!(numbers(&mut world, client), (0..sent).collect::<Vec<_>>());
    let seen: Vec<_> = world.seen(server).drain(..).map(|seen| seen.kind).collect();
    assert_eq!(seen, [EventKind::Stalled, EventKind::Resumed]);

    world.sleep(client);
    world.until("too much waits", |world| {
        world.run(ms(100));
        world[server].broadcast(numbered(&mut message, 0, 100_000), PeerId::NONE).unwrap();
        world.seen(server).len() == 2
    });
    assert_eq!(world.gets(server, EventKind::Stalled).peer, at_server);
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_server, Reason::SlowPeer));
    assert!(ended.text.contains("slow_peer_bytes (8388608)"), "{}", ended.text);
}

/// An inline game does no output while it is away.
#[test]
fn who_was_not_written_to_for_long_is_not_slow() {
    let mut world = World::new();
    let (server, _) = world.server(quiet());
    let (mut raw, peer) = world.open_raw(server);
    clog(&mut world, server, peer);
    world.run(ms(100));
    world.sleep(server);
    world.run(seconds(20));
    world.wake(server);
    world.run(ms(4_000));
    assert!(world.seen(server).is_empty(), "{:?}", world.seen(server));
    raw.read(usize::MAX);
    world.run(ms(4_000));
    assert_eq!(world[server].peer_stats(peer).unwrap().bytes_waiting, 0);
    assert!(world.seen(server).is_empty(), "{:?}", world.seen(server));
}

/// From when it polls again it has as much time as everybody.
#[test]
fn a_game_that_wakes_has_its_time_from_then() {
    let mut world = World::new();
    let (server, _) = world.server(quiet());
    let (mut raw, peer) = world.open_raw(server);
    raw.send(kind::STALLED, &[0, 0, 1, 0]);
    clog(&mut world, server, peer);
    assert_eq!(world.gets(server, EventKind::Stalled).peer, peer);
    world.run(ms(33_300));
    raw.send(kind::RESUMED, &[]);
    let resumed = world.gets(server, EventKind::Resumed).at;
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::SlowPeer));
    let since = ended.at - resumed;
    assert!(since >= seconds(5) && since < ms(5_102), "{since:?}");
}

/// Both ends load a level, and one has filled the other's queue: nobody hears that it sleeps.
#[test]
fn who_is_not_read_is_not_judged_by_time() {
    let mut world = World::new();
    let (server, _) = world.server(Config { queue_events: 4, ..threaded() });
    let client = world.host(Config { queue_events: 4, ..threaded() });
    let (at_client, at_server) = world.open(client, server);
    let mut message = Message::new();
    for n in 0..10 {
        world[client].send_message(at_client, numbered(&mut message, n, 10)).unwrap();
    }
    world.sleep(server);
    world.sleep(client);
    for n in 0..60 {
        world[server].broadcast(numbered(&mut message, n, 10_000), PeerId::NONE).unwrap();
    }
    world.run(seconds(50));
    assert!(world[server].peer_stats(at_server).unwrap().waiting_ms > 40_000);
    world.wake(server);
    world.wake(client);
    world.run(seconds(10));
    for (id, count) in [(server, 10), (client, 60)] {
        let seen = std::mem::take(world.seen(id));
        let got = seen.iter().filter(|seen| seen.kind == EventKind::Message).map(number);
        assert_eq!(got.collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        assert!(seen.iter().all(|seen| seen.kind != EventKind::Disconnected), "{seen:?}");
    }
}

/// That nothing is taken is the line's affair then, and silence ends who is gone.
#[test]
fn a_line_that_is_gone_for_ten_seconds_makes_nobody_slow() {
    let mut world = World::with(0, Line { buffer: 20_000, ..Line::default() });
    let (server, _) = world.server(threaded());
    let client = world.host(threaded());
    let (_, at_server) = world.open(client, server);
    let mut message = Message::new();
    let mut sent = 0;
    for step in 0..400 {
        if step == 50 {
            world.cut(world.ip(server), world.ip(client), seconds(10));
        }
        world[server].broadcast(numbered(&mut message, sent, 1_000), PeerId::NONE).unwrap();
        sent += 1;
        world.run(ms(50));
        if step == 240 {
            assert!(world[server].peer_stats(at_server).unwrap().waiting_ms > 8_000);
        }
    }
    assert_eq!(numbers(&mut world, client), (0..sent).collect::<Vec<_>>());
    assert!(world.seen(server).is_empty(), "{:?}", world.seen(server));
}

/// What waits is shared by nobody here: each of them holds all of it.
#[test]
fn many_slow_peers_cost_a_broadcaster_neither_its_sends_nor_the_others_anything() {
    const SLOW: usize = 24;
    let mut world = World::with(0, Line { buffer: 30_000, ..Line::default() });
    let budget = 32 << 20;
    let (server, _) = world.server(Config { memory_budget: budget, ..patient() });
    let good = world.host(inline());
    world.open(good, server);
    let slow: Vec<_> = (0..SLOW).map(|_| world.open_raw(server)).collect();
    let mut message = Message::new();
    let (mut sent, mut ended) = (0, 0);
    while ended < SLOW {
        for _ in 0..50 {
            let state = numbered(&mut message, sent, 900);
            world[server].broadcast(state, PeerId::NONE).expect("memory for it");
            sent += 1;
        }
        world.run(ms(100));
        let stats = world[server].stats();
        assert!(stats.memory_used <= budget / 10 * 9, "{stats:?}");
        for seen in std::mem::take(world.seen(server)) {
            assert_eq!((seen.kind, seen.reason), (EventKind::Disconnected, Reason::SlowPeer));
            ended += 1;
            let lent =
                seen.text.contains("out_buffer (1048576)") && seen.text.contains("memory_budget");
            assert!(lent || seen.text.contains("slow_peer_bytes (8388608)"), "{}", seen.text);
            assert!(lent || ended > SLOW / 2, "most had to give back what was lent: {}", seen.text);
        }
    }
    world.run(seconds(1));
    assert_eq!(numbers(&mut world, good), (0..sent).collect::<Vec<_>>());
    drop(slow);
}
