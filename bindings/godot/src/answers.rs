//! Questions answered by what methods return.

use std::cell::Cell;
use std::rc::{Rc, Weak};

use godot::classes::Object;
use godot::global::Error as Answer;
use godot::prelude::*;
use podsix::{PeerId, printable};

use crate::listeners::complain;
use crate::questions::untyped;
use crate::session::Session;

/// The most that is shown of why an answer was not sent, in characters.
const SHOWN: usize = 200;

/// A question that is told to several, of whom the first with an answer gives it, at once or later.
#[derive(Clone)]
pub struct Question {
    session: Weak<Session>,
    peer: PeerId,
    number: i64,
    is_answered: Rc<Cell<bool>>,
}

impl Question {
    /// A peer's question of this number.
    pub fn new(session: &Rc<Session>, peer: u64, number: i64) -> Question {
        Question {
            session: Rc::downgrade(session),
            peer: PeerId::from_u64(peer),
            number,
            is_answered: Rc::default(),
        }
    }

    /// Takes what a method returned: a dictionary is the answer, and of a coroutine what it returns in the end.
    /// Whether it can be an answer, or is none on purpose.
    pub fn take(&self, returned: &Variant) -> bool {
        if let Ok(answer) = returned.try_to::<AnyDictionary>() {
            self.answer(&untyped(&answer));
            return true;
        }
        // It may have been freed.
        match returned.object_id_unchecked().map(Gd::<Object>::try_from_instance_id) {
            Some(Ok(mut state)) if state.is_class("GDScriptFunctionState") => {
                let question = self.clone();
                let ended = Callable::from_fn("podsix_answer", move |returned| {
                    let answer = returned.first().and_then(|returned| returned.try_to().ok());
                    if let Some(answer) = answer {
                        question.answer(&untyped(&answer));
                    }
                });
                state.connect("completed", &ended);
                true
            }
            _ => returned.is_nil(),
        }
    }

    fn answer(&self, data: &VarDictionary) {
        let Some(session) = self.session.upgrade() else { return };
        if self.is_answered.replace(true) {
            return;
        }
        let Err(failure) = session.answer(self.peer, Some(self.number), data) else { return };
        // Who asked may have gone meanwhile (no later peer has its number), or the node have been stopped.
        const GONE: [Answer; 3] =
            [Answer::ERR_DOES_NOT_EXIST, Answer::ERR_CONNECTION_ERROR, Answer::ERR_UNCONFIGURED];
        if !GONE.contains(&failure.answer) {
            let words = failure.words.to_string();
            complain([format!("an answer was not sent: {}", printable(&words, SHOWN))]);
        }
    }
}
