//! Any bytes at both ends of PodSixNet's protocol: whatever the cuts, they see the same, and every step
//! keeps its promises. The first two bytes are the lengths of the pieces, in turn.

use std::time::Duration;

use podsix::codec::{Codec, Json, Rencode};
use podsix::value::{Limits, Message, validate};
use podsix::wire::podsixnet::{GREETING_WAIT, Session};
use podsix::wire::{Dialect, Moment, Rules, What};

const RULES: Rules = Rules {
    max_message: 1 << 8,
    limits: Limits { depth: 16, values: 256 },
    handshake_timeout: Duration::from_secs(5),
    approval_timeout: Duration::from_secs(10),
    ping_interval: Duration::from_secs(5),
    idle_timeout: Duration::from_secs(15),
    stall_limit: Duration::from_secs(60),
};

/// Panics if something is wrong.
pub fn check(data: &[u8]) {
    let Some((&[one, other], stream)) = data.split_first_chunk() else { return };
    let pieces = [usize::from(one).max(1), usize::from(other).max(1)];
    let dialects: [(Dialect, &dyn Codec); 2] =
        [(Dialect::PodSixNet, &Rencode), (Dialect::PodSixNetJson, &Json)];
    for (dialect, codec) in dialects {
        for session in [Session::connect, Session::accept, unheard] {
            let run = |pieces| run(stream, pieces, codec, session(dialect, Moment::START));
            assert_eq!(run(&pieces), run(&[usize::MAX]));
        }
    }
}

/// A client whose server has said nothing for so long that it waits no more.
fn unheard(dialect: Dialect, now: Moment) -> Session {
    let mut session = Session::connect(dialect, now);
    session.tick(&RULES, now + GREETING_WAIT).expect("a server need not greet");
    assert!(session.is_open());
    session
}

/// What a session sees in a stream that comes in such pieces.
fn run(stream: &[u8], pieces: &[usize], codec: &dyn Codec, mut session: Session) -> Vec<String> {
    let now = Moment::START;
    session.welcome(b"", now, &mut Vec::new());
    let (mut rest, mut pieces) = (stream, pieces.iter().cycle());
    let (mut inbox, mut message, mut seen) = (Vec::new(), Message::new(), Vec::new());
    while let Some(&piece) = pieces.next().filter(|_| !rest.is_empty()) {
        let (piece, later) = rest.split_at(piece.min(rest.len()));
        rest = later;
        inbox.extend_from_slice(piece);
        loop {
            let step = match session.step(&RULES, codec, &inbox, &mut message, now) {
                Ok(step) => step,
                Err(violation) => {
                    assert!(session.is_finished());
                    seen.push(format!("{:?}: {}", violation.reason, violation.text));
                    return seen;
                }
            };
            assert!(step.consumed <= inbox.len());
            match step.what {
                What::Need(bytes) => {
                    assert_eq!((step.consumed, bytes), (0, inbox.len() + 1));
                    assert!(inbox.len() <= RULES.max_message as usize + 4 || session.is_finished());
                    break;
                }
                What::Message(bytes) => {
                    validate(bytes, &RULES.limits).expect("a message is valid");
                    assert!(step.consumed > 0);
                }
                What::Welcome(..) => assert!(session.is_open()),
                What::Refused(_) => assert!(session.is_finished()),
                What::Quiet => assert!(step.consumed > 0),
                other => panic!("PodSixNet has no {other:?}"),
            }
            // What a finished session swallows is of no interest, and comes in pieces of its own.
            match step.what {
                What::Quiet => {}
                what => seen.push(format!("{what:?}")),
            }
            inbox.drain(..step.consumed);
        }
    }
    seen
}
