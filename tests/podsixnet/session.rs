//! Sessions: greeting, messages, refusals, violations, time.

use std::time::Duration;

use podsix::codec::{Codec, Custom, Json, Rencode};
use podsix::value::{Limits, Message};
use podsix::wire::podsixnet::{GREETING_WAIT, Session, encode_frame, encode_greeting};
use podsix::wire::{Close, Dialect, Moment, Reason, Rules, What};
use proptest::prelude::*;

use super::*;

pub const RULES: Rules = Rules {
    max_message: 1 << 16,
    limits: Limits { depth: 64, values: 65_536 },
    handshake_timeout: Duration::from_secs(5),
    approval_timeout: Duration::from_secs(10),
    ping_interval: Duration::from_secs(5),
    idle_timeout: Duration::ZERO,
    stall_limit: Duration::from_secs(60),
};

/// What a session gave that is for the game. Messages are JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Welcome(Option<String>),
    Message(String),
    Refused(i32, String),
    Violation(Reason, String),
}

/// One end of a connection.
pub struct End {
    pub session: Session,
    pub codec: Box<dyn Codec>,
    pub rules: Rules,
    pub now: Moment,
    pub out: Vec<u8>,
    inbox: Vec<u8>,
    seen: Vec<Seen>,
}

impl End {
    fn new(codec: impl Codec + 'static, session: fn(Dialect, Moment) -> Session) -> End {
        let now = Moment::START;
        let dialect = match codec.name() {
            "rencode" => Dialect::PodSixNet,
            "JSON" => Dialect::PodSixNetJson,
            _ => Dialect::PodSixNetCustom,
        };
        End {
            session: session(dialect, now),
            codec: Box::new(codec),
            rules: RULES,
            now,
            out: Vec::new(),
            inbox: Vec::new(),
            seen: Vec::new(),
        }
    }

    pub fn client(codec: impl Codec + 'static) -> End {
        End::new(codec, Session::connect)
    }

    pub fn server(codec: impl Codec + 'static) -> End {
        End::new(codec, Session::accept)
    }

    /// A server that has let its client in.
    pub fn open_server(codec: impl Codec + 'static) -> End {
        let mut server = End::server(codec);
        server.welcome(None);
        server.out.clear();
        server
    }

    pub fn welcome(&mut self, reply: Option<&Message>) {
        let mut greeting = Vec::new();
        let reply = reply.map(|reply| reply.value().unwrap());
        encode_greeting(&*self.codec, reply, &mut greeting).unwrap();
        self.session.welcome(&greeting, self.now, &mut self.out);
    }

    /// What it wrote, as if sent.
    fn sent(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// What it saw since the last time.
    pub fn events(&mut self) -> Vec<Seen> {
        std::mem::take(&mut self.seen)
    }

    /// Bytes arrive: steps until more are needed, and checks what every step promises.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.inbox.extend_from_slice(bytes);
        self.session.heard(self.now);
        let (mut at, mut message) = (0, Message::new());
        let text = |bytes: &[u8]| Value::parse(bytes, &WIDE).unwrap().to_json();
        loop {
            let input = &self.inbox[at..];
            let step = self.session.step(&self.rules, &*self.codec, input, &mut message, self.now);
            let step = match step {
                Ok(step) => step,
                Err(violation) => {
                    assert!(self.session.is_finished());
                    self.out.extend_from_slice(&violation.answer);
                    self.seen.push(Seen::Violation(violation.reason, violation.text));
                    continue;
                }
            };
            assert!(step.consumed <= input.len());
            at += step.consumed;
            let seen = match step.what {
                What::Need(bytes) => {
                    assert_eq!((step.consumed, bytes), (0, input.len() + 1));
                    break;
                }
                What::Quiet => {
                    assert!(step.consumed > 0);
                    continue;
                }
                What::Welcome(reply, _) => Seen::Welcome(reply.map(text)),
                What::Message(message) => Seen::Message(text(message)),
                What::Refused(close) => {
                    assert_eq!(close.reason, Reason::Refused);
                    Seen::Refused(close.code, close.text.to_owned())
                }
                other => panic!("PodSixNet has no {other:?}"),
            };
            assert!(step.consumed > 0 || matches!(seen, Seen::Welcome(None)));
            self.seen.push(seen);
        }
        self.inbox.drain(..at);
    }

