//! Peers that are slow, broken, dead, strangers, or want to do harm.

mod api;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::{Duration, Instant};

use api::{
    Api, CONNECTION_RESET, End, HELLO, Raw, alongside, bin, child, config, frame, in_child, kind,
    preface, raise_descriptors,
};
use podsix::{Config, EventKind, Mode, Reason};
use socket2::SockRef;

cases! {
    a_preface_may_come_byte_by_byte,
    a_port_scanner_fills_no_queue,
    a_crowd_that_never_greets_only_delays_the_others,
    refused_clients_that_do_not_close_keep_nobody_waiting,
    a_web_browser_gets_an_answer,
    another_version_is_told_at_both_ends,
    a_client_at_the_wrong_port_says_so,
    a_malformed_frame_is_told_at_both_ends,
    a_message_that_is_too_large_is_told_at_both_ends,
    a_malformed_hello_is_refused,
    noise_ends_only_those_who_make_it,
    a_peer_killed_in_the_middle_of_a_frame_is_lost,
}

/// Writes byte by byte, each one when the last one has been read.
fn trickle<A: Api>(raw: &mut Raw, server: &mut End<A>, bytes: &[u8]) {
    for byte in bytes {
        let before = server.stats().bytes_in;
        raw.write(&[*byte]);
        server.until("the byte is read", |server| server.stats().bytes_in > before);
    }
}

fn a_preface_may_come_byte_by_byte<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let mut raw = Raw::connect(&address);
    let greeting = preface(b"\xa2hi");
    let (last, but_for_one) = greeting.split_last().unwrap();
    trickle(&mut raw, &mut server, but_for_one);
    // Meanwhile others come in.
    let (_other, _) = Raw::open(&mut server, &address);
    trickle(&mut raw, &mut server, &[*last]);
    assert_eq!(server.gets(EventKind::Connected).json(), r#""hi""#);
    raw.read(16);
    trickle(&mut raw, &mut server, &frame(kind::MESSAGE, b"\x93\x01\x02\x03"));
    assert_eq!(server.gets(EventKind::Message).json(), "[1,2,3]");
    assert_eq!(server.stats().handshakes_failed, 0);
}

fn a_port_scanner_fills_no_queue<A: Api>(mode: Mode) {
    const TIMES: u64 = 1_000;
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let mut scanned = 0;
    server.until("all have been counted", |server| {
        for _ in 0..50.min(TIMES - scanned) {
            let socket = TcpStream::connect(&address).unwrap();
            if scanned % 2 == 1 {
                // Scanners in a hurry reset what they have opened.
                SockRef::from(&socket).set_linger(Some(Duration::ZERO)).unwrap();
            }
            scanned += 1;
        }
        server.stats().handshakes_failed == TIMES
    });
    let (mut failures, mut reports) = (0, 0);
    server.until("all have been reported", |server| {
        for report in server.seen.drain(..) {
            assert_eq!((report.kind, report.peer, report.listener), (EventKind::Error, 0, 1));
            assert!(report.text.contains("the connection ended before it greeted"), "{report:?}");
            let many = report.text.split_once(" connections failed to greet; the last: 127.0.0.1:");
            failures += many.map_or(1, |(count, _)| count.parse().unwrap());
            reports += 1;
        }
        failures >= TIMES
    });
    // How often is judged in simulated time.
    assert!(reports < TIMES / 2, "{reports} reports");
    assert_eq!(failures, TIMES);
    let stats = server.stats();
    assert_eq!((stats.handshakes_failed, stats.accepted, stats.peers), (TIMES, 0, 0));
    Raw::open(&mut server, &address);
}

