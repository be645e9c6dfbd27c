//! Wrong doors: each end is told what was found there, and which address to use.

mod api;

use std::time::Duration;

use api::podsixnet::{listening, original, rencoded, socket_address};
use api::{Api, End, Raw, config, expect, until};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    podsix_at_podsixnets_door,
    podsixnet_at_podsixs_door,
    the_other_codec_at_the_door,
    strangers_at_podsixnets_door,
}

fn at_the_wrong_door<A: Api>(
    mode: Mode,
    door: &str,
    with: &str,
) -> (String, Vec<(EventKind, String)>) {
    let hasty = Config { handshake_timeout: Duration::from_millis(300), ..config(mode) };
    let (mut server, address) = listening::<A>(hasty, door, false);
    let mut client = End::<A>::new(config(mode));
    let address = format!("{with}://{}", socket_address(&address));
    let peer = client.connect(&address, "").unwrap();
    let error = expect(&mut [&mut server, &mut client], 1, EventKind::Error);
    assert_eq!((error.peer, error.reason), (peer, Reason::WrongProtocol));
    until(&mut [&mut server, &mut client], "the server is told", |ends| {
        let last = [EventKind::Disconnected, EventKind::Error];
        ends[0].seen.iter().any(|seen| last.contains(&seen.kind))
    });
    let told = server.seen.iter().map(|seen| (seen.kind, seen.text.clone())).collect();
    (error.text, told)
}

fn podsix_at_podsixnets_door<A: Api>(mode: Mode) {
    let (client, server) = at_the_wrong_door::<A>(mode, "podsixnet", "tcp");
    assert_eq!(client, "the server speaks PodSixNet: use podsixnet://");
    assert_eq!(server[0].0, EventKind::Connected);
    let told =
        "a podsix program (tcp://) connected to this port, which speaks PodSixNet (podsixnet://)";
    assert_eq!(server[1], (EventKind::Disconnected, told.into()));
    let (client, _) = at_the_wrong_door::<A>(mode, "podsixnet+json", "tcp");
    assert_eq!(client, "the server speaks JSON as PodSixNet can: use podsixnet+json://");
}

fn podsixnet_at_podsixs_door<A: Api>(mode: Mode) {
    for with in ["podsixnet", "podsixnet+json"] {
        let (client, server) = at_the_wrong_door::<A>(mode, "tcp", with);
        assert_eq!(client, "the server speaks podsix: use tcp://");
        let [(EventKind::Error, told)] = &server[..] else { panic!("{server:?}") };
        let words = "nothing came within 300 ms (handshake_timeout_ms; if it is a PodSixNet program, \
                     listen on podsixnet:// for it)";
        assert!(told.ends_with(words), "{told}");
    }
    // One that speaks at once is known at once.
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let mut raw = Raw::connect(&address);
    raw.write(&rencoded(&[("action", "hi")]));
    let told = server.gets(EventKind::Error).text;
    assert!(
        told.ends_with("which speaks podsix (tcp://): listen on podsixnet:// for it"),
        "{told}"
    );
    assert!(
        raw.read_to_end().ends_with(b"this server speaks podsix (tcp://), not PodSixNet\0---\0")
    );
}

fn the_other_codec_at_the_door<A: Api>(mode: Mode) {
    let (client, _) = at_the_wrong_door::<A>(mode, "podsixnet", "podsixnet+json");
    assert_eq!(client, "the server speaks PodSixNet with rencode: use podsixnet://");
    let (client, _) = at_the_wrong_door::<A>(mode, "podsixnet+json", "podsixnet");
    assert_eq!(client, "the server speaks PodSixNet with JSON: use podsixnet+json://");
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, _) = original(&mut server, &address);
    raw.write(b"{\"action\": \"hi\"}\0---\0");
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::WrongProtocol);
    let told = "a PodSixNet program that sends JSON connected to this port, which speaks rencode: \
                listen on podsixnet+json:// for it";
    assert_eq!(ended.text, told);
}

fn strangers_at_podsixnets_door<A: Api>(mode: Mode) {
    let (mut server, address) = listening::<A>(config(mode), "podsixnet", false);
    let (mut raw, _) = original(&mut server, &address);
    raw.write(b"GET / HTTP/1.1\r\n\r\n");
    let ended = server.gets(EventKind::Disconnected);
    assert_eq!(ended.reason, Reason::WrongProtocol);
    assert!(ended.text.starts_with("a web browser or HTTP client connected to this port"));
}
