//! Deadlines are kept to the nanosecond, and nobody who lives is taken for dead.

use std::collections::VecDeque;
use std::time::Duration;

use super::raw::{HELLO, Raw, bin, kind};
use super::world::{World, inline, ms, seconds, threaded};
use crate::link::memory::Line;
use crate::{Config, EventKind, Reason};

/// One way, on a line of the default.
const DELAY: Duration = Duration::from_millis(20);

fn silent() -> Line {
    Line { silent: true, ..Line::default() }
}

#[test]
fn a_silent_peer_goes_exactly_when_idle_timeout_says() {
    for (idle, settings) in
        [(ms(6_000), inline()), (seconds(15), threaded()), (seconds(300), threaded())]
    {
        let mut world = World::new();
        let (server, _) =
            world.server(Config { idle_timeout: idle, stall_limit: idle, ..settings });
        let (mut raw, peer) = world.open_raw(server);
        let greeted = world.now();
        let ended = world.gets(server, EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason), (peer, Reason::Timeout));
        assert_eq!(ended.at - greeted, idle);
        assert_eq!(
            ended.text,
            format!("nothing was heard for {} ms (idle_timeout_ms)", idle.as_millis())
        );

        // A single byte, and be it of a message that is never whole, is life.
        let (mut other, _) = world.open_raw(server);
        world.run(idle - ms(1) - DELAY);
        assert_eq!(other.write(&[kind::MESSAGE]), 1);
        let spoke = world.now() + DELAY;
        let ended = world.gets(server, EventKind::Disconnected);
        assert_eq!(ended.at - spoke, idle);
        raw.read(usize::MAX);
        let (last, close) = raw.frames().pop().expect("it is told");
        assert_eq!((last, close[0]), (kind::CLOSE, Reason::Timeout as u8));
    }
}

/// It answers, and asks nothing itself: so each ping of the server's comes after the time in which it might have.
#[test]
fn pings_go_when_ping_interval_says_and_an_answer_keeps_a_peer() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let (mut raw, peer) = world.open_raw(server);
    let opened = world.now();
    let mut pings = Vec::new();
    while world.now() < opened + seconds(600) {
        world.run(ms(1));
        raw.read(usize::MAX);
        for (kind, payload) in raw.frames() {
            if kind == kind::PING {
                pings.push(world.now() - opened);
                raw.send(kind::PONG, &payload);
            }
        }
    }
    // One at once, and the next within an interval.
    assert_eq!(pings[0], DELAY);
    assert!(pings[1] - pings[0] <= seconds(5), "{:?}", pings[1]);
    for gap in pings[1..].windows(2).map(|pair| pair[1] - pair[0]) {
        assert!(gap >= ms(6_250 - 40) && gap <= ms(6_563), "{gap:?}");
    }
    assert_eq!(world[server].peer_stats(peer).unwrap().rtt_us, 40_000);
    assert!(world.seen(server).is_empty());
}

/// It streams to a host that says nothing, and pings as one of version 1.0 does: every five seconds, whatever comes.
#[test]
fn a_peer_that_pings_whatever_comes_always_hears_of_the_host_that_only_listens() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let (mut raw, peer) = world.open_raw(server);
    let (mut heard, mut pinged) = (world.now(), world.now());
    let (mut pings, mut number) = (0, 0_u64);
    for second in 1..=3_600_u64 {
        raw.send(kind::MESSAGE, &[0xc0]);
        if second % 5 == 0 {
            raw.send(kind::PING, &second.to_be_bytes());
        }
        world.run(seconds(1));
        raw.read(usize::MAX);
        for (kind, payload) in raw.frames() {
            heard = world.now();
            match kind {
                kind::PING => {
                    raw.send(kind::PONG, &payload);
                    assert!(world.now() - pinged <= seconds(11), "the round trip is not old");
                    pinged = world.now();
                    pings += 1;
                }
                kind::PONG => number = u64::from_be_bytes(payload.try_into().unwrap()),
                _ => {}
            }
        }
        assert!(world.now() - heard <= seconds(5), "it would take 15 s of silence");
    }
    assert_eq!(number, 3_600);
    assert!((350..=365).contains(&pings), "{pings}: every second time, with the answer");
    assert_eq!(world[server].stats().messages_in, 3_600);
    // It answered in the second after the one in which it was asked.
    assert!(world[server].peer_stats(peer).unwrap().rtt_us > 0);
}

