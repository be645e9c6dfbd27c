//! What a host does to the process that it is in: the time it uses, and what it does when there are no more
//! descriptors. Windows has no such limit, and no such clock among the functions of C.
#![cfg(unix)]

mod api;

use std::fs::File;
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use api::{
    Api, CApi, End, HELLO, OS, Raw, RustApi, child, config, frame, in_child, kind, refused,
    set_descriptors,
};
use podsix::{Config, EventKind, Mode, Reason};
use socket2::{Domain, Socket, Type};

/// Runs a case for each API and mode in a process of its own: what it measures or limits is a whole
/// process's, and other tests must not be in there.
fn alone(name: &str, cases: [fn(Mode); 2]) {
    if in_child().is_some() {
        for case in cases {
            case(Mode::Threaded);
            case(Mode::Inline);
        }
        return;
    }
    let output = child(name, "all of it").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

#[test]
fn one_who_pushes_on_after_a_refusal_costs_nothing() {
    let cases = [pushes_on::<RustApi>, pushes_on::<CApi>];
    alone("one_who_pushes_on_after_a_refusal_costs_nothing", cases);
}

/// Its bytes are read and thrown away, but only when there are some.
fn pushes_on<A: Api>(mode: Mode) {
    let full = Config { max_peers: 1, ..config(mode) };
    let (mut server, address) = End::<A>::listening(full, false);
    let (_first, _) = Raw::open(&mut server, &address);
    let mut second = Raw::connect(&address);
    second.write(&[&HELLO[..], &frame(kind::MESSAGE, b"\x01")].concat());
    server.until("it is refused", |server| server.stats().refused_full == 1);
    let before = processor_time();
    let began = Instant::now();
    while began.elapsed() < Duration::from_millis(300) {
        assert!(server.wait(Duration::from_millis(300)).unwrap().is_none());
    }
    let used = processor_time() - before;
    assert!(used < Duration::from_millis(100), "{used:?} of 300 ms");
}

/// What this process has used so far.
fn processor_time() -> Duration {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a plain system call that fills what it is given.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut now) }, 0);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

#[test]
fn refused_clients_give_their_descriptors_to_the_next() {
    let cases = [refused_without_descriptors::<RustApi>, refused_without_descriptors::<CApi>];
    alone("refused_clients_give_their_descriptors_to_the_next", cases);
}

fn refused_without_descriptors<A: Api>(mode: Mode) {
    const CLIENTS: usize = 20;
    const ROOM: usize = 5;
    let hour = Duration::from_secs(3_600);
    let small = Config { max_peers: 1, linger: hour, ..config(mode) };
    let (mut server, address) = End::<A>::listening(small, false);
    let (_inside, _) = Raw::open(&mut server, &address);
    // Made while there are descriptors, used when there are none.
    let socket = |_| Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let sockets: Vec<Socket> = (0..CLIENTS).map(socket).collect();
    let free = File::open("/dev/null").unwrap().as_raw_fd() as usize;
    set_descriptors((free + ROOM) as u64);
    let to: SocketAddr = address.parse().unwrap();
    let connect = |socket: Socket| {
        socket.connect(&to.into()).unwrap();
        let mut raw = Raw::new(socket.into());
        raw.write(&HELLO);
        raw
    };
    let clients: Vec<Raw> = sockets.into_iter().map(connect).collect();
    server.until("all are refused", |server| {
        server.take(EventKind::Error);
        server.stats().refused_full == CLIENTS as u64
    });
    for mut raw in clients {
        assert_eq!(raw.read(17)[16], Reason::Full as u8);
    }
    set_descriptors(1_000);
}

#[test]
fn accepting_goes_on_once_there_are_descriptors_again() {
    let cases = [out_of_descriptors::<RustApi>, out_of_descriptors::<CApi>];
    alone("accepting_goes_on_once_there_are_descriptors_again", cases);
}

fn out_of_descriptors<A: Api>(mode: Mode) {
    const CLIENTS: usize = 20;
    const ROOM: usize = 5;
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut inside, first) = Raw::open(&mut server, &address);
    // Made while there are descriptors, used when there are none.
    let socket = |_| Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let sockets: Vec<Socket> = (0..CLIENTS).map(socket).collect();
    let free = File::open("/dev/null").unwrap().as_raw_fd() as usize;
    let began = Instant::now();
    set_descriptors((free + ROOM) as u64);
    let to: SocketAddr = address.parse().unwrap();
    let mut clients = Vec::new();
    for socket in sockets {
        socket.connect(&to.into()).unwrap();
        let mut raw = Raw::new(socket.into());
        raw.write(&HELLO);
        clients.push(raw);
    }
    server.until("it has tried again and again", |server| server.stats().accept_pauses >= 3);
    let troubles = server.take(EventKind::Error);
    let seconds = began.elapsed().as_secs() as usize;
    assert!((1..=seconds + 1).contains(&troubles.len()), "{troubles:?}");
    let trouble = &troubles[0];
    assert_eq!((trouble.peer, trouble.listener, trouble.os_error), (0, 1, libc::EMFILE));
    assert!(trouble.text.contains("ulimit -n"), "{}", trouble.text);
    let let_in = server.take(EventKind::Connected).len();
    assert!((1..=ROOM).contains(&let_in), "{let_in} were let in");
    assert!(server.seen.is_empty(), "{:?}", server.seen);

    // Those who are inside do not notice, and whatever else needs a descriptor says why it fails.
    inside.send(kind::MESSAGE, b"\x01");
    assert_eq!(server.gets(EventKind::Message).peer, first);
    let words = "os error 24";
    refused(server.listen("127.0.0.1:0", false), OS, &["listening on 127.0.0.1:0", words]);
    refused(A::new(config(mode)).map(drop), OS, &["starting a host", words]);
    let peer = server.connect(&address, "").unwrap();
    server.until("the connect has failed", |server| {
        server.seen.retain(|seen| seen.peer != 0);
        !server.seen.is_empty()
    });
    let error = server.gets(EventKind::Error);
    assert_eq!((error.peer, error.os_error), (peer, libc::EMFILE), "{error:?}");
    assert!(error.text.contains(words), "{}", error.text);

    let pauses = server.stats().accept_pauses;
    let most = began.elapsed().as_millis() as u64 / 100 + 1;
    assert!(pauses <= most, "{pauses} tries where {most} are enough");
    set_descriptors(1_000);
    server.until("all are let in", |server| {
        server.take(EventKind::Error);
        server.seen.len() == CLIENTS - let_in
    });
    assert_eq!(server.take(EventKind::Connected).len(), CLIENTS - let_in);
    assert_eq!(server.stats().accepted, 1 + CLIENTS as u64);
    for mut raw in clients {
        assert_eq!(raw.read(4), b"PDSX");
    }
}
