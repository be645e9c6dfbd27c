//! One connection as a state machine: greeting, approval, frames, goodbye.

use std::time::Duration;

use super::allowance::Allowance;
use super::frame::{self, Close, HEADER, Kind, exactly};
use super::liveness::Liveness;
use super::pings::{PING, Pings};
use super::preface::{self, Mismatch, PREFACE, Progress};
use super::settings;
use crate::value::{self, Flaw, Invalid, Limits};
use crate::wire::stranger::Role;
use crate::wire::{Expired, Moment, Reason, Step, Takes, Violation, What};

/// How long whoever sends too many frames that carry nothing is not read after each read.
const REST: Duration = Duration::from_millis(100);

/// The limits a session keeps to: the same for all of a host's, so they are passed in and never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The largest message accepted, in bytes, at most [`MAX_PAYLOAD`](crate::wire::MAX_PAYLOAD).
    pub max_message: u32,
    /// What a message must keep to otherwise.
    pub limits: Limits,
    /// How long the other end may take to greet.
    pub handshake_timeout: Duration,
    /// How long a server's game may take to answer.
    pub approval_timeout: Duration,
    /// A ping goes so often, unless one of the other end's came meanwhile; zero sends none.
    pub ping_interval: Duration,
    /// A peer silent for this long has expired; zero waits for ever.
    pub idle_timeout: Duration,
    /// A peer whose game sleeps for this long has expired, whatever the `idle_timeout`; zero waits for ever.
    pub stall_limit: Duration,
}

/// What is true only in one phase is in it; `stagger` is what [`Session::staggered`] was given.
#[derive(Clone, Copy, Debug)]
enum Phase {
    /// A client that waits for the server's reply.
    Connecting { stagger: u16, since: Moment },
    /// A server that waits for the client's hello.
    Greeting { stagger: u16, since: Moment },
    /// A server whose game is to answer.
    Greeted { stagger: u16, since: Moment },
    Open {
        allowance: Allowance,
        pings: Pings,
        /// This end does not read.
        is_paused: bool,
    },
    /// Nothing is written any more, and what comes is ignored.
    Finished { rtt: Option<Duration> },
}

/// One connection. Small, for there are tens of thousands.
///
/// What it writes it appends to `out`, which is the caller's to send, in order; so is bounding it: a
/// peer can ask for a pong with every twelve bytes it sends.
#[derive(Debug)]
pub struct Session {
    phase: Phase,
    live: Liveness,
}

impl Session {
    /// A client's session, once its connection stands; greets with `hello`, one MessagePack value of
    /// at most [`MAX_HELLO`](crate::wire::MAX_HELLO) bytes, or empty for none, and with its settings.
    ///
    /// # Panics
    /// In debug builds, if the hello is longer; in others the server then refuses it.
    pub fn connect(rules: &Rules, hello: &[u8], now: Moment, out: &mut Vec<u8>) -> Session {
        preface::write(false, rules.max_message, hello, out);
        settings::write(&rules.limits, out);
        Session::new(Phase::Connecting { stagger: 0, since: now }, now)
    }

    /// A server's session for a connection just accepted.
    pub fn accept(now: Moment) -> Session {
        Session::new(Phase::Greeting { stagger: 0, since: now }, now)
    }

    fn new(phase: Phase, now: Moment) -> Session {
        Session { phase, live: Liveness::new(now) }
    }

    /// Shortens the first interval between pings by so many 65,536ths of it, and lengthens those that follow by
    /// so many 256ths of a little time as the lower byte says: sessions that open together, or come into step, each with
    /// another share, do not ping together for long.
    pub fn staggered(mut self, share: u16) -> Session {
        if let Phase::Connecting { stagger, .. }
        | Phase::Greeting { stagger, .. }
        | Phase::Greeted { stagger, .. } = &mut self.phase
        {
            *stagger = share;
        }
        self
    }

    /// Bytes have come, of whatever kind: the other end lives. Once per read is enough.
    pub fn heard(&mut self, now: Moment) {
        if !matches!(self.phase, Phase::Open { is_paused: true, .. }) {
            let passed = self.live.heard(now);
            self.allow(passed);
        }
    }

    /// So many messages were among what has come.
    pub fn earn(&mut self, messages: u64) {
        if let Phase::Open { allowance, .. } = &mut self.phase {
            allowance.earn(messages);
        }
    }

    /// Until when this peer should not be read, if it has sent more frames that carry nothing than it may. If it is
    /// read all the same, or again and again, it goes on until there are too many: then there is a `Violation`.
    pub fn rests_until(&self) -> Option<Moment> {
        match self.phase {
            Phase::Open { allowance, .. } if allowance.is_overdrawn() => {
                Some(self.live.last() + REST)
            }
            _ => None,
        }
    }

