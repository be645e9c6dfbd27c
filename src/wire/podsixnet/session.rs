//! One connection of PodSixNet's protocol: greeting, messages, end.

use std::time::Duration;

use super::frames::Scanner;
use super::{encode_error, stranger};
use crate::codec::{Codec, CodecError, TERMINATOR};
use crate::value::{Kind, Message, Value, printable};
use crate::wire::stranger::Role;
use crate::wire::{
    Close, Dialect, Expired, MAX_TEXT, Moment, Reason, Rules, Step, Takes, Violation, What,
};

/// How long a client waits for a server that says nothing at all. Not every server of PodSixNet greets, and
/// the original's client does not wait. A greeting needs a round trip, one of the server's frames, and three
/// round trips more if it is lost once: this is enough on lines of 400 ms.
pub const GREETING_WAIT: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A client that waits for the server's greeting.
    Connecting,
    /// A server whose game is to answer. Its client need say nothing for that; what it has said waits.
    Greeted,
    Open,
    /// Nothing is written any more, and what comes is ignored.
    Finished,
}

/// One connection, as [`wire::Session`](crate::wire::Session) is one of podsix's own protocol. Small,
/// for there may be many.
///
/// Of the rules all hold but `ping_interval` and `stall_limit`, for which PodSixNet has no words.
#[derive(Debug)]
pub struct Session {
    phase: Phase,
    dialect: Dialect,
    we_are: Role,
    /// Whether nothing has come so far that could be read.
    is_unknown: bool,
    /// Whether nothing has come at all.
    is_silent: bool,
    scanner: Scanner,
    /// When the phase began.
    since: Moment,
    /// When bytes last came, or reading began again; none while this end does not read.
    heard: Option<Moment>,
}

impl Session {
    /// A client's session, once its connection stands, in one of PodSixNet's dialects.
    /// It has nothing to say yet.
    pub fn connect(dialect: Dialect, now: Moment) -> Session {
        Session::new(Phase::Connecting, dialect, Role::Client, now)
    }

    /// A server's session for a connection just accepted, in one of PodSixNet's dialects.
    /// It waits for [`welcome`](Session::welcome) or [`refuse`](Session::refuse) at once.
    pub fn accept(dialect: Dialect, now: Moment) -> Session {
        Session::new(Phase::Greeted, dialect, Role::Server, now)
    }

    fn new(phase: Phase, dialect: Dialect, we_are: Role, now: Moment) -> Session {
        Session {
            phase,
            dialect,
            we_are,
            is_unknown: true,
            is_silent: true,
            scanner: Scanner::default(),
            since: now,
            heard: Some(now),
        }
    }

    /// Bytes have come, of whatever kind: the other end lives. Once per read is enough.
    pub fn heard(&mut self, now: Moment) {
        self.is_silent = false;
        if let Some(heard) = &mut self.heard {
            *heard = now;
        }
    }

