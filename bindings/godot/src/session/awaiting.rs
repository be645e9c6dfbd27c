//! What a script awaits of a session: answers to its questions, and connections.

use godot::global::Error as Answer;
use godot::prelude::*;
use podsix::PeerId;

use super::{Session, is_in_its_thread};
use crate::failure::Failure;
use crate::process::before_next_frame;
use crate::promise::Promise;
use crate::questions;

/// What somebody awaited: a value, or why there is none.
pub(super) struct Kept {
    promise: Promise,
    value: Variant,
    failure: Option<Failure>,
}

impl Session {
    /// Asks a peer. What comes of it is told by the signal that this returns, and never before this returns: an
    /// answer, or an empty dictionary.
    pub fn ask(
        &self,
        peer: PeerId,
        data: &AnyDictionary,
        seconds: f64,
        in_its_words: impl FnOnce(Failure) -> Failure,
    ) -> Signal {
        let Some(promise) = promise() else { return Signal::invalid() };
        let signal = promise.signal();
        let number = self.questions.borrow().next(peer.get());
        let sent = questions::deadline(seconds).and_then(|deadline| {
            self.send(peer, &questions::question(data, number)?)?;
            Ok(deadline)
        });
        match sent {
            Ok(deadline) => self.questions.borrow_mut().open(peer.get(), promise, deadline),
            Err(failure) => {
                self.keep_later(promise, unanswered(), Some(in_its_words(failure)));
            }
        }
        signal
    }

    /// The signal that tells what comes of connecting, by Godot's error, and never before this returns.
    pub fn arrival(&self, connect: impl FnOnce() -> Result<PeerId, Failure>) -> Signal {
        let Some(promise) = promise() else { return Signal::invalid() };
        let signal = promise.signal();
        match connect() {
            Ok(peer) => self.arrivals.borrow_mut().push((peer.get(), promise)),
            Err(failure) => self.keep_later(promise, failure.answer.to_variant(), Some(failure)),
        }
        signal
    }

    /// Tells who awaits it that a connection is open, or why it will not be.
    pub(super) fn arrived(&self, peer: u64, failure: Option<Failure>) {
        let mut arrivals = self.arrivals.borrow_mut();
        if let Some(at) = arrivals.iter().position(|(awaited, _)| *awaited == peer) {
            let answer = failure.as_ref().map_or(Answer::OK, |failure| failure.answer);
            self.keep(arrivals.remove(at).1, answer.to_variant(), failure);
        }
    }

    /// Answers a peer's question of this number, if it was one.
    pub fn answer(
        &self,
        peer: PeerId,
        number: Option<i64>,
        data: &AnyDictionary,
    ) -> Result<(), Failure> {
        let not_asked = "that message asks nothing: it has no number under \"ask\"";
        let number = number.ok_or_else(|| Failure::bad_argument(not_asked))?;
        self.send(peer, &questions::answer(data, number))
    }

    /// Has what is awaited come, with the next `settle`.
    pub fn keep(&self, promise: Promise, value: Variant, failure: Option<Failure>) {
        self.kept.borrow_mut().push_back(Kept { promise, value, failure });
    }

    /// Likewise, before the next frame if nothing is told earlier. Not in this one, which a game that asks again and
    /// again would never see the end of.
    pub(super) fn keep_later(&self, promise: Promise, value: Variant, failure: Option<Failure>) {
        self.keep(promise, value, failure);
        let session = self.this.clone();
        before_next_frame(&Callable::from_fn("podsix_settle", move |_| {
            // A node that has been freed tells nothing.
            if let Some(session) = session.upgrade() {
                session.settle();
            }
        }));
    }

    /// Goes on with those who awaited what has come until now. They may do anything.
    pub fn settle(&self) {
        let count = self.kept.borrow().len();
        for Kept { promise, value, failure } in (0..count).map_while(|_| self.take_kept()) {
            if let Some(failure) = failure {
                self.failure.replace(failure);
            }
            promise.keep(&value);
        }
    }

    fn take_kept(&self) -> Option<Kept> {
        self.kept.borrow_mut().pop_front()
    }

    /// Ends the questions whose time is over.
    pub fn expire(&self) {
        let expired = self.questions.borrow_mut().expired();
        for promise in expired {
            let failure = Failure::too_late("the question was not answered in time");
            self.keep(promise, unanswered(), Some(failure));
        }
        self.settle();
    }
}

/// Something to await; none on another thread than the nodes'.
fn promise() -> Option<Promise> {
    is_in_its_thread().then(Promise::new)
}

/// What stands for an answer where there is none: every answer has a number at least.
pub(super) fn unanswered() -> Variant {
    VarDictionary::new().to_variant()
}
