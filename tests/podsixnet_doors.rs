//! Wrong doors: whoever knocks, and whatever the door, each end is told what was found there and which
//! address to use, as far as its protocol can say it.

mod api;

use std::net::TcpListener;
use std::time::Duration;

use api::podsixnet::{END, greeting, listening, socket_address};
use api::{Api, End, HELLO, Raw, alongside, config, expect, until};
use podsix::{Config, EventKind, Mode, Reason};

cases! {
    whoever_knocks_is_named_and_answered,
    whatever_server_is_there_is_named,
    podsix_and_podsixnet_at_each_other_s_doors,
}

const DOORS: [&str; 3] = ["tcp", "podsixnet", "podsixnet+json"];

#[derive(Clone, Copy, PartialEq)]
enum Who {
    Podsix,
    Rencode,
    Json,
    Http,
    Tls,
    Ssh,
}

use Who::{Http, Json, Podsix, Rencode, Ssh, Tls};

/// What each of them may begin with.
const BEGINNINGS: [(Who, &[u8]); 21] = [
    (Podsix, &HELLO),
    (Rencode, b"g\x86action\x89connected\0---\0"),
    (Rencode, b"f\0---\0"),
    (Rencode, b"\xc2\x01\x02\0---\0"),
    (Rencode, b"\xe1C\0---\0"),
    (Rencode, b"\x82hi\0---\0"),
    (Json, b"{\"action\": \"connected\"}\0---\0"),
    (Json, b"{\"action\":\"connected\"}\0---\0"),
    (Json, b"{ }\0---\0"),
    (Json, b"[1, 2]\0---\0"),
    (Json, b"[\"hi\"]\0---\0"),
    (Json, b"[[true], {}]\0---\0"),
    (Json, b"[null]\0---\0"),
    (Json, b"\n {}\0---\0"),
    (Json, b"\"hi\"\0---\0"),
    (Json, b"\xef\xbb\xbf[]\0---\0"),
    (Http, b"GET / HTTP/1.1\r\n\r\n"),
    (Http, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    (Tls, b"\x16\x03\x01\x02\0\x01"),
    (Tls, b"\x15\x03\x03\0\x02"),
    (Ssh, b"SSH-2.0-OpenSSH_9.2\r\n"),
];

impl Who {
    fn door(self) -> Option<&'static str> {
        match self {
            Podsix => Some("tcp"),
            Rencode => Some("podsixnet"),
            Json => Some("podsixnet+json"),
            Http | Tls | Ssh => None,
        }
    }

    /// What our developer is told of one that knocks.
    fn told(self, door: &str) -> String {
        let who = match self {
            Podsix => "a podsix program",
            Rencode if door == "podsixnet+json" => "a PodSixNet program that sends rencode",
            Json if door == "podsixnet" => "a PodSixNet program that sends JSON",
            Rencode | Json => "a PodSixNet program",
            Http => "a web browser or HTTP client",
            Tls => "a TLS program",
            Ssh => "an SSH program",
        };
        let speaks = match (self, door) {
            (Rencode, "podsixnet+json") => "JSON".to_owned(),
            (Json, "podsixnet") => "rencode".to_owned(),
            (_, "tcp") => "podsix (tcp://)".to_owned(),
            _ => format!("PodSixNet ({door}://)"),
        };
        let told = format!("{who} connected to this port, which speaks {speaks}");
        match self.door() {
            Some(right) => format!("{told}: listen on {right}:// for it"),
            None => told,
        }
    }

    /// How what one that knocks can see ends.
    fn sees(self, door: &str) -> Vec<u8> {
        let at_podsix = "this server speaks podsix (tcp://), not PodSixNet";
        let error = |words: &str| match self {
            Json => format!("{{\"action\":\"error\",\"error\":[-1,\"{words}\"]}}").into_bytes(),
            _ => {
                let head = match words.len() {
                    len @ 0..64 => vec![128 + len as u8],
                    len => format!("{len}:").into_bytes(),
                };
                [b"h\x86action\x85error\x85error\xc2\x46", &head[..], words.as_bytes()].concat()
            }
        };
        let greeting_in_json = b"{\"action\":\"connected\"}".to_vec();
        let mut sees = match (self, door) {
            (Rencode | Json, "tcp") => error(at_podsix),
            (Rencode, _) => {
                error("this server speaks PodSixNet with JSON (podsixnet+json://), not rencode")
            }
            (Json, _) => {
                error("this server speaks PodSixNet with rencode (podsixnet://), not JSON")
            }
            (Http, "tcp") => {
                return b"This port is a game's: it speaks podsix (tcp://), not HTTP.\n".to_vec();
            }
            (Tls, "tcp") => return vec![0x15, 3, 3, 0, 2, 2, 40],
            (_, "tcp") => return Vec::new(),
            // The server has greeted, and knows no words that would be understood behind that.
            (_, "podsixnet") => return greeting(),
            _ => greeting_in_json,
        };
        sees.extend_from_slice(END);
        sees
    }

    /// What our developer is told of a server that begins so.
    fn serves(self, door: &str) -> String {
        let name = match self {
            Podsix => return "the server speaks podsix: use tcp://".to_owned(),
            Rencode if door == "tcp" => {
                return "the server speaks PodSixNet: use podsixnet://".to_owned();
            }
            Json if door == "tcp" => {
                return "the server speaks JSON as PodSixNet can: use podsixnet+json://".to_owned();
            }
            Rencode => {
                return "the server speaks PodSixNet with rencode: use podsixnet://".to_owned();
            }
            Json => {
                return "the server speaks PodSixNet with JSON: use podsixnet+json://".to_owned();
            }
            Http => "HTTP",
            Tls => "TLS",
            Ssh => "SSH",
        };
        let ours = if door == "tcp" { "podsix" } else { "PodSixNet" };
        format!("the server speaks {name}, not {ours}: is this the right port?")
    }
}

