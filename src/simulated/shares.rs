//! A turn does a share of each kind of work and leaves the rest to the next, which has room for everything else first.

use std::time::Duration;

use super::raw::{Raw, bin, frame, kind};
use super::world::{Id, World, inline, ms, seconds, threaded};
use crate::{Config, EventKind, Message, PeerId};

/// Deliveries, writes and reads in a turn, and bytes.
const DELIVERIES: u64 = 1 << 15;
const WRITES: u64 = 256;
const READS: usize = 128;
const READ: u64 = 1 << 20;

/// So many peers, which a game that has a thread has polled and then polls no more, and what they are at the server.
fn peers(world: &mut World, count: usize, config: Config) -> (Id, Vec<Raw>, Vec<PeerId>) {
    let (server, _) = world.server(Config { max_peers: count as u32, ..config });
    let mut raws: Vec<Raw> = Vec::new();
    while raws.len() < count {
        // No more than a listener's queue takes.
        let few = (count - raws.len()).min(1_000);
        raws.extend((0..few).map(|_| world.raw(server)));
        world.run(ms(50));
    }
    raws.iter_mut().for_each(Raw::greet);
    world.run(ms(100));
    let seen = std::mem::take(world.seen(server));
    assert_eq!(seen.len(), count);
    (server, raws, seen.iter().map(|it| it.peer).collect())
}

fn patient() -> Config {
    Config { out_buffer: 64 << 20, memory_budget: 1 << 30, ..threaded() }
}

fn number(n: i64) -> Message {
    let mut message = Message::new();
    message.begin("n").set("n", n);
    message
}

/// The numbers that a peer has been sent, and the kinds of what else it has.
fn got(raw: &mut Raw) -> (Vec<i64>, Vec<u8>) {
    raw.read(usize::MAX);
    let (messages, others): (Vec<_>, Vec<_>) =
        raw.frames().into_iter().partition(|(kind, _)| *kind == kind::MESSAGE);
    let number = |(_, bytes): &(_, Vec<u8>)| crate::Value::trusted(bytes).get("n").as_int(-1);
    (messages.iter().map(number).collect(), others.into_iter().map(|it| it.0).collect())
}

#[test]
fn many_broadcasts_are_written_before_all_are_taken_and_everything_keeps_its_order() {
    const PEERS: usize = 200;
    const BROADCASTS: i64 = 900;
    let mut world = World::new();
    let (server, mut raws, ids) = peers(&mut world, PEERS, patient());
    raws.iter_mut().for_each(|raw| drop(got(raw)));
    for n in 0..BROADCASTS {
        world[server].broadcast(&number(n), PeerId::NONE).unwrap();
    }
    world[server].disconnect(ids[0], 0, "").unwrap();
    world[server].kick(ids[1], 0, "").unwrap();
    world[server].broadcast(&number(BROADCASTS), PeerId::NONE).unwrap();
    let mut turns = 0;
    let mut out = 0;
    while world[server].next_work() == Some(Duration::ZERO) {
        world[server].turn_reactor();
        let now = world[server].stats().messages_out;
        assert!(now - out <= DELIVERIES + PEERS as u64, "{} at once", now - out);
        (out, turns) = (now, turns + 1);
    }
    assert!(turns >= 5, "{turns}");
    assert_eq!(world[server].flush(seconds(10)), Ok(()), "nothing is left unplaced");
    let mut all = vec![(Vec::new(), Vec::new()); PEERS];
    // What has found no room in the line comes once there is some.
    for _ in 0..40 {
        world.run(ms(50));
        for (raw, (numbers, others)) in raws.iter_mut().zip(&mut all) {
            let (more_numbers, more_others) = got(raw);
            numbers.extend(more_numbers);
            others.extend(more_others);
        }
    }
    for (n, (numbers, others)) in all.iter().enumerate() {
        let stays = n > 1;
        assert_eq!(others.contains(&kind::CLOSE), !stays);
        // Who is kicked does not get what waits.
        assert!(n == 1 || *numbers == (0..BROADCASTS + i64::from(stays)).collect::<Vec<_>>());
    }
}