/// More than there are places for peers and for those who greet: who comes last waits until the first
/// have used up their time.
fn a_crowd_that_never_greets_only_delays_the_others<A: Api>(mode: Mode) {
    const CROWD: usize = 700;
    const PLACES: usize = 1 + 512;
    // Two for each, in each of the four combinations.
    raise_descriptors(6_500);
    let time = Duration::from_millis(200);
    let hasty = Config { max_peers: 1, handshake_timeout: time, linger: time, ..config(mode) };
    let (mut server, address) = End::<A>::listening(hasty, false);
    let _crowd: Vec<Raw> = (0..CROWD).map(|_| Raw::connect(&address)).collect();
    let mut last = Raw::connect(&address);
    last.write(&HELLO);
    server.until("the last one is in", |server| server.stats().accepted == 1);
    let timed_out = server.stats().handshakes_timed_out as usize;
    assert!((CROWD + 1 - PLACES..=CROWD).contains(&timed_out), "{timed_out}");
    assert_eq!(last.read(4), b"PDSX");
    server.until("the game hears of it", |server| {
        server.take(EventKind::Error);
        !server.seen.is_empty()
    });
    server.gets(EventKind::Connected);
}

/// More than there are places for those who greet and linger.
fn refused_clients_that_do_not_close_keep_nobody_waiting<A: Api>(mode: Mode) {
    const CROWD: usize = 700;
    raise_descriptors(6_500);
    let hour = Duration::from_secs(3_600);
    let small = Config { max_peers: 1, linger: hour, ..config(mode) };
    let (mut server, address) = End::<A>::listening(small, false);
    let (_inside, _) = Raw::open(&mut server, &address);
    let began = Instant::now();
    let words = "the server is full (max_peers is 1)";
    let _crowd: Vec<Raw> = (0..CROWD as u64)
        .map(|n| {
            let mut raw = Raw::connect(&address);
            raw.write(&HELLO);
            server.until("it is refused", |server| server.stats().refused_full == n + 1);
            let refusal = raw.read(21 + words.len());
            assert_eq!((refusal[7], refusal[16]), (1, Reason::Full as u8));
            assert_eq!(str::from_utf8(&refusal[21..]), Ok(words));
            raw
        })
        .collect();
    assert_eq!(server.stats().accept_pauses, 0);
    let refusals = std::iter::from_fn(|| server.next_log()).filter(|log| log.1.contains(words));
    let most = began.elapsed().as_secs() as usize + 1;
    let lines: Vec<_> = refusals.collect();
    assert!((1..=most).contains(&lines.len()), "{lines:?}");
}

fn a_web_browser_gets_an_answer<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let mut raw = Raw::connect(&address);
    raw.write(b"GET / HTTP/1.1\r\nHost: game\r\n\r\n");
    let answer = alongside(&mut server, move || raw.read_to_end());
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert!(answer.contains("This port is a game's"), "{answer}");
    let error = server.gets(EventKind::Error);
    assert_eq!((error.peer, error.listener), (0, 1));
    assert!(error.text.contains("a web browser or HTTP client"), "{}", error.text);
    assert_eq!(server.stats().handshakes_failed, 1);
}

fn another_version_is_told_at_both_ends<A: Api>(mode: Mode) {
    let words = "the client speaks version 2.7 of podsix's protocol, the server 1.1";
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let mut raw = Raw::connect(&address);
    raw.write(b"PDSX\x02\x07");
    let answer = alongside(&mut server, move || raw.read_to_end());
    assert_eq!((answer[7], answer[16]), (1, Reason::Version as u8));
    assert_eq!(str::from_utf8(&answer[21..]), Ok(words));
    assert!(server.gets(EventKind::Error).text.ends_with(words));
}

fn a_client_at_the_wrong_port_says_so<A: Api>(mode: Mode) {
    let cases: [(&[u8], Reason, &str); 3] = [
        (b"SSH-2.0-OpenSSH_9.2\r\n", Reason::WrongProtocol, "the server speaks SSH, not podsix"),
        (b"g\x86action\x89connected\0---\0", Reason::WrongProtocol, "podsixnet://"),
        (b"PDSX\x03\x00", Reason::Version, "version 3.0"),
    ];
    for (banner, reason, words) in cases {
        let stranger = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut client = End::<A>::new(config(mode));
        let peer = client.connect(&stranger.local_addr().unwrap().to_string(), "").unwrap();
        alongside(&mut client, move || {
            let (mut socket, _) = stranger.accept().unwrap();
            socket.write_all(banner).unwrap();
            socket.read_to_end(&mut Vec::new()).unwrap();
        });
        let error = client.gets(EventKind::Error);
        assert_eq!((error.peer, error.reason), (peer, reason));
        assert!(error.text.contains(words), "{}", error.text);
    }
}

