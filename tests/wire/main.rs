//! The protocol between two sessions, without sockets and with simulated time.

mod allowance;
mod cuts;
mod frames;
mod handshake;
mod recorded;
mod settings;
mod strangers;
mod time;

use std::time::Duration;

use podsix::value::Limits;
use podsix::wire::{Close, Moment, Reason, Rules, Session, Takes, Violation, What};

const HI: &[u8] = b"\xa2hi";

/// The defaults of a host.
fn rules() -> Rules {
    Rules {
        max_message: 1 << 20,
        limits: Limits { depth: 64, values: 65_536 },
        handshake_timeout: secs(5),
        approval_timeout: secs(10),
        ping_interval: secs(5),
        idle_timeout: secs(15),
        stall_limit: secs(60),
    }
}

/// Rules under which the sessions write nothing by themselves.
fn without_pings() -> Rules {
    Rules { ping_interval: Duration::ZERO, idle_timeout: Duration::ZERO, ..rules() }
}

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// What a session gave that is for the game, kept after its input is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    Hello(Option<Vec<u8>>),
    Welcome(Option<Vec<u8>>),
    Message(Vec<u8>),
    Refused(Reason, i32, String),
    Closed(Reason, i32, String),
    Stalled(u32),
    Resumed,
    Violation(Violation),
}

/// One end of a connection: a session, what it has received and not taken yet, and what it wrote.
struct End {
    session: Session,
    rules: Rules,
    now: Moment,
    inbox: Vec<u8>,
    out: Vec<u8>,
    seen: Vec<Seen>,
    /// What the other end takes, once it has greeted.
    takes: Option<Takes>,
}

impl End {
    fn client(rules: Rules, hello: &[u8]) -> End {
        let now = Moment::START;
        let mut out = Vec::new();
        let session = Session::connect(&rules, hello, now, &mut out);
        End { session, rules, now, inbox: Vec::new(), out, seen: Vec::new(), takes: None }
    }

    fn server(rules: Rules) -> End {
        let now = Moment::START;
        let session = Session::accept(now);
        let (inbox, out, seen) = Default::default();
        End { session, rules, now, inbox, out, seen, takes: None }
    }

    /// What it wrote, as if sent.
    fn sent(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// What it saw since the last time.
    fn events(&mut self) -> Vec<Seen> {
        std::mem::take(&mut self.seen)
    }

    /// Bytes arrive: steps until more are needed, or the game has to answer.
    fn receive(&mut self, bytes: &[u8]) {
        self.inbox.extend_from_slice(bytes);
        self.session.heard(self.now);
        self.advance();
    }

    /// Steps through what has arrived, and checks what every step promises.
    fn advance(&mut self) {
        let mut at = 0;
        loop {
            let input = &self.inbox[at..];
            let step = match self.session.step(&self.rules, input, self.now, &mut self.out) {
                Ok(step) => step,
                Err(violation) => {
                    assert!(self.session.is_finished());
                    self.out.extend_from_slice(&violation.answer);
                    self.seen.push(Seen::Violation(violation));
                    continue;
                }
            };
            assert!(step.consumed <= input.len());
            at += step.consumed;
            let close = |close: Close| (close.reason, close.code, close.text.to_owned());
            let seen = match step.what {
                What::Need(bytes) => {
                    assert_eq!(step.consumed, 0);
                    assert!(bytes > input.len());
                    break;
                }
                What::Quiet => {
                    assert!(step.consumed > 0);
                    continue;
                }
                What::Hello(hello, takes) => {
                    self.takes = Some(takes);
                    Seen::Hello(hello.map(<[u8]>::to_vec))
                }
                What::Welcome(reply, takes) => {
                    self.takes = Some(takes);
                    Seen::Welcome(reply.map(<[u8]>::to_vec))
                }
                What::Message(payload) => Seen::Message(payload.to_vec()),
                What::Refused(why) => {
                    let (reason, code, text) = close(why);
                    Seen::Refused(reason, code, text)
                }
                What::Closed(why) => {
                    let (reason, code, text) = close(why);
                    Seen::Closed(reason, code, text)
                }
                What::Stalled { ms } => Seen::Stalled(ms),
                What::Resumed => Seen::Resumed,
            };
            assert!(step.consumed > 0);
            self.seen.push(seen);
        }
        self.inbox.drain(..at);
    }

    fn welcome(&mut self, reply: &[u8]) {
        self.session.welcome(&self.rules, reply, self.now, &mut self.out);
    }

    fn refuse(&mut self, close: &Close) {
        self.session.refuse(&self.rules, close, &mut self.out);
    }

    fn close(&mut self, close: &Close) {
        self.session.close(close, &mut self.out);
    }

    /// Its clock moves on; the deadline that `tick` gives, or what has expired, as milliseconds from now.
    fn tick_after(&mut self, pass: Duration) -> Result<Option<Duration>, (Reason, String)> {
        self.now = self.now + pass;
        match self.session.tick(&self.rules, self.now, &mut self.out) {
            Ok(next) => Ok(next.map(|next| next - self.now)),
            Err(expired) => Err((expired.reason, expired.text)),
        }
    }

    /// The one violation it saw.
    fn violation(&mut self) -> (Reason, String) {
        match self.events().as_slice() {
            [Seen::Violation(violation)] => (violation.reason, violation.text.clone()),
            seen => panic!("not one violation: {seen:?}"),
        }
    }
}

/// Carries what each end wrote to the other, until both are silent.
fn exchange(one: &mut End, other: &mut End) {
    while !(one.out.is_empty() && other.out.is_empty()) {
        other.receive(&one.sent());
        one.receive(&other.sent());
    }
}

/// An open session at both ends, nothing on its way.
fn open(rules: Rules) -> (End, End) {
    let (mut client, mut server) = (End::client(rules, &[]), End::server(rules));
    exchange(&mut client, &mut server);
    server.welcome(&[]);
    exchange(&mut client, &mut server);
    assert!(client.session.is_open() && server.session.is_open());
    client.seen.clear();
    server.seen.clear();
    (client, server)
}

/// A frame of any kind.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::to_be_bytes(payload.len() as u32 | u32::from(kind) << 24).to_vec();
    frame.extend_from_slice(payload);
    frame
}
