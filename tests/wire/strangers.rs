//! Programs that speak something else, byte by byte.

use podsix::wire::Reason;

use super::*;

/// Feeds bytes one by one; how many it took to notice the stranger.
fn noticed_after(end: &mut End, bytes: &[u8]) -> usize {
    end.sent();
    for (at, byte) in bytes.iter().enumerate() {
        end.receive(&[*byte]);
        if end.session.is_finished() {
            return at + 1;
        }
    }
    panic!("not noticed: {bytes:x?}");
}

#[test]
fn a_server_names_each_stranger_as_early_as_it_can() {
    let cases: [(&[u8], usize, &str, &[u8]); 8] = [
        (b"GET / HTTP/1.1\r\n", 4, "a web browser or HTTP client", b"HTTP/1.1 400 "),
        (b"\x16\x03\x01\x02\x00\x01", 2, "a TLS program", b"\x15\x03"),
        (b"SSH-2.0-OpenSSH", 4, "an SSH program", b""),
        (b"g\x86action\x89connected\0---\0", 2, "a PodSixNet program", b"h\x86action\x85error"),
        (b"{\"action\": 1}\0---\0", 2, "a PodSixNet program", b"{\"action\":\"error\""),
        (b"[1, 2]\0---\0", 2, "listen on podsixnet+json://", b"{\"action\":\"error\""),
        (b"[\"hi\"]", 2, "listen on podsixnet+json://", b"{\"action\":\"error\""),
        (b"\x7fELF\x02", 4, "does not speak podsix (its first bytes are 7f 45 4c 46)", b""),
    ];
    for (bytes, after, words, answer) in cases {
        let mut server = End::server(rules());
        assert_eq!(noticed_after(&mut server, bytes), after, "{words}");
        let (reason, text) = server.violation();
        assert_eq!(reason, Reason::WrongProtocol);
        assert!(text.contains(words), "{text}");
        assert!(server.out.starts_with(answer) && server.out.is_empty() == answer.is_empty());
    }
}

#[test]
fn a_client_names_the_server_and_answers_nothing() {
    let cases: [(&[u8], &str); 6] = [
        (
            b"HTTP/1.1 400 Bad Request\r\n",
            "the server speaks HTTP, not podsix: is this the right port?",
        ),
        (b"\x15\x03\x03\x00\x02", "the server speaks TLS, not podsix: is this the right port?"),
        (b"SSH-2.0-OpenSSH", "the server speaks SSH, not podsix: is this the right port?"),
        (b"g\x86action\x89connected\0---\0", "the server speaks PodSixNet: use podsixnet://"),
        (b"[[1, 2], {}]", "the server speaks JSON as PodSixNet can: use podsixnet+json://"),
        (
            b"220 mail.example.org ESMTP\r\n",
            "the other end does not speak podsix (its first bytes are 32 32 30 20)",
        ),
    ];
    for (bytes, words) in cases {
        let mut client = End::client(rules(), HI);
        noticed_after(&mut client, bytes);
        assert_eq!(client.violation(), (Reason::WrongProtocol, words.to_owned()));
        assert_eq!(client.sent(), []);
    }
}

#[test]
fn up_to_eight_bytes_of_a_stranger_are_shown() {
    let mut server = End::server(rules());
    server.receive(&[0xab; 100]);
    let words = "the other end does not speak podsix (its first bytes are ab ab ab ab ab ab ab ab)";
    assert_eq!(server.violation().1, words);
}

/// A port scanner's single byte tells nothing: the handshake timeout is for it.
#[test]
fn a_byte_that_fits_nothing_is_not_yet_a_stranger() {
    let mut server = End::server(rules());
    server.receive(b"\n");
    assert_eq!((server.events(), server.inbox.len()), (vec![], 1));
    assert_eq!(server.tick_after(secs(5)).unwrap_err().0, Reason::HandshakeTimeout);
}
