//! Wrong doors: what was found, and which address to use instead.

use podsix::codec::{Codec, Custom, Json, Rencode, TERMINATOR};
use podsix::value::Message;
use podsix::wire::podsixnet::encode_frame;
use podsix::wire::{self, Moment, Reason};

use super::session::{End, RULES, Seen};

/// What an end says of somebody who begins with these bytes.
fn says(end: End, bytes: &[u8]) -> String {
    let (text, answer) = says_and_answers(end, bytes);
    assert!(answer.is_empty(), "{answer:x?}");
    text
}

/// And what the other program's user may see of it.
fn says_and_answers(mut end: End, bytes: &[u8]) -> (String, Vec<u8>) {
    for byte in bytes {
        end.receive(&[*byte]);
    }
    let answer = std::mem::take(&mut end.out);
    let text = match end.events().as_slice() {
        [Seen::Violation(Reason::WrongProtocol, text)] => text.clone(),
        other => panic!("{bytes:x?} gave {other:?}"),
    };
    (text, answer)
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
    let cases: [(&[u8], &str); 4] = [
        (
            b"PDSX\x01\0\0\0",
            "a podsix program connected to this port, which speaks PodSixNet (podsixnet://): listen on \
             tcp:// for it",
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
    ];
    for (bytes, words) in cases {
        assert_eq!(says(End::open_server(Rencode), bytes), words);
    }
    let words = "a podsix program connected to this port, which speaks PodSixNet \
                 (podsixnet+json://): listen on tcp:// for it";
    assert_eq!(says(End::open_server(Json), b"PDSX"), words);
}

/// Whatever it says first, and in its own words.
#[test]
fn a_program_with_the_other_codec_is_known_by_its_first_message() {
    let told = |codec: &dyn Codec, words: &str| {
        let mut frame = Vec::new();
        let mut error = Message::new();
        error.begin("error").key("error").open_list().push(-1).push(words).close();
        encode_frame(codec, error.value().unwrap(), &mut frame).unwrap();
        frame
    };
    let in_json: [&[u8]; 9] = [
        b"{\"action\": \"hi\"}",
        b"{\"action\":\"hi\"}",
        b"{ }",
        b" \n[1, 2]",
        b"[[1,2],{}]",
        b"[\"hi\"]",
        b"[true]",
        b"\"hi\"",
        b"\xef\xbb\xbf{\"action\":1}",
    ];
    for payload in in_json {
        let bytes = [payload, &TERMINATOR].concat();
        let words = "a PodSixNet program that sends JSON connected to this port, which speaks \
                     rencode: listen on podsixnet+json:// for it";
        let answer =
            told(&Json, "this server speaks PodSixNet with rencode (podsixnet://), not JSON");
        let said = says_and_answers(End::open_server(Rencode), &bytes);
        assert_eq!(said, (words.to_owned(), answer), "{payload:x?}");
        let words = "the server speaks PodSixNet with JSON: use podsixnet+json://";
        assert_eq!(says(End::client(Rencode), &bytes), words);
    }
    let in_rencode: [&[u8]; 6] =
        [b"g\x86action\x82hi", b"f", b"\xc2\x01\x02", b"\xe1C", b"\x82hi", b"3:abc"];
    for payload in in_rencode {
        let bytes = [payload, &TERMINATOR].concat();
        let words = "a PodSixNet program that sends rencode connected to this port, which speaks \
                     JSON: listen on podsixnet:// for it";
        let answer = told(
            &Rencode,
            "this server speaks PodSixNet with JSON (podsixnet+json://), not rencode",
        );
        let said = says_and_answers(End::open_server(Json), &bytes);
        assert_eq!(said, (words.to_owned(), answer), "{payload:x?}");
        let words = "the server speaks PodSixNet with rencode: use podsixnet://";
        assert_eq!(says(End::client(Json), &bytes), words);
    }
}

/// A podsix server that has heard PodSixNet says so in PodSixNet, and is no game that refuses.
#[test]
fn what_a_podsix_server_says_to_podsixnet_is_understood() {
    let words = "the server speaks podsix: use tcp://";
    for (codec, stranger) in [(&Rencode as &dyn Codec, RENCODE), (&Json, JSON)] {
        let mut server = wire::Session::accept(Moment::START);
        let answer = server.step(&RULES, stranger, Moment::START, &mut Vec::new());
        let answer = answer.unwrap_err().answer;
        let client = if codec.name() == "JSON" { End::client(Json) } else { End::client(Rencode) };
        assert_eq!(says(client, &answer), words);
    }
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
