//! Forking: the parent goes on playing, whatever its children have copies of.
#![cfg(unix)]

mod api;

use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api::{Api, End, FORKED, Fork, HELLO, Raw, World, alongside, bin, config, refused};
use podsix::{EventKind, Mode, Reason};

cases! {
    what_a_child_keeps_open_ends_nobody_else,
    the_other_end_hears_of_the_end_though_a_child_has_a_copy,
    in_a_child_every_call_says_so,
    a_child_that_frees_leaves_the_parents_connections_alone,
    a_child_has_hosts_of_its_own,
    a_fork_in_the_midst_of_traffic_is_no_worse,
}

/// A child has copies of other tests' sockets too, and would keep their connections open.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A child's copy keeps a connection alive that the parent has closed; what still happens to it is no
/// concern of the connection that has its place now.
fn what_a_child_keeps_open_ends_nobody_else<A: Api>(mode: Mode) {
    let _alone = alone();
    let (mut server, address) = End::<A>::listening(config(mode), true);
    let ask = |server: &mut End<A>| {
        let mut raw = Raw::connect(&address);
        raw.write(&HELLO);
        (raw, server.gets(EventKind::Request).peer)
    };
    let (dead, first) = ask(&mut server);
    let child = Fork::sleeping();
    server.drop_peer(first).unwrap();
    server.gets(EventKind::Disconnected);
    // Its last event expires, and with it the peer.
    server.until("the peer's place is free", |server| server.peer_stats(first).is_err());
    let (_innocent, second) = ask(&mut server);
    assert_eq!(first & 0xffff, second & 0xffff, "this is about one place and two peers");
    dead.0.shutdown(Shutdown::Write).expect("the child's copy is open");
    // What comes after that has been seen.
    let (_third, third) = ask(&mut server);
    for peer in [second, third] {
        server.accept(peer, "").unwrap();
        assert_eq!(server.gets(EventKind::Connected).peer, peer);
    }
    drop(child);
}

fn the_other_end_hears_of_the_end_though_a_child_has_a_copy<A: Api>(mode: Mode) {
    let _alone = alone();
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    let child = Fork::sleeping();
    server.drop_peer(peer).unwrap();
    server.gets(EventKind::Disconnected);
    alongside(&mut server, move || drop(raw.read_to_end()));
    drop(child);
}

/// What a test's child does before it is parked: after that the parent goes on, beside it.
fn beside(work: impl FnOnce()) -> Fork {
    let (mut parent, mut child) = UnixStream::pair().expect("two sockets");
    let fork = Fork::doing(|| {
        work();
        child.write_all(&[1]).expect("the parent listens");
        loop {
            std::thread::park();
        }
    });
    drop(child);
    parent.read_exact(&mut [0]).expect("what the child does goes well");
    fork
}

fn in_a_child_every_call_says_so<A: Api>(mode: Mode) {
    let _alone = alone();
    let mut world = World::<A>::new(mode);
    let (_, peer) = world.open();
    let message = podsix::Message::from_json("1").unwrap();
    let short = Duration::from_millis(1);
    Fork::doing(|| {
        let host = &mut world.server;
        let said = |answer| refused::<()>(answer, FORKED, &["forked", "make a new one"]);
        said(host.set_codec());
        said(host.listen("127.0.0.1:0", false).map(drop));
        said(host.listener_address(1).map(drop));
        said(host.stop_listening(1));
        said(host.connect("127.0.0.1:1", "").map(drop));
        said(host.accept(peer, ""));
        said(host.refuse(peer, 0, ""));
        said(host.disconnect(peer, 0, ""));
        said(host.drop_peer(peer));
        said(host.kick(peer, 0, ""));
        said(host.close(short, 0, ""));
        said(host.send_json(peer, "1"));
        said(host.send_msgpack(peer, b"\x01"));
        said(host.send_many(&[peer], "1").map(drop));
        said(host.broadcast(&message, 0));
        said(host.poll().map(drop));
        said(host.wait(short).map(drop));
        said(host.flush(short));
        said(host.descriptor().map(drop));
        said(host.peer_address(peer).map(drop));
        said(host.peer_stats(peer).map(drop));
        said(host.user_data(peer).map(drop));
        said(host.set_user_data(peer, 1));
    })
    .done();
    world.nothing_more();
}

/// The child's copies are closed and nothing else: nobody is told anything, and when the parent closes a
/// connection, that is its end.
fn a_child_that_frees_leaves_the_parents_connections_alone<A: Api>(mode: Mode) {
    let _alone = alone();
    let mut world = World::<A>::new(mode);
    let (at_client, at_server) = world.open();
    let waitable = world.client.descriptor().unwrap();
    assert_eq!(world.client.descriptor().unwrap(), waitable, "it stays the same");
    let mut both = Some(world);
    let _child = beside(|| {
        let before = descriptors();
        drop(both.take());
        // A listener, both ends of a connection, and per host a poll, its copy, and what wakes it; and what
        // makes the client's descriptor readable: a pair of sockets, or a timer.
        let waitable = if mode == Mode::Threaded { 2 } else { 1 };
        if cfg!(target_os = "linux") {
            assert_eq!(before - descriptors(), 3 + 2 * 3 + waitable);
        }
    });
    let mut world = both.expect("it is the child's copy that is gone");
    world.client.send_json(at_client, "1").unwrap();
    assert_eq!(world.server_gets(EventKind::Message).json(), "1");
    world.server.send_json(at_server, "2").unwrap();
    assert_eq!(world.client_gets(EventKind::Message).json(), "2");
    world.server.drop_peer(at_server).unwrap();
    world.server_gets(EventKind::Disconnected);
    assert_eq!(world.client_gets(EventKind::Disconnected).reason, Reason::Lost);
    world.nothing_more();
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").map_or(0, |folder| folder.count())
}

fn a_child_has_hosts_of_its_own<A: Api>(mode: Mode) {
    let _alone = alone();
    let mut world = World::<A>::new(mode);
    world.open();
    Fork::doing(|| {
        let mut own = World::<A>::new(mode);
        let (at_client, _) = own.open();
        own.client.send_json(at_client, "1").unwrap();
        assert_eq!(own.server_gets(EventKind::Message).json(), "1");
        // And so has its own child.
        Fork::doing(|| {
            refused(own.server.poll().map(drop), FORKED, &[]);
            World::<A>::new(mode).open();
        })
        .done();
        own.nothing_more();
    })
    .done();
    world.nothing_more();
}

/// Whatever a thread of the parent's was doing, and whatever it held.
fn a_fork_in_the_midst_of_traffic_is_no_worse<A: Api>(mode: Mode) {
    let _alone = alone();
    let mut world = World::<A>::new(mode);
    let (at_client, _) = world.open();
    for round in 0..50 {
        for n in 0..20 {
            world.client.send_msgpack(at_client, &bin(1000 * round, n)).unwrap();
        }
        let mut both = Some(world);
        let child = Fork::doing(|| {
            let mut world = both.take().expect("a world");
            refused(world.server.poll().map(drop), FORKED, &[]);
            refused(world.client.send_json(at_client, "1"), FORKED, &[]);
        });
        world = both.expect("the child has a copy");
        for n in 0..20 {
            let got = world.server_gets(EventKind::Message);
            assert!(got.message == bin(1000 * round, n), "round {round}, message {n}");
        }
        child.done();
    }
}
