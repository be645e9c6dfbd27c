//! Our codecs beside the original's, in turns: `cargo bench --bench codecs`.
//!
//! What is timed is writing a message and reading it again: `dumps` and `loads` of PodSixNet 0.11.0 and of
//! Python's json, whose core is C; `encode` and `decode` here. PODSIX_PYTHON is a Python that has
//! PodSixNet, python3 if it is not set.

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use podsix::Message;
use podsix::codec::{Codec, Json, Rencode};
use podsix::value::Limits;

const LIMITS: Limits = Limits { depth: 64, values: 65_536 };
const ROUNDS: usize = 5;
/// 46 bytes in MessagePack.
const MOVE: &str = r#"{"action":"move","id":7,"x":12.5,"y":-0.25,"t":1000001}"#;

fn main() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/codecs");
    let world = std::fs::read_to_string(format!("{folder}/world.json")).expect("the world");
    let python = std::env::var("PODSIX_PYTHON").unwrap_or("python3".into());
    let mut original = Command::new(python)
        .args(["-W", "ignore", &format!("{folder}/original.py"), MOVE])
        .arg(format!("{folder}/world.json"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a Python that has PodSixNet 0.11.0: set PODSIX_PYTHON");
    let mut requests = original.stdin.take().expect("its input");
    let mut answers = BufReader::new(original.stdout.take().expect("its output")).lines();
    println!("| codec | message | bytes | Python, µs | podsix, µs | times as fast |");
    println!("|---|---|---:|---:|---:|---:|");
    let codecs: [(&str, &dyn Codec); 2] = [("rencode", &Rencode), ("json", &Json)];
    for (name, codec) in codecs {
        for (what, json) in [("move", MOVE), ("world", world.as_str())] {
            let message = Message::from_json(json).expect("a message");
            assert!(json != MOVE || message.bytes().is_ok_and(|bytes| bytes.len() == 46));
            let (mut theirs, mut ours, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
            let mut bytes = 0;
            for _ in 0..ROUNDS {
                writeln!(requests, "{name} {what}").expect("it reads");
                let answer = answers.next().and_then(Result::ok);
                let original: f64 = answer.expect("it answers").parse().expect("a number");
                let (nanoseconds, size) = round(codec, &message);
                bytes = size;
                theirs.push(original / 1e3);
                ours.push(nanoseconds / 1e3);
                ratios.push(original / nanoseconds);
            }
            let [theirs, ours, ratio] = [theirs, ours, ratios].map(median);
            println!("| {name} | {what} | {bytes} | {theirs:.1} | {ours:.2} | {ratio:.1} |");
        }
    }
    drop(requests);
    assert!(original.wait().expect("it ends").success());
}

/// The best of a few rounds: nanoseconds for one message, and its bytes.
fn round(codec: &dyn Codec, message: &Message) -> (f64, usize) {
    let (mut payload, mut read) = (Vec::new(), Message::new());
    let mut best = f64::MAX;
    for _ in 0..3 {
        let (start, mut count) = (Instant::now(), 0_u32);
        while start.elapsed() < Duration::from_millis(100) {
            for _ in 0..20 {
                payload.clear();
                let value = black_box(message).value().expect("a whole message");
                codec.encode(value, &mut payload).expect("it can be written");
                codec.decode(black_box(&payload), &LIMITS, &mut read).expect("it can be read");
            }
            count += 20;
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(count));
    }
    (best, payload.len())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
