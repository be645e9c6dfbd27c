//! One peer that floods delays another by no moment, and by no more messages than its own quota.

use std::time::Duration;

use super::raw::{Raw, bin, frame, kind};
use super::world::{World, inline, ms, seconds, threaded};
use crate::EventKind;

const DELAY: Duration = Duration::from_millis(20);
/// A flood is much work, which a debug build does slowly.
const ROUNDS: i64 = if cfg!(debug_assertions) { 4 } else { 50 };

/// Peers that write small messages whenever there is room.
struct Floods {
    raws: Vec<Raw>,
    messages: Vec<u8>,
}

impl Floods {
    fn new(raws: Vec<Raw>) -> Floods {
        Floods { raws, messages: frame(kind::MESSAGE, b"\x07").repeat(100_000) }
    }

    fn write(&mut self) {
        for raw in &mut self.raws {
            // Each begins with a whole message: the rest of the last one goes first.
            let part = raw.got.len();
            let taken = raw.write(&self.messages[part..]);
            let cut = (part + taken) % 5;
            raw.got.resize(cut, 0);
        }
    }
}

#[test]
fn a_flood_delays_others_by_no_moment_and_at_most_its_quota() {
    for (count, settings) in [(1, inline()), (5, threaded())] {
        let mut world = World::new();
        let (server, _) = world.server(settings);
        let client = world.host(inline());
        let quota = inline().queue_events as usize;
        let mut floods = Floods::new((0..count).map(|_| world.open_raw(server).0).collect());
        let (at_client, at_server) = world.open(client, server);
        let mut flood = 0;
        for n in 0..ROUNDS {
            floods.write();
            world.run(ms(1));
            // Everything of the moment in which the message arrives is seen with it.
            flood += world.seen(server).len();
            world.seen(server).clear();
            world[client].send_json(at_client, &n.to_string()).unwrap();
            let sent = world.now();
            for _ in 0..19 {
                floods.write();
                world.run(ms(1));
            }
            let same_moment = sent + DELAY;
            floods.write();
            world.run(ms(1));
            let seen = std::mem::take(world.seen(server));
            flood += seen.len();
            let place = seen.iter().position(|seen| seen.peer == at_server).expect("it is there");
            assert_eq!((seen[place].int(), seen[place].at), (n, same_moment));
            let before = seen.iter().take(place).filter(|seen| seen.at == same_moment).count();
            assert!(before <= count * quota, "{before} messages went first");
        }
        assert!(flood > 20_000 * ROUNDS as usize, "{flood} messages are no flood");
    }
}

#[test]
fn a_flood_does_not_keep_newcomers_out_for_a_moment() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let mut floods = Floods::new((0..3).map(|_| world.open_raw(server).0).collect());
    for _ in 0..ROUNDS {
        let mut raw = world.raw(server);
        let began = world.now();
        let mut greeted = false;
        for _ in 0..=60 {
            floods.write();
            world.run(ms(1));
            if !greeted && raw.is_connected() {
                raw.greet();
                assert_eq!(world.now() - began, 2 * DELAY);
                greeted = true;
            }
        }
        let connected = world.seen(server).drain(..).find(|it| it.kind == EventKind::Connected);
        assert_eq!(connected.expect("it is in").at - began, 3 * DELAY);
    }
}

#[test]
fn much_for_one_does_not_hold_up_a_little_for_another() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let (greedy, modest) = (world.host(inline()), world.host(inline()));
    let (_, much) = world.open(greedy, server);
    let (_, little) = world.open(modest, server);
    for n in 0..20 {
        let sent = world.now();
        world[server].send_msgpack(much, &bin(900_000, 1)).unwrap();
        world[server].send_json(little, &n.to_string()).unwrap();
        let got = world.gets(modest, EventKind::Message);
        assert_eq!((got.at - sent, got.int()), (DELAY, n));
        world.run(seconds(1));
        assert_eq!(world.gets(greedy, EventKind::Message).message.len(), 900_005);
    }
}