    fn allow(&mut self, passed: Duration) {
        if let Phase::Open { allowance, .. } = &mut self.phase {
            allowance.grow(passed);
        }
    }

    /// Takes at most one preface or frame from the front of `input`.
    ///
    /// The caller goes on with the rest until [`What::Need`]. After a `Refused`, a `Closed`, a
    /// `Violation`, [`refuse`](Self::refuse) and [`close`](Self::close) the session is finished and
    /// swallows everything, so that the caller can drain the connection.
    ///
    /// # Errors
    /// The other end does not keep to the protocol or to `rules`, or speaks another one.
    #[inline]
    pub fn step<'a>(
        &mut self,
        rules: &Rules,
        input: &'a [u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<Step<'a>, Violation> {
        match self.phase {
            Phase::Open { .. } => self.frame(rules, input, now, out),
            Phase::Connecting { stagger, .. } => {
                self.greeting(Role::Client, stagger, rules, input, now, out)
            }
            Phase::Greeting { stagger, .. } => {
                self.greeting(Role::Server, stagger, rules, input, now, out)
            }
            Phase::Greeted { .. } => Ok(Step::need(input.len() + 1)),
            Phase::Finished { .. } if input.is_empty() => Ok(Step::need(1)),
            Phase::Finished { .. } => Ok(Step { consumed: input.len(), what: What::Quiet }),
        }
    }

    /// At a server, after `Hello`: lets the client in. `reply` is as `hello` in
    /// [`connect`](Self::connect), and settings follow it too. Frames may follow these at once.
    ///
    /// # Panics
    /// As `connect`, of the reply.
    pub fn welcome(&mut self, rules: &Rules, reply: &[u8], now: Moment, out: &mut Vec<u8>) {
        if let Phase::Greeted { stagger, .. } = self.phase {
            preface::write(false, rules.max_message, reply, out);
            settings::write(&rules.limits, out);
            self.open(stagger, rules, now, out);
        }
    }

    /// At a server, before `welcome`: does not let the client in.
    pub fn refuse(&mut self, rules: &Rules, close: &Close, out: &mut Vec<u8>) {
        if matches!(self.phase, Phase::Greeting { .. } | Phase::Greeted { .. }) {
            preface::write(true, rules.max_message, &close.payload(), out);
        }
        self.finish();
    }

    /// Says goodbye. Where the other end could not understand it, before the session is open,
    /// nothing is written.
    pub fn close(&mut self, close: &Close, out: &mut Vec<u8>) {
        if self.is_open() {
            frame::write(Kind::Close, &close.payload(), out);
        }
        self.finish();
    }

    /// Our game has not polled for `ms`. Only an open session says so.
    pub fn stalled(&mut self, ms: u32, out: &mut Vec<u8>) {
        if self.is_open() {
            frame::write(Kind::Stalled, &ms.to_be_bytes(), out);
        }
    }

    /// Our game polls again.
    pub fn resumed(&mut self, out: &mut Vec<u8>) {
        if self.is_open() {
            frame::write(Kind::Resumed, &[], out);
        }
    }

    /// Until [`unpause`](Self::unpause) we do not read this peer, so its silence means nothing. Only an open session
    /// pauses.
    pub fn pause(&mut self) {
        if let Phase::Open { is_paused, .. } = &mut self.phase {
            *is_paused = true;
        }
    }

    /// We read this peer again. Its silence, and its game's sleep, count from now.
    pub fn unpause(&mut self, now: Moment) {
        if let Phase::Open { is_paused, .. } = &mut self.phase {
            *is_paused = false;
        }
        let passed = self.live.unpause(now);
        self.allow(passed);
    }

    /// So much of the other end's silence, and of its game's sleep, was ours: we were away, and could not ask.
    pub fn excuse(&mut self, away: Duration, now: Moment) {
        self.live.excuse(away, now);
        self.allow(away);
    }

