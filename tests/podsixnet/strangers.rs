//! Wrong doors: what was found, and which address to use instead.

use podsix::codec::{Custom, Json, Rencode, TERMINATOR};
use podsix::value::Message;
use podsix::wire::Reason;

use super::session::{End, Seen};

/// What an end says of somebody who begins with these bytes.
fn says(mut end: End, bytes: &[u8]) -> String {
    for byte in bytes {
        end.receive(&[*byte]);
    }
    assert!(end.out.is_empty(), "strangers are not answered");
    match end.events().as_slice() {
        [Seen::Violation(Reason::WrongProtocol, text)] => text.clone(),
        other => panic!("{bytes:x?} gave {other:?}"),
    }
}

const RENCODE: &[u8] = b"g\x86action\x89connected\0---\0";
const JSON: &[u8] = b"{\"action\": \"connected\"}\0---\0";

#[test]
fn a_client_is_told_whose_door_it_is() {
    let cases: [(&[u8], &str); 5] = [
        (b"PDSX\x01\0\0\x01", "the server speaks podsix: use tcp://"),
        (
            b"HTTP/1.1 400 Bad Request",
            "the server speaks HTTP, not PodSixNet: is this the right port?",
        ),
        (b"\x15\x03\x03\0\x02", "the server speaks TLS, not PodSixNet: is this the right port?"),
        (b"SSH-2.0-OpenSSH_9.2", "the server speaks SSH, not PodSixNet: is this the right port?"),
        (JSON, "the server speaks PodSixNet with JSON: use podsixnet+json://"),
    ];
    for (bytes, words) in cases {
        assert_eq!(says(End::client(Rencode), bytes), words);
    }
    let words = "the server speaks PodSixNet with rencode: use podsixnet://";
    assert_eq!(says(End::client(Json), RENCODE), words);
    assert_eq!(says(End::client(Json), b"PDSX"), "the server speaks podsix: use tcp://");
}

#[test]
fn a_server_is_told_who_came() {
    let cases: [(&[u8], &str); 5] = [
        (
            b"PDSX\x01\0\0\0",
            "a podsix program (tcp://) connected to this port, which speaks PodSixNet (podsixnet://)",
        ),
        (
            b"GET / HTTP/1.1\r\n",
            "a web browser or HTTP client connected to this port, which speaks PodSixNet (podsixnet://)",
        ),
        (
            b"\x16\x03\x01",
            "a TLS program connected to this port, which speaks PodSixNet (podsixnet://)",
        ),
        (
            b"SSH-2.0-x",
            "an SSH program connected to this port, which speaks PodSixNet (podsixnet://)",
        ),
        (
            JSON,
            "a PodSixNet program that sends JSON connected to this port, which speaks rencode: listen on \
             podsixnet+json:// for it",
        ),
    ];
    for (bytes, words) in cases {
        assert_eq!(says(End::open_server(Rencode), bytes), words);
    }
    let words = "a PodSixNet program that sends rencode connected to this port, which speaks JSON: listen \
                 on podsixnet:// for it";
    assert_eq!(says(End::open_server(Json), RENCODE), words);
    let words = "a podsix program (tcp://) connected to this port, which speaks PodSixNet \
                 (podsixnet+json://)";
    assert_eq!(says(End::open_server(Json), b"PDSX"), words);
}

/// What a game's own codec begins a payload with is its own affair.
#[test]
fn a_custom_codec_s_port_takes_nobody_for_a_stranger() {
    let text = || {
        Custom::new(
            |_, _| Ok(()),
            |payload, message| {
                message.push(str::from_utf8(payload).map_err(|error| error.to_string())?);
                Ok(())
            },
        )
    };
    let payloads =
        ["PDSX", "GET ", "HTTP/1.1 400", "\x16\x03\x01", "SSH-2.0-x", "{\"action\": 1}", "g\u{86}"];
    for payload in payloads {
        for (mut end, welcome) in
            [(End::open_server(text()), vec![]), (End::client(text()), vec![Seen::Welcome(None)])]
        {
            end.receive(payload.as_bytes());
            end.receive(&TERMINATOR);
            let said = Message::new().push(payload).value().unwrap().to_json();
            assert_eq!(end.events(), [&welcome[..], &[Seen::Message(said)]].concat());
        }
    }
    let mut server = End::open_server(text());
    server.receive(b"\xff\0---\0");
    let words = "a malformed message: invalid utf-8 sequence of 1 bytes from index 0".to_owned();
    assert_eq!(server.events(), [Seen::Violation(Reason::Protocol, words)]);
}

/// Whoever has once said something that could be read is no stranger.
#[test]
fn only_the_first_bytes_tell_a_stranger() {
    let mut server = End::open_server(Rencode);
    server.receive(b"\x05\0---\0");
    server.receive(b"PDSX\0---\0");
    let words = "a malformed message: byte 1: more bytes after the end of the value".to_owned();
    let violation = Seen::Violation(Reason::Protocol, words);
    assert_eq!(server.events(), [Seen::Message("5".to_owned()), violation]);
}
