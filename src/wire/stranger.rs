//! Who it is that speaks something else, what to tell our developer, and what to answer in the
//! stranger's own language.

use super::podsixnet::encode_error;
use crate::codec::{Codec, Json, Rencode, find_terminator};
use crate::value::{Limits, MAX_DEPTH, Message};

/// Which end of a connection this one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Client,
    Server,
}

/// A speaker of another protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    Http,
    Tls,
    Ssh,
    /// PodSixNet with its own codec, rencode, or one unknown.
    PodSixNet,
    PodSixNetJson,
    /// Nobody known; its first bytes.
    Unknown(Vec<u8>),
}

/// What the first bytes tell.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Guess {
    /// More bytes may tell.
    Open,
    Is(Stranger),
}

/// How strangers begin.
const BEGINNINGS: [(&[u8], Stranger); 17] = [
    (b"GET ", Stranger::Http),
    (b"HEAD ", Stranger::Http),
    (b"POST ", Stranger::Http),
    (b"PUT ", Stranger::Http),
    (b"DELETE ", Stranger::Http),
    (b"CONNECT ", Stranger::Http),
    (b"OPTIONS ", Stranger::Http),
    (b"TRACE ", Stranger::Http),
    (b"PATCH ", Stranger::Http),
    (b"PRI * HTTP/", Stranger::Http),
    (b"HTTP/", Stranger::Http),
    (b"\x16\x03", Stranger::Tls),
    (b"\x15\x03", Stranger::Tls),
    (b"SSH-", Stranger::Ssh),
    // A list that begins with a word; text in brackets is no JSON.
    (b"[true", Stranger::PodSixNetJson),
    (b"[false", Stranger::PodSixNetJson),
    (b"[null", Stranger::PodSixNetJson),
];

/// How far to look for what ends each of PodSixNet's messages, whatever their codec.
const TERMINATOR_WITHIN: usize = 256;
/// How many bytes of an unknown stranger are waited for.
const TELLING: usize = 4;
/// How many bytes of an unknown stranger are shown, if they came.
const SHOWN: usize = 8;

