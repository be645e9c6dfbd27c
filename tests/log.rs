//! What the log tells who runs a server.

mod api;

use api::{Api, End, Raw, World, config, kind};
use podsix::{EventKind, Level, Mode, Reason};

cases! {
    listening_is_logged,
    an_end_that_somebody_should_look_into_is_logged,
    what_a_stranger_says_is_cut_and_stays_on_its_line,
    ordinary_comings_and_goings_are_not,
    an_address_that_could_not_be_reached_is_logged,
}

fn lines<A: Api>(end: &mut End<A>) -> Vec<(i32, String)> {
    std::iter::from_fn(|| end.next_log()).collect()
}

fn listening_is_logged<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    server.stop_listening(1).expect("stopped");
    let info = |text: String| (Level::Info as i32, text);
    let expected = [
        info(format!("listening on tcp://{address}")),
        info(format!("no longer listening on tcp://{address}")),
    ];
    assert_eq!(lines(&mut server), expected);
}

fn an_end_that_somebody_should_look_into_is_logged<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    lines(&mut server);
    raw.write(&[kind::MESSAGE, 0, 0, 1, 0xc1]);
    let event = server.gets(EventKind::Disconnected);
    let log = lines(&mut server);
    let [(level, line)] = &log[..] else { panic!("{log:?}") };
    assert_eq!(*level, Level::Warning as i32);
    assert!(line.starts_with(&format!("peer {peer} (127.0.0.1:")), "{line}");
    assert!(line.ends_with(&format!("ended, PODSIX_REASON_PROTOCOL: {}", event.text)), "{line}");
}

fn what_a_stranger_says_is_cut_and_stays_on_its_line<A: Api>(mode: Mode) {
    let (mut server, address) = End::<A>::listening(config(mode), false);
    let (mut raw, peer) = Raw::open(&mut server, &address);
    lines(&mut server);
    let text = format!("bye\npeer 1 is an administrator\x1b[2J{}", "!".repeat(4_000));
    let close = [&[Reason::Protocol as u8, 0, 0, 0, 0], text.as_bytes()].concat();
    raw.send(kind::CLOSE, &close);
    let shown = format!("bye peer 1 is an administrator�[2J{}…", "!".repeat(985));
    assert_eq!(server.gets(EventKind::Disconnected).text, shown);
    let log = lines(&mut server);
    let [(level, line)] = &log[..] else { panic!("{log:?}") };
    assert_eq!(*level, Level::Warning as i32);
    assert!(line.starts_with(&format!("peer {peer} (127.0.0.1:")), "{line}");
    assert!(line.ends_with(&format!("PROTOCOL: {shown}")), "{line}");
}

fn ordinary_comings_and_goings_are_not<A: Api>(mode: Mode) {
    let mut world = World::<A>::new(mode);
    lines(&mut world.server);
    let (at_client, _) = world.open();
    world.client.disconnect(at_client, 0, "").expect("closed");
    world.server_gets(EventKind::Disconnected);
    world.client_gets(EventKind::Disconnected);
    assert_eq!(lines(&mut world.server), []);
    assert_eq!(lines(&mut world.client), []);
}

fn an_address_that_could_not_be_reached_is_logged<A: Api>(mode: Mode) {
    let (gone, address) = End::<A>::listening(config(mode), false);
    gone.stop_listening(1).expect("stopped");
    let mut client = End::<A>::new(config(mode));
    client.connect(&address, "").expect("a connect");
    client.gets(EventKind::Error);
    let log = lines(&mut client);
    let [(level, line)] = &log[..] else { panic!("{log:?}") };
    assert_eq!(*level, Level::Debug as i32);
    assert!(line.starts_with(&format!("connecting to {address} failed: ")), "{line}");
}
