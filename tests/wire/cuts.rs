//! Properties: how bytes are cut makes no difference, and no bytes do harm.

use podsix::wire::{Close, Reason};
use proptest::prelude::*;

use super::*;

/// What a game may do with an open session.
#[derive(Clone, Debug)]
enum Act {
    Send(Vec<u8>),
    Skippable(u8, Vec<u8>),
    Ping([u8; 8]),
    Stalled(u32),
    Resumed,
    Close(i32, String),
    Garbage(Vec<u8>),
}

/// A message of any length: a binary value.
fn message() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..2000).prop_map(|bytes| {
        let len = bytes.len() as u16;
        [&[0xc5], &len.to_be_bytes()[..], &bytes].concat()
    })
}

fn act() -> impl Strategy<Value = Act> {
    let bytes = prop::collection::vec(any::<u8>(), 0..200);
    prop_oneof![
        8 => message().prop_map(Act::Send),
        1 => (0x80..=0xff_u8, bytes.clone()).prop_map(|(kind, bytes)| Act::Skippable(kind, bytes)),
        1 => any::<[u8; 8]>().prop_map(Act::Ping),
        2 => any::<u32>().prop_map(Act::Stalled),
        2 => Just(Act::Resumed),
        1 => (any::<i32>(), "\\PC{0,40}").prop_map(|(code, text)| Act::Close(code, text)),
        1 => bytes.prop_map(Act::Garbage),
    ]
}

fn perform(end: &mut End, acts: &[Act]) {
    for act in acts {
        match act {
            _ if end.session.is_finished() => {}
            Act::Send(payload) => end.out.extend_from_slice(&frame(1, payload)),
            Act::Skippable(kind, payload) => end.out.extend_from_slice(&frame(*kind, payload)),
            Act::Ping(payload) => end.out.extend_from_slice(&frame(2, payload)),
            Act::Stalled(ms) => end.session.stalled(*ms, &mut end.out),
            Act::Resumed => end.session.resumed(&mut end.out),
            Act::Close(code, text) => {
                end.close(&Close { reason: Reason::Closed, code: *code, text });
            }
            Act::Garbage(bytes) => end.out.extend_from_slice(bytes),
        }
    }
}

/// Delivers bytes in pieces of the given lengths, over and over.
fn deliver(bytes: &[u8], to: &mut End, pieces: &[usize]) {
    let mut rest = bytes;
    for &piece in pieces.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (now, later) = rest.split_at(piece.min(rest.len()));
        to.receive(now);
        rest = later;
    }
}

/// A whole conversation: what each end saw, and what each wrote.
fn converse(
    hello: &[u8],
    reply: &[u8],
    acts: &[Vec<Act>; 2],
    pieces: &[usize],
) -> [(Vec<Seen>, Vec<u8>); 2] {
    let (mut client, mut server) = (End::client(rules(), hello), End::server(rules()));
    let mut wrote = [Vec::new(), Vec::new()];
    deliver(&client.sent(), &mut server, pieces);
    server.welcome(reply);
    perform(&mut server, &acts[0]);
    for _ in 0..3 {
        let bytes = server.sent();
        deliver(&bytes, &mut client, pieces);
        wrote[1].extend_from_slice(&bytes);
        if wrote[0].is_empty() {
            perform(&mut client, &acts[1]);
        }
        let bytes = client.sent();
        deliver(&bytes, &mut server, pieces);
        wrote[0].extend_from_slice(&bytes);
    }
    let [by_client, by_server] = wrote;
    [(client.seen, by_client), (server.seen, by_server)]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_cuts_make_no_difference(
        hello in prop_oneof![Just(Vec::new()), message()],
        reply in prop_oneof![Just(Vec::new()), message()],
        server in prop::collection::vec(act(), 0..20),
        client in prop::collection::vec(act(), 0..20),
        pieces in prop::collection::vec(1..600_usize, 1..20),
    ) {
        let acts = [server, client];
        let whole = converse(&hello, &reply, &acts, &[usize::MAX]);
        prop_assert!(whole[0].0.contains(&Seen::Welcome((!reply.is_empty()).then_some(reply.clone()))));
        prop_assert_eq!(&converse(&hello, &reply, &acts, &pieces), &whole);
        prop_assert_eq!(&converse(&hello, &reply, &acts, &[1]), &whole);
    }

    /// `End::receive` checks every step.
    #[test]
    fn any_bytes_give_steps_or_a_violation(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        pieces in prop::collection::vec(1..50_usize, 1..10),
    ) {
        let preface = End::client(rules(), HI).sent();
        for beginning in [0, 4, 6, 12, 16] {
            let bytes = [&preface[..beginning], &bytes].concat();
            deliver(&bytes, &mut End::server(rules()), &pieces);
            deliver(&bytes, &mut End::client(rules(), HI), &pieces);
        }
        let (mut client, _) = open(rules());
        deliver(&bytes, &mut client, &pieces);
    }

    /// Almost valid frames go deeper than noise does.
    #[test]
    fn any_frames_give_steps_or_a_violation(
        frames in prop::collection::vec(
            (prop_oneof![0..8_u8, any::<u8>()], prop::collection::vec(any::<u8>(), 0..12)),
            0..20,
        ),
    ) {
        let (mut client, _) = open(rules());
        let bytes: Vec<u8> = frames.iter().flat_map(|(kind, payload)| frame(*kind, payload)).collect();
        client.receive(&bytes);
        let flaws = client.seen.iter().filter(|seen| matches!(seen, Seen::Violation(_))).count();
        prop_assert!(flaws <= 1);
        prop_assert!(client.session.is_finished() || client.inbox.is_empty());
    }
}
