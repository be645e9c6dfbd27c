//! Where hosts listen and connect, and what they say when that fails.

mod api;

use std::io::Read;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use api::{
    Api, BAD_ADDRESS, CONNECTION_REFUSED, End, NOT_CONNECTED, OS, UNKNOWN_LISTENER, World,
    alongside, config, refused,
};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    a_refused_port_is_one_error_with_the_systems_number,
    localhost_is_looked_up_and_every_address_tried,
    a_name_that_does_not_exist_is_an_error_with_words,
    ipv6_and_both_families_on_one_port,
    a_link_local_address_has_an_interface,
    many_listeners_tell_who_came_where,
    stopping_frees_the_port_at_once_and_keeps_connections,
    a_port_in_use_is_refused_with_words,
    bad_addresses_are_refused_with_words,
    connecting_takes_connect_timeout_at_the_most,
    a_server_that_says_nothing_is_given_up,
}

/// An address on which nobody listens.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn a_refused_port_is_one_error_with_the_systems_number<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let address = free_address().to_string();
    let peer = world.client.connect(&address, "").unwrap();
    // It may have been refused already.
    if let Err(fault) = world.client.send_json(peer, "1") {
        assert_eq!(fault.code, NOT_CONNECTED);
    }
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::Unreachable));
    assert_eq!((error.os_error, error.action.as_str()), (CONNECTION_REFUSED, "error"));
    assert!(error.text.contains(&format!("connecting to {address}: ")), "{}", error.text);
    world.nothing_more();
    assert_eq!(world.client.stats().peers, 1, "the failed one has left its seat");
}

/// localhost may be [::1] first; the server is on 127.0.0.1 only.
fn localhost_is_looked_up_and_every_address_tried<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let port = world.address.rsplit(':').next().unwrap();
    let peer = world.client.connect(&format!("tcp://localhost:{port}"), "").unwrap();
    world.client.send_json(peer, r#"{"n":1}"#).unwrap();
    world.client_gets(EventKind::Connected);
    assert_eq!(world.client.peer_address(peer).unwrap(), world.address);
    world.server_gets(EventKind::Connected);
    assert_eq!(world.server_gets(EventKind::Message).int("n"), 1);
}

fn a_name_that_does_not_exist_is_an_error_with_words<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let peer = world.client.connect("no-such-host.invalid:31425", "").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::Unresolved));
    assert!(error.text.contains("'no-such-host.invalid'"), "{}", error.text);
    world.nothing_more();
}

fn ipv6_and_both_families_on_one_port<A: Api>(mode: Mode) {
    if TcpListener::bind("[::1]:0").is_err() {
        eprintln!("SKIP: this machine has no IPv6");
        return;
    }
    let mut world = World::<A>::new(mode);
    let six = world.server.listen("tcp://[::1]:0", false).unwrap();
    let six_address = world.server.listener_address(six).unwrap();
    assert!(six_address.starts_with("[::1]:"), "{six_address}");
    let both = world.server.listen("*:0", false).unwrap();
    let both_address: SocketAddr = world.server.listener_address(both).unwrap().parse().unwrap();
    let port = both_address.port();
    assert_ne!(port, 0);
    let four = format!("127.0.0.1:{port}");
    for (address, listener) in [(six_address, six), (format!("[::1]:{port}"), both), (four, both)] {
        let peer = world.client.connect(&address, "").unwrap();
        world.client_gets(EventKind::Connected);
        assert_eq!(world.client.peer_address(peer).unwrap(), address);
        let connected = world.server_gets(EventKind::Connected);
        assert_eq!(connected.listener, listener);
        let from: SocketAddr = world.server.peer_address(connected.peer).unwrap().parse().unwrap();
        assert_eq!(from.is_ipv6(), address.starts_with('['), "{from} came to {address}");
    }
}

