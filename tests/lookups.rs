//! Names, where the system's own resolver finds what the test has written down: in namespaces, which
//! on most systems anybody may make.
#![cfg(target_os = "linux")]

mod api;

use std::io::Write;
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use api::{Api, CApi, End, RustApi, World, child, config, in_child};
use podsix::{Config, EventKind, Mode, Reason};
use socket2::{Domain, Socket, Type};

/// What the whole process may have, whatever number of hosts.
const THREADS: usize = 64;

/// Runs a script before the test's child, where there is no network but loopback. Nothing, where this
/// system lets nobody do so.
fn in_namespaces(script: &str, arguments: &[&str]) -> Option<Output> {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "--net", "sh", "-ec", script, "sh"]);
    command.args(arguments).output().ok()
}

/// The test `name` again, where /etc/hosts says `hosts` and the name server is 127.0.0.1.
fn run(name: &str, hosts: &str) {
    let here = "ip link set lo up; test -f /etc/hosts; test -f /etc/resolv.conf";
    if !in_namespaces(here, &[]).is_some_and(|output| output.status.success()) {
        // Past what the harness keeps of a test that passes.
        let _ = writeln!(
            std::io::stderr(),
            "SKIP: {name} needs unshare, ip and the right to make namespaces"
        );
        return;
    }
    let files = directory(name);
    std::fs::write(files.join("hosts"), hosts).unwrap();
    std::fs::write(files.join("resolv.conf"), "nameserver 127.0.0.1\n").unwrap();
    let script = "ip link set lo up
        mount --bind \"$1/hosts\" /etc/hosts
        mount --bind \"$1/resolv.conf\" /etc/resolv.conf
        shift
        exec env PODSIX_TEST_CHILD=1 \"$@\"";
    let child = child(name, "1");
    let mut arguments = vec![files.to_str().unwrap(), child.get_program().to_str().unwrap()];
    arguments.extend(child.get_args().map(|argument| argument.to_str().unwrap()));
    let output = in_namespaces(script, &arguments).unwrap();
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

/// A directory of this test's own.
fn directory(name: &str) -> std::path::PathBuf {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

#[test]
fn a_dead_ipv6_address_costs_a_moment() {
    if in_child().is_none() {
        let hosts = "::1 both.test\n127.0.0.1 both.test\n";
        return run("a_dead_ipv6_address_costs_a_moment", hosts);
    }
    for mode in [Mode::Threaded, Mode::Inline] {
        reaches_past_a_dead_address::<RustApi>(mode);
        reaches_past_a_dead_address::<CApi>(mode);
    }
}

fn reaches_past_a_dead_address<A: Api>(mode: Mode) {
    let connect_timeout = Duration::from_secs(90);
    let patient = Config { connect_timeout, ..config(mode) };
    let mut world = World::<A>::with(config(mode), patient, false);
    let live: SocketAddr = world.address.parse().unwrap();
    let dead = SocketAddr::new("::1".parse().unwrap(), live.port());
    // A full queue: nothing is answered.
    let full = Socket::new(Domain::IPV6, Type::STREAM, None).unwrap();
    full.set_only_v6(true).unwrap();
    full.bind(&dead.into()).unwrap();
    full.listen(0).unwrap();
    let join = || TcpStream::connect_timeout(&dead, Duration::from_millis(300));
    let queue: Vec<_> = std::iter::from_fn(|| join().ok()).take(64).collect();
    assert!(queue.len() < 64, "the queue does not fill up here");

    let began = Instant::now();
    let peer = world.client.connect(&format!("both.test:{}", live.port()), "").unwrap();
    world.client_gets(EventKind::Connected);
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(250), "IPv6 is not tried first: {took:?}");
    assert!(took < connect_timeout / 4, "{took:?}");
    assert_eq!(world.client.peer_address(peer).unwrap(), world.address);
    world.server_gets(EventKind::Connected);
    world.nothing_more();
}

#[test]
fn hosts_that_are_freed_leave_few_threads() {
    if in_child().is_none() {
        return run("hosts_that_are_freed_leave_few_threads", "127.0.0.1 localhost\n");
    }
    let _silent = UdpSocket::bind("127.0.0.1:53").unwrap();
    for n in 0..300 {
        let mode = if n % 2 == 0 { Mode::Threaded } else { Mode::Inline };
        let host = End::<RustApi>::new(config(mode));
        host.connect(&format!("host-{n}.test:1"), "").unwrap();
    }
    let lookups = lookups();
    assert!((1..=THREADS).contains(&lookups), "{lookups} threads");

    // Whoever comes now waits for a thread, no longer than it would for the name.
    let connect_timeout = Duration::from_millis(300);
    let mut hasty = End::<CApi>::new(Config { connect_timeout, ..config(Mode::Threaded) });
    hasty.connect("late.test:1", "").unwrap();
    let error = hasty.gets(EventKind::Error);
    assert_eq!(error.reason, Reason::ConnectTimeout);
    assert!(error.text.contains("looking up the name"), "{}", error.text);
}

/// The threads that look up names.
fn lookups() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.filter(|name| name.trim() == "podsix-lookup").count()
}