/// What the close frame says that ends what `raw` sends; the host's event says the same.
#[track_caller]
fn told_at_both_ends<A: Api>(
    (mut raw, peer): (Raw, u64),
    host: &mut End<A>,
    bytes: &[u8],
) -> (Reason, String) {
    raw.send(kind::MESSAGE, b"\x01");
    raw.write(bytes);
    let (kind, close) = alongside(host, move || {
        let close = raw.read_frame();
        assert!(raw.read_to_end().is_empty());
        close
    });
    assert_eq!(kind, kind::CLOSE);
    assert_eq!(host.gets(EventKind::Message).json(), "1", "what came before is delivered");
    let ended = host.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason as u8), (peer, close[0]));
    assert_eq!(str::from_utf8(&close[5..]), Ok(ended.text.as_str()));
    (ended.reason, ended.text)
}

/// How a server, and likewise a client, ends a connection through which these bytes come.
#[track_caller]
fn ended_with<A: Api>(bytes: &[u8], mode: Mode) -> (Reason, String) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let raw = Raw::open(&mut server, &address);
    let by_server = told_at_both_ends(raw, &mut server, bytes);
    let mut client = End::<A>::new(config(mode));
    let raw = Raw::serve(&mut client);
    assert_eq!(told_at_both_ends(raw, &mut client, bytes), by_server);
    by_server
}

fn a_malformed_frame_is_told_at_both_ends<A: Api>(mode: Mode) {
    let cases: [(Vec<u8>, &str); 12] = [
        (frame(0, b""), "unknown kind 0"),
        (frame(0x7f, b""), "unknown kind 127"),
        (frame(kind::MESSAGE, b""), "malformed message"),
        (frame(kind::MESSAGE, b"\x93\x01\x02"), "malformed message"),
        (frame(kind::MESSAGE, b"\x01\x02"), "malformed message"),
        (frame(kind::MESSAGE, b"\xa1\xff"), "UTF-8"),
        (frame(kind::MESSAGE, b"\xc1"), "malformed message"),
        (frame(kind::PING, b"123"), "a ping frame of 3 bytes, it has 8"),
        (frame(kind::STALLED, b""), "a stalled frame of 0 bytes, it has 4"),
        (vec![kind::PONG, 0, 0x10, 1], "a frame of kind 3 with 4097 bytes, 4096 are allowed"),
        (frame(kind::CLOSE, b"\x01"), "a close of 1 bytes"),
        (frame(kind::CLOSE, b"\x01\0\0\0\0\xff"), "a close whose text is not UTF-8"),
    ];
    for (bytes, words) in cases {
        let (reason, text) = ended_with::<A>(&bytes, mode);
        assert_eq!(reason, Reason::Protocol, "{text}");
        assert!(text.contains(words), "'{words}' is missing in '{text}'");
    }
}

/// The header is enough: nobody waits for what would be refused.
fn a_message_that_is_too_large_is_told_at_both_ends<A: Api>(mode: Mode) {
    let (reason, text) = ended_with::<A>(&[kind::MESSAGE, 0x10, 0, 1], mode);
    assert_eq!(reason, Reason::TooLarge);
    assert_eq!(text, "a message of 1048577 bytes, max_message allows 1048576");
}

fn a_malformed_hello_is_refused<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), true);
    let mut raw = Raw::connect(&address);
    raw.write(&preface(b"\xc1"));
    let answer = alongside(&mut server, move || raw.read_to_end());
    assert_eq!((answer[7], answer[16]), (1, Reason::Protocol as u8));
    let error = server.gets(EventKind::Error);
    assert!(error.text.contains("a malformed hello"), "{}", error.text);
    assert_eq!(server.stats().peers, 0);
}

