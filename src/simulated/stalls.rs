//! Games that do not poll, because they load a level: the other end is told when, waits as long as it says, and
//! nobody goes before.

use std::time::Duration;

use super::raw::{bin, frame, kind};
use super::world::{Id, World, inline, ms, seconds, threaded};
use crate::{Config, Error, EventKind, PeerId, Reason};

const DELAY: Duration = Duration::from_millis(20);
/// A thread looks this often whether its game has polled, and says so when it has not twice in a row.
const LOOK: Duration = Duration::from_millis(250);
const ASLEEP: Duration = Duration::from_millis(500);

/// Puts a threaded server's game to sleep; when its peers are told.
fn sleep(world: &mut World, server: Id) -> Duration {
    // Between two looks.
    world.run(seconds(2) - Duration::from_nanos(world.now().subsec_nanos().into()) + ms(300));
    world.sleep(server);
    let now = world.now();
    let last_look =
        Duration::from_millis(now.as_millis().next_multiple_of(LOOK.as_millis()) as u64);
    last_look + ASLEEP + DELAY
}

fn pair(server: Config, client: Config) -> (World, Id, Id, PeerId, PeerId) {
    let mut world = World::new();
    let (server, _) = world.server(server);
    let client = world.host(client);
    let (at_client, at_server) = world.open(client, server);
    (world, server, client, at_client, at_server)
}

#[test]
fn a_sleeping_game_keeps_its_peers_and_gets_everything_later() {
    let narrow = Config { queue_events: 16, ..threaded() };
    let (mut world, server, client, at_client, at_server) = pair(narrow, inline());
    let told = sleep(&mut world, server);
    let mut sent = 0;
    // Longer than idle_timeout, shorter than stall_limit.
    for _ in 0..550 {
        world.run(ms(100));
        sent += i64::from(world[client].send_json(at_client, &sent.to_string()).is_ok());
    }
    let stalled = world.gets(client, EventKind::Stalled);
    assert_eq!((stalled.at, stalled.code, stalled.peer), (told, 500, at_client));
    assert!(world.seen(client).is_empty(), "told once: {:?}", world.seen(client));
    assert!(world[server].peers() == [at_server] && world[client].peers() == [at_client]);

    let woken = world.now();
    world.wake(server);
    let resumed = world.gets(client, EventKind::Resumed);
    assert_eq!(resumed.at - woken, DELAY);
    world.run(seconds(1));
    let got: Vec<_> = world.seen(server).drain(..).map(|seen| (seen.kind, seen.int())).collect();
    assert_eq!(got, (0..sent).map(|n| (EventKind::Message, n)).collect::<Vec<_>>());
    world.run(seconds(60));
    assert!(world.seen(client).is_empty() && world.seen(server).is_empty());
}

#[test]
fn one_that_sleeps_for_longer_than_stall_limit_is_left_exactly_then() {
    let impatient = Config { stall_limit: seconds(25), ..inline() };
    let (mut world, server, client, at_client, at_server) = pair(threaded(), impatient);
    let told = sleep(&mut world, server);
    assert_eq!(world.gets(client, EventKind::Stalled).at, told);
    let ended = world.gets(client, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_client, Reason::Timeout));
    assert_eq!(ended.at - told, seconds(25));
    assert!(ended.text.contains("25000 ms (stall_limit_ms)"), "{}", ended.text);
    world.wake(server);
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_server, Reason::Timeout));
}

#[test]
fn two_sleeping_games_keep_each_other_for_as_long_as_they_like() {
    let (mut world, server, client, at_client, at_server) = pair(threaded(), threaded());
    sleep(&mut world, server);
    world.sleep(client);
    world.run(seconds(30 * 60));
    let woken = world.now();
    world.wake(server);
    world.wake(client);
    for (id, peer) in [(server, at_server), (client, at_client)] {
        let stalled = world.gets(id, EventKind::Stalled);
        assert_eq!((stalled.peer, stalled.at), (peer, woken), "polled then");
        assert_eq!(world.gets(id, EventKind::Resumed).at - woken, DELAY);
    }
    world.run(seconds(60));
    assert!(world.seen(client).is_empty() && world.seen(server).is_empty());
}

#[test]
fn peers_of_a_game_that_sleeps_again_and_again_are_told_each_time() {
    let (mut world, server, client, ..) = pair(threaded(), inline());
    for _ in 0..5 {
        let told = sleep(&mut world, server);
        world.run(seconds(20));
        world.wake(server);
        let woken = world.now();
        world.run(seconds(20));
        assert_eq!(world.gets(client, EventKind::Stalled).at, told);
        assert_eq!(world.gets(client, EventKind::Resumed).at, woken + DELAY);
    }
    // Naps shorter than that are nobody's business.
    for _ in 0..50 {
        world.sleep(server);
        world.run(ms(490));
        world.wake(server);
        world.run(ms(100));
    }
    assert!(world.seen(client).is_empty(), "{:?}", world.seen(client));
}

/// Nobody answers for an inline game: the one lost guarantee.
#[test]
fn an_inline_game_that_sleeps_is_left_at_idle_timeout_and_leaves_nobody_itself() {
    let (mut world, server, client, at_client, _) = pair(inline(), inline());
    world.run(ms(7_300));
    // A ping of the server's at 5 s was the last sign of it, and the answer to ours.
    world.sleep(server);
    world.run(seconds(12));
    world.wake(server);
    world.run(seconds(30));
    assert!(world.seen(client).is_empty() && world.seen(server).is_empty());

    world.sleep(server);
    let slept = world.now();
    let ended = world.gets(client, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_client, Reason::Timeout));
    let since = ended.at - slept;
    assert!(since > seconds(10) && since <= seconds(15) + DELAY, "{since:?}");
}