#[test]
fn two_hosts_of_which_one_streams_hear_of_each_other_and_both_measure() {
    let mut world = World::new();
    let (server, client) = (world.host(inline()), world.host(inline()));
    world[server].listen("*:31425", false).unwrap();
    let (at_client, at_server) = world.open(client, server);
    for half in 0..2 {
        let delay = DELAY * (half + 2);
        let line = Line { delay, ..Line::default() };
        world.set_line(world.ip(client), world.ip(server), line);
        let mut silent = [0, 0];
        for _ in 0..3_600 {
            match half {
                0 => world[client].send_json(at_client, "1").unwrap(),
                _ => world[server].send_json(at_server, "1").unwrap(),
            }
            let before = [client, server].map(|id| world[id].stats().bytes_in);
            world.run(seconds(1));
            for (end, id) in [client, server].into_iter().enumerate() {
                let heard = world[id].stats().bytes_in > before[end];
                silent[end] = if heard { 0 } else { silent[end] + 1 };
                assert!(silent[end] <= 6, "it hears of the other at least every 7 s");
            }
        }
        for (id, peer) in [(client, at_client), (server, at_server)] {
            let rtt = world[id].peer_stats(peer).unwrap().rtt_us;
            assert_eq!(rtt, 2 * delay.as_micros() as u64, "of the line as it is now");
            assert!(world.seen(id).drain(..).all(|seen| seen.kind == EventKind::Message));
        }
    }
}

#[test]
fn a_client_that_does_not_greet_goes_after_handshake_timeout() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let mut raw = world.raw(server);
    world.run(DELAY);
    let accepted = world.now();
    world.run(DELAY);
    // What it says does not help: only a whole greeting does.
    for byte in &HELLO[..15] {
        world.run(ms(200));
        assert_eq!(raw.write(&[*byte]), 1);
    }
    let error = world.gets(server, EventKind::Error);
    assert_eq!(error.at - accepted, seconds(5));
    assert!(error.text.ends_with("within 5000 ms (handshake_timeout_ms)"), "{}", error.text);
    let stats = world[server].stats();
    assert_eq!((stats.handshakes_failed, stats.handshakes_timed_out, stats.accepted), (1, 1, 0));
    world.run(DELAY);
    raw.read(usize::MAX);
    assert_eq!((&raw.got[..4], raw.got[16]), (&b"PDSX"[..], Reason::HandshakeTimeout as u8));
}

#[test]
fn a_server_that_does_not_greet_is_left_after_both_its_timeouts() {
    let mut world = World::new();
    let client = world.host(inline());
    let address = world.deaf_server();
    let peer = world[client].connect(&address, None).unwrap();
    let error = world.gets(client, EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::HandshakeTimeout));
    // Its game may have to be asked, too.
    assert_eq!(error.at, 2 * DELAY + seconds(5) + seconds(10));
}

#[test]
fn a_connect_that_nobody_answers_ends_at_connect_timeout_and_a_refused_one_at_once() {
    let mut world = World::new();
    let client = world.host(inline());
    let nobody = "10.9.9.9:1".parse::<std::net::SocketAddr>().unwrap();
    world.set_line(world.ip(client), nobody.ip(), silent());
    let peer = world[client].connect(&nobody.to_string(), None).unwrap();
    let error = world.gets(client, EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::ConnectTimeout));
    assert_eq!(error.at, seconds(10));

    let began = world.now();
    let peer = world[client].connect("10.9.9.10:1", None).unwrap();
    let error = world.gets(client, EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::Unreachable));
    assert_eq!(error.at - began, 2 * DELAY);
}

/// The time since the host last did something is not the connect's.
#[test]
fn a_connect_after_a_long_pause_has_all_its_time() {
    for settings in [inline(), threaded()] {
        let mut world = World::new();
        let client = world.host(settings);
        world.set_line(world.ip(client), "10.9.9.9".parse().unwrap(), silent());
        world.sleep(client);
        world.run(seconds(600));
        world.wake(client);
        let began = world.now();
        world[client].connect("10.9.9.9:1", None).unwrap();
        let error = world.gets(client, EventKind::Error);
        assert_eq!((error.reason, error.at - began), (Reason::ConnectTimeout, seconds(10)));
    }
}

