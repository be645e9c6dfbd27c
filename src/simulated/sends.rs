//! When what an inline host sends leaves: at once, together when a batch's last event is taken, or with the next poll,
//! wait or flush.

use std::hint;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use super::raw::{Raw, bin, frame, kind};
use super::world::{Id, World, ms, quiet};
use crate::{Config, EventKind, Handle, Message, PeerId, SendMode};

fn gathered() -> Config {
    Config { send_mode: SendMode::Gathered, ..quiet() }
}

/// A server that polls only where the test does, and a peer that has just sent it so many messages.
fn world(config: Config, messages: usize) -> (World, Id, Raw, PeerId) {
    let mut world = World::new();
    let (server, _) = world.server(config);
    let (mut raw, peer) = world.open_raw(server);
    world.sleep(server);
    world.run(ms(100));
    raw.read(usize::MAX);
    raw.frames();
    assert_eq!(raw.write(&frame(kind::MESSAGE, &[7]).repeat(messages)), 5 * messages);
    world.run(ms(100));
    (world, server, raw, peer)
}

/// The next event is a message.
#[track_caller]
fn polls(world: &mut World, server: Id) {
    let event = world[server].poll().unwrap().expect("the batch has more");
    assert_eq!(event.kind, EventKind::Message);
}

#[track_caller]
fn polls_nothing(world: &mut World, server: Id) {
    assert!(world[server].poll().unwrap().is_none());
}

fn say(world: &World, server: Id, peer: PeerId, n: u8) {
    world[server].send_msgpack(peer, &[n]).unwrap();
}

/// Whether so many writes have been made since this was asked last.
struct Writes(u64);

impl Writes {
    fn of(world: &World) -> Writes {
        Writes(world.writes())
    }

    fn more(&mut self, world: &World) -> u64 {
        let before = std::mem::replace(&mut self.0, world.writes());
        self.0 - before
    }
}

/// What a peer has got by now, each a number.
fn got(world: &mut World, raw: &mut Raw) -> Vec<u8> {
    world.run(ms(100));
    raw.read(usize::MAX);
    raw.frames().into_iter().map(|(_, payload)| payload[0]).collect()
}

#[test]
fn what_answers_a_batch_leaves_together_when_its_last_event_is_taken() {
    let (mut world, server, mut raw, peer) = world(quiet(), 50);
    let mut writes = Writes::of(&world);
    for n in 0..49 {
        polls(&mut world, server);
        say(&world, server, peer, n);
        assert_eq!(writes.more(&world), 0);
        assert_eq!(world[server].peer_stats(peer).unwrap().bytes_waiting, 5 * u64::from(n + 1));
    }
    polls(&mut world, server);
    assert_eq!(writes.more(&world), 1);
    // Nobody knows whether the game polls again soon.
    for n in 49..52 {
        say(&world, server, peer, n);
        assert_eq!(writes.more(&world), 1);
    }
    polls_nothing(&mut world, server);
    say(&world, server, peer, 52);
    assert_eq!(writes.more(&world), 1);
    polls_nothing(&mut world, server);
    assert_eq!(writes.more(&world), 0);
    assert_eq!(got(&mut world, &mut raw), Vec::from_iter(0..53));
}

#[test]
fn a_batch_of_one_is_answered_at_once() {
    let (mut world, server, mut raw, peer) = world(quiet(), 1);
    let mut writes = Writes::of(&world);
    polls(&mut world, server);
    say(&world, server, peer, 1);
    assert_eq!(writes.more(&world), 1);
    polls_nothing(&mut world, server);
    assert_eq!(writes.more(&world), 0);
    assert_eq!(got(&mut world, &mut raw), [1]);
}

/// A batch that ends because it may have no more events is at its end too.
#[test]
fn a_batch_that_is_cut_short_keeps_nothing_back() {
    let (mut world, server, _raw, peer) = world(Config { max_events_per_poll: 3, ..quiet() }, 5);
    let mut writes = Writes::of(&world);
    for expected in [0, 0, 1] {
        polls(&mut world, server);
        assert_eq!(writes.more(&world), expected);
        if expected == 0 {
            say(&world, server, peer, 1);
        }
    }
    say(&world, server, peer, 1);
    assert_eq!(writes.more(&world), 1);
}

