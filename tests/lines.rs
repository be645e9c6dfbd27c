//! A line that is gone for a while ends nobody: TCP tries again soon after it is back.
#![cfg(target_os = "linux")]

mod api;

use std::io::Write;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use api::{Api, End, World, config, until};
use podsix::{Config, EventKind, Mode};
use socket2::{Domain, SockFilter, SockRef, Socket, Type};

cases! {
    both_ends_sockets_try_again_within_a_second,
    who_waits_for_ever_keeps_the_systems_patience,
}

cases! { threaded:
    a_line_gone_for_seconds_is_survived,
}

/// The longest time between two attempts in milliseconds, which is the socket option 44 since Linux 6.15; none
/// where the kernel does not know it.
fn longest_wait(socket: BorrowedFd<'_>) -> Option<i32> {
    use std::os::fd::AsRawFd;
    let (mut ms, mut len) = (0, size_of::<i32>() as libc::socklen_t);
    let (fd, option) = (socket.as_raw_fd(), (&raw mut ms).cast());
    // SAFETY: the option's value is an int.
    let result = unsafe { libc::getsockopt(fd, libc::IPPROTO_TCP, 44, option, &raw mut len) };
    (result == 0).then_some(ms)
}

/// Whether this kernel knows it.
fn is_known() -> bool {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    longest_wait(socket.as_fd()).is_some()
}

/// Copies of the two sockets of a connection to a port of this machine: the client's and the server's.
fn sockets(address: &str) -> [OwnedFd; 2] {
    let port = address.rsplit_once(':').unwrap().1.parse().ok();
    let mut found = [None, None];
    for entry in std::fs::read_dir("/proc/self/fd").unwrap() {
        let number = entry.unwrap().file_name().to_str().unwrap().parse().unwrap();
        // SAFETY: it is only asked, and copied, while the hosts that have it open do not close it.
        let fd = unsafe { BorrowedFd::borrow_raw(number) };
        let port_of = |address: std::io::Result<socket2::SockAddr>| {
            address.ok().and_then(|address| address.as_socket()).map(|address| address.port())
        };
        let socket = SockRef::from(&fd);
        let (here, there) = (port_of(socket.local_addr()), port_of(socket.peer_addr()));
        match (here == port, there == port) {
            (false, true) => found[0] = fd.try_clone_to_owned().ok(),
            (true, false) if there.is_some() => found[1] = fd.try_clone_to_owned().ok(),
            _ => {}
        }
    }
    found.map(|socket| socket.expect("a connection has two ends"))
}

fn patience(address: &str) -> [(Option<i32>, Option<Duration>); 2] {
    sockets(address).map(|socket| {
        (longest_wait(socket.as_fd()), SockRef::from(&socket).tcp_user_timeout().unwrap())
    })
}

/// An older kernel's own patience is left as it is.
fn both_ends_sockets_try_again_within_a_second<A: Api>(mode: Mode) {
    let set = |wait, in_all| match is_known() {
        true => [(Some(wait), Some(Duration::from_secs(in_all))); 2],
        false => [(None, None); 2],
    };
    for scheme in ["tcp", "podsixnet", "podsixnet+json"] {
        let mut world = api::podsixnet::world::<A>(mode, scheme);
        world.open();
        // Twice idle_timeout, and stall_limit: the host is to judge, not the system.
        assert_eq!(patience(&world.address), set(1_000, 90), "{scheme}");
    }
    let minute = Config { idle_timeout: Duration::from_secs(60), ..config(mode) };
    let mut world = World::<A>::with(minute.clone(), minute, false);
    world.open();
    assert_eq!(patience(&world.address), set(4_000, 180));
}

fn who_waits_for_ever_keeps_the_systems_patience<A: Api>(mode: Mode) {
    let fresh = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let systems = longest_wait(fresh.as_fd());
    let never = Config { idle_timeout: Duration::ZERO, ..config(mode) };
    let mut world = World::<A>::with(never.clone(), never, false);
    world.open();
    assert_eq!(patience(&world.address), [(systems, None); 2]);
}

/// Seven seconds: by itself the system tries again after 6.2 and then after 12.6, too late for an end that is silent
/// for 11.
fn a_line_gone_for_seconds_is_survived<A: Api>(mode: Mode) {
    if !is_known() {
        // Past what the harness keeps of a test that passes.
        let words = "SKIP: a line that is gone needs TCP_RTO_MAX_MS, which came with Linux 6.15";
        let _ = writeln!(std::io::stderr(), "{words}");
        return;
    }
    let idle_timeout = Duration::from_secs(11);
    let config = Config { idle_timeout, ..config(mode) };
    let mut world = World::<A>::with(config.clone(), config, false);
    let (at_client, at_server) = world.open();
    let ends = sockets(&world.address);
    // A filter that lets nothing in, at both ends: the line is gone.
    let nothing = [SockFilter::new(0x06, 0, 0, 0)];
    ends.iter().for_each(|end| SockRef::from(end).attach_filter(&nothing).unwrap());
    let back = Instant::now() + Duration::from_secs(7);
    let World { server, client, .. } = &mut world;
    let say = |server: &mut End<A>, client: &mut End<A>, word| {
        server.send_json(at_server, word).unwrap();
        client.send_json(at_client, word).unwrap();
    };
    say(server, client, "1");
    until(&mut [&mut *server, &mut *client], "the line is back", |ends| {
        ends.iter().for_each(|end| assert_eq!(end.seen.front().map(|seen| seen.kind), None));
        Instant::now() > back
    });
    ends.iter().for_each(|end| SockRef::from(end).detach_filter().unwrap());
    say(server, client, "2");
    for word in ["1", "2"] {
        assert_eq!(world.server_gets(EventKind::Message).json(), word);
        assert_eq!(world.client_gets(EventKind::Message).json(), word);
    }
}
