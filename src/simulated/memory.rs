//! The memory budget: each level has its consequence exactly there, not a byte before.

use super::raw::{Raw, bin, frame, kind};
use super::world::{World, ms, quiet, seconds};
use crate::{Config, Error, EventKind, Message, Mode, Reason};

const BUDGET: usize = 10 << 20;
const ADMITS: usize = BUDGET / 4 * 3;
const SENDS: usize = BUDGET / 10 * 9;
const READS: usize = BUDGET / 20 * 19;

fn tight(mode: Mode) -> Config {
    Config {
        max_message: 64 << 10,
        queue_bytes: 256 << 10,
        memory_budget: BUDGET as u64,
        max_peers: 100,
        mode,
        ..quiet()
    }
}

#[test]
fn newcomers_are_refused_from_three_quarters_on_and_sends_from_nine_tenths() {
    let mut world = World::new();
    let (server, _) = world.server(tight(Mode::Inline));
    let deaf: Vec<_> = (0..20).map(|_| world.open_raw(server)).collect();
    let (mut let_in, mut refused, mut sent) = (0, 0, 0);
    let full = loop {
        let used = world[server].stats().memory_used as usize;
        let result = world[server].send_msgpack(deaf[sent % deaf.len()].1, &bin(30_000, 1));
        if used >= SENDS {
            break result;
        }
        assert_eq!(result, Ok(()), "{used} bytes were used");
        sent += 1;
        if sent % 5 > 0 {
            continue;
        }
        let before = world[server].stats();
        let mut late = world.raw(server);
        world.run(ms(50));
        late.greet();
        world.run(ms(50));
        let after = world[server].stats();
        let is_in = after.accepted > before.accepted;
        assert_eq!(is_in, (before.memory_used as usize) < ADMITS, "{before:?}");
        assert_eq!(after.refused_memory - before.refused_memory, u64::from(!is_in));
        late.read(usize::MAX);
        match is_in {
            true => let_in += 1,
            false => {
                refused += 1;
                assert_eq!((late.got[7], late.got[16]), (1, Reason::Memory as u8));
            }
        }
        drop(late);
        world.run(ms(50));
        world.seen(server).clear();
    };
    let used = world[server].stats().memory_used as usize;
    assert_eq!(full, Err(Error::Memory { used, budget: BUDGET }));
    assert_eq!(
        world[server].connect("10.0.0.9:1", None),
        Err(Error::Memory { used, budget: BUDGET })
    );
    assert!(let_in > 10 && refused > 5, "{let_in} let in, {refused} refused");
    assert_eq!(world[server].peers().len(), deaf.len(), "nobody had to go");
}

#[test]
fn reading_stops_at_nineteen_twentieths_of_what_waits_for_the_game() {
    const CLIENTS: usize = 60;
    const EACH: u8 = 8;
    let mut world = World::new();
    let (server, _) = world.server(tight(Mode::Threaded));
    let mut raws: Vec<_> = (0..CLIENTS).map(|_| world.open_raw(server)).collect();
    world.sleep(server);
    for (raw, _) in &mut raws {
        for n in 0..EACH {
            // Half of the line's buffer, so that nothing waits at this end.
            raw.send(kind::MESSAGE, &bin(30_000, n));
        }
    }
    let mut most = 0;
    for _ in 0..100 {
        world.run(ms(10));
        most = most.max(world[server].stats().memory_used as usize);
    }
    // What is used is more than the level by what one read has brought.
    assert!((READS..READS + 3 * (64 << 10)).contains(&most), "{most} of {READS}");
    let read: u64 = raws.iter().map(|it| world[server].peer_stats(it.1).unwrap().bytes_in).sum();
    assert!(read < (CLIENTS * usize::from(EACH) * 30_000) as u64, "not all of it");
    world.run(seconds(4));
    assert_eq!(world[server].stats().bytes_in, read, "no more");

    world.wake(server);
    let mut next = [0; CLIENTS];
    world.until("all have come", |world| {
        for seen in std::mem::take(world.seen(server)) {
            assert_eq!(seen.kind, EventKind::Message, "{seen:?}");
            let at = raws.iter().position(|(_, peer)| *peer == seen.peer).unwrap();
            assert!(seen.message == bin(30_000, next[at]), "in order");
            next[at] += 1;
        }
        next.iter().all(|next| *next == EACH)
    });
    assert_eq!(world[server].stats().memory_used, 0);
}

/// Sends the beginning of a message, which is held until it is whole.
fn send_part(world: &mut World, raw: &mut Raw, size: usize) {
    let message = frame(kind::MESSAGE, &bin(60_000, 1));
    assert_eq!(raw.write(&message[..size]), size);
    world.run(ms(50));
}

