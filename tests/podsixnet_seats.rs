//! A client of PodSixNet that has said nothing has a seat while nobody else needs it.

mod api;

use std::time::Duration;

use api::podsixnet::{END, greeting, listen, original};
use api::{Api, End, Raw, alongside, config, until};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    a_silent_client_makes_room_at_a_full_server,
    one_that_has_spoken_does_not,
}

/// A full server with two clients of PodSixNet, and where it listens for others.
fn full<A: Api>(mode: Mode) -> (End<A>, String, [(Raw, u64); 2]) {
    let wait = Duration::from_millis(100);
    let server = Config { max_peers: 2, handshake_timeout: wait, ..config(mode) };
    let (mut server, address) = End::<A>::listening(server, false);
    let original_address = listen(&server, "podsixnet", false);
    let inside = [(); 2].map(|()| original(&mut server, &original_address));
    (server, address, inside)
}

/// Connects again and again until it is let in.
fn connect<A: Api>(server: &mut End<A>, client: &mut End<A>, address: &str) {
    loop {
        client.connect(address, "").unwrap();
        until(&mut [server, client], "it is answered", |ends| !ends[1].seen.is_empty());
        let answer = client.seen.pop_front().unwrap();
        if answer.kind == EventKind::Connected {
            return;
        }
        assert_eq!((answer.kind, answer.reason), (EventKind::Error, Reason::Full));
    }
}

fn a_silent_client_makes_room_at_a_full_server<A: Api>(mode: Mode) {
    let (mut server, address, inside) = full::<A>(mode);
    let mut client = End::<A>::new(config(mode));
    let words = "nothing was said in the first 100 ms (handshake_timeout_ms), and the place is needed: \
                 the server is full (max_peers is 2)";
    for (raw, peer) in inside {
        connect(&mut server, &mut client, &address);
        let ended = server.gets(EventKind::Disconnected);
        assert_eq!((ended.peer, ended.reason, ended.text.as_str()), (peer, Reason::Full, words));
        server.gets(EventKind::Connected);
        let told = alongside(&mut server, move || { raw }.read_to_end());
        assert!(told.ends_with(&[words.as_bytes(), END].concat()), "{told:x?}");
    }
    client.connect(&address, "").unwrap();
    until(&mut [&mut server, &mut client], "it is answered", |ends| !ends[1].seen.is_empty());
    assert_eq!(client.gets(EventKind::Error).reason, Reason::Full, "these two have greeted");
}

fn one_that_has_spoken_does_not<A: Api>(mode: Mode) {
    let (mut server, address, [(mut speaker, peer), (_silent, other)]) = full::<A>(mode);
    speaker.write(&greeting());
    assert_eq!(server.gets(EventKind::Message).peer, peer);
    let mut client = End::<A>::new(config(mode));
    connect(&mut server, &mut client, &address);
    assert_eq!(server.gets(EventKind::Disconnected).peer, other);
    server.gets(EventKind::Connected);
    client.connect(&address, "").unwrap();
    until(&mut [&mut server, &mut client], "it is answered", |ends| !ends[1].seen.is_empty());
    assert_eq!(client.gets(EventKind::Error).reason, Reason::Full);
    speaker.write(&greeting());
    assert_eq!(server.gets(EventKind::Message).peer, peer);
}
