//! Servers of PodSixNet that do not greet, or late: what the game sends goes out all the same.

mod api;

use std::net::TcpListener;
use std::time::Duration;

use api::podsixnet::{END, greeting, listening, rencoded};
use api::{Api, End, Raw, alongside, config, expect};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    a_server_that_does_not_greet_is_spoken_to,
    a_server_with_a_codec_of_its_own_need_not_greet,
    a_late_greeting_is_no_second_connected,
    a_late_reply_is_a_message,
    a_late_refusal_ends_the_connection_with_its_words,
    a_stranger_that_waits_to_be_spoken_to_is_recognised,
    a_server_that_closes_in_time_has_not_connected,
}

/// It waits for a greeting as long as for a handshake, where that is shorter.
fn hasty(mode: Mode) -> Config {
    let wait = Duration::from_millis(100);
    Config { handshake_timeout: wait, approval_timeout: wait, ..config(mode) }
}

/// A client that has sent something before it was connected, and the socket that says nothing to it.
fn unheard<A: Api>(mode: Mode) -> (End<A>, u64, Raw) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = End::<A>::new(hasty(mode));
    let address = format!("podsixnet://{}", listener.local_addr().unwrap());
    let peer = client.connect(&address, "").unwrap();
    client.send_json(peer, r#"{"action":"early"}"#).unwrap();
    client.send_json(peer, r#"{"action":"bird"}"#).unwrap();
    let early = [rencoded(&[("action", "early")]), rencoded(&[("action", "bird")])].concat();
    let raw = alongside(&mut client, move || {
        let mut raw = Raw::new(listener.accept().unwrap().0);
        assert_eq!(raw.read(early.len()), early);
        raw
    });
    let connected = client.gets(EventKind::Connected);
    assert_eq!((connected.peer, connected.json().as_str()), (peer, ""));
    (client, peer, raw)
}

fn a_server_that_does_not_greet_is_spoken_to<A: Api>(mode: Mode) {
    let (mut client, peer, mut raw) = unheard::<A>(mode);
    raw.write(&rencoded(&[("action", "hi")]));
    let seen = client.gets(EventKind::Message);
    assert_eq!((seen.peer, seen.action.as_str()), (peer, "hi"));
    client.send_json(peer, r#"{"action":"later"}"#).unwrap();
    let wanted = rencoded(&[("action", "later")]);
    raw = alongside(&mut client, move || {
        assert_eq!(raw.read(wanted.len()), wanted);
        raw
    });
    // Nobody gives it up.
    drop(raw);
    let ended = client.gets(EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason), (peer, Reason::Closed));
    assert!(client.seen.is_empty());
}

fn a_server_with_a_codec_of_its_own_need_not_greet<A: Api>(mode: Mode) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = End::<A>::new(hasty(mode));
    client.set_codec().unwrap();
    let address = format!("podsixnet+custom://{}", listener.local_addr().unwrap());
    let peer = client.connect(&address, "").unwrap();
    client.send_json(peer, "5").unwrap();
    let mut raw = alongside(&mut client, move || {
        let mut raw = Raw::new(listener.accept().unwrap().0);
        assert_eq!(raw.read(6), b"\xfa\0---\0");
        raw
    });
    client.gets(EventKind::Connected);
    let greeting: Vec<u8> = b"\x81\xa6action\xa9connected".iter().map(|byte| !byte).collect();
    for _ in 0..2 {
        raw.write(&greeting);
        raw.write(END);
    }
    assert_eq!(client.gets(EventKind::Message).action, "connected");
    raw.write(b"\xfa\0---\0");
    assert_eq!(client.gets(EventKind::Message).json(), "5");
}

fn a_late_greeting_is_no_second_connected<A: Api>(mode: Mode) {
    let (mut client, peer, mut raw) = unheard::<A>(mode);
    raw.write(&greeting());
    raw.write(&rencoded(&[("action", "hi")]));
    assert_eq!(client.gets(EventKind::Message).action, "hi");
    // One that comes again is the server's own affair, and no event of that name.
    raw.write(&greeting());
    let seen = client.gets(EventKind::Message);
    assert_eq!((seen.peer, seen.action.as_str()), (peer, "connected"));
}

fn a_late_reply_is_a_message<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", true);
    let mut client = End::<A>::new(hasty(mode));
    let peer = client.connect(&address, "").unwrap();
    let ends = &mut [&mut server, &mut client];
    let request = expect(ends, 0, EventKind::Request).peer;
    assert_eq!(expect(ends, 1, EventKind::Connected).peer, peer);
    ends[1].send_json(peer, r#"{"action":"login"}"#).unwrap();
    ends[0].accept(request, r#"{"map":"desert"}"#).unwrap();
    let seen = expect(ends, 1, EventKind::Message);
    assert_eq!(seen.action, "connected");
    assert_eq!(seen.json(), r#"{"action":"connected","map":"desert"}"#);
    expect(ends, 0, EventKind::Connected);
    assert_eq!(expect(ends, 0, EventKind::Message).action, "login");
}

fn a_late_refusal_ends_the_connection_with_its_words<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet+json", true);
    let mut client = End::<A>::new(hasty(mode));
    let peer = client.connect(&address, "").unwrap();
    let ends = &mut [&mut server, &mut client];
    let request = expect(ends, 0, EventKind::Request).peer;
    expect(ends, 1, EventKind::Connected);
    ends[0].refuse(request, 42, "no room for you").unwrap();
    let ended = expect(ends, 1, EventKind::Disconnected);
    assert_eq!((ended.peer, ended.reason, ended.code), (peer, Reason::Refused, 42));
    assert_eq!(ended.text, "no room for you");
    assert_eq!(expect(ends, 0, EventKind::Disconnected).reason, Reason::Refused);
    assert!(client.seen.is_empty());
}

/// A podsix server waits for its client to speak first, and so does this one for its server's greeting.
fn a_stranger_that_waits_to_be_spoken_to_is_recognised<A: Api>(mode: Mode) {
    for scheme in ["podsixnet", "podsixnet+json"] {
        let (mut server, address) = End::<A>::listening(config(mode), false);
        let mut client = End::<A>::new(hasty(mode));
        let peer = client.connect(&format!("{scheme}://{address}"), "").unwrap();
        let ends = &mut [&mut server, &mut client];
        expect(ends, 1, EventKind::Connected);
        ends[1].send_json(peer, r#"{"action":"hi"}"#).unwrap();
        let told = expect(ends, 0, EventKind::Error).text;
        assert!(told.ends_with(&format!("listen on {scheme}:// for it")), "{told}");
        let ended = expect(ends, 1, EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason), (peer, Reason::WrongProtocol));
        assert_eq!(ended.text, "the server speaks podsix: use tcp://");
    }
}

fn a_server_that_closes_in_time_has_not_connected<A: Api>(mode: Mode) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = End::<A>::new(config(mode));
    let address = format!("podsixnet://{}", listener.local_addr().unwrap());
    let peer = client.connect(&address, "").unwrap();
    alongside(&mut client, move || drop(listener.accept().unwrap()));
    let error = client.gets(EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::Lost));
}