#[test]
fn large_broadcasts_are_written_before_many_are_taken() {
    let mut world = World::new();
    let (server, _raws, _) = peers(&mut world, 20, patient());
    let (size, mut before) = (1_000_000, 0);
    for _ in 0..8 {
        let mut large = Message::new();
        large.add_bytes(&vec![1; size]);
        world[server].broadcast(&large, PeerId::NONE).unwrap();
    }
    while before < 160 {
        world[server].turn_reactor();
        let out = world[server].stats().messages_out;
        assert!(out > before && out - before <= 20, "{}", out - before);
        before = out;
    }
}

#[test]
fn nothing_more_is_taken_before_all_have_been_written_to() {
    let mut world = World::new();
    let (server, _raws, _) = peers(&mut world, 600, patient());
    let mut written = Vec::new();
    for n in 0..6 {
        if n < 2 {
            world[server].broadcast(&number(n), PeerId::NONE).unwrap();
        }
        world[server].turn_reactor();
        written.push(world[server].stats().messages_out);
    }
    assert_eq!(written, [WRITES, 2 * WRITES, 600, 600 + WRITES, 600 + 2 * WRITES, 1_200]);

    // What comes meanwhile is not slept upon when they have been.
    world.sleep(server);
    world[server].broadcast(&number(2), PeerId::NONE).unwrap();
    for _ in 0..2 {
        world[server].turn_reactor();
    }
    world[server].broadcast(&number(3), PeerId::NONE).unwrap();
    while world[server].next_work() == Some(Duration::ZERO) {
        world[server].turn_reactor();
    }
    assert_eq!(world[server].stats().messages_out, 2_400);
}

#[test]
fn a_thread_hands_over_what_it_has_read_before_all_is_read() {
    const PEERS: usize = 500;
    let mut world = World::new();
    let (server, mut raws, _) = peers(&mut world, PEERS, threaded());
    for raw in &mut raws {
        raw.send(kind::MESSAGE, b"\x07");
    }
    world.sleep(server);
    let mut polled = Vec::new();
    world.station().internet().move_to(crate::wire::Moment::START + world.now() + ms(20));
    while polled.iter().sum::<usize>() < PEERS {
        world[server].turn_reactor();
        let mut events = 0;
        while let Some(event) = world[server].poll().unwrap() {
            assert_eq!(event.kind, EventKind::Message);
            events += 1;
        }
        assert!(events > 0 && events <= READS, "{events}");
        polled.push(events);
    }
    assert_eq!(polled.len(), PEERS.div_ceil(READS));

    // By bytes, where there are many.
    let flood = frame(kind::MESSAGE, &bin(1_000, 1)).repeat(100);
    for raw in &mut raws {
        assert_eq!(raw.write(&flood), flood.len());
    }
    world.station().internet().move_to(crate::wire::Moment::START + world.now() + ms(20));
    let mut before = world[server].stats().bytes_in;
    for _ in 0..10 {
        world[server].turn_reactor();
        let now = world[server].stats().bytes_in;
        assert!(now > before && now - before <= READ + (64 << 10), "{}", now - before);
        before = now;
    }
}

/// Once in a picture, whatever ten thousand have said in that.
#[test]
fn one_poll_of_a_game_that_turns_the_reactor_takes_all_that_is_there() {
    let count = if cfg!(debug_assertions) { 1_500 } else { 10_000 };
    let mut world = World::new();
    let (server, mut raws, _) = peers(&mut world, count, inline());
    for _ in 0..3 {
        world.sleep(server);
        for raw in &mut raws {
            raw.send(kind::MESSAGE, b"\x07");
        }
        world[server].broadcast(&number(1), PeerId::NONE).unwrap();
        world.run(ms(20));
        let mut messages = 0;
        while let Some(event) = world[server].poll().unwrap() {
            messages += usize::from(event.kind == EventKind::Message);
        }
        assert_eq!(messages, count);
        world.wake(server);
        world.run(ms(20));
        for raw in &mut raws {
            assert_eq!(got(raw).0.len(), 1, "an inline broadcast is written at once");
        }
    }
}
