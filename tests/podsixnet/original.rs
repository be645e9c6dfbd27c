//! The original itself, in a Python process: values both ways, malformed payloads, and its framing.
//!
//! PODSIX_PYTHON is a Python that has PodSixNet 0.11.0, so 3.11 at most; without it python3.11 and
//! python3 are tried. If none has it these tests are skipped, or fail if CI=true.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use podsix::codec::Json;
use podsix::wire::podsixnet::encode_frame;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::description::describe;
use super::frames::split;
use super::value_tree::{Tree, trees};
use super::*;

const VALUES: u32 = 10_000;

/// tests/podsixnet/original.py.
struct Original {
    child: Child,
    requests: ChildStdin,
    answers: ChildStdout,
}

impl Original {
    /// `None` if there is no original here.
    fn start() -> Option<Original> {
        let named = std::env::var("PODSIX_PYTHON").ok();
        let candidates =
            named.map_or(vec!["python3.11".to_owned(), "python3".to_owned()], |named| vec![named]);
        let has_it = |python: &&String| {
            let import = ["-W", "ignore", "-c", "import PodSixNet.Channel"];
            let status = Command::new(python).args(import).stderr(Stdio::null()).status();
            status.is_ok_and(|status| status.success())
        };
        let Some(python) = candidates.iter().find(has_it) else {
            let why =
                format!("SKIP: none of {candidates:?} has PodSixNet 0.11.0 (set PODSIX_PYTHON)");
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}");
            eprintln!("{why}");
            return None;
        };
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/podsixnet/original.py");
        let mut child = Command::new(python)
            .args(["-B", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the original starts");
        let (requests, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Some(Original { child, requests, answers })
    }

    fn ask(&mut self, command: u8, data: &[u8]) -> Vec<u8> {
        let request = [&[command], &(data.len() as u32).to_be_bytes()[..], data].concat();
        self.requests.write_all(&request).expect("the original reads");
        let mut len = [0; 4];
        self.answers.read_exact(&mut len).expect("the original answers");
        let mut answer = vec![0; u32::from_be_bytes(len) as usize];
        self.answers.read_exact(&mut answer).expect("the original answers");
        answer
    }

    fn ask_text(&mut self, command: u8, data: &[u8]) -> String {
        String::from_utf8(self.ask(command, data)).unwrap()
    }

    /// What its loads makes of a payload.
    fn loads(&mut self, payload: &[u8]) -> String {
        self.ask_text(b'l', payload)
    }
}

impl Drop for Original {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The first part of an answer, and what lies behind it.
fn part(answer: &[u8]) -> (&[u8], &[u8]) {
    let (len, rest) = answer.split_first_chunk().unwrap();
    rest.split_at(u32::from_be_bytes(*len) as usize)
}

/// What ours makes of a payload.
fn ours(codec: &dyn Codec, payload: &[u8]) -> String {
    let mut message = Message::new();
    match codec.decode(payload, &WIDE, &mut message) {
        Ok(()) => describe(message.value().unwrap()),
        Err(_) => "refused".to_owned(),
    }
}

/// A tree that both codecs can say: extensions become nil, bytes text, huge integers smaller. Keys are
/// strings of their index, and of their own if `any_key`.
fn sayable(tree: Tree, any_key: bool) -> Tree {
    let all = |items: Vec<Tree>| items.into_iter().map(|item| sayable(item, any_key)).collect();
    match tree {
        Tree::Ext(..) => Tree::Nil,
        Tree::Bytes(bytes) => Tree::Str(String::from_utf8_lossy(&bytes).into_owned()),
        Tree::List(items) => Tree::List(all(items)),
        Tree::Tuple(items) => Tree::Tuple(all(items)),
        Tree::Map(entries) => {
            let entries = entries.into_iter().enumerate().map(|(index, (key, value))| {
                let key = match key {
                    Tree::Str(text) => Tree::Str(format!("{index}{text}")),
                    Tree::Double(double) if any_key => {
                        Tree::Double(double.abs() + 0.25 + index as f64)
                    }
                    Tree::Tuple(items) if any_key => {
                        Tree::Tuple([vec![Tree::Int(index as i64)], all(items)].concat())
                    }
                    _ if any_key => Tree::Int(-(index as i64) - 1),
                    _ => Tree::Str(index.to_string()),
                };
                (key, sayable(value, any_key))
            });
            let mut seen: Vec<Tree> = Vec::new();
            Tree::Map(
                entries
                    .filter(|(key, _)| {
                        let is_new = !seen.contains(key);
                        seen.push(key.clone());
                        is_new
                    })
                    .collect(),
            )
        }
        other => other,
    }
}

/// Random trees, the same ones each time.
fn random_trees() -> impl Iterator<Item = Tree> {
    let mut runner = TestRunner::deterministic();
    let strategy = trees();
    std::iter::from_fn(move || Some(strategy.new_tree(&mut runner).unwrap().current()))
        .take(VALUES as usize)
}

#[test]
fn what_the_original_says_is_understood() {
    let Some(mut original) = Original::start() else { return };
    for seed in 0..VALUES {
        let answer = original.ask(b'd', seed.to_string().as_bytes());
        let (payload, says) = part(&answer);
        assert_eq!(ours(&Rencode, payload).as_bytes(), says, "seed {seed}: {payload:x?}");
    }
}

#[test]
fn the_original_understands_what_is_said() {
    let Some(mut original) = Original::start() else { return };
    for tree in random_trees() {
        let message = sayable(tree, true).message();
        let payload = encode(&message);
        assert_eq!(original.loads(&payload), describe(message.value().unwrap()));
    }
}

/// The forms are the original's too, doubles and what is not a number apart: of that there is one here.
#[test]
fn the_original_says_it_in_the_same_bytes() {
    let Some(mut original) = Original::start() else { return };
    for seed in 0..VALUES {
        let answer = original.ask(b'd', seed.to_string().as_bytes());
        let (payload, says) = part(&answer);
        if says.contains(&b'b') && ours(&Rencode, payload).contains('b') {
            continue; // bytes that are not UTF-8, or hexadecimal digits
        }
        let ours = encode(&decode(payload));
        let nan = b"B\x7f\xc0\0\0";
        if ours.contains(&b',') || ours.windows(nan.len()).any(|part| part == nan) {
            continue; // a double of 64 bits, perhaps; what is not a number, perhaps
        }
        assert_eq!(ours, original.ask(b'a', payload), "seed {seed}");
    }
}

/// Payloads that are hardly ever well-formed, or only just.
#[test]
fn what_the_original_refuses_is_refused() {
    let Some(mut original) = Original::start() else { return };
    let mut check = |payload: &[u8]| {
        assert_eq!(ours(&Rencode, payload), original.loads(payload), "{payload:x?}");
    };
    for (number, tree) in random_trees().take(300).enumerate() {
        let payload = encode(&sayable(tree, true).message());
        for end in 0..payload.len().min(60) {
            check(&payload[..end]);
        }
        for at in 0..payload.len().min(60) {
            let mut broken = payload.clone();
            broken[at] = (number * 7 + at * 31) as u8;
            check(&broken);
        }
    }
    let soup = proptest::collection::vec(
        prop_oneof![
            4 => proptest::sample::select(b"\x00\x01,0123:;<=>?@ABCDEF_ +-\x7f".to_vec()),
            2 => proptest::sample::select(b"efgh\x80\x81\x82\xc0\xc1\xc2\xe0\xe1".to_vec()),
            1 => any::<u8>(),
        ],
        0..24,
    );
    let mut runner = TestRunner::deterministic();
    for _ in 0..VALUES * 3 {
        check(&soup.new_tree(&mut runner).unwrap().current());
    }
}

#[test]
fn python_s_json_is_understood() {
    let Some(mut original) = Original::start() else { return };
    for seed in 0..VALUES {
        let answer = original.ask(b'j', seed.to_string().as_bytes());
        let (payload, says) = part(&answer);
        assert!(ours(&Json, payload).as_bytes() == says, "seed {seed}");
    }
}

/// A value in rencode, sent on in JSON by each.
#[test]
fn python_understands_our_json_as_its_own() {
    let Some(mut original) = Original::start() else { return };
    let mut refused = 0;
    for seed in 0..VALUES {
        let answer = original.ask(b'd', seed.to_string().as_bytes());
        let (payload, _) = part(&answer);
        let theirs = original.ask_text(b'k', payload);
        let mut written = Vec::new();
        let ours = match Json.encode(decode(payload).value().unwrap(), &mut written) {
            Ok(()) => original.ask_text(b'J', &written),
            Err(_) => "refused".to_owned(),
        };
        assert!(ours == theirs, "seed {seed}");
        refused += u32::from(ours == "refused");
    }
    assert!(refused < VALUES / 2);
}

#[test]
fn the_original_finds_the_same_messages() {
    let Some(mut original) = Original::start() else { return };
    let parts = proptest::sample::select(vec![
        &b"\0---\0"[..],
        b"\0---",
        b"---\0",
        b"\0",
        b"-",
        b"--",
        b"x",
        b"\0--",
        b"message",
    ]);
    let streams = proptest::collection::vec(parts, 0..60);
    let mut runner = TestRunner::deterministic();
    for number in 0..VALUES / 2 {
        let stream = streams.new_tree(&mut runner).unwrap().current().concat();
        let size = (number % 13 + 1) as u8;
        let answer = original.ask(b's', &[&[size], &stream[..]].concat());
        let (mut rest, mut theirs) = (&answer[..], Vec::new());
        while !rest.is_empty() {
            let (payload, later) = part(rest);
            theirs.push(payload.to_vec());
            rest = later;
        }
        let (found, _) = split(&stream, &[usize::from(size)], usize::MAX);
        assert_eq!(found, theirs, "{stream:x?} in pieces of {size}");
    }
}

/// The original's receiver gets exactly one payload out of each frame, and its loads the same value.
#[test]
fn no_frame_is_cut_early() {
    let Some(mut original) = Original::start() else { return };
    let scalars = [
        json("0"),
        json("2960685"),
        json(r#""\u0000---""#),
        json(r#""x""#),
        Message::new().push(f64::from_be_bytes(*b"@abc\0---")).clone(),
        Message::new().push(f64::from(f32::from_be_bytes(*b"\0---"))).clone(),
        Message::new().push(i64::from_be_bytes(*b"\x01\0---\0\0\0")).clone(),
    ];
    let mut message = Message::new();
    for number in 0..scalars.len().pow(3) {
        let scalar = |digit: u32| {
            scalars[number / scalars.len().pow(digit) % scalars.len()].value().unwrap()
        };
        for shape in 0..4 {
            message.clear();
            match shape {
                0 => message.open_list().push(scalar(0)).push(scalar(1)).push(scalar(2)).close(),
                1 => message.open_tuple().push(scalar(0)).push(scalar(1)).push(scalar(2)).close(),
                2 => message.open_map().key_value(scalar(0)).push(scalar(1)).close(),
                _ => message.open_map().key("k").open_list().push(scalar(0)).close().close(),
            };
            let mut frame = Vec::new();
            encode_frame(&Rencode, message.value().unwrap(), &mut frame).unwrap();
            let answer = original.ask(b's', &[&[255], &frame[..], &frame].concat());
            let (payload, rest) = part(&answer);
            assert_eq!((payload, part(rest)), (&frame[..frame.len() - 5], (payload, &b""[..])));
            assert_eq!(original.loads(payload), describe(message.value().unwrap()));
        }
    }
}