#[test]
fn peers_are_told_again_every_five_seconds_for_how_long_it_has_slept() {
    let mut world = World::new();
    let quiet = Config { idle_timeout: Duration::ZERO, ..threaded() };
    let (server, _) = world.server(quiet);
    let (mut raw, _) = world.open_raw(server);
    let first = sleep(&mut world, server);
    let mut told = Vec::new();
    for ten_ms in 0..2_500 {
        if ten_ms == 2_400 {
            world.wake(server);
        }
        world.run(ms(10));
        raw.read(usize::MAX);
        for (kind, payload) in raw.frames() {
            match kind {
                kind::STALLED => {
                    let slept = payload.iter().fold(0, |ms, byte| ms << 8 | u64::from(*byte));
                    told.push((world.now() - first, ms(slept)));
                }
                kind::RESUMED => told.push((world.now() - first, Duration::ZERO)),
                _ => {}
            }
        }
    }
    let resumed = told.pop().expect("it is told of that, too");
    assert_eq!(resumed.1, Duration::ZERO);
    let due: Vec<_> = (0..5).map(|n| (n * seconds(5), n * seconds(5) + ASLEEP)).collect();
    assert_eq!(told, due);
}

#[test]
fn two_inline_games_that_were_away_find_each_other_again() {
    let (mut world, server, client, at_client, _) = pair(inline(), inline());
    world.sleep(server);
    world.sleep(client);
    world.run(seconds(60 * 60));
    world.wake(server);
    world.wake(client);
    world[client].send_json(at_client, "1").unwrap();
    assert_eq!(world.gets(server, EventKind::Message).int(), 1);
    world.run(seconds(60));
    assert!(world.seen(client).is_empty() && world.seen(server).is_empty(), "{world:?}");
}

/// It sleeps first, and goes to flush without polling once.
#[test]
fn a_game_that_flushes_is_awake() {
    let patient = Config { idle_timeout: Duration::ZERO, ..threaded() };
    let (mut world, server, client, ..) = pair(patient, inline());
    let (raw, clogged) = world.open_raw(server);
    sleep(&mut world, server);
    let mut n = 0;
    while world[server].send_msgpack(clogged, &bin(50_000, n)).is_ok() {
        n += 1;
    }
    assert_eq!(world.gets(client, EventKind::Stalled).code, 500);
    // What nobody reads keeps it there; and the time that it waits goes by.
    let began = world.now();
    let late = world[server].flush(seconds(12));
    assert!(matches!(late, Err(Error::Timeout { .. })), "{late:?}");
    assert_eq!(world.now() - began, seconds(12));
    world.run(ms(100));
    let seen: Vec<_> = world.seen(client).drain(..).map(|seen| seen.kind).collect();
    assert_eq!(seen, [EventKind::Resumed], "it has not slept since");
    drop(raw);
}

/// What its game has yet to poll keeps a peer from being read; that it says nothing then is not its fault.
#[test]
fn a_peer_that_is_not_read_because_of_a_full_queue_is_not_timed_out() {
    const COUNT: usize = 1_000;
    let mut world = World::new();
    let one_a_batch = Config { queue_events: 4, max_events_per_poll: 1, ..inline() };
    let (server, _) = world.server(one_a_batch);
    let (mut raw, peer) = world.open_raw(server);
    let message = frame(kind::MESSAGE, &bin(10, 1));
    for _ in 0..COUNT {
        assert_eq!(raw.write(&message), message.len());
    }
    // Some twenty are polled in a second; all the while the peer answers no ping.
    let mut got = 0;
    let mut last = world.now();
    world.until("all have come", |world| {
        got += world.seen(server).drain(..).filter(|seen| seen.kind == EventKind::Message).count();
        last = if got < COUNT { world.now() } else { last };
        got == COUNT
    });
    assert!(world.now() > seconds(30), "{:?}", world.now());
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Timeout));
    let since = ended.at - last;
    assert!(since >= seconds(14) && since <= seconds(16), "from when it was read again: {since:?}");
}

/// The longest that a host sleeps between two turns, in five seconds in which nothing happens.
fn longest_sleep(world: &mut World, id: Id) -> Duration {
    let mut longest = Duration::ZERO;
    for _ in 0..5_000 {
        world.run(ms(1));
        longest = longest.max(world[id].next_work().unwrap_or(Duration::MAX));
    }
    longest
}

#[test]
fn an_idle_host_wakes_once_a_second() {
    let quiet =
        Config { idle_timeout: Duration::ZERO, ping_interval: Duration::ZERO, ..threaded() };
    let mut world = World::new();
    let (server, address) = world.server(quiet.clone());
    assert_eq!(longest_sleep(&mut world, server), seconds(1));
    // With a connection it matters whether a game that does not wait still polls.
    let client = world.host(quiet);
    world[client].connect(&address, None).unwrap();
    world.gets(server, EventKind::Connected);
    assert_eq!(longest_sleep(&mut world, server), ms(250));
    // While it sleeps, its peers know.
    sleep(&mut world, server);
    world.run(ms(250));
    assert_eq!(longest_sleep(&mut world, server), seconds(1));
    world.wake(server);
    world.free(client);
    world.gets(server, EventKind::Disconnected);
    world.run(seconds(1));
    assert_eq!(longest_sleep(&mut world, server), seconds(1), "nobody is connected");
}