#[test]
fn failed_handshakes_are_reported_at_once_and_then_once_a_second() {
    let mut world = World::new();
    let (server, _) = world.server(Config { max_greeting_per_address: 0, ..inline() });
    let (mut told, mut scanners) = (Vec::new(), VecDeque::new());
    for _ in 0..1_000 {
        // Each of another address, and gone as soon as it is there.
        scanners.push_back(world.raw(server));
        world.run(ms(10));
        if scanners.len() > 4 {
            scanners.pop_front();
        }
        told.extend(world.seen(server).drain(..));
    }
    world.run(ms(50));
    scanners.clear();
    world.run(seconds(2));
    told.extend(world.seen(server).drain(..));
    let mut failures = 0;
    for (second, report) in told.iter().enumerate() {
        assert_eq!((report.kind, report.peer), (EventKind::Error, crate::PeerId::NONE));
        assert_eq!(report.at, told[0].at + seconds(second as u64));
        let many = report.text.split_once(" connections failed to greet; the last: ");
        failures += many.map_or(1, |(count, _)| count.parse().unwrap());
    }
    assert_eq!((told.len(), failures), (11, 1_000));
    assert_eq!(world[server].stats().handshakes_failed, 1_000);
}

#[test]
fn a_peer_that_speaks_podsixnet_goes_when_its_own_timeout_says() {
    let mut world = World::new();
    let server = world.host(Config { podsixnet_idle_timeout: seconds(90), ..inline() });
    world[server].listen("podsixnet://*:31425", false).unwrap();
    let raw = world.raw(server);
    let connected = world.gets(server, EventKind::Connected);
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!((ended.reason, ended.at - connected.at), (Reason::Timeout, seconds(90)));
    assert_eq!(ended.text, "nothing was heard for 90000 ms (podsixnet_idle_timeout_ms)");
    drop(raw);
}

#[test]
fn freeing_a_host_waits_for_150_ms_and_tells_everybody() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let client = world.host(inline());
    let (_, at_server) = world.open(client, server);
    let (_raw, full) = world.open_raw(server);
    world[server].send_msgpack(full, &bin(900_000, 1)).unwrap();
    world[server].send_json(at_server, "1").unwrap();
    let began = world.now();
    world.free(server);
    assert_eq!(world.now() - began, ms(150));
    assert_eq!(world.gets(client, EventKind::Message).int(), 1);
    assert_eq!(world.gets(client, EventKind::Disconnected).reason, Reason::Shutdown);
}

#[test]
fn a_request_that_the_game_does_not_answer_is_refused_after_approval_timeout() {
    let mut world = World::new();
    let (server, client) = (world.host(inline()), world.host(inline()));
    world[server].listen("*:5", true).unwrap();
    let address = format!("{}:5", world.ip(server));
    world[client].connect(&address, None).unwrap();
    let request = world.gets(server, EventKind::Request);
    let ended = world.gets(server, EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::ApprovalTimeout);
    assert_eq!(ended.at - request.at, seconds(10));
    let error = world.gets(client, EventKind::Error);
    assert_eq!((error.reason, error.at - ended.at), (Reason::ApprovalTimeout, DELAY));
}

#[test]
fn a_closing_connection_is_waited_for_until_linger_and_no_longer() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    // One that never closes, and one that does not even read.
    for unread in [0, 600_000] {
        let (raw, peer) = world.open_raw(server);
        if unread > 0 {
            world[server].send_msgpack(peer, &bin(unread, 1)).unwrap();
        }
        let began = world.now();
        world[server].disconnect(peer, 4, "bye").unwrap();
        let ended = world.gets(server, EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason, ended.code), (peer, Reason::Local, 4));
        assert_eq!(ended.at - began, seconds(5));
        let left = ended.text.contains("not delivered within 5000 ms (linger_ms)");
        assert_eq!(left, unread > 0, "{}", ended.text);
        assert_eq!(world[server].stats().memory_used, 0);
        drop(raw);
    }
    // One that closes is gone as soon as it has.
    let client = world.host(inline());
    let (at_client, at_server) = world.open(client, server);
    let began = world.now();
    world[server].disconnect(at_server, 0, "").unwrap();
    let ended = world.gets(client, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (at_client, Reason::Closed));
    assert_eq!(ended.at - began, DELAY);
    assert_eq!(world.gets(server, EventKind::Disconnected).at - began, 2 * DELAY);
}

