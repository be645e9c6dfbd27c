//! Any bytes on an open session while its clock runs: never a panic, and every step keeps its
//! promises. The first byte is how many bytes come a second.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use podsix::value::{self, Limits};
use podsix::wire::{Moment, Rules, Session, What};

const RULES: Rules = Rules {
    max_message: 1 << 12,
    limits: Limits { depth: 16, values: 256 },
    handshake_timeout: Duration::from_secs(5),
    approval_timeout: Duration::from_secs(10),
    ping_interval: Duration::from_secs(5),
    idle_timeout: Duration::from_secs(15),
    stall_limit: Duration::from_secs(60),
};

fn open(now: Moment) -> Session {
    let mut hello = Vec::new();
    Session::connect(&RULES, &[], now, &mut hello);
    let mut session = Session::accept(now);
    let greeted = session.step(&RULES, &hello, now, &mut Vec::new()).unwrap();
    assert!(matches!(greeted.what, What::Hello(None, _)));
    session.welcome(&RULES, &[], now, &mut Vec::new());
    session
}

fuzz_target!(|data: &[u8]| {
    let Some((&rate, bytes)) = data.split_first() else { return };
    let mut now = Moment::START;
    let mut session = open(now);
    let (mut out, mut inbox, mut stalled) = (Vec::new(), Vec::new(), false);
    for piece in bytes.chunks(usize::from(rate).max(1)) {
        now = now + Duration::from_secs(1);
        inbox.extend_from_slice(piece);
        session.heard(now);
        loop {
            let Ok(step) = session.step(&RULES, &inbox, now, &mut out) else {
                assert!(session.is_finished());
                return;
            };
            assert!(step.consumed <= inbox.len());
            match step.what {
                What::Need(bytes) => {
                    assert!(step.consumed == 0 && bytes > inbox.len());
                    break;
                }
                What::Message(payload) => {
                    assert!(payload.len() <= RULES.max_message as usize);
                    assert!(value::validate(payload, &RULES.limits).is_ok());
                }
                What::Stalled { .. } => assert!(!std::mem::replace(&mut stalled, true)),
                What::Resumed => assert!(std::mem::take(&mut stalled)),
                What::Closed(_) => assert!(session.is_finished()),
                What::Quiet => {}
                other => panic!("an open session gave {other:?}"),
            }
            inbox.drain(..step.consumed);
        }
        match session.tick(&RULES, now, &mut out) {
            Ok(Some(next)) => assert!(next > now),
            Ok(None) => assert!(session.is_finished()),
            Err(_) => return assert!(stalled, "bytes come every second"),
        }
    }
});
