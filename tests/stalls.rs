//! Games that sleep, because they load a level: nobody is thrown out, and everything arrives.
//!
//! "Sleeping" is not polling, which only a host with a thread of its own survives; so the sleepers here
//! are threaded, and the mode is that of the peer who stays awake. What is promised of when is judged in simulated
//! time (`src/simulated/stalls.rs`); that a thread keeps it without its game, here.

mod api;

use std::thread;
use std::time::Duration;

use api::{Api, End, Raw, TIMEOUT, World, bin, config, fill};
use podsix::{Config, EventKind, Mode};

cases! {
    a_sleeping_game_keeps_its_peers,
    a_game_that_flushes_is_awake,
}

fn narrow(mode: Mode) -> Config {
    Config { queue_events: 16, ..config(mode) }
}

fn a_sleeping_game_keeps_its_peers<A: Api>(mode: Mode) {
    let mut world = World::<A>::with(narrow(Mode::Threaded), narrow(mode), false);
    world.client.sees_naps = true;
    let (at_client, at_server) = world.open();
    let mut sent = 0_u32;
    let mut message = bin(2_000, 0);
    world.client.until("it is known to sleep", |client| {
        message[5..9].copy_from_slice(&sent.to_be_bytes());
        // It would block once the buffers between are full; that is as it should be.
        sent += u32::from(client.send_msgpack(at_client, &message).is_ok());
        client.take(EventKind::Writable);
        !client.seen.is_empty()
    });
    let stalled = world.client.gets(EventKind::Stalled);
    assert!(stalled.peer == at_client && stalled.code >= 500, "{stalled:?}");
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

/// It sleeps first, and goes to flush without polling once.
fn a_game_that_flushes_is_awake<A: Api + Send + 'static>(mode: Mode) {
    // Whoever does not read does not answer its pings either.
    let patient = Config { idle_timeout: Duration::ZERO, ..narrow(Mode::Threaded) };
    let (mut server, address) = End::<A>::listening(patient, false);
    let (raw, clogged) = Raw::open(&mut server, &address);
    let mut client = End::<A>::new(narrow(mode));
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
    });
    // The socket that nobody reads keeps it there.
    while !client.is_finished() {
        assert!(server.flush(Duration::from_millis(500)).is_err_and(|fault| fault.code == TIMEOUT));
    }
    client.join().unwrap();
    drop(raw);
}
