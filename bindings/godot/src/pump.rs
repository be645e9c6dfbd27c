//! Telling a game what happened: its listeners first, then who is connected to the node's signals.

use std::rc::Rc;

use godot::classes::Node;
use godot::global::push_warning;
use godot::prelude::*;
use podsix::EventKind;

use crate::answers::Question;
use crate::failure::Failure;
use crate::listeners::{Call, Handlers, complain};
use crate::session::{Happening, Session};

/// The names of the nodes' signals.
pub struct Signals {
    connected: StringName,
    disconnected: StringName,
    error: StringName,
    message: StringName,
    request: StringName,
    resumed: StringName,
    stalled: StringName,
    writable: StringName,
}

impl Default for Signals {
    fn default() -> Signals {
        Signals {
            connected: "connected".into(),
            disconnected: "disconnected".into(),
            error: "error".into(),
            message: "message".into(),
            request: "request".into(),
            resumed: "resumed".into(),
            stalled: "stalled".into(),
            writable: "writable".into(),
        }
    }
}

/// Tells what has arrived, of at most `most` events (0: of all), and how many they were. `note` looks at each
/// first. What is told may do anything: stop the node, free it, remove listeners.
pub fn pump(
    node: &mut Gd<Node>,
    session: &Rc<Session>,
    most: usize,
    mut note: impl FnMut(&Happening),
) -> i64 {
    if !session.begin_pump() {
        return 0;
    }
    session.follow_scripts();
    let mut count = 0;
    // A batch that the last pump left unfinished is not all that has arrived.
    let mut batches = if session.is_inside_batch() { 2 } else { 1 };
    while batches > 0 && (most == 0 || count < most) {
        let is_heard =
            || node.is_instance_valid() && node.has_connections(&session.signals.message);
        match session.next(is_heard) {
            Ok(None) => batches -= 1,
            Ok(Some(happening)) => {
                count += 1;
                note(&happening);
                tell(node, session, happening);
                session.settle();
            }
            Err(error) => {
                session.close(0, "");
                fail(node, session, error.into());
                batches = 0;
            }
        }
    }
    session.end_pump(batches > 0);
    session.expire();
    count as i64
}

fn tell(node: &mut Gd<Node>, session: &Rc<Session>, happening: Happening) {
    let Happening { kind, peer, code, text, action, mut data, handlers, question, unheard } =
        happening;
    let question = question.map(|number| Question::new(session, peer, number));
    let peer_id = (peer as i64).to_variant();
    // What one of them does to its data the others must not see.
    let mut is_first = true;
    let mut own_data = || match (kind, std::mem::take(&mut is_first)) {
        (EventKind::Message, true) => std::mem::take(&mut data),
        (EventKind::Message, false) => session.shared(),
        _ => copy(&data, || session.shared()),
    };
    let mut all_there = true;
    for handler in handlers.iter().flatten().flat_map(|handlers| handlers.iter()) {
        match handler.call(&peer_id, &mut own_data) {
            Call::Freed => all_there = false,
            Call::Stale => session.listeners.borrow_mut().are_stale(),
            Call::Made(returned) => {
                if question.as_ref().is_some_and(|question| !question.take(&returned)) {
                    complain(handler.method().misanswered(&returned));
                }
            }
            Call::Refused => {}
        }
    }
    if !all_there {
        session.listeners.borrow_mut().forget_freed();
    }
    if let Some(words) = unheard {
        warn(node, &words);
    }
    if kind == EventKind::Request
        && !is_heard(&handlers)
        && node.is_instance_valid()
        && !node.has_connections(&session.signals.request)
        && let Some(words) = session.unheard.of_request()
    {
        warn(node, words);
    }
    if node.is_instance_valid() {
        let mut emit = |signal: &StringName, arguments: &[Variant]| {
            node.emit_signal(signal, arguments);
        };
        let signals = &session.signals;
        match kind {
            // What nobody hears has no action.
            EventKind::Message if action.is_nil() => {}
            EventKind::Message => emit(&signals.message, &[peer_id, action, own_data()]),
            EventKind::Connected => emit(&signals.connected, &[peer_id]),
            EventKind::Request => emit(&signals.request, &[peer_id, session.greeting(peer)]),
            EventKind::Disconnected => {
                emit(&signals.disconnected, &[peer_id, code.to_variant(), text.to_variant()]);
            }
            EventKind::Error => emit(&signals.error, &[code.to_variant(), text.to_variant()]),
            EventKind::Writable => emit(&signals.writable, &[peer_id]),
            EventKind::Stalled => emit(&signals.stalled, &[peer_id, code.to_variant()]),
            EventKind::Resumed => emit(&signals.resumed, &[peer_id]),
        }
    }
    if matches!(kind, EventKind::Disconnected | EventKind::Error) {
        session.forget(peer);
    }
}

/// Whether there is a listener for it.
fn is_heard(handlers: &[Option<Handlers>]) -> bool {
    handlers.iter().flatten().any(|handlers| !handlers.is_empty())
}

fn warn(node: &Gd<Node>, words: &str) {
    if node.is_instance_valid() {
        push_warning(&[format!("{}: {words}", node.get_name()).to_variant()]);
    }
}

/// A copy of what listeners get of a lifecycle event.
fn copy(data: &Variant, greeting: impl FnOnce() -> Variant) -> Variant {
    let mut copy = data.to::<VarDictionary>().duplicate_shallow();
    if let Some(key) = ["hello", "reply"].into_iter().find(|&key| copy.contains_key(key)) {
        copy.set(key, &greeting());
    }
    copy.to_variant()
}

/// Tells of an error that no call could return; if nobody listens, the editor and the log.
fn fail(node: &mut Gd<Node>, session: &Rc<Session>, failure: Failure) {
    let happening = session.fail(failure);
    if is_heard(&happening.handlers) || node.has_connections(&session.signals.error) {
        tell(node, session, happening);
    } else {
        godot_error!("{}: {}", node.get_name(), happening.text);
    }
}

/// The same at the end of the frame, when parents are ready to hear of it.
pub fn fail_later(node: &Gd<Node>, session: &Rc<Session>, failure: Failure) {
    let (id, session) = (node.instance_id(), Rc::downgrade(session));
    let fail = Callable::from_fn("podsix_fail", move |_| {
        if let (Ok(mut node), Some(session)) = (Gd::try_from_instance_id(id), session.upgrade()) {
            fail(&mut node, &session, failure.clone());
        }
    });
    fail.call_deferred(&[]);
}