#[test]
fn a_peer_on_a_bad_line_is_never_timed_out() {
    let bad = Line { delay: ms(200), loss: 0.05, jitter: ms(50), ..Line::default() };
    let mut world = World::with(7, bad);
    let (server, _) = world.server(inline());
    let client = world.host(inline());
    let (at_client, at_server) = world.open(client, server);
    let (mut sent, mut at_both) = (0, [0, 0]);
    for n in 0..10 * 60 {
        world.run(seconds(1));
        // Silence for minutes, and talk.
        if n / 60 % 2 == 0 {
            world[client].send_json(at_client, &sent.to_string()).unwrap();
            world[server].send_json(at_server, &sent.to_string()).unwrap();
            sent += 1;
        }
    }
    world.run(seconds(10));
    for (id, got) in [server, client].into_iter().zip(&mut at_both) {
        for seen in world.seen(id).drain(..) {
            assert_eq!((seen.kind, seen.int()), (EventKind::Message, *got), "{seen:?}");
            *got += 1;
        }
    }
    assert_eq!(at_both, [sent, sent]);
}

#[test]
fn an_outage_shorter_than_idle_timeout_ends_nobody_and_a_longer_one_does() {
    let mut world = World::new();
    let (server, _) = world.server(inline());
    let client = world.host(inline());
    let (at_client, at_server) = world.open(client, server);
    let (one, other) = (world.ip(client), world.ip(server));
    world.run(seconds(7));
    let began = world.now();
    world.cut(one, other, ms(9_500));
    world[client].send_json(at_client, "1").unwrap();
    let late = world.gets(server, EventKind::Message);
    // It is sent again a round trip and 20 ms after the line is back.
    assert_eq!(late.at - began, ms(9_500) + 2 * DELAY + ms(20) + DELAY);
    world.run(seconds(60));
    assert!(world.seen(server).is_empty() && world.seen(client).is_empty());

    let cut = world.now();
    world.cut(one, other, seconds(30));
    for (id, peer) in [(server, at_server), (client, at_client)] {
        let ended = world.gets(id, EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason), (peer, Reason::Timeout));
        // Each has heard of the other in the last interval before, or a little longer ago.
        let since = ended.at - cut;
        assert!(since > ms(9_300) && since <= seconds(15) + DELAY, "{since:?}");
    }
}

/// It is one of very many whose turn to be read comes a second later, on a slow machine.
#[test]
fn a_game_that_is_awake_again_in_time_is_not_ended_for_what_is_not_read_yet() {
    const CROWD: usize = 700;
    let mut world = World::new();
    let stall_limit = seconds(6);
    let limits = Config { idle_timeout: stall_limit, stall_limit, ..threaded() };
    let (server, _) = world.server(Config { max_peers: 1_000, ..limits });
    let (mut raw, peer) = world.open_raw(server);
    let mut crowd: Vec<_> = (0..CROWD).map(|_| world.raw(server)).collect();
    world.run(ms(100));
    crowd.iter_mut().for_each(Raw::greet);
    world.run(ms(100));
    world.set_read(ms(2));
    raw.send(kind::STALLED, &[0; 4]);
    let began = world.now();
    let mut resumes = Some(began + stall_limit - ms(700));
    while world.now() < began + stall_limit + seconds(2) {
        if resumes.take_if(|at| *at <= world.now()).is_some() {
            raw.send(kind::RESUMED, &[]);
        }
        for other in &mut crowd {
            other.send(kind::MESSAGE, &[1]);
        }
        world.run(ms(100));
    }
    let seen = world.seen(server).drain(..).filter(|seen| seen.peer == peer);
    let seen: Vec<_> = seen.map(|seen| seen.kind).collect();
    assert_eq!(seen, [EventKind::Stalled, EventKind::Resumed]);
}

#[test]
fn connections_that_died_while_an_app_was_in_the_background_end_when_it_is_back() {
    use std::io::ErrorKind::{ConnectionAborted, NotConnected, TimedOut};
    for (why, settings) in [ConnectionAborted, NotConnected, TimedOut].into_iter().zip([
        inline(),
        threaded(),
        inline(),
    ]) {
        let mut world = World::new();
        let (server, _) = world.server(inline());
        let client = world.host(settings.clone());
        world.open(client, server);
        world.sleep(client);
        world.run(seconds(2));
        // Nothing is reported of them, not even when it is back: a ping finds it out.
        world.lose_connections(client, why);
        world.wake(client);
        let back = world.now();
        let ended = world.gets(client, EventKind::Disconnected);
        assert_eq!(ended.reason, Reason::Lost, "{}", ended.text);
        assert!(ended.at - back <= settings.ping_interval + seconds(1), "{:?}", ended.at - back);
        assert!(
            ended.text.starts_with("the connection ended without a goodbye: "),
            "{}",
            ended.text
        );
    }
}