#[test]
fn the_largest_holder_goes_at_nineteen_twentieths_and_nobody_else() {
    let mut world = World::new();
    let (server, _) = world.server(Config { max_peers: 500, ..tight(Mode::Inline) });
    let (mut large, largest) = world.open_raw(server);
    let mut small: Vec<_> = (0..400).map(|_| world.open_raw(server).0).collect();
    send_part(&mut world, &mut large, 59_000);
    let mut parts = 0;
    let mut before = 0;
    let ended = loop {
        let raw = &mut small[parts];
        send_part(&mut world, raw, 30_000);
        parts += 1;
        match world.seen(server).pop_front() {
            Some(ended) => break ended,
            None => before = world[server].stats().memory_used as usize,
        }
        assert!(before < READS, "{before} bytes are held");
    };
    assert_eq!((ended.kind, ended.peer), (EventKind::Disconnected, largest));
    assert_eq!(ended.reason, Reason::Memory);
    let each = before / parts;
    assert!(before + each >= READS, "{before} bytes were held, {each} each");
    // The others can go on.
    let message = frame(kind::MESSAGE, &bin(60_000, 1));
    for raw in &mut small[..parts] {
        assert_eq!(raw.write(&message[30_000..]), message.len() - 30_000);
    }
    world.run(seconds(1));
    assert_eq!(world.seen(server).len(), parts);
    assert!(world.seen(server).iter().all(|seen| seen.kind == EventKind::Message));
    assert_eq!(world[server].stats().memory_used, 0);
    large.read(usize::MAX);
    let (last, close) = large.frames().pop().expect("it is told");
    assert_eq!((last, close[0]), (kind::CLOSE, Reason::Memory as u8));
}

/// Connects under way and what is sent before they are open: of as many as there can be, all is on the budget.
fn connects_under_way_are_on_the_budget(mode: Mode) {
    const CONNECTS: usize = if cfg!(debug_assertions) { 1_500 } else { 15_000 };
    const HELLO: usize = 4_000;
    const EARLY: usize = 300;
    let mut world = World::new();
    let deaf = world.deaf_server();
    let hello = Message::new().add_bytes(&[7; HELLO]).clone();
    let settings = Config { mode, max_peers: 65_000, ..quiet() };
    let host = world.host(settings.clone());
    let mut peers = Vec::new();
    for _ in 0..CONNECTS {
        let peer = world[host].connect(&deaf, Some(&hello)).unwrap();
        world[host].send_msgpack(peer, &bin(EARLY, 1)).unwrap();
        peers.push(peer);
    }
    let each = HELLO + EARLY;
    let used = |world: &World| world[host].stats().memory_used as usize / CONNECTS;
    // Those in the ring of small messages are counted when the reactor has taken them.
    while world[host].next_work().is_some_and(|wait| wait.is_zero()) {
        world[host].turn_reactor();
    }
    let at_once = used(&world);
    assert!((each..each + 1_000).contains(&at_once), "{at_once} bytes each");
    world.run(seconds(1));
    // Some hellos have left; what was sent early waits for the server's reply.
    let connected = used(&world);
    assert!((EARLY..at_once).contains(&connected), "{connected} bytes each");
    for peer in peers {
        world[host].disconnect(peer, 0, &"bye".repeat(100)).unwrap();
    }
    world.run(seconds(10));
    assert_eq!(world[host].stats().memory_used, 0);

    let budget = (CONNECTS * each / 2) as u64;
    let tight = Config {
        memory_budget: budget,
        max_message: 1_000,
        out_buffer: 1_000,
        queue_bytes: 1_000,
        ..settings
    };
    let host = world.host(tight);
    let mut connects = 0;
    let refused = loop {
        match world[host].connect(&deaf, Some(&hello)) {
            Ok(_) => connects += 1,
            Err(refused) => break refused,
        }
    };
    let used = world[host].stats().memory_used as usize;
    assert_eq!(refused, Error::Memory { used, budget: budget as usize });
    assert!(refused.to_string().contains("memory_budget allows"), "{refused}");
    assert!(connects > CONNECTS / 4 && connects < CONNECTS / 2, "{connects}");
}

#[test]
fn connects_under_way_are_on_the_budget_inline() {
    connects_under_way_are_on_the_budget(Mode::Inline);
}

#[test]
fn connects_under_way_are_on_the_budget_threaded() {
    connects_under_way_are_on_the_budget(Mode::Threaded);
}

/// A goodbye that waits to be told is on the budget, on its way to the reactor and there.
#[test]
fn goodbyes_are_on_the_budget() {
    let text = "bye".repeat(300);
    let mut world = World::new();
    let (server, _) = world.server(tight(Mode::Threaded));
    let (_raw, peer) = world.open_raw(server);
    world[server].disconnect(peer, 0, &text).unwrap();
    for _ in 0..2 {
        let used = world[server].stats().memory_used as usize;
        assert!((text.len()..text.len() + 1_000).contains(&used), "{used}");
        world.run(ms(1));
    }
    world.run(seconds(10));
    assert_eq!(world[server].stats().memory_used, 0);
}