    /// Its clock moves on; the deadline that `tick` gives, or what has expired, from now.
    fn tick_after(&mut self, pass: Duration) -> Result<Option<Duration>, (Reason, String)> {
        self.now = self.now + pass;
        match self.session.tick(&self.rules, self.now) {
            Ok(next) => Ok(next.map(|next| next - self.now)),
            Err(expired) => Err((expired.reason, expired.text)),
        }
    }
}

fn frame(codec: &dyn Codec, text: &str) -> Vec<u8> {
    let mut frame = Vec::new();
    encode_frame(codec, json(text).value().unwrap(), &mut frame).unwrap();
    frame
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const MOVE: &str = r#"{"action":"move","x":3}"#;

fn message() -> Seen {
    Seen::Message(MOVE.to_owned())
}

#[test]
fn the_server_greets_as_the_original_does() {
    let (mut client, mut server) = (End::client(Rencode), End::server(Rencode));
    assert!(server.session.is_greeted() && !client.session.is_open());
    server.welcome(None);
    assert_eq!(server.out, b"g\x86action\x89connected\0---\0");
    client.receive(&server.sent());
    assert_eq!(client.events(), [Seen::Welcome(None)]);
    assert!(client.session.is_open() && server.session.is_open());
    client.receive(&frame(&Rencode, MOVE));
    server.receive(&frame(&Rencode, MOVE));
    assert_eq!((client.events(), server.events()), (vec![message()], vec![message()]));
    assert!(client.out.is_empty() && server.out.is_empty());
}

/// Where PodSixNet's clients look for what comes with the greeting.
#[test]
fn a_reply_joins_the_greeting() {
    for (reply, greeting) in [
        (r#"{"name":"ada","action":"x"}"#, r#"{"action":"connected","name":"ada"}"#),
        ("[7]", r#"{"action":"connected","reply":[7]}"#),
    ] {
        let (mut client, mut server) = (End::client(Json), End::server(Json));
        server.welcome(Some(&json(reply)));
        client.receive(&server.sent());
        assert_eq!(client.events(), [Seen::Welcome(Some(greeting.to_owned()))]);
    }
}

/// A channel of the original may send before its server does.
#[test]
fn a_message_before_the_greeting_opens_the_session_too() {
    let mut client = End::client(Rencode);
    let greeting = frame(&Rencode, r#"{"action":"connected"}"#);
    client.receive(&[frame(&Rencode, MOVE), frame(&Rencode, MOVE), greeting].concat());
    let late = Seen::Message(r#"{"action":"connected"}"#.to_owned());
    assert_eq!(client.events(), [Seen::Welcome(None), message(), message(), late]);
}

/// A client whose server has said nothing for as long as it waits.
fn early_client(codec: impl Codec + 'static) -> End {
    let mut client = End::client(codec);
    assert_eq!(client.tick_after(GREETING_WAIT - secs(1)), Ok(Some(secs(1))));
    assert!(!client.session.is_open());
    assert_eq!(client.tick_after(secs(1)), Ok(None));
    assert!(client.session.is_open() && client.out.is_empty());
    client
}

/// As the original's client does, which waits for nothing.
#[test]
fn a_server_that_does_not_greet_is_spoken_to_all_the_same() {
    let mut client = early_client(Rencode);
    client.receive(&frame(&Rencode, MOVE).repeat(2));
    assert_eq!(client.events(), [message(), message()]);
    client.receive(&frame(&Rencode, r#"{"action":"error","error":[1,"a message"]}"#));
    assert!(matches!(client.events()[..], [Seen::Message(_)]));
}

#[test]
fn a_late_greeting_is_kept_if_it_says_more_or_comes_again() {
    let bare = r#"{"action":"connected"}"#;
    let more = r#"{"action":"connected","map":"desert"}"#;
    for (greeting, kept) in [(bare, vec![]), (more, vec![Seen::Message(more.to_owned())])] {
        let mut client = early_client(Json);
        client.receive(&frame(&Json, greeting));
        assert_eq!(client.events(), kept);
        client.receive(&frame(&Json, bare));
        assert_eq!(client.events(), [Seen::Message(bare.to_owned())]);
    }
}

#[test]
fn a_late_refusal_is_a_refusal() {
    let mut client = early_client(Rencode);
    client.receive(&frame(&Rencode, r#"{"action":"error","error":[42,"full"]}"#));
    assert_eq!(client.events(), [Seen::Refused(42, "full".to_owned())]);
    assert!(client.session.is_finished());
}

#[test]
fn a_server_that_has_begun_to_speak_is_waited_for() {
    let mut client = End::client(Rencode);
    client.receive(b"g\x86action\x89conn");
    assert_eq!(client.tick_after(GREETING_WAIT), Ok(Some(secs(15) - GREETING_WAIT)));
    assert!(!client.session.is_open());
    client.receive(b"ected\0---\0");
    assert_eq!(client.events(), [Seen::Welcome(None)]);
}

/// Whoever sets both limits lower does not wait longer.
#[test]
fn nobody_waits_longer_than_for_a_handshake() {
    let mut client = End::client(Rencode);
    client.rules.handshake_timeout = Duration::from_millis(100);
    client.rules.approval_timeout = Duration::from_millis(200);
    assert_eq!(client.tick_after(Duration::from_millis(299)), Ok(Some(Duration::from_millis(1))));
    assert_eq!(client.tick_after(Duration::from_millis(1)), Ok(None));
    assert!(client.session.is_open());
}

#[test]
fn a_second_greeting_and_a_client_s_own_are_messages() {
    let greeting = frame(&Rencode, r#"{"action":"connected"}"#);
    let seen = Seen::Message(r#"{"action":"connected"}"#.to_owned());
    let (mut client, mut server) = (End::client(Rencode), End::open_server(Rencode));
    client.receive(&greeting.repeat(2));
    assert_eq!(client.events(), [Seen::Welcome(None), seen.clone()]);
    server.receive(&greeting);
    assert_eq!(server.events(), [seen]);
}

#[test]
fn messages_need_no_action_and_need_be_no_map() {
    let mut server = End::open_server(Rencode);
    for text in ["7", "[]", r#"{"x":1}"#, r#"{"action":7}"#, "null"] {
        server.receive(&frame(&Rencode, text));
        assert_eq!(server.events(), [Seen::Message(text.to_owned())]);
    }
}

#[test]
fn nothing_is_read_before_the_game_has_answered() {
    let mut server = End::server(Rencode);
    server.receive(&frame(&Rencode, MOVE));
    assert_eq!(server.events(), []);
    server.welcome(None);
    server.receive(&[]);
    assert_eq!(server.events(), [message()]);
}

/// A step whose message the game has no room for is made again later.
#[test]
fn a_step_that_is_not_consumed_gives_the_same_again() {
    let mut server = End::open_server(Rencode);
    let (input, mut message) = (frame(&Rencode, MOVE), Message::new());
    for _ in 0..3 {
        let step = server.session.step(&RULES, &Rencode, &input, &mut message, server.now).unwrap();
        assert_eq!(step.consumed, input.len());
        assert!(matches!(step.what, What::Message(_)));
    }
}

#[test]
fn a_refusal_is_an_error_that_the_original_s_programs_see() {
    let (mut client, mut server) = (End::client(Rencode), End::server(Rencode));
    let close = Close { reason: Reason::Refused, code: 42, text: "full" };
    server.session.refuse(&*server.codec, &close, &mut server.out);
    assert_eq!(server.out, b"h\x86action\x85error\x85error\xc2\x2a\x84full\0---\0");
    assert!(server.session.is_finished());
    client.receive(&server.sent());
    assert_eq!(client.events(), [Seen::Refused(42, "full".to_owned())]);
    assert!(client.session.is_finished());
}

#[test]
fn an_error_on_an_open_session_is_a_message() {
    let text = r#"{"action":"error","error":[42,"full"]}"#;
    let mut client = End::client(Rencode);
    client.receive(&frame(&Rencode, r#"{"action":"connected"}"#));
    client.receive(&frame(&Rencode, text));
    assert_eq!(client.events(), [Seen::Welcome(None), Seen::Message(text.to_owned())]);
}

#[test]
fn a_malformed_message_ends_the_session_after_the_good_ones() {
    let cases: [(&[u8], &str); 5] = [
        (b"CC", "a malformed message: byte 1: more bytes after the end of the value"),
        (b"", "a malformed message: byte 0: the value is cut off"),
        (b"{\"action\": 1}", "a malformed message: byte 5: a dict as a key"),
        (&b"\xc1".repeat(70), "a message nested deeper than max_depth allows (64 levels)"),
        (
            &[&b";"[..], &b"\x01".repeat(65_536), b"\x7f"].concat(),
            "a message of more values than max_values allows (65536)",
        ),
    ];
    for (payload, words) in cases {
        let mut server = End::open_server(Rencode);
        server.rules.max_message = 1 << 20;
        let good = frame(&Rencode, MOVE);
        server.receive(&[&good[..], &good, payload, b"\0---\0", &good].concat());
        let violation = Seen::Violation(Reason::Protocol, words.to_owned());
        assert_eq!(server.events(), [message(), message(), violation]);
        let told = format!(r#"{{"action":"error","error":[-1,"{words}"]}}"#);
        assert_eq!(server.out, frame(&Rencode, &told));
    }
}

#[test]
fn a_client_tells_nobody_of_a_violation() {
    let mut client = End::client(Rencode);
    client.receive(&frame(&Rencode, r#"{"action":"connected"}"#));
    client.receive(b"CC\0---\0");
    assert!(matches!(client.events()[1], Seen::Violation(Reason::Protocol, _)));
    assert!(client.out.is_empty());
}

#[test]
fn a_stream_without_a_terminator_ends_at_max_message() {
    let words = "a message of more bytes than max_message allows (65536)";
    let mut server = End::open_server(Rencode);
    for _ in 0..65_540 {
        server.receive(b"a");
        assert_eq!(server.events(), []);
    }
    server.receive(b"a");
    assert_eq!(server.events(), [Seen::Violation(Reason::TooLarge, words.to_owned())]);
    let mut server = End::open_server(Rencode);
    server.receive(&b"a".repeat(65_541));
    assert_eq!(server.events(), [Seen::Violation(Reason::TooLarge, words.to_owned())]);
}

#[test]
fn the_end_of_the_stream_is_a_goodbye_between_messages_only() {
    let mut server = End::open_server(Rencode);
    assert_eq!(server.session.ended(0).reason, Reason::Closed);
    assert!(server.session.is_finished());
    let mut server = End::open_server(Rencode);
    server.receive(b"g\x86action");
    let close = server.session.ended(server.inbox.len());
    assert_eq!((close.reason, close.text), (Reason::Lost, "the connection ended inside a message"));
}

#[test]
fn what_is_closed_swallows_the_rest() {
    let mut server = End::open_server(Rencode);
    server.session.close();
    server.receive(&frame(&Rencode, MOVE));
    assert_eq!((server.events(), server.inbox.len(), server.out.len()), (vec![], 0, 0));
}

#[test]
fn a_server_that_does_not_end_its_greeting_expires() {
    let mut client = End::client(Rencode);
    client.receive(b"g\x86action");
    assert_eq!(client.tick_after(secs(1)), Ok(Some(secs(14))));
    let words =
        "no greeting within 15000 ms (handshake_timeout_ms + approval_timeout_ms)".to_owned();
    assert_eq!(client.tick_after(secs(14)), Err((Reason::HandshakeTimeout, words)));
}

#[test]
fn a_game_that_does_not_answer_expires() {
    let mut server = End::server(Rencode);
    let words = "neither accepted nor refused within 10000 ms (approval_timeout_ms)".to_owned();
    assert_eq!(server.tick_after(secs(9)), Ok(Some(secs(1))));
    assert_eq!(server.tick_after(secs(1)), Err((Reason::ApprovalTimeout, words)));
}

/// The original has no pings: silence says nothing unless the game wants it to.
#[test]
fn silence_expires_only_if_asked_for() {
    let mut server = End::open_server(Rencode);
    assert_eq!(server.tick_after(secs(1_000_000)), Ok(None));
    assert!(server.out.is_empty(), "no pings");

    server.rules.idle_timeout = secs(15);
    server.receive(b"\x01");
    assert_eq!(server.tick_after(secs(10)), Ok(Some(secs(5))));
    server.session.pause();
    assert_eq!(server.tick_after(secs(10)), Ok(None));
    server.session.unpause(server.now);
    let words = "nothing was heard for 15000 ms (podsixnet_idle_timeout_ms)".to_owned();
    assert_eq!(server.tick_after(secs(15)), Err((Reason::Timeout, words)));
}

#[test]
fn a_codec_that_leaves_messages_unfinished_is_no_harm() {
    struct Careless;
    impl Codec for Careless {
        fn name(&self) -> &'static str {
            "careless"
        }
        fn decode(&self, _: &[u8], _: &Limits, message: &mut Message) -> Result<(), CodecError> {
            message.clear().open_list();
            Ok(())
        }
        fn encode(&self, _: Value<'_>, _: &mut Vec<u8>) -> Result<(), CodecError> {
            Ok(())
        }
    }
    let mut server = End::open_server(Careless);
    server.receive(b"x\0---\0");
    let words = "a malformed message: 1 container is still open (the outermost)".to_owned();
    assert_eq!(server.events(), [Seen::Violation(Reason::Protocol, words)]);
}

#[test]
fn a_custom_codec_s_words_are_the_violation_s() {
    let codec = Custom::new(
        |_, _| Err("cannot say it".into()),
        |_, _| Err(format!("bad checksum\n\u{1b}{}", "x".repeat(100_000))),
    );
    let mut server = End::server(codec);
    server.session.welcome(b"hello\0---\0", server.now, &mut server.out);
    assert_eq!(server.sent(), b"hello\0---\0");
    server.receive(b"x\0---\0");
    let words = format!("a malformed message: bad checksum \u{fffd}{}…", "x".repeat(241));
    assert_eq!(server.events(), [Seen::Violation(Reason::Protocol, words)]);
    assert!(server.out.is_empty());
}

/// Delivers a stream in pieces of the given lengths, over and over.
fn deliver(stream: &[u8], to: &mut End, pieces: &[usize]) -> Vec<Seen> {
    let (mut rest, mut pieces) = (stream, pieces.iter().cycle());
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(rest.len().min(*pieces.next().unwrap()));
        to.receive(piece);
        rest = later;
    }
    to.events()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_cuts_make_no_difference(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                &b"g\x86action\x89connected"[..], b"\x05", b"\xc1\x84\0---", b"CC", b"\0---", b"GET ",
                b"\0---\0", b"\0---\0", b"\0---\0", b"{\"a\": 1}", b"PDSX",
            ]),
            0..20,
        ),
        pieces in proptest::collection::vec(1..20_usize, 1..8),
    ) {
        let stream = parts.concat();
        for end in [|| End::client(Rencode), || End::open_server(Rencode)] {
            let whole = deliver(&stream, &mut end(), &[usize::MAX]);
            prop_assert_eq!(&deliver(&stream, &mut end(), &pieces), &whole);
            prop_assert_eq!(&deliver(&stream, &mut end(), &[1]), &whole);
        }
    }

    /// `End::receive` checks every step.
    #[test]
    fn any_bytes_give_steps_or_a_violation(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        pieces in proptest::collection::vec(1..50_usize, 1..10),
    ) {
        for codec in [0, 1] {
            for mut end in match codec {
                0 => [End::client(Rencode), End::open_server(Rencode)],
                _ => [End::client(Json), End::open_server(Json)],
            } {
                deliver(&bytes, &mut end, &pieces);
            }
        }
    }
}
