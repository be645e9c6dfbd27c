//! The memory budget: near it nobody new comes in, then sends are refused, then the largest holder goes.

mod api;

use std::io::Write;
use std::time::Instant;

use api::{
    Answer, Api, End, HELLO, MEMORY, PATIENCE, Raw, World, alongside, bin, config, frame, kind,
};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    sends_are_refused_near_the_budget_and_nobody_new_comes_in,
    the_largest_holder_goes_and_the_rest_goes_on,
    the_one_with_the_largest_part_goes,
    a_slow_reader_holds_what_waits_for_it,
    messages_from_many_stay_within_the_budget,
    a_peer_that_asks_for_pongs_and_reads_none_is_ended,
    memory_is_given_back,
}
cases! { threaded: a_game_that_does_not_poll_stays_within_the_budget }

/// Small enough for a few peers to use it up.
fn tight(mode: Mode) -> Config {
    Config {
        max_message: 64 << 10,
        out_buffer: 256 << 10,
        queue_bytes: 256 << 10,
        memory_budget: 1 << 20,
        ..config(mode)
    }
}

fn sends_are_refused_near_the_budget_and_nobody_new_comes_in<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(tight(mode), false);
    let raws: Vec<_> = (0..5).map(|_| Raw::open(&mut server, &address)).collect();
    let (mut probe, _) = Raw::open(&mut server, &address);
    let send_to_all = |server: &End<A>| {
        let sent = |(_, peer): &(Raw, u64)| server.send_msgpack(*peer, &bin(30_000, 1));
        let taken: Vec<_> = raws.iter().map(sent).collect();
        let stats = server.stats();
        assert!(stats.memory_used <= stats.memory_budget, "{stats:?}");
        taken
    };
    let is_short = |sent: &Answer<()>| sent.as_ref().is_err_and(|fault| fault.code == MEMORY);
    let fault = loop {
        server.until("a send is refused for want of memory", |server| {
            send_to_all(server).iter().any(is_short)
        });
        // Whoever writes may not have had its time yet. Once it has, the system takes no more.
        probe = settled(&mut server, probe);
        let mut sent = send_to_all(&server);
        if sent.iter().all(is_short) {
            break sent.remove(0).unwrap_err();
        }
    };
    assert!(fault.words.contains("memory_budget allows 1048576"), "{}", fault.words);
    let connect = server.connect("127.0.0.1:1", "").unwrap_err();
    assert_eq!(connect.code, MEMORY, "{connect:?}");

    let answer = alongside(&mut server, move || {
        let mut late = Raw::connect(&address);
        late.write(&HELLO);
        late.read_to_end()
    });
    assert_eq!((answer[7], answer[16]), (1, Reason::Memory as u8));
    assert!(str::from_utf8(&answer[21..]).unwrap().contains("memory_budget"));
    let stats = server.stats();
    assert_eq!((stats.refused_memory, stats.accepted), (1, 6));
    drop(probe);
    assert!(server.take(EventKind::Disconnected).is_empty(), "nobody had to go");
}

/// Each of many clients sends a large part of a large message, and no more.
fn the_largest_holder_goes_and_the_rest_goes_on<A: Api>(mode: Mode) {
    const CLIENTS: usize = 50;
    const BODY: usize = 1_000_000;
    let budget = 40 << 20;
    let roomy = Config { memory_budget: budget, ..config(mode) };
    let (mut server, address) = End::<A>::listening(roomy, false);
    let mut raws: Vec<_> = (0..CLIENTS).map(|_| Raw::open(&mut server, &address).0).collect();
    let message = frame(kind::MESSAGE, &bin(BODY, 5));
    let cut = message.len() - 1;
    let last = message[cut..].to_vec();
    let writers: Vec<_> = raws
        .drain(..)
        .map(|mut raw| {
            let part = message[..cut].to_vec();
            // Those that are ended see it in their write.
            std::thread::spawn(move || raw.0.write_all(&part).is_ok().then_some(raw))
        })
        .collect();
    let mut most = 0;
    server.until("all is sent", |server| {
        most = most.max(server.stats().memory_used);
        writers.iter().all(|writer| writer.is_finished())
    });
    assert!(most <= budget, "{most} bytes were held");
    let left: Vec<_> = writers.into_iter().filter_map(|writer| writer.join().unwrap()).collect();
    server.until("somebody had to go", |server| !server.seen.is_empty());
    let gone = server.take(EventKind::Disconnected);
    for ended in &gone {
        assert_eq!(ended.reason, Reason::Memory);
        assert!(ended.text.contains("memory_budget (41943040)"), "{}", ended.text);
    }
    assert!(gone.len() < CLIENTS / 2, "{} of {CLIENTS} had to go", gone.len());

    // One who stays can go on.
    let mut arrived = false;
    alongside(&mut server, move || {
        for mut raw in left {
            let _ = raw.0.write_all(&last);
            // It must not be closed before the server has read the last byte.
            let _ = raw.0.shutdown(std::net::Shutdown::Write);
            std::mem::forget(raw);
        }
    });
    server.until("a message has come whole", |server| {
        arrived |= server
            .seen
            .iter()
            .any(|seen| seen.kind == EventKind::Message && seen.message.len() == BODY + 5);
        arrived
    });
}

