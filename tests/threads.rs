//! One host, several threads: nobody sleeps through what another one brought about, nobody waits for long,
//! and nobody's data reaches a stranger.

mod api;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use api::{Api, End, Net, Raw, UNKNOWN_PEER, bin, config};
use podsix::{Config, EventKind, Mode};

cases! {
    an_event_of_another_threads_call_ends_a_wait,
    a_flush_ends_when_another_thread_has_written,
    listeners_come_and_go_while_clients_do,
    user_data_reaches_no_stranger,
}

/// Far below the timeout of what must not sleep through it, and far above what a busy machine adds.
const SOON: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_secs(60);

/// Nothing happens by itself.
fn quiet(mode: Mode) -> Config {
    let (connect_timeout, handshake_timeout) = (LONG, LONG);
    let (ping_interval, idle_timeout) = (Duration::ZERO, Duration::ZERO);
    Config { connect_timeout, handshake_timeout, ping_interval, idle_timeout, ..config(mode) }
}

/// Calls `other` on another thread in each round, while this one does `each`, which must be over soon.
fn rounds(count: u64, other: impl Fn(u64) + Send + 'static, mut each: impl FnMut(u64)) {
    let turn = Arc::new(AtomicU64::new(0));
    let over = Arc::new(AtomicBool::new(false));
    let thread = thread::spawn({
        let (turn, over) = (turn.clone(), over.clone());
        move || {
            for round in 1..=count {
                while turn.load(Ordering::Acquire) < round {
                    if over.load(Ordering::Acquire) {
                        return;
                    }
                    thread::yield_now();
                }
                // Another moment each time.
                (0..round * 31 % 2_000).for_each(|_| std::hint::spin_loop());
                other(round);
            }
        }
    });
    for round in 1..=count {
        turn.store(round, Ordering::Release);
        let began = Instant::now();
        each(round);
        let took = began.elapsed();
        if took > SOON {
            over.store(true, Ordering::Release);
            panic!("round {round} took {took:?}");
        }
    }
    thread.join().unwrap();
}

/// Giving up a connect makes an event at once, on the calling thread where the host has none of its own.
fn an_event_of_another_threads_call_ends_a_wait<A: Api>(mode: Mode) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let mut host = A::new(quiet(mode)).unwrap();
    let net = host.net();
    let other = move |_| net.disconnect(net.connect(&address).unwrap()).unwrap();
    rounds(2_000, other, |round| {
        let event = host.wait(LONG).unwrap();
        assert_eq!(event.map(|event| event.kind), Some(EventKind::Error), "round {round}");
        assert!(host.poll().unwrap().is_none());
    });
}

/// The bytes are written by the sending thread where the host has none of its own.
fn a_flush_ends_when_another_thread_has_written<A: Api>(mode: Mode) {
    let mut server = End::<A>::listening(quiet(mode), false);
    let (mut raw, peer) = Raw::open(&mut server.0, &server.1);
    let reader = thread::spawn(move || raw.read(2_000 * 105));
    let net = server.0.net();
    let sent = Arc::new(AtomicU64::new(0));
    let other = {
        let sent = sent.clone();
        move |round| {
            net.send_msgpack(peer, &bin(96, 0)).unwrap();
            sent.store(round, Ordering::Release);
        }
    };
    rounds(2_000, other, |round| {
        while sent.load(Ordering::Acquire) < round {
            server.0.flush(LONG).unwrap();
            thread::yield_now();
        }
        server.0.flush(LONG).unwrap();
    });
    reader.join().unwrap();
}

/// While clients pour in, listening and looking wait for nobody.
fn listeners_come_and_go_while_clients_do<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(quiet(mode), false);
    let over = Arc::new(AtomicBool::new(false));
    let clients = thread::spawn({
        let over = over.clone();
        move || {
            while !over.load(Ordering::Acquire) {
                let clients: Vec<_> = (0..64).map(|_| Raw::connect(&address)).collect();
                drop(clients);
            }
        }
    });
    let net = server.net();
    let listens = thread::spawn(move || {
        for _ in 0..100 {
            let listener = net.listen("127.0.0.1:0").unwrap();
            net.stop_listening(listener).unwrap();
        }
    });
    server.until("the other thread has listened a hundred times", |_| listens.is_finished());
    listens.join().unwrap();
    over.store(true, Ordering::Release);
    // Where nobody accepts, who connects waits.
    server.until("nobody connects any more", |_| clients.is_finished());
    clients.join().unwrap();
    assert_eq!(server.stats().listeners, 1);
}

/// Peers come and go in one slot; a thread that still has the last one's id writes to it all the time.
fn user_data_reaches_no_stranger<A: Api>(mode: Mode) {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let mut host = A::new(quiet(mode)).unwrap();
    let (net, current) = (host.net(), Arc::new(AtomicU64::new(0)));
    let over = Arc::new(AtomicBool::new(false));
    let writer = thread::spawn({
        let (net, current, over) = (net.clone(), current.clone(), over.clone());
        move || {
            while !over.load(Ordering::Acquire) {
                let peer = current.load(Ordering::Acquire);
                for answer in
                    [net.set_user_data(peer, peer as usize), net.user_data(peer).map(drop)]
                {
                    assert!(
                        answer.is_ok() || answer.is_err_and(|fault| fault.code == UNKNOWN_PEER)
                    );
                }
                if let Ok(data) = net.user_data(peer) {
                    assert!(data == 0 || data == peer as usize, "{data} is another's");
                }
            }
        }
    });
    for _ in 0..3_000 {
        let peer = net.connect(&address).unwrap();
        // Nobody knows this peer yet.
        assert_eq!(net.user_data(peer).unwrap(), 0, "the last peer's data");
        current.store(peer, Ordering::Release);
        net.disconnect(peer).unwrap();
        assert_eq!(host.wait(LONG).unwrap().map(|event| event.kind), Some(EventKind::Error));
        assert!(host.poll().unwrap().is_none());
    }
    over.store(true, Ordering::Release);
    writer.join().unwrap();
}
