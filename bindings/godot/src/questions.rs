//! Questions and their answers: docs/protocol.md has what goes over the wire.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use godot::prelude::*;
use podsix::Value;
use podsix::value::Kind;

use crate::failure::Failure;
use crate::promise::Promise;

/// The action of every answer.
pub const ANSWER: &str = "answer";

/// The key under which a question has its number.
const ASK: &str = "ask";

/// The questions that a node has asked, by the peer and by their number.
#[derive(Default)]
pub struct Questions {
    peers: HashMap<u64, Asked>,
    /// No question's time is over before; none has one if there is none.
    first_end: Option<Instant>,
}

/// What one peer was asked on this connection.
#[derive(Default)]
struct Asked {
    last: i64,
    open: HashMap<i64, Question>,
}

struct Question {
    promise: Promise,
    deadline: Option<Instant>,
}

impl Questions {
    /// The number that the next question to a peer has.
    pub fn next(&self, peer: u64) -> i64 {
        self.peers.get(&peer).map_or(1, |asked| asked.last + 1)
    }

    /// That question has been sent.
    pub fn open(&mut self, peer: u64, promise: Promise, deadline: Option<Instant>) {
        let asked = self.peers.entry(peer).or_default();
        asked.last += 1;
        asked.open.insert(asked.last, Question { promise, deadline });
        self.first_end = self.first_end.into_iter().chain(deadline).min();
    }

    /// Who waits for an answer of this number from this peer, if there is one: it is given once.
    pub fn answered(&mut self, peer: u64, number: i64) -> Option<Promise> {
        Some(self.peers.get_mut(&peer)?.open.remove(&number)?.promise)
    }

    /// Who waits for a peer that has gone.
    pub fn end(&mut self, peer: u64) -> impl Iterator<Item = Promise> + use<> {
        let asked = self.peers.remove(&peer);
        asked.into_iter().flat_map(|asked| asked.open.into_values().map(|open| open.promise))
    }

    /// Who waits for anybody.
    pub fn end_all(&mut self) -> impl Iterator<Item = Promise> + use<> {
        let asked = std::mem::take(&mut self.peers);
        asked.into_values().flat_map(|asked| asked.open.into_values().map(|open| open.promise))
    }

    /// Who has waited long enough. Looks through all of them only when one may have.
    pub fn expired(&mut self) -> Vec<Promise> {
        let Some(first_end) = self.first_end else { return Vec::new() };
        let now = Instant::now();
        if now < first_end {
            return Vec::new();
        }
        let is_over = |_: &i64, open: &mut Question| open.deadline.is_some_and(|end| end <= now);
        let questions = self.peers.values_mut().flat_map(|asked| asked.open.extract_if(is_over));
        let expired = questions.map(|(_, open)| open.promise).collect();
        let left = self.peers.values().flat_map(|asked| asked.open.values());
        self.first_end = left.filter_map(|open| open.deadline).min();
        expired
    }
}

/// When a question asked now is over; 0 is never.
pub fn deadline(seconds: f64) -> Result<Option<Instant>, Failure> {
    match Duration::try_from_secs_f64(seconds) {
        Ok(Duration::ZERO) => Ok(None),
        // A time beyond the clock's range is as good as none.
        Ok(timeout) => Ok(Instant::now().checked_add(timeout)),
        Err(_) => Err(Failure::bad_argument(format!("a timeout cannot be {seconds} seconds"))),
    }
}

/// A copy that takes every key: a game's own dictionary may be typed, or read-only.
pub fn untyped(dictionary: &AnyDictionary) -> VarDictionary {
    let mut untyped = VarDictionary::new();
    for (key, item) in dictionary.iter_shared() {
        untyped.set(&key, &item);
    }
    untyped
}

/// What the game asks, as the message that goes out. The game's own dictionary stays as it is.
pub fn question(data: &AnyDictionary, number: i64) -> Result<Variant, Failure> {
    if data.get("action").is_none_or(|action| action.is_nil()) {
        return Err(Failure::bad_argument("a question has an \"action\", as every message has"));
    }
    let mut question = untyped(data);
    question.set(ASK, number);
    Ok(question.to_variant())
}

/// What the game answers, likewise.
pub fn answer(data: &AnyDictionary, number: i64) -> Variant {
    let mut answer = untyped(data);
    answer.set("action", ANSWER);
    answer.set(ANSWER, number);
    answer.to_variant()
}

/// The number of a question that is being received, likewise.
pub fn number_in(message: Value<'_>) -> Option<i64> {
    message.get(ASK).read_int().ok().filter(|&number| number > 0)
}

/// Whether a message is an answer to something: one that comes too late is an ordinary message.
pub fn is_answer(action: &str, message: Value<'_>) -> bool {
    action == ANSWER && message.get(ANSWER).kind() == Kind::Int
}

/// The number of a received question; none of any other message.
pub fn number_of(message: &AnyDictionary) -> Option<i64> {
    message.get(ASK)?.try_to::<i64>().ok().filter(|&number| number > 0)
}
