//! Games that sleep, because they load a level: nobody is thrown out, and everything arrives.
//!
//! "Sleeping" is not polling, which only a host with a thread of its own survives; so the sleepers here
//! are threaded, and the mode is that of the peer who stays awake.

mod api;

use std::thread;
use std::time::{Duration, Instant};

use api::{Api, End, Raw, TIMEOUT, World, bin, config, fill};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    a_sleeping_game_keeps_its_peers,
    a_game_that_sleeps_beyond_stall_limit_is_left,
    a_game_that_flushes_is_awake,
}
cases! { threaded: two_sleeping_games_keep_each_other }

const SLEEP: Duration = Duration::from_secs(4);

fn strict(mode: Mode) -> Config {
    Config {
        queue_events: 16,
        idle_timeout: Duration::from_secs(1),
        ping_interval: Duration::from_millis(250),
        ..config(mode)
    }
}

fn a_sleeping_game_keeps_its_peers<A: Api>(mode: Mode) {
    let mut world = World::<A>::with(strict(Mode::Threaded), strict(mode), false);
    world.client.sees_naps = true;
    let (at_client, at_server) = world.open();
    let began = Instant::now();
    let mut sent = 0_u32;
    let mut message = bin(2_000, 0);
    world.client.until("the sleep is over", |client| {
        message[5..9].copy_from_slice(&sent.to_be_bytes());
        // It would block once the buffers between are full; that is as it should be.
        sent += u32::from(client.send_msgpack(at_client, &message).is_ok());
        began.elapsed() >= SLEEP
    });
    let stalled = world.client.take(EventKind::Stalled);
    assert_eq!(stalled.len(), 1, "told once");
    assert!((500..4_000).contains(&stalled[0].code), "{:?}", stalled[0]);
    world.client.take(EventKind::Writable);
    assert!(world.client.seen.is_empty(), "{:?}", world.client.seen);
    assert!(sent > 100);

    let mut got = 0_u32;
    world.until("everything has arrived", |server, _| {
        for seen in server.seen.drain(..) {
            assert_eq!((seen.kind, seen.peer), (EventKind::Message, at_server), "{seen:?}");
            assert_eq!(seen.message[5..9], got.to_be_bytes(), "in order");
            got += 1;
        }
        got == sent
    });
    // Sent after all of that, so whatever else the client is told of comes before it.
    world.server.send_json(at_server, "1").unwrap();
    world.until("the answer is there", |_, client| {
        client.take(EventKind::Writable);
        client.seen.back().is_some_and(|seen| seen.kind == EventKind::Message)
    });
    assert_eq!(world.client.seen[0].kind, EventKind::Resumed);
    assert!(world.client.seen.iter().all(|seen| seen.peer == at_client));
    assert!(world.server.seen.is_empty(), "{:?}", world.server.seen);
}

fn a_game_that_sleeps_beyond_stall_limit_is_left<A: Api>(mode: Mode) {
    let impatient = Config { stall_limit: Duration::from_secs(1), ..strict(mode) };
    let mut world = World::<A>::with(strict(Mode::Threaded), impatient, false);
    world.client.sees_naps = true;
    let (at_client, _) = world.open();
    assert_eq!(world.client.gets(EventKind::Stalled).peer, at_client);
    let ended = world.client.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_client, Reason::Timeout));
    assert!(ended.text.contains("1000 ms (stall_limit_ms)"), "{}", ended.text);
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::Timeout);
}

/// It sleeps first, and goes to flush without polling once.
fn a_game_that_flushes_is_awake<A: Api + Send + 'static>(mode: Mode) {
    // Whoever does not read does not answer its pings either.
    let patient = Config { idle_timeout: Duration::ZERO, ..strict(Mode::Threaded) };
    let (mut server, address) = End::<A>::listening(patient, false);
    let (raw, clogged) = Raw::open(&mut server, &address);
    let impatient = Config { stall_limit: Duration::from_secs(2), ..strict(mode) };
    let mut client = End::<A>::new(impatient);
    client.sees_naps = true;
    let at_client = client.connect(&address, "").unwrap();
    api::until(&mut [&mut server, &mut client], "both are connected", |ends| {
        ends.iter().all(|end| !end.seen.is_empty())
    });
    client.seen.clear();
    fill(&mut server, clogged);
    // No synchronisation: that the game sleeps is what is tested.
    client.until("the server's game is known to sleep", |client| {
        client.seen.pop_front().is_some_and(|seen| seen.kind == EventKind::Stalled)
    });
    let client = thread::spawn(move || {
        assert_eq!(client.gets(EventKind::Resumed).peer, at_client);
        let awake = Instant::now();
        client.until("stall_limit would be over", |_| awake.elapsed() > Duration::from_secs(3));
        assert!(client.seen.is_empty(), "{:?}", client.seen);
    });
    // The socket that nobody reads keeps it there.
    while !client.is_finished() {
        assert!(server.flush(Duration::from_secs(6)).is_err_and(|fault| fault.code == TIMEOUT));
    }
    client.join().unwrap();
    drop(raw);
}

fn two_sleeping_games_keep_each_other<A: Api>(mode: Mode) {
    let mut world = World::<A>::with(strict(mode), strict(mode), false);
    (world.server.sees_naps, world.client.sees_naps) = (true, true);
    let (at_client, at_server) = world.open();
    for n in 0..100 {
        world.client.send_json(at_client, &format!(r#"{{"n":{n}}}"#)).unwrap();
        world.server.send_json(at_server, &format!(r#"{{"n":{n}}}"#)).unwrap();
    }
    // No synchronisation: that both games sleep is what is tested.
    thread::sleep(SLEEP);
    let mut counts = [[0; 3]; 2];
    world.until("everything has arrived at both", |server, client| {
        for (end, count) in [server, client].into_iter().zip(&mut counts) {
            for seen in end.seen.drain(..) {
                match seen.kind {
                    EventKind::Message => {
                        assert_eq!(seen.int("n"), count[0], "in order");
                        count[0] += 1;
                    }
                    EventKind::Stalled => count[1] += 1,
                    EventKind::Resumed => count[2] += 1,
                    _ => panic!("{seen:?}"),
                }
            }
        }
        // A busy machine may let them nap once more.
        counts.iter().all(|[messages, stalled, resumed]| {
            *messages == 100 && *stalled > 0 && stalled == resumed
        })
    });
    world.nothing_more();
}