    /// Does what time demands, and tells when to call again at the latest; `None` is never. A later
    /// call with the same cause still gives the same `Expired`.
    ///
    /// # Errors
    /// The other end, or in [`is_greeted`](Self::is_greeted) this end's game, has used up its time.
    pub fn tick(
        &mut self,
        rules: &Rules,
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<Option<Moment>, Expired> {
        let handshake = rules.handshake_timeout;
        let approval = rules.approval_timeout;
        let (since, limit, reason, text) = match &mut self.phase {
            Phase::Open { pings, is_paused, .. } => {
                let timeout = if *is_paused { None } else { self.live.tick(rules, now)? };
                let ping = pings.tick(rules, now, out);
                return Ok([timeout, ping].into_iter().flatten().min());
            }
            Phase::Finished { .. } => return Ok(None),
            Phase::Connecting { since, .. } => (
                since,
                handshake.saturating_add(approval),
                Reason::HandshakeTimeout,
                ["no answer", "handshake_timeout_ms + approval_timeout_ms"],
            ),
            // Clients of PodSixNet often say nothing before a server has greeted them.
            Phase::Greeting { since, .. } if self.live.is_silent(*since) => (
                since,
                handshake,
                Reason::HandshakeTimeout,
                [
                    "nothing came",
                    "handshake_timeout_ms; if it is a PodSixNet program, listen on podsixnet:// for it",
                ],
            ),
            Phase::Greeting { since, .. } => (
                since,
                handshake,
                Reason::HandshakeTimeout,
                ["no complete greeting", "handshake_timeout_ms"],
            ),
            Phase::Greeted { since, .. } => (
                since,
                approval,
                Reason::ApprovalTimeout,
                ["neither accepted nor refused", "approval_timeout_ms"],
            ),
        };
        if now - *since < limit {
            return Ok(since.checked_add(limit));
        }
        let [what, setting] = text;
        Err(Expired { reason, text: format!("{what} within {} ms ({setting})", limit.as_millis()) })
    }

    /// Whether messages may be sent.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open { .. })
    }

    /// Whether a client waits for `welcome` or `refuse`.
    pub fn is_greeted(&self) -> bool {
        matches!(self.phase, Phase::Greeted { .. })
    }