/// Linux tells which interfaces have such an address: all that are up, where there is IPv6.
fn a_link_local_address_has_an_interface<A: Api>(mode: Mode) {
    let known = std::fs::read_to_string("/proc/net/if_inet6").unwrap_or_default();
    let link_local =
        known.lines().find_map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
            [ip, index, _, "20", _, name] => Some((
                Ipv6Addr::from(u128::from_str_radix(ip, 16).unwrap()),
                u32::from_str_radix(index, 16).unwrap(),
                name,
            )),
            _ => None,
        });
    let Some((ip, index, name)) = link_local else {
        eprintln!("SKIP: no interface of this machine has a link-local address");
        return;
    };
    let mut world = World::<A>::new(mode);
    for zone in [name, &index.to_string()] {
        let listener = world.server.listen(&format!("tcp://[{ip}%{zone}]:0"), false).unwrap();
        let bound = world.server.listener_address(listener).unwrap();
        let port = bound.rsplit(':').next().unwrap();
        assert_eq!(bound, format!("[{ip}%{index}]:{port}"));
        let peer = world.client.connect(&format!("[{ip}%{zone}]:{port}"), "").unwrap();
        world.client_gets(EventKind::Connected);
        assert_eq!(world.client.peer_address(peer).unwrap(), bound);
        let at_server = world.server_gets(EventKind::Connected).peer;
        let from = world.server.peer_address(at_server).unwrap();
        assert!(from.starts_with(&format!("[{ip}%{index}]:")), "{from}");
    }
    // Without it the system does not know where to.
    refused(world.server.listen(&format!("[{ip}]:0"), false), OS, &["needs its interface"]);
    world.client.connect(&format!("[{ip}]:5"), "").unwrap();
    let error = world.client_gets(EventKind::Error);
    assert_eq!(error.reason, Reason::Unreachable);
    assert!(error.text.contains("needs its interface"), "{}", error.text);
}

fn many_listeners_tell_who_came_where<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    for n in 0..10 {
        let listener = world.server.listen("127.0.0.1:0", n % 2 == 1).unwrap();
        let address = world.server.listener_address(listener).unwrap();
        world.client.connect(&address, "").unwrap();
        let kind = if n % 2 == 1 { EventKind::Request } else { EventKind::Connected };
        assert_eq!(world.server_gets(kind).listener, listener);
    }
    assert_eq!(world.server.stats().listeners, 11);
}

fn stopping_frees_the_port_at_once_and_keeps_connections<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    let (at_client, _) = world.open();
    world.server.stop_listening(1).unwrap();
    let again = TcpListener::bind(&world.address).expect("the port is free");
    refused(world.server.stop_listening(1), UNKNOWN_LISTENER, &["no listener 1"]);
    refused(world.server.listener_address(1), UNKNOWN_LISTENER, &["no listener 1"]);
    world.client.send_json(at_client, "1").unwrap();
    assert_eq!(world.server_gets(EventKind::Message).json(), "1");
    drop(again);
    assert_ne!(world.server.listen(&world.address, false).unwrap(), 1, "a new listener");
    world.nothing_more();
}

fn a_port_in_use_is_refused_with_words<A: Api>(mode: Mode) {
    let world = World::<A>::new(mode);
    let words = [&format!("listening on {}", world.address), "in use"];
    refused(world.server.listen(&world.address, false), OS, &words);
    refused(world.client.listen(&world.address, false), OS, &words);
    // An address of somebody else's: reserved for documentation.
    refused(world.client.listen("192.0.2.1:0", false), OS, &["listening on 192.0.2.1:0"]);
}