fn messages_from_many_stay_within_the_budget<A: Api>(mode: Mode) {
    const CLIENTS: usize = 24;
    const MESSAGES: u8 = 40;
    // Less than all queues and half-read messages together, more than the half-read ones alone.
    let less_than_all_queues = Config { memory_budget: 8 << 20, ..tight(mode) };
    let (mut server, address) = End::<A>::listening(less_than_all_queues, false);
    let raws: Vec<_> = (0..CLIENTS).map(|_| Raw::open(&mut server, &address).0).collect();
    let writers: Vec<_> = raws
        .into_iter()
        .map(|mut raw| {
            std::thread::spawn(move || {
                for n in 0..MESSAGES {
                    raw.send(kind::MESSAGE, &bin(40_000, n));
                }
                raw
            })
        })
        .collect();
    let mut next = [0_u8; CLIENTS];
    let mut peers = Vec::new();
    let mut got = 0;
    server.until("all have come", |server| {
        for seen in server.seen.drain(..) {
            assert_eq!(seen.kind, EventKind::Message, "{seen:?}");
            let known = peers.iter().position(|peer| *peer == seen.peer);
            let at = known.unwrap_or_else(|| {
                peers.push(seen.peer);
                peers.len() - 1
            });
            assert!(seen.message == bin(40_000, next[at]), "in order");
            next[at] += 1;
            got += 1;
        }
        let stats = server.stats();
        assert!(stats.memory_used <= stats.memory_budget, "{stats:?}");
        got == CLIENTS * usize::from(MESSAGES)
    });
    writers.into_iter().for_each(|writer| drop(writer.join().unwrap()));
}

/// Each ping is answered, but answers that nobody reads must not pile up.
fn a_peer_that_asks_for_pongs_and_reads_none_is_ended<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    // Pings alone would soon be too many: each message allows one more.
    let pings =
        [frame(kind::PING, &[1; 8]), frame(kind::MESSAGE, &bin(1, 1))].concat().repeat(5_000);
    let writer = std::thread::spawn(move || while raw.0.write_all(&pings).is_ok() {});
    let mut most = 0;
    server.until("it is ended", |server| {
        most = most.max(server.stats().memory_used);
        server.seen.retain(|seen| seen.kind != EventKind::Message);
        writer.is_finished() && !server.seen.is_empty()
    });
    writer.join().unwrap();
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::SlowPeer));
    assert!(ended.text.contains("out_buffer (1048576)"), "{}", ended.text);
    assert!(most < 4 << 20, "{most} bytes were held");
}

fn memory_is_given_back<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    for n in 0..10 {
        world.client.send_msgpack(at_client, &bin(100_000, n)).unwrap();
        world.server.send_msgpack(at_server, &bin(100_000, n)).unwrap();
    }
    for _ in 0..10 {
        world.server_gets(EventKind::Message);
        world.client_gets(EventKind::Message);
    }
    world.client.disconnect(at_client, 0, "").unwrap();
    world.client_gets(EventKind::Disconnected);
    world.server_gets(EventKind::Disconnected);
    world.until("nothing is held", |server, client| {
        server.stats().memory_used == 0 && client.stats().memory_used == 0
    });
}

/// A quarter of the budget in one message.
fn quarters(mode: Mode) -> Config {
    Config { max_message: 256 << 10, ..tight(mode) }
}

/// Sends the beginning of a message, and waits until the server has it.
fn send_part<A: Api>(server: &mut End<A>, mut raw: Raw, peer: u64, part: Vec<u8>) -> Raw {
    let all = (HELLO.len() + part.len()) as u64;
    let raw = alongside(server, move || {
        raw.write(&part);
        raw
    });
    server.until("the part has been read", |server| {
        server.peer_stats(peer).is_ok_and(|stats| stats.bytes_in == all) || !server.seen.is_empty()
    });
    raw
}

/// What the server has read so far has had its consequences, and they can be polled: a second ping is only
/// answered in a turn after that of the first.
fn settled<A: Api>(server: &mut End<A>, probe: Raw) -> Raw {
    alongside(server, move || {
        let mut probe = probe;
        for n in 0..2 {
            probe.send(kind::PING, &[n; 8]);
            assert_eq!(probe.read_frame(), (kind::PONG, vec![n; 8]));
        }
        probe
    })
}

