//! The examples and the table of reasons in docs/protocol.md, against the implementation.

use std::collections::BTreeMap;
use std::time::Duration;

use podsix::value::Limits;
use podsix::wire::{Close, Moment, Reason, Rules, Session, Step, What};

const PAGE: &str = include_str!("../docs/protocol.md");

const RULES: Rules = Rules {
    max_message: 1 << 20,
    limits: Limits { depth: 64, values: 65_536 },
    handshake_timeout: Duration::from_secs(5),
    approval_timeout: Duration::from_secs(10),
    ping_interval: Duration::from_secs(5),
    idle_timeout: Duration::from_secs(15),
    stall_limit: Duration::from_secs(60),
};

/// The page's examples by name. What nobody asked for by the end was never checked.
struct Examples(BTreeMap<&'static str, Vec<u8>>);

impl Examples {
    fn read() -> Examples {
        let mut examples = BTreeMap::new();
        for block in PAGE.split("\n```hex ").skip(1) {
            let (name, rest) = block.split_once('\n').unwrap();
            let (lines, _) = rest.split_once("```").unwrap();
            let digits = lines.lines().flat_map(|line| {
                let bytes = line.split(';').next().unwrap_or_default();
                bytes.split_whitespace()
            });
            let bytes = digits.map(|digits| u8::from_str_radix(digits, 16).unwrap()).collect();
            assert!(examples.insert(name, bytes).is_none(), "two examples are named {name}");
        }
        Examples(examples)
    }

    fn take(&mut self, name: &str) -> Vec<u8> {
        self.0.remove(name).unwrap_or_else(|| panic!("there is no example {name}"))
    }
}

/// Takes one step, which must use up the whole input.
fn step<'a>(session: &mut Session, input: &'a [u8], out: &mut Vec<u8>) -> What<'a> {
    let Step { consumed, what } = session.step(&RULES, input, Moment::START, out).unwrap();
    assert_eq!(consumed, input.len());
    what
}

#[test]
fn every_example_is_what_the_sessions_write_and_understand() {
    let mut examples = Examples::read();
    let now = Moment::START;
    let mut out = Vec::new();

    let settings = examples.take("settings");
    let client_hello = [examples.take("client hello"), settings.clone()].concat();
    let mut client = Session::connect(&RULES, b"\x81\xa4name\xa3ada", now, &mut out);
    assert_eq!(std::mem::take(&mut out), client_hello);

    let mut server = Session::accept(now);
    let What::Hello(hello, takes) = step(&mut server, &client_hello, &mut out) else { panic!() };
    assert_eq!(hello, Some(&b"\x81\xa4name\xa3ada"[..]));
    let limits = (takes.max_message(), takes.max_values(), takes.max_depth());
    assert_eq!((limits, takes.tuple_keys()), ((1 << 20, 65_536, 64), true));

    let (reply, ping) = (examples.take("server reply"), examples.take("ping"));
    let reply = [reply, settings].concat();
    server.welcome(&RULES, b"\x07", now, &mut out);
    assert_eq!(std::mem::take(&mut out), [&reply[..], &ping].concat());
    let welcome = step(&mut client, &reply, &mut out);
    assert_eq!(welcome, What::Welcome(Some(b"\x07"), takes));
    assert_eq!(std::mem::take(&mut out), ping);

    assert_eq!(step(&mut client, &ping, &mut out), What::Quiet);
    let pong = examples.take("pong");
    assert_eq!(std::mem::take(&mut out), pong);
    assert_eq!(step(&mut server, &pong, &mut out), What::Quiet);
    assert!(server.rtt().is_some());

    let message = examples.take("message");
    let payload = b"\x81\xa6action\xa2hi";
    assert_eq!(step(&mut server, &message, &mut out), What::Message(payload));
    let header = podsix::wire::header(podsix::wire::Kind::Message, payload.len());
    assert_eq!(message, [&header[..], payload].concat());

    let tuple_key = examples.take("tuple as a key");
    let payload = b"\x81\xc7\x03\x02\x92\x01\x02\xa4wall";
    assert_eq!(step(&mut server, &tuple_key, &mut out), What::Message(payload));

    let stalled = examples.take("stalled");
    client.stalled(2000, &mut out);
    assert_eq!(std::mem::take(&mut out), stalled);
    assert_eq!(step(&mut server, &stalled, &mut out), What::Stalled { ms: 2000 });

    let resumed = examples.take("resumed");
    client.resumed(&mut out);
    assert_eq!(std::mem::take(&mut out), resumed);
    assert_eq!(step(&mut server, &resumed, &mut out), What::Resumed);

    let close = examples.take("close");
    let goodbye = Close { reason: Reason::Closed, code: -1, text: "bye" };
    client.close(&goodbye, &mut out);
    assert_eq!(std::mem::take(&mut out), close);
    assert_eq!(step(&mut server, &close, &mut out), What::Closed(goodbye));

    let refusal = examples.take("server refusal");
    let full = Close { reason: Reason::Refused, code: 42, text: "full" };
    Session::accept(now).refuse(&RULES, &full, &mut out);
    assert_eq!(std::mem::take(&mut out), refusal);
    let mut client = Session::connect(&RULES, &[], now, &mut Vec::new());
    assert_eq!(step(&mut client, &refusal, &mut out), What::Refused(full));

    let later = examples.take("client of version 2");
    let violation = Session::accept(now).step(&RULES, &later, now, &mut out).unwrap_err();
    assert_eq!(violation.reason, Reason::Version);
    assert_eq!(violation.answer, examples.take("answer to another version"));

    assert!(out.is_empty());
    assert!(examples.0.is_empty(), "unchecked: {:?}", examples.0.keys());
}

#[test]
fn the_table_of_reasons_is_what_an_end_can_say() {
    let (_, table) = PAGE.split_once("| reason | |\n|---|---|\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    let listed: Vec<(u8, String)> = rows
        .map(|row| {
            let cell = row.split('|').nth(1).unwrap().trim();
            let (number, name) = cell.split_once(' ').unwrap();
            (number.parse().unwrap(), name.to_uppercase().replace(' ', "_"))
        })
        .collect();
    let said: Vec<(u8, String)> = Reason::ALL
        .iter()
        .filter(|reason| Reason::from_wire(**reason as u8) == **reason)
        .map(|reason| (*reason as u8, reason.name().replace("PODSIX_REASON_", "")))
        .collect();
    assert_eq!(listed, said);
}