/// Tells who begins with these bytes, which are not the beginning of a preface.
pub(super) fn recognise(seen: &[u8]) -> Guess {
    if let Some((_, stranger)) = BEGINNINGS.iter().find(|(start, _)| seen.starts_with(start)) {
        return Guess::Is(stranger.clone());
    }
    match *seen {
        [b'{', b'"' | b'}', ..]
        | [b'[', b'"' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9', ..]
        | [b'{' | b'[', b' ' | b'\n' | b'\r' | b'\t', ..] => {
            return Guess::Is(Stranger::PodSixNetJson);
        }
        // rencode: a dictionary of up to 24 entries, or a longer one, then its first key, a string.
        [0x66..=0x7e | 0x3c, 0x80..=0xbf, ..] => return Guess::Is(Stranger::PodSixNet),
        _ => {}
    }
    let within = &seen[..seen.len().min(TERMINATOR_WITHIN)];
    if let Some(end) = find_terminator(within, 0) {
        let limits = Limits { depth: MAX_DEPTH, values: u32::MAX };
        let is_json = Json.decode(&seen[..end], &limits, &mut Message::new()).is_ok();
        let stranger = if is_json { Stranger::PodSixNetJson } else { Stranger::PodSixNet };
        return Guess::Is(stranger);
    }
    if seen.len() < TELLING || BEGINNINGS.iter().any(|(start, _)| start.starts_with(seen)) {
        return Guess::Open;
    }
    Guess::Is(Stranger::Unknown(seen[..seen.len().min(SHOWN)].to_vec()))
}

impl Stranger {
    /// Words for our developer.
    pub(super) fn text(&self, we_are: Role) -> String {
        let name = match self {
            Stranger::Http => "HTTP",
            Stranger::Tls => "TLS",
            Stranger::Ssh => "SSH",
            Stranger::PodSixNet | Stranger::PodSixNetJson => "PodSixNet",
            Stranger::Unknown(bytes) => {
                let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                let hex = hex.join(" ");
                return format!("the other end does not speak podsix (its first bytes are {hex})");
            }
        };
        match (we_are, self) {
            (Role::Client, Stranger::PodSixNet) => {
                "the server speaks PodSixNet: use podsixnet://".to_owned()
            }
            (Role::Client, Stranger::PodSixNetJson) => {
                "the server speaks JSON as PodSixNet can: use podsixnet+json://".to_owned()
            }
            (Role::Client, _) => {
                format!("the server speaks {name}, not podsix: is this the right port?")
            }
            (Role::Server, Stranger::Http) => {
                "a web browser or HTTP client connected to this port, which speaks podsix (tcp://)"
                    .to_owned()
            }
            (Role::Server, _) => {
                let article = if matches!(self, Stranger::Ssh) { "an" } else { "a" };
                let listen = match self {
                    Stranger::PodSixNet => ": listen on podsixnet:// for it",
                    Stranger::PodSixNetJson => ": listen on podsixnet+json:// for it",
                    _ => "",
                };
                format!(
                    "{article} {name} program connected to this port, which speaks podsix (tcp://){listen}"
                )
            }
        }
    }

    /// What the user of the other program may see. A client answers nothing: servers do not listen
    /// to strangers.
    pub(super) fn answer(&self, we_are: Role) -> Vec<u8> {
        if we_are == Role::Client {
            return Vec::new();
        }
        match self {
            Stranger::Http => {
                let body = "This port is a game's: it speaks podsix (tcp://), not HTTP.\n";
                format!(
                    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
                     Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                    body.len()
                )
                .into_bytes()
            }
            // A fatal alert: handshake_failure.
            Stranger::Tls => vec![0x15, 3, 3, 0, 2, 2, 40],
            Stranger::PodSixNet => not_podsixnet(&Rencode),
            Stranger::PodSixNetJson => not_podsixnet(&Json),
            Stranger::Ssh | Stranger::Unknown(_) => Vec::new(),
        }
    }
}

/// What a server of podsix says to a program of PodSixNet.
pub(super) const NOT_PODSIXNET: &str = "this server speaks podsix (tcp://), not PodSixNet";

fn not_podsixnet(codec: &dyn Codec) -> Vec<u8> {
    let mut answer = Vec::new();
    // Both can say it; one that could not would leave the stranger with a connection that ends.
    let _ = encode_error(codec, -1, NOT_PODSIXNET, &mut answer);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::TERMINATOR;

    fn is(seen: &[u8]) -> Stranger {
        match recognise(seen) {
            Guess::Is(stranger) => stranger,
            Guess::Open => panic!("not recognised: {seen:x?}"),
        }
    }

    #[test]
    fn knows_strangers_by_their_first_bytes() {
        let cases: [(&[u8], Stranger); 23] = [
            (b"GET ", Stranger::Http),
            (b"PUT / HTTP/1.1\r\n", Stranger::Http),
            (b"PRI * HTTP/2.0\r\n", Stranger::Http),
            (b"HTTP/1.1 400 Bad Request", Stranger::Http),
            (b"\x16\x03\x01", Stranger::Tls),
            (b"SSH-2.0-OpenSSH_9.2\r\n", Stranger::Ssh),
            (b"g\x86action\x89connected\0---\0", Stranger::PodSixNet),
            (b"\x3c\x86action", Stranger::PodSixNet),
            (b"f\0---\0", Stranger::PodSixNet),
            (b"\x80\x04N.\0---\0", Stranger::PodSixNet),
            (b"{\"action\": \"connected\"}\0---\0", Stranger::PodSixNetJson),
            (b"{}", Stranger::PodSixNetJson),
            (b"[1, 2]", Stranger::PodSixNetJson),
            (b"[\"hi\"]", Stranger::PodSixNetJson),
            (b"[{", Stranger::PodSixNetJson),
            (b"[ 1", Stranger::PodSixNetJson),
            (b"[true]", Stranger::PodSixNetJson),
            (b"\r\n  {}\0---\0", Stranger::PodSixNetJson),
            (b"\"hi\"\0---\0", Stranger::PodSixNetJson),
            (b"\xef\xbb\xbf{}\0---\0", Stranger::PodSixNetJson),
            (b"\xc1\x05\0---\0", Stranger::PodSixNet),
            (b"[ready]", Stranger::Unknown(b"[ready]".to_vec())),
            (b"\x7fELF", Stranger::Unknown(b"\x7fELF".to_vec())),
        ];
        for (seen, stranger) in cases {
            assert_eq!(is(seen), stranger);
        }
    }

    /// Who is told from a beginning stays told, whatever comes behind it.
    #[test]
    fn spaces_are_no_json_unless_a_message_is_whole() {
        for seen in [&b"\t\n\n\n"[..], b"\t\n\n\n\n[", b"\t\n\n\n[1]"] {
            assert!(matches!(is(seen), Stranger::Unknown(_)), "{seen:x?}");
        }
        assert_eq!(is(b"\t\n\n\n[1]\0---\0"), Stranger::PodSixNetJson);
    }

    #[test]
    fn waits_while_more_bytes_may_tell() {
        let open: [&[u8]; 11] = [
            b"G",
            b"PO",
            b"OPTIONS",
            b"PRI * HT",
            b"\x16",
            b"g",
            b"{",
            b"[",
            b"[fals",
            b"  ",
            b"\x7fEL",
        ];
        for seen in open {
            assert_eq!(recognise(seen), Guess::Open, "{seen:x?}");
        }
        for seen in [&b"GETA"[..], b"OPTIONSX", b"gopher", b"{{{{"] {
            assert!(matches!(is(seen), Stranger::Unknown(_)), "{seen:x?}");
        }
    }

    #[test]
    fn our_developer_is_told_who_it_was() {
        let text = |seen: &[u8], role| is(seen).text(role);
        let cases = [
            (
                text(b"GET / HTTP/1.1\r\n", Role::Server),
                "a web browser or HTTP client connected to this port, which speaks podsix (tcp://)",
            ),
            (
                text(b"SSH-2.0-x", Role::Server),
                "an SSH program connected to this port, which speaks podsix (tcp://)",
            ),
            (
                text(b"g\x86action", Role::Server),
                "a PodSixNet program connected to this port, which speaks podsix (tcp://): listen on \
                 podsixnet:// for it",
            ),
            (
                text(b"HTTP/1.1 400", Role::Client),
                "the server speaks HTTP, not podsix: is this the right port?",
            ),
            (text(b"g\x86action", Role::Client), "the server speaks PodSixNet: use podsixnet://"),
            (
                text(b"{\"action\"", Role::Client),
                "the server speaks JSON as PodSixNet can: use podsixnet+json://",
            ),
            (
                text(b"\x7fELF", Role::Client),
                "the other end does not speak podsix (its first bytes are 7f 45 4c 46)",
            ),
        ];
        for (text, wanted) in cases {
            assert_eq!(text, wanted);
        }
    }

    #[test]
    fn http_is_answered_with_a_whole_response() {
        let answer = String::from_utf8(Stranger::Http.answer(Role::Server)).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
        assert!(head.contains("\r\nConnection: close"), "{head}");
        assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())), "{head}");
    }

    #[test]
    fn podsixnet_is_answered_with_its_own_error() {
        let mut wanted = b"h\x86action\x85error\x85error\xc2\x46".to_vec();
        wanted.push(128 + NOT_PODSIXNET.len() as u8);
        wanted.extend_from_slice(NOT_PODSIXNET.as_bytes());
        wanted.extend_from_slice(&TERMINATOR);
        assert_eq!(Stranger::PodSixNet.answer(Role::Server), wanted);

        let json = Stranger::PodSixNetJson.answer(Role::Server);
        let json = json.strip_suffix(&TERMINATOR).unwrap();
        let json: serde_json::Value = serde_json::from_slice(json).unwrap();
        let wanted = serde_json::json!({"action": "error", "error": [-1, NOT_PODSIXNET]});
        assert_eq!(json, wanted);
    }

    #[test]
    fn a_client_answers_no_stranger() {
        for stranger in [Stranger::Http, Stranger::Tls, Stranger::PodSixNet] {
            assert!(stranger.answer(Role::Client).is_empty());
        }
    }
}