/// Everybody at every door that is not their own.
fn pairs() -> impl Iterator<Item = (Who, &'static [u8], &'static str)> {
    let at_doors = |(who, bytes): (Who, &'static [u8])| DOORS.map(|door| (who, bytes, door));
    let pairs = BEGINNINGS.into_iter().flat_map(at_doors);
    pairs.filter(|(who, _, door)| who.door() != Some(door))
}

fn whoever_knocks_is_named_and_answered<A: Api>(mode: Mode) {
    for (who, bytes, door) in pairs() {
        let (mut server, address) = listening::<A>(config(mode), door, false);
        let mut raw = Raw::connect(socket_address(&address));
        raw.write(bytes);
        let told = if door == "tcp" {
            let error = server.gets(EventKind::Error).text;
            error.split_once(": ").expect("an address before it").1.to_owned()
        } else {
            server.gets(EventKind::Connected);
            let ended = server.gets(EventKind::Disconnected);
            assert_eq!(ended.reason, Reason::WrongProtocol, "{bytes:x?} at {door}");
            ended.text
        };
        assert_eq!(told, who.told(door), "{bytes:x?} at {door}");
        let sees = alongside(&mut server, move || raw.read_to_end());
        assert!(sees.ends_with(&who.sees(door)), "{bytes:x?} at {door} sees {sees:x?}");
    }
}

fn whatever_server_is_there_is_named<A: Api>(mode: Mode) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    for (who, bytes, door) in pairs() {
        let mut client = End::<A>::new(config(mode));
        let peer = client.connect(&format!("{door}://{address}"), "").unwrap();
        let listener = listener.try_clone().unwrap();
        let _raw = alongside(&mut client, move || {
            let mut raw = Raw::new(listener.accept().unwrap().0);
            raw.write(bytes);
            raw
        });
        let error = client.gets(EventKind::Error);
        assert_eq!((error.peer, error.reason), (peer, Reason::WrongProtocol));
        assert_eq!(error.text, who.serves(door), "{bytes:x?} at {door}");
    }
}

/// Where neither end would begin, it is the one that is tired of waiting first.
fn podsix_and_podsixnet_at_each_other_s_doors<A: Api>(mode: Mode) {
    let wait = Duration::from_millis(100);
    for with in ["podsixnet", "podsixnet+json"] {
        let tired = Config { handshake_timeout: wait, ..config(mode) };
        let (mut server, address) = End::<A>::listening(tired, false);
        let mut client = End::<A>::new(config(mode));
        client.connect(&format!("{with}://{address}"), "").unwrap();
        let error = expect(&mut [&mut server, &mut client], 1, EventKind::Error);
        assert_eq!(error.reason, Reason::WrongProtocol);
        assert_eq!(error.text, "the server speaks podsix: use tcp://");
        until(&mut [&mut server, &mut client], "the server is told", |ends| {
            !ends[0].seen.is_empty()
        });
        let told = server.gets(EventKind::Error).text;
        let words = "nothing came within 100 ms (handshake_timeout_ms; if it is a PodSixNet \
                     program, listen on podsixnet:// for it)";
        assert!(told.ends_with(words), "{told}");
    }
}