fn bad_addresses_are_refused_with_words<A: Api>(mode: Mode) {
    let host = End::<A>::new(config(mode));
    refused(host.listen("example.org:1", false), BAD_ADDRESS, &["'example.org' is a name"]);
    refused(
        host.listen("ftp://*", false),
        BAD_ADDRESS,
        &["'ftp'", "known are tcp://, podsixnet://, podsixnet+json://"],
    );
    refused(host.connect("*:1", ""), BAD_ADDRESS, &["needs the name or address"]);
    refused(host.connect("127.0.0.1:0", ""), BAD_ADDRESS, &["port other than 0"]);
    refused(host.connect("127.0.0.1:x", ""), BAD_ADDRESS, &["'127.0.0.1:x'", "number"]);
    for number in
        ["010.0.0.1", "1.2.3", "0x7f.1", "256.1.1.1", "1.2.3.4.5", "314", "game.example.7"]
    {
        refused(host.connect(number, ""), BAD_ADDRESS, &[number, "must be an IPv4 address"]);
        refused(host.listen(number, false), BAD_ADDRESS, &[number, "must be an IPv4 address"]);
    }
    let alone = ["'31425' is a port alone", "*:PORT", "HOST:PORT"];
    refused(host.connect("31425", ""), BAD_ADDRESS, &alone);
    refused(host.listen("31425", false), BAD_ADDRESS, &alone);
    for empty in ["", "tcp://", "podsixnet://"] {
        refused(host.connect(empty, ""), BAD_ADDRESS, &["names no host"]);
        refused(host.listen(empty, false), BAD_ADDRESS, &["names no host", "'*' is every address"]);
    }
    for name in ["a..b", "*.example.org", "a!b.example", &format!("{}.example", "x".repeat(64))] {
        refused(host.connect(name, ""), BAD_ADDRESS, &["no valid host name"]);
    }
    let beside = [
        ("127.0.0.1:5/lobby", "has the path '/lobby', but tcp:// addresses have none"),
        ("podsixnet://127.0.0.1/", "has the path '/', but podsixnet:// addresses have none"),
        ("127.0.0.1?a=1", "has the unknown key 'a' in its query; tcp:// knows none"),
        ("127.0.0.1#top", "has the fragment '#top', which no address may have"),
        ("me:secret@127.0.0.1", "'...@127.0.0.1' has a user name or password"),
        ("127.0.0.1\n", "'127.0.0.1\\n' has white space or a control character in it"),
    ];
    for (address, words) in beside {
        refused(host.connect(address, ""), BAD_ADDRESS, &[words]);
        refused(host.listen(address, false), BAD_ADDRESS, &[words]);
    }
    let nowhere = "[fe80::1%no-such-one]:5";
    refused(host.connect(nowhere, ""), BAD_ADDRESS, &["the interface 'no-such-one'"]);
    refused(host.listen(nowhere, false), BAD_ADDRESS, &["the interface 'no-such-one'"]);
    refused(host.connect("[2001:db8::1%1]:5", ""), BAD_ADDRESS, &["only a link-local address"]);
    assert_eq!(host.stats().peers, 0);
}

/// The listener's queue is full, so the system answers no more connection attempts.
fn connecting_takes_connect_timeout_at_the_most<A: Api>(mode: Mode) {
    use socket2::{Domain, Socket, Type};
    let full = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    full.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let try_for = |ms| TcpStream::connect_timeout(&address, Duration::from_millis(ms));
    let queue: Vec<_> = std::iter::from_fn(|| try_for(300).ok()).take(64).collect();
    assert!(queue.len() < 64, "the queue does not fill up here");

    let client = Config { connect_timeout: Duration::from_millis(100), ..config(mode) };
    let mut client = End::<A>::new(client);
    let peer = client.connect(&address.to_string(), "").unwrap();
    let error = client.gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::ConnectTimeout));
    assert!(error.text.contains(&address.to_string()), "{}", error.text);
    assert!(error.text.contains("connect_timeout_ms"), "{}", error.text);
}

fn a_server_that_says_nothing_is_given_up<A: Api>(mode: Mode) {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Config {
        handshake_timeout: Duration::from_millis(60),
        approval_timeout: Duration::from_millis(40),
        ..config(mode)
    };
    let mut client = End::<A>::new(client);
    let peer = client.connect(&silent.local_addr().unwrap().to_string(), "").unwrap();
    let error = client.gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::HandshakeTimeout));
    assert!(error.text.contains("100 ms"), "{}", error.text);
    assert!(error.text.contains("handshake_timeout_ms + approval_timeout_ms"), "{}", error.text);

    let peer = client.connect(&silent.local_addr().unwrap().to_string(), "").unwrap();
    alongside(&mut client, move || {
        let first = silent.accept().unwrap();
        let (mut second, _) = silent.accept().unwrap();
        second.read_exact(&mut [0; 16]).unwrap();
        drop(first);
    });
    let error = client.gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::Lost));
    assert!(error.text.contains("before it answered"), "{}", error.text);
}
