//! Any bytes as the beginning of a connection, at both ends, whole and in pieces: the same outcome,
//! and never a panic. The first byte is the length of the pieces.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use podsix::value::Limits;
use podsix::wire::{Moment, Rules, Session, What};

const RULES: Rules = Rules {
    max_message: 1 << 16,
    limits: Limits { depth: 16, values: 256 },
    handshake_timeout: Duration::from_secs(5),
    approval_timeout: Duration::from_secs(10),
    ping_interval: Duration::from_secs(5),
    idle_timeout: Duration::from_secs(15),
    stall_limit: Duration::from_secs(60),
};

/// What the session said, and what it wrote.
fn run(mut session: Session, bytes: &[u8], piece: usize) -> (Vec<String>, Vec<u8>) {
    let now = Moment::START;
    let (mut said, mut out, mut inbox) = (Vec::new(), Vec::new(), Vec::new());
    for piece in bytes.chunks(piece) {
        inbox.extend_from_slice(piece);
        loop {
            let step = match session.step(&RULES, &inbox, now, &mut out) {
                Ok(step) => step,
                Err(violation) => {
                    assert!(session.is_finished());
                    said.push(violation.reason.name().to_owned());
                    continue;
                }
            };
            assert!(step.consumed <= inbox.len());
            match step.what {
                What::Need(bytes) => {
                    assert!(step.consumed == 0 && bytes > inbox.len());
                    break;
                }
                What::Quiet => {}
                What::Hello(..) => {
                    said.push(format!("{:?}", step.what));
                    session.welcome(&RULES, &[], now, &mut out);
                }
                _ => said.push(format!("{:?}", step.what)),
            }
            inbox.drain(..step.consumed);
        }
    }
    (said, out)
}

fuzz_target!(|data: &[u8]| {
    let Some((&piece, bytes)) = data.split_first() else { return };
    let piece = usize::from(piece).max(1);
    let now = Moment::START;
    let whole = run(Session::accept(now), bytes, usize::MAX);
    assert_eq!(run(Session::accept(now), bytes, piece), whole);
    let client = || Session::connect(&RULES, &[], now, &mut Vec::new());
    assert_eq!(run(client(), bytes, piece), run(client(), bytes, usize::MAX));
});