    /// Takes at most one message from the front of `input`; what it is lies in `message` then.
    ///
    /// The caller goes on with the rest until [`What::Need`], which always asks for one byte more, and
    /// after that hands in the same bytes and what has come since. After a `Refused`, a `Violation`,
    /// [`refuse`](Self::refuse) and [`close`](Self::close) the session is finished and swallows
    /// everything, so that the caller can drain the connection.
    ///
    /// A client gets `Welcome` with the server's greeting, if that says more than that it is one. A
    /// server that says something else first is welcome too: then `Welcome` consumes nothing. One that
    /// says nothing is welcome when [`tick`](Self::tick) has opened the session: its first message may
    /// still be its refusal, and is `Quiet` if it is a greeting that says no more than that.
    ///
    /// A greeting that is not the first message is a message like any other.
    ///
    /// # Errors
    /// The other end does not keep to the protocol or to `rules`, its messages are not `codec`'s, or it speaks
    /// another protocol.
    pub fn step<'a>(
        &mut self,
        rules: &Rules,
        codec: &dyn Codec,
        input: &[u8],
        message: &'a mut Message,
        now: Moment,
    ) -> Result<Step<'a>, Violation> {
        match self.phase {
            Phase::Open | Phase::Connecting => {}
            Phase::Finished if !input.is_empty() => {
                return Ok(Step { consumed: input.len(), what: What::Quiet });
            }
            Phase::Greeted | Phase::Finished => return Ok(Step::need(input.len() + 1)),
        }
        if self.is_unknown
            && let Some(text) = stranger::without_terminator(input, self.dialect, self.we_are)
        {
            return Err(self.violation(Reason::WrongProtocol, text, None));
        }
        let max = rules.max_message as usize;
        let payload = match self.scanner.next(input, max) {
            Ok(Some(len)) => &input[..len],
            Ok(None) => return Ok(Step::need(input.len() + 1)),
            Err(_) => {
                let text = format!("a message of more bytes than max_message allows ({max})");
                return Err(self.violation(Reason::TooLarge, text, Some(codec)));
            }
        };
        let decoded = codec.decode(payload, &rules.limits, message);
        let message: &'a Message = message;
        let decoded = decoded.and_then(|()| Ok(message.bytes()?));
        let bytes = match decoded {
            Ok(bytes) => bytes,
            Err(error) => return Err(self.unreadable(payload, codec, &error, rules)),
        };
        let is_first = std::mem::replace(&mut self.is_unknown, false);
        let consumed = payload.len() + TERMINATOR.len();
        match is_first && self.we_are == Role::Client {
            true => self.first(Value::trusted(bytes), bytes, consumed, now),
            false => Ok(Step { consumed, what: What::Message(bytes) }),
        }
    }

    /// What a server's first message is to its client.
    #[cold]
    fn first<'a>(
        &mut self,
        value: Value<'a>,
        bytes: &'a [u8],
        consumed: usize,
        now: Moment,
    ) -> Result<Step<'a>, Violation> {
        if let Some(close) = refusal(value) {
            if let Some(text) = stranger::answered(&close) {
                return Err(self.violation(Reason::WrongProtocol, text, None));
            }
            self.phase = Phase::Finished;
            return Ok(Step { consumed, what: What::Refused(close) });
        }
        let is_greeting = value.action() == Some("connected");
        let more = (!is_greeting || value.count() > 1).then_some(bytes);
        if self.phase == Phase::Open {
            return Ok(Step { consumed, what: more.map_or(What::Quiet, What::Message) });
        }
        self.open(now);
        Ok(match is_greeting {
            true => Step { consumed, what: What::Welcome(more, Takes::ANYTHING) },
            false => Step { consumed: 0, what: What::Welcome(None, Takes::ANYTHING) },
        })
    }

    /// At a server: lets the client in. `greeting` is what
    /// [`encode_greeting`](super::encode_greeting) gives, the same for all clients if there is no reply.
    pub fn welcome(&mut self, greeting: &[u8], now: Moment, out: &mut Vec<u8>) {
        if self.phase == Phase::Greeted {
            out.extend_from_slice(greeting);
            self.open(now);
        }
    }

    /// At a server: does not let the client in, or not stay. It is told in an `error` message.
    pub fn refuse(&mut self, codec: &dyn Codec, close: &Close, out: &mut Vec<u8>) {
        if matches!(self.phase, Phase::Greeted | Phase::Open) {
            // A codec that cannot say it leaves the client with a connection that ends.
            let _ = encode_error(codec, close.code, close.text, out);
        }
        self.phase = Phase::Finished;
    }

    /// Says nothing more. PodSixNet has no goodbye but the end of the connection.
    pub fn close(&mut self) {
        self.phase = Phase::Finished;
    }

    /// The other end has shut its direction down, with `rest` bytes left that no step has consumed. Between
    /// two messages that is how PodSixNet says goodbye.
    pub fn ended(&mut self, rest: usize) -> Close<'static> {
        self.phase = Phase::Finished;
        match rest {
            0 => Close {
                reason: Reason::Closed,
                code: 0,
                text: "the other end closed the connection",
            },
            _ => Close {
                reason: Reason::Lost,
                code: 0,
                text: "the connection ended inside a message",
            },
        }
    }

    /// We do not read this peer for now, so its silence means nothing.
    pub fn pause(&mut self) {
        self.heard = None;
    }

    /// So much of the other end's silence was ours: we were away, and did not read.
    pub fn excuse(&mut self, away: Duration, now: Moment) {
        if let Some(heard) = &mut self.heard {
            *heard = (*heard + away).min(now);
        }
    }

    /// We read this peer again. Its silence counts from now.
    pub fn unpause(&mut self, now: Moment) {
        self.heard = Some(now);
    }

    /// Opens a client whose server has said nothing within [`GREETING_WAIT`], so that what its game sends
    /// goes out. Tells when to call again at the latest; `None` is never. A later call with the same cause
    /// still gives the same `Expired`.
    ///
    /// # Errors
    /// The other end, or in [`is_greeted`](Self::is_greeted) this end's game, has used up its time.
    pub fn tick(&mut self, rules: &Rules, now: Moment) -> Result<Option<Moment>, Expired> {
        let greeting = rules.handshake_timeout.saturating_add(rules.approval_timeout);
        let patience = GREETING_WAIT.min(greeting);
        if self.phase == Phase::Connecting && self.is_silent && now - self.since >= patience {
            self.open(now);
        }
        let (since, limit) = match self.phase {
            Phase::Connecting if self.is_silent => (self.since, patience),
            Phase::Connecting => (self.since, greeting),
            Phase::Greeted => (self.since, rules.approval_timeout),
            Phase::Open => match self.heard {
                Some(heard) if !rules.idle_timeout.is_zero() => (heard, rules.idle_timeout),
                _ => return Ok(None),
            },
            Phase::Finished => return Ok(None),
        };
        if now - since < limit {
            return Ok(since.checked_add(limit));
        }
        let ms = limit.as_millis();
        let (reason, text) = match self.phase {
            Phase::Connecting => (
                Reason::HandshakeTimeout,
                format!("no greeting within {ms} ms (handshake_timeout_ms + approval_timeout_ms)"),
            ),
            Phase::Greeted => (
                Reason::ApprovalTimeout,
                format!("neither accepted nor refused within {ms} ms (approval_timeout_ms)"),
            ),
            _ => (
                Reason::Timeout,
                format!("nothing was heard for {ms} ms (podsixnet_idle_timeout_ms)"),
            ),
        };
        Err(Expired { reason, text })
    }

    /// Whether messages may be sent.
    pub fn is_open(&self) -> bool {
        self.phase == Phase::Open
    }

    /// Whether a client waits for `welcome` or `refuse`.
    pub fn is_greeted(&self) -> bool {
        self.phase == Phase::Greeted
    }

    /// At a server, when a client was let in that has sent no whole message since; `None` for others.
    pub fn silent_since(&self) -> Option<Moment> {
        let is_silent = self.phase == Phase::Open && self.we_are == Role::Server && self.is_unknown;
        is_silent.then_some(self.since)
    }

    /// Whether nothing is written any more and what comes is ignored.
    pub fn is_finished(&self) -> bool {
        self.phase == Phase::Finished
    }

    fn open(&mut self, now: Moment) {
        self.phase = Phase::Open;
        self.since = now;
        self.heard = Some(now);
    }

    #[cold]
    fn unreadable(
        &mut self,
        payload: &[u8],
        codec: &dyn Codec,
        error: &CodecError,
        rules: &Rules,
    ) -> Violation {
        if self.is_unknown
            && let Some(other) = stranger::with_other_codec(payload, self.dialect, &rules.limits)
        {
            let text = other.text(self.we_are);
            let mut violation = self.violation(Reason::WrongProtocol, text, None);
            if self.we_are == Role::Server {
                violation.answer = other.answer();
            }
            return violation;
        }
        self.violation(Reason::Protocol, malformed(error), Some(codec))
    }

    /// Finishes the session. A server tells its client, if that can be expected to understand `codec`;
    /// servers of PodSixNet expect no errors from their clients.
    #[cold]
    fn violation(&mut self, reason: Reason, text: String, codec: Option<&dyn Codec>) -> Violation {
        let mut answer = Vec::new();
        if self.we_are == Role::Server
            && let Some(codec) = codec
        {
            // A codec that cannot say it leaves the client with a connection that ends.
            let _ = encode_error(codec, -1, &text, &mut answer);
        }
        self.phase = Phase::Finished;
        Violation { reason, text, answer }
    }
}

/// A server's `error` in the place of its greeting: a refusal, if it is a number and words.
fn refusal(value: Value<'_>) -> Option<Close<'_>> {
    let error = value.get("error");
    if value.action() != Some("error") || error.kind() != Kind::List {
        return None;
    }
    let code = i32::try_from(error.at(0).read_int().ok()?).ok()?;
    Some(Close { reason: Reason::Refused, code, text: error.at(1).read_str().ok()? })
}

fn malformed(error: &CodecError) -> String {
    // A codec's words may repeat what came.
    let words = error.to_string();
    let words = printable(&words, MAX_TEXT / 4);
    match error {
        CodecError::Malformed(_) | CodecError::Custom(_) => format!("a malformed message: {words}"),
        _ => format!("a message {words}"),
    }
}