/// A game may stop in the midst of a batch, and do something else.
#[test]
fn a_batch_that_takes_its_time_keeps_nothing_back_for_longer_than_a_millisecond() {
    let (mut world, server, mut raw, peer) = world(quiet(), 10);
    let mut writes = Writes::of(&world);
    polls(&mut world, server);
    say(&world, server, peer, 1);
    world.run(Duration::from_micros(999));
    polls(&mut world, server);
    say(&world, server, peer, 2);
    assert_eq!(writes.more(&world), 0);
    world.run(Duration::from_micros(1));
    polls(&mut world, server);
    assert_eq!(writes.more(&world), 1, "with a poll");
    say(&world, server, peer, 3);
    world.run(ms(1));
    assert_eq!(writes.more(&world), 0);
    say(&world, server, peer, 4);
    assert_eq!(writes.more(&world), 1, "with a send");
    say(&world, server, peer, 5);
    assert_eq!(writes.more(&world), 0);
    let _ = world[server].flush(Duration::ZERO);
    assert_eq!(writes.more(&world), 1, "with a flush that waits for nothing");
    say(&world, server, peer, 6);
    let net = world[server].handle().clone();
    thread::spawn(move || net.send_msgpack(peer, &[7]).unwrap()).join().unwrap();
    assert_eq!(writes.more(&world), 1, "with what another thread sends");
    assert_eq!(got(&mut world, &mut raw), [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn what_is_gathered_leaves_with_the_next_poll_wait_or_flush() {
    let (mut world, server, mut raw, peer) = world(gathered(), 0);
    let mut writes = Writes::of(&world);
    let mut sent = 0..;
    let mut say_some = |world: &World| {
        for n in sent.by_ref().take(10) {
            say(world, server, peer, n);
        }
        let (net, n) = (world[server].handle().clone(), sent.next().unwrap());
        thread::spawn(move || net.send_msgpack(peer, &[n]).unwrap()).join().unwrap();
        world.writes()
    };
    assert_eq!(say_some(&world), writes.0);
    world.run(ms(100));
    polls_nothing(&mut world, server);
    assert_eq!(writes.more(&world), 1);
    assert_eq!(say_some(&world), writes.0);
    assert!(world[server].wait(Duration::ZERO).unwrap().is_none());
    assert_eq!(writes.more(&world), 1);
    assert_eq!(say_some(&world), writes.0);
    world[server].flush(Duration::ZERO).unwrap();
    assert_eq!(writes.more(&world), 1);
    assert_eq!(got(&mut world, &mut raw), Vec::from_iter(0..33));
}

#[test]
fn what_is_gathered_in_a_batch_leaves_at_its_end() {
    let (mut world, server, mut raw, peer) = world(gathered(), 50);
    let mut writes = Writes::of(&world);
    for n in 0..50 {
        polls(&mut world, server);
        say(&world, server, peer, n);
        say(&world, server, peer, n);
    }
    assert_eq!(writes.more(&world), 0);
    polls_nothing(&mut world, server);
    assert_eq!(writes.more(&world), 1);
    assert_eq!(got(&mut world, &mut raw).len(), 100);
}

#[test]
fn no_more_than_64_kib_are_kept_back() {
    const MESSAGES: usize = 4_000;
    let (mut world, server, mut raw, peer) = world(gathered(), 0);
    let mut writes = Writes::of(&world);
    for _ in 0..MESSAGES {
        world[server].send_msgpack(peer, &bin(48, 0)).unwrap();
    }
    let bytes = MESSAGES * 57;
    let count = writes.more(&world) as usize;
    assert!(count >= bytes / (64 << 10) && count < 10, "{count} writes");
    polls_nothing(&mut world, server);
    assert_eq!(writes.more(&world), 1);
    // One that is larger than that leaves at once.
    say(&world, server, peer, 1);
    world[server].send_msgpack(peer, &bin(70_000, 0)).unwrap();
    assert!(writes.more(&world) > 0);
    world.run(ms(100));
    raw.read(usize::MAX);
    assert!(raw.frames().len() > 1_000);
}

/// Nobody is refused, told of room, or ended for what nobody has tried to write.
#[test]
fn room_is_made_before_it_is_missed() {
    let narrow = Config { out_buffer: 60_000, max_message: 50_000, ..gathered() };
    let (mut world, server, mut raw, peer) = world(narrow, 0);
    let mut writes = Writes::of(&world);
    for sizes in [[20_000, 45_000]; 3] {
        for size in sizes {
            world[server].send_msgpack(peer, &bin(size, 0)).unwrap();
        }
        assert!(writes.more(&world) > 0);
    }
    world.run(ms(100));
    raw.read(usize::MAX);
    let results = sizes_to_many(&world, server, peer);
    assert_eq!(results, [Ok(()), Ok(())]);
    world.run(ms(100));
    raw.read(usize::MAX);
    let mut message = Message::new();
    for size in [25_000, 40_000] {
        message.begin("x").key("x").add_bytes(&vec![0; size]);
        world[server].broadcast(&message, PeerId::NONE).unwrap();
    }
    world.run(ms(100));
    world.wake(server);
    world.run(ms(100));
    assert_eq!(world.seen(server).pop_front(), None);
    assert_eq!(world[server].stats().slow_peers, 0);
    raw.read(usize::MAX);
    assert_eq!(raw.frames().len(), 10);
}

fn sizes_to_many(world: &World, server: Id, peer: PeerId) -> [crate::Result<()>; 2] {
    [20_000, 45_000].map(|size| {
        let mut message = Message::new();
        message.begin("x").key("x").add_bytes(&vec![0; size]);
        let mut taken = Ok(());
        world[server].send_many(&[peer], &message, |_, result| taken = result)?;
        taken
    })
}

#[test]
fn what_else_is_asked_of_a_host_comes_behind_what_was_sent() {
    for last in ["disconnect", "close", "drop", "kick"] {
        let (mut world, server, mut raw, peer) = world(gathered(), 3);
        polls(&mut world, server);
        // More than the reactor takes at a time.
        for _ in 0..2_000 {
            say(&world, server, peer, 1);
        }
        match last {
            "disconnect" => world[server].disconnect(peer, 0, "").unwrap(),
            "kick" => world[server].kick(peer, 0, "").unwrap(),
            "close" => assert!(world[server].close(Duration::ZERO, 0, "").is_err()),
            _ => world.free(server),
        }
        world.run(ms(100));
        raw.read(usize::MAX);
        let mut frames = raw.frames();
        assert_eq!(frames.pop().expect("a goodbye").0, kind::CLOSE, "{last}");
        assert!(frames.iter().all(|frame| frame.0 == kind::MESSAGE));
        assert_eq!(frames.len(), 2_000, "{last}");
    }
}

/// Its sends wait for more, so that it is never told to wait itself.
#[test]
fn a_poll_ends_while_another_thread_goes_on_sending() {
    const MESSAGES: u64 = 30_000;
    const AHEAD: u64 = 100;
    let (mut world, server, _raw, peer) = world(gathered(), 0);
    let out = |net: &Handle| net.shared.counters.messages_out.load(Ordering::Relaxed);
    let net = world[server].handle().clone();
    let before = out(&net);
    let sends = thread::spawn(move || {
        for n in 0..MESSAGES {
            while before + n >= out(&net) + AHEAD {
                hint::spin_loop();
            }
            net.send_msgpack(peer, &[7]).unwrap();
        }
    });
    let mut most = 0;
    while !sends.is_finished() {
        let before = out(&world[server]);
        polls_nothing(&mut world, server);
        most = most.max(out(&world[server]) - before);
    }
    sends.join().unwrap();
    assert!(most <= 10 * AHEAD, "{most} were written in one poll");
}
