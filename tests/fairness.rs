//! One peer's behaviour is not the others' trouble. How long a flood delays others is judged in simulated time
//! (`src/simulated/fairness.rs`).

mod api;

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use api::{Api, End, Raw, World, config};
use podsix::value::Message;
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    a_broadcast_ends_the_one_that_never_reads_and_reaches_the_others_in_order,
    a_paused_peer_does_not_stop_the_others,
    a_loop_over_poll_ends_under_a_flood,
}

fn a_broadcast_ends_the_one_that_never_reads_and_reaches_the_others_in_order<A: Api>(mode: Mode) {
    const PEERS: usize = 3;
    let mut world = World::<A>::new(mode);
    let (peers, at_server): (Vec<_>, Vec<_>) = (0..PEERS).map(|_| world.open()).unzip();
    let (_raw, slow) = Raw::open(&mut world.server, &world.address.clone());

    let mut counts = [0; PEERS];
    let mut sent = 0;
    let mut message = Message::new();
    world.until("the slow one is ended, and the others have everything", |server, client| {
        // No faster than the others can follow on a busy machine.
        let waiting = |peer: &u64| server.peer_stats(*peer).unwrap().bytes_waiting;
        let most = at_server.iter().map(waiting).max().unwrap();
        let held = server.stats().memory_used;
        if server.stats().slow_peers == 0 && most < 500_000 && held < 64 << 20 {
            for _ in 0..10 {
                message.begin("tick").set("n", sent).key("x").add_bytes(&[0; 16_000]);
                server.broadcast(&message, 0).unwrap();
                sent += 1;
            }
        }
        let stats = server.stats();
        assert!(stats.memory_used <= stats.memory_budget, "{stats:?}");
        assert!(sent < 10_000, "a peer that never reads must be ended");
        for seen in client.seen.drain(..) {
            assert_eq!(seen.kind, EventKind::Message, "{seen:?}");
            let at = peers.iter().position(|peer| *peer == seen.peer).unwrap();
            assert_eq!(seen.int("n"), counts[at], "in order, nothing lost");
            counts[at] += 1;
        }
        server.stats().slow_peers == 1 && counts == [sent; PEERS]
    });
    let ended = world.server_gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (slow, Reason::SlowPeer));
    assert!(ended.text.contains("slow_peer"), "{}", ended.text);
    world.nothing_more();
}

/// A thread that writes small messages as fast as it can.
struct Flood {
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<()>,
}

impl Flood {
    fn new(mut raw: Raw) -> Flood {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = thread::spawn(move || {
            let messages = api::frame(api::kind::MESSAGE, b"\x07").repeat(10_000);
            while !stopped.load(Ordering::Relaxed) {
                // The server goes first when a case fails.
                if raw.0.write_all(&messages).is_err() {
                    return;
                }
            }
        });
        Flood { stop, thread }
    }

    fn runs(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Those that are blocked in a write end with the server.
    fn stop<A: Api>(floods: Vec<Flood>, server: End<A>) {
        floods.iter().for_each(|flood| flood.stop.store(true, Ordering::Relaxed));
        drop(server);
        floods.into_iter().for_each(|flood| flood.thread.join().unwrap());
    }
}

fn a_loop_over_poll_ends_under_a_flood<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let raws: Vec<_> = (0..3).map(|_| Raw::open(&mut server, &address).0).collect();
    let floods: Vec<_> = raws.into_iter().map(Flood::new).collect();
    let quota = config(mode).queue_events as usize;
    let mut all = 0;
    server.until("many have come", |server| {
        let batch = server.seen.len();
        assert!(batch <= 3 * quota, "a batch of {batch}");
        all += batch;
        server.seen.clear();
        all > 30 * quota
    });
    assert!(floods.iter().all(Flood::runs), "they went on all the while");
    Flood::stop(floods, server);
}

/// One event a batch keeps the first one's queue full while the other's messages come and go.
fn a_paused_peer_does_not_stop_the_others<A: Api>(mode: Mode) {
    const QUOTA: u32 = 16;
    const MANY: usize = 2_000;
    let narrow = Config { queue_events: QUOTA, max_events_per_poll: 1, ..config(mode) };
    let (mut server, address) = End::<A>::listening(narrow, false);
    let (mut many, paused) = Raw::open(&mut server, &address);
    let (mut few, other) = Raw::open(&mut server, &address);
    many.write(&api::frame(api::kind::MESSAGE, b"\x07").repeat(MANY));
    server.until("its queue is full", |server| {
        server.peer_stats(paused).unwrap().queued_events + 1 >= u64::from(QUOTA)
    });

    let mut got = 0;
    for n in 0..5 {
        got += server.seen.drain(..).filter(|seen| seen.peer == paused).count();
        let before = got;
        few.send(api::kind::MESSAGE, &[n]);
        server.until("the other's message has come", |server| {
            got += server.seen.iter().filter(|seen| seen.peer == paused).count();
            server.seen.drain(..).any(|seen| seen.peer == other && seen.message == [n])
        });
        assert!(got - before <= 2 * QUOTA as usize, "{} went first", got - before);
        // Inline, a send writes at once: the reader needs none of the server's turns.
        server.send_msgpack(other, &[n]).unwrap();
        assert_eq!(few.read_frame(), (api::kind::MESSAGE, vec![n]));
    }
    assert!(got < MANY / 2, "it was paused all the while");
    server.until("the first one's have come too", |server| {
        got += server.seen.drain(..).filter(|seen| seen.peer == paused).count();
        got == MANY
    });
}
