//! A session of version 1.0 as it was recorded, with a session of today at either end.

use podsix::value::Message;
use podsix::wire::{Close, Kind, header};

use super::*;

/// One line of the record.
struct Line {
    by_client: bool,
    at: Moment,
    bytes: Vec<u8>,
}

fn record() -> Vec<Line> {
    let lines = include_str!("../data/protocol_1_0.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let byte = |at| u8::from_str_radix(&words[2][at..at + 2], 16).unwrap();
            Line {
                by_client: words[0] == "client",
                at: Moment::START + secs(words[1].parse().unwrap()),
                bytes: (0..words[2].len()).step_by(2).map(byte).collect(),
            }
        })
        .collect()
}

fn json(text: &str) -> Vec<u8> {
    Message::from_json(text).unwrap().bytes().unwrap().to_vec()
}

fn send(end: &mut End, text: &str) {
    let payload = json(text);
    end.out.extend_from_slice(&header(Kind::Message, payload.len()));
    end.out.extend_from_slice(&payload);
}

const LEVEL: &str = r#"{"action":"level","tiles":[[0,1],[1,0]]}"#;
const MOVE: &str = r#"{"action":"move","x":12.5,"id":7}"#;
const CHAT: &str = r#"{"action":"chat","text":"bye then"}"#;

/// Its greeting is the recorded one, but for the minor version and the settings behind it.
fn assert_greets(sent: &mut Vec<u8>, recorded: &[u8]) {
    let rest = sent.split_off(recorded.len());
    assert_eq!(sent[5], 1);
    sent[5] = 0;
    assert_eq!(sent, recorded);
    let len = 4 + u32::from_be_bytes([0, rest[1], rest[2], rest[3]]) as usize;
    assert_eq!(rest[0], 0x80);
    sent.clear();
    sent.extend_from_slice(&rest[len..]);
}

/// What today's server sees of a client of 1.0 and says to it: what one of 1.0 did, but for the settings, and for a
/// ping that the client's own has made needless. (Its pong answers none, and is ignored.)
#[test]
fn a_client_of_1_0_is_served_as_ever() {
    let mut server = End::server(rules());
    let lines = record();
    for (number, line) in lines.iter().enumerate() {
        server.now = line.at;
        if line.by_client {
            server.receive(&line.bytes);
            continue;
        }
        match number {
            1 => {
                server.welcome(&json(r#"{"motd":"welcome"}"#));
                assert_greets(&mut server.out, &line.bytes);
                continue;
            }
            2 => send(&mut server, LEVEL),
            6 => {
                assert!(server.tick_after(secs(0)).is_ok());
                send(&mut server, CHAT);
            }
            8 => server.close(&Close { reason: Reason::Closed, code: 7, text: "the game is over" }),
            _ => {}
        }
        let ping = frame(2, &u64::to_be_bytes(2));
        let recorded = match number {
            6 => [&line.bytes[..ping.len()], &line.bytes[2 * ping.len()..]].concat(),
            _ => line.bytes.clone(),
        };
        assert_eq!(server.sent(), recorded, "line {number}");
    }
    let seen = [
        Seen::Hello(Some(json(r#"{"name":"ada"}"#))),
        Seen::Message(json(MOVE)),
        Seen::Stalled(2000),
        Seen::Resumed,
    ];
    assert_eq!(server.events(), seen);
    let takes = server.takes.unwrap();
    assert_eq!((takes.max_message(), takes.tuple_keys()), (1 << 20, false));
    assert!(takes.max_values() >= 16_777_215 && takes.max_depth() == 256);
    assert!(server.session.rtt().is_some());
}

/// Likewise today's client at a server of 1.0.
#[test]
fn a_server_of_1_0_is_talked_to_as_ever() {
    let mut client = End::client(rules(), &json(r#"{"name":"ada"}"#));
    let lines = record();
    for (number, line) in lines.iter().enumerate() {
        client.now = line.at;
        if !line.by_client {
            client.receive(&line.bytes);
            continue;
        }
        match number {
            0 => {
                assert_greets(&mut client.out, &line.bytes);
                continue;
            }
            3 => {
                send(&mut client, MOVE);
                client.session.stalled(2000, &mut client.out);
            }
            5 => {
                client.session.resumed(&mut client.out);
                assert!(client.tick_after(secs(0)).is_ok());
            }
            _ => {}
        }
        assert_eq!(client.sent(), line.bytes, "line {number}");
    }
    let seen = [
        Seen::Welcome(Some(json(r#"{"motd":"welcome"}"#))),
        Seen::Message(json(LEVEL)),
        Seen::Message(json(CHAT)),
        Seen::Closed(Reason::Closed, 7, "the game is over".into()),
    ];
    assert_eq!(client.events(), seen);
    assert!(!client.takes.unwrap().tuple_keys());
    assert!(client.session.rtt().is_some());
}