/// Whatever they send, each of them ends, the game hears of those it knew, and nothing of them stays.
fn noise_ends_only_those_who_make_it<A: Api>(mode: Mode) {
    const TIMES: u64 = 200;
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut quiet, peer) = Raw::open(&mut server, &address);
    let there = server.stats();
    let to = address.clone();
    alongside(&mut server, move || {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        for n in 0..TIMES {
            let mut bytes = if n % 4 == 0 { Vec::new() } else { HELLO.to_vec() };
            let noise = std::iter::repeat_with(|| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as u8
            });
            bytes.extend(noise.take(400));
            // Short frames of known kinds come further than a random length would.
            if n % 4 >= 2 {
                bytes[16..20].copy_from_slice(&[1 + (n / 4 % 6) as u8, 0, 0, (n % 12) as u8]);
            }
            let mut raw = Raw::connect(&to);
            // The server may have left already, so these may fail.
            let _ = raw.0.write_all(&bytes);
            let _ = raw.0.shutdown(Shutdown::Write);
            let _ = raw.0.read_to_end(&mut Vec::new());
        }
    });
    server.until("nothing of them is left", |server| {
        let now = server.stats();
        (now.peers, now.memory_used) == (there.peers, there.memory_used)
    });
    let stats = server.stats();
    assert_eq!(stats.accepted - there.accepted + stats.handshakes_failed, TIMES);
    server.take(EventKind::Message);
    server.take(EventKind::Error);
    let connected = server.take(EventKind::Connected);
    assert_eq!(connected.len() as u64, stats.accepted - there.accepted);
    let mut ended = server.take(EventKind::Disconnected);
    ended.sort_by_key(|seen| seen.peer);
    assert!(connected.iter().map(|seen| seen.peer).eq(ended.iter().map(|seen| seen.peer)));
    assert!(server.seen.iter().all(|seen| seen.kind == EventKind::Stalled), "{:?}", server.seen);
    server.seen.clear();
    quiet.send(kind::MESSAGE, b"\x01");
    assert_eq!(server.gets(EventKind::Message).peer, peer);
}

/// What the process does that is killed: a whole message, half of another, and then it waits.
fn send_half_a_frame(to: &str) {
    let (address, what) = to.split_once(' ').unwrap();
    let mut socket = TcpStream::connect(address).unwrap();
    let mut raw = Raw::new(socket.try_clone().unwrap());
    raw.write(&HELLO);
    if what == READS {
        // The preface, the default settings and the first ping: nothing is left unread.
        raw.read(16 + 53 + 12);
    }
    let mut bytes = frame(kind::MESSAGE, b"\x01");
    bytes.extend_from_slice(&frame(kind::MESSAGE, &bin(100_000, 1))[..50_000]);
    raw.write(&bytes);
    if what == READS {
        // Nor are the pings of a server that takes long to get all this.
        std::io::copy(&mut socket, &mut std::io::sink()).unwrap();
    }
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

const READS: &str = "and read what comes";

fn a_peer_killed_in_the_middle_of_a_frame_is_lost<A: Api>(mode: Mode) {
    if let Some(to) = in_child() {
        return send_half_a_frame(&to);
    }
    // The system closes a killed process's sockets: with a reset if something in them is unread.
    for (what, os_error) in [(READS, 0), ("and do not", CONNECTION_RESET)] {
        let (mut server, address) = End::<A>::listening(config(mode), false);
        let name = "a_peer_killed_in_the_middle_of_a_frame_is_lost::rust_threaded";
        let mut command = child(name, &format!("{address} {what}"));
        let mut process = command.stdin(Stdio::piped()).spawn().unwrap();
        let peer = server.gets(EventKind::Connected).peer;
        assert_eq!(server.gets(EventKind::Message).json(), "1");
        server.until("half a frame has come", |server| {
            server.peer_stats(peer).unwrap().bytes_in == 16 + 5 + 50_000
        });
        process.kill().unwrap();
        process.wait().unwrap();
        let ended = server.gets(EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason, ended.os_error), (peer, Reason::Lost, os_error));
        assert!(ended.text.contains("in the middle of a message"), "{}", ended.text);
        assert_eq!((server.stats().peers, server.peers().len()), (0, 0));
    }
}