fn the_one_with_the_largest_part_goes<A: Api>(mode: Mode) {
    const PART: usize = 100_000;
    let (mut server, address) = End::<A>::listening(quarters(mode), false);
    let (large, largest) = Raw::open(&mut server, &address);
    let (mut probe, _) = Raw::open(&mut server, &address);
    let mut small: Vec<_> = (0..16).map(|_| Raw::open(&mut server, &address)).collect();
    let part = frame(kind::MESSAGE, &bin(250_000, 0))[..240_000].to_vec();
    let _large = send_part(&mut server, large, largest, part);
    let message = frame(kind::MESSAGE, &bin(PART, 7));
    let mut begun = Vec::new();
    while server.seen.is_empty() {
        let (raw, peer) = small.pop().expect("so many parts are more than the budget");
        let part = message[..PART].to_vec();
        begun.push(send_part(&mut server, raw, peer, part));
        probe = settled(&mut server, probe);
    }
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (largest, Reason::Memory));
    assert!(ended.text.contains("memory_budget (1048576)"), "{}", ended.text);
    assert!(begun.len() > 4, "all was well with {} more", begun.len());

    for raw in &mut begun {
        raw.write(&message[PART..]);
        assert!(server.gets(EventKind::Message).message == bin(PART, 7), "the others go on");
    }
    drop((begun, small, probe));
    server.until("nothing is held", |server| server.stats().memory_used == 0);
    assert!(server.seen.iter().all(|seen| seen.reason == Reason::Lost), "{:?}", server.seen);
}

/// What waits for a peer that does not read is its own, even where many share it.
fn a_slow_reader_holds_what_waits_for_it<A: Api>(mode: Mode) {
    const PART: usize = 60_000;
    let (mut server, address) = End::<A>::listening(tight(mode), false);
    let slow: Vec<_> = (0..5).map(|_| Raw::open(&mut server, &address)).collect();
    let (mut probe, _) = Raw::open(&mut server, &address);
    let mut others: Vec<_> = (0..8).map(|_| Raw::open(&mut server, &address)).collect();
    let message = frame(kind::MESSAGE, &bin(PART, 7));
    let mut begun = Vec::new();
    while server.seen.is_empty() {
        let (raw, peer) = others.pop().expect("so much is more than the budget");
        // The system may have taken some of it meanwhile.
        server.until("no more can be sent", |server| {
            let send = |(_, peer): &(Raw, u64)| server.send_msgpack(*peer, &bin(30_000, 1));
            slow.iter().map(send).any(|sent| sent.is_err_and(|fault| fault.code == MEMORY))
        });
        begun.push(send_part(&mut server, raw, peer, message[..PART].to_vec()));
        // Without this more would be sent while the one that has to go is still being ended.
        probe = settled(&mut server, probe);
        server.take(EventKind::Writable);
    }
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::Memory);
    assert!(slow.iter().any(|(_, peer)| *peer == ended.peer), "{ended:?}");
    server.take(EventKind::Writable);
    assert!(server.seen.is_empty(), "one is enough: {:?}", server.seen);
}

/// Queues that together are larger than the budget: reading stops, and nothing is lost.
fn a_game_that_does_not_poll_stays_within_the_budget<A: Api>(mode: Mode) {
    const CLIENTS: usize = 24;
    const EACH: u8 = 10;
    let settings = Config { memory_budget: 4 << 20, ..tight(mode) };
    let (mut server, address) = End::<A>::listening(settings, false);
    let (raws, peers): (Vec<_>, Vec<_>) =
        (0..CLIENTS).map(|_| Raw::open(&mut server, &address)).unzip();
    let write = |mut raw: Raw| {
        std::thread::spawn(move || {
            (0..EACH).for_each(|n| raw.send(kind::MESSAGE, &bin(40_000, n)));
            raw
        })
    };
    let writers: Vec<_> = raws.into_iter().map(write).collect();

    let deadline = Instant::now() + PATIENCE;
    let fault = loop {
        let stats = server.stats();
        assert!(stats.memory_used <= stats.memory_budget, "{stats:?}");
        match server.send_json(peers[0], "1") {
            Err(fault) => break fault,
            Ok(()) => assert!(Instant::now() < deadline, "the budget is not reached: {stats:?}"),
        }
        std::thread::yield_now();
    };
    assert_eq!(fault.code, MEMORY, "{fault:?}");
    let answer = Raw::connect(&address).read_to_end();
    assert_eq!((answer[7], answer[16]), (1, Reason::Memory as u8), "nobody new comes in");
    let stats = server.stats();
    assert!(stats.memory_used <= stats.memory_budget, "{stats:?}");

    let mut next = [0; CLIENTS];
    server.until("all have come", |server| {
        for seen in server.seen.drain(..) {
            assert_eq!(seen.kind, EventKind::Message, "{seen:?}");
            let at = peers.iter().position(|peer| *peer == seen.peer).expect("a known peer");
            assert!(seen.message == bin(40_000, next[at]), "in order");
            next[at] += 1;
        }
        next == [EACH; CLIENTS]
    });
    let raws: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
    drop(raws);
    server.until("nothing is held", |server| server.stats().memory_used == 0);
}