    /// Whether nothing is written any more and what comes is ignored.
    pub fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Finished { .. })
    }

    /// Whether the other game has said that it sleeps.
    pub fn is_stalled(&self) -> bool {
        self.live.is_stalled()
    }

    /// The last round-trip time measured, not smoothed: whole microseconds, at least one, and 71
    /// minutes at most.
    pub fn rtt(&self) -> Option<Duration> {
        match self.phase {
            Phase::Open { pings, .. } => pings.rtt(),
            Phase::Finished { rtt } => rtt,
            _ => None,
        }
    }

    fn finish(&mut self) {
        self.phase = Phase::Finished { rtt: self.rtt() };
    }

    fn open(&mut self, stagger: u16, rules: &Rules, now: Moment, out: &mut Vec<u8>) {
        self.live.heard(now);
        let pings = Pings::begin(rules, stagger, now, out);
        self.phase = Phase::Open { allowance: Allowance::new(), pings, is_paused: false };
    }

    fn greeting<'a>(
        &mut self,
        we_are: Role,
        stagger: u16,
        rules: &Rules,
        input: &'a [u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<Step<'a>, Violation> {
        let preface = match preface::read(input, we_are) {
            Ok(Progress::Whole(preface)) => preface,
            Ok(Progress::Need(bytes)) => return Ok(Step::need(bytes)),
            Err(Mismatch::Podsix(reason, text)) => return Err(self.violation(rules, reason, text)),
            Err(Mismatch::Stranger(stranger)) => {
                self.finish();
                return Err(Violation {
                    reason: Reason::WrongProtocol,
                    text: stranger.text(we_are),
                    answer: stranger.answer(we_are),
                });
            }
        };
        let consumed = PREFACE + preface.length;
        let Some(body) = input.get(PREFACE..consumed) else {
            return Ok(Step::need(consumed));
        };
        if we_are == Role::Client && preface.refused {
            let close = Close::read(body).map_err(|flaw| {
                self.violation(rules, Reason::Protocol, format!("a malformed refusal: {flaw}"))
            })?;
            self.finish();
            return Ok(Step { consumed, what: What::Refused(close) });
        }
        let (settings, consumed) = match preface.minor {
            0 => (None, consumed),
            _ => match settings::find(&input[consumed..]) {
                Ok(settings::Progress::Need(bytes)) => return Ok(Step::need(consumed + bytes)),
                Ok(settings::Progress::Whole(payload)) => {
                    (Some(payload), consumed + HEADER + payload.len())
                }
                Err(text) => return Err(self.violation(rules, Reason::Protocol, text)),
            },
        };
        let body = (!body.is_empty()).then_some(body);
        if let Some(body) = body {
            let name = if we_are == Role::Server { "hello" } else { "reply" };
            value::validate(body, &rules.limits)
                .map_err(|flaw| self.violation(rules, Reason::Protocol, malformed(name, &flaw)))?;
        }
        let takes = match settings {
            None => Takes::of_1_0(preface.max_message),
            Some(payload) => settings::read(payload, preface.max_message).map_err(|flaw| {
                self.violation(rules, Reason::Protocol, format!("malformed settings: {flaw}"))
            })?,
        };
        let what = if we_are == Role::Server {
            self.phase = Phase::Greeted { stagger, since: now };
            What::Hello(body, takes)
        } else {
            self.open(stagger, rules, now, out);
            What::Welcome(body, takes)
        };
        Ok(Step { consumed, what })
    }

    #[inline]
    fn frame<'a>(
        &mut self,
        rules: &Rules,
        input: &'a [u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<Step<'a>, Violation> {
        let Some((&[byte, a, b, c], rest)) = input.split_first_chunk::<HEADER>() else {
            return Ok(Step::need(HEADER));
        };
        let kind = Kind::from_byte(byte);
        let len = u32::from_be_bytes([0, a, b, c]) as usize;
        // Known from the header alone, so that nobody waits for a payload that will be refused.
        let limit = frame::limit(kind, byte, rules.max_message);
        if limit.is_none_or(|limit| len > limit) {
            let (reason, text) = frame::beyond(limit, byte, len);
            return Err(self.violation(rules, reason, text));
        }
        let consumed = HEADER + len;
        let Some(payload) = rest.get(..len) else {
            return Ok(Step::need(consumed));
        };
        match self.payload(rules, kind, payload, now, out) {
            Ok(what) => Ok(Step { consumed, what }),
            Err(text) => Err(self.violation(rules, Reason::Protocol, text)),
        }
    }

    /// The error says what is wrong with the payload.
    #[inline]
    fn payload<'a>(
        &mut self,
        rules: &Rules,
        kind: Option<Kind>,
        payload: &'a [u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<What<'a>, String> {
        match kind {
            Some(Kind::Message) => match value::validate(payload, &rules.limits) {
                Ok(_) => Ok(What::Message(payload)),
                Err(flaw) => Err(malformed("message", &flaw)),
            },
            _ => self.other(rules, kind, payload, now, out),
        }
    }

    /// A frame that is no message.
    fn other<'a>(
        &mut self,
        rules: &Rules,
        kind: Option<Kind>,
        payload: &'a [u8],
        now: Moment,
        out: &mut Vec<u8>,
    ) -> Result<What<'a>, String> {
        if let Phase::Open { allowance, .. } = &mut self.phase
            && kind != Some(Kind::Close)
        {
            allowance.take(payload.len())?;
        }
        Ok(match kind {
            Some(Kind::Ping) => {
                frame::write(Kind::Pong, &exactly::<PING>("ping", payload)?, out);
                if let Phase::Open { pings, .. } = &mut self.phase {
                    pings.pinged(rules, now, out);
                }
                What::Quiet
            }
            Some(Kind::Pong) => {
                let payload = exactly("pong", payload)?;
                if let Phase::Open { pings, .. } = &mut self.phase {
                    pings.pong(payload, now);
                }
                What::Quiet
            }
            Some(Kind::Close) => {
                let close = Close::read(payload)?;
                self.finish();
                What::Closed(close)
            }
            Some(Kind::Stalled) => {
                let ms = u32::from_be_bytes(exactly("stalled", payload)?);
                if self.live.stall(now) { What::Stalled { ms } } else { What::Quiet }
            }
            Some(Kind::Resumed) => {
                exactly::<0>("resumed", payload)?;
                if self.live.resume() { What::Resumed } else { What::Quiet }
            }
            Some(Kind::Message) | None => What::Quiet,
        })
    }

    /// Finishes the session, with an answer that a speaker of podsix understands in this phase.
    #[cold]
    fn violation(&mut self, rules: &Rules, reason: Reason, text: String) -> Violation {
        let close = Close { reason, code: 0, text: &text };
        let answer = match self.phase {
            Phase::Greeting { .. } => {
                let mut answer = Vec::new();
                preface::write(true, rules.max_message, &close.payload(), &mut answer);
                answer
            }
            // A server of another version has our preface; it would not understand our frames.
            Phase::Connecting { .. } if reason == Reason::Version => Vec::new(),
            _ => close.frame(),
        };
        self.finish();
        Violation { reason, text, answer }
    }
}

fn malformed(name: &str, invalid: &Invalid) -> String {
    match invalid.what {
        Flaw::TooDeep { limit } => {
            format!("a {name} nested deeper than max_depth allows ({limit} levels)")
        }
        Flaw::TooManyValues { limit } => {
            format!("a {name} of more values than max_values allows ({limit})")
        }
        _ => format!("a malformed {name}: {invalid}"),
    }
}
