//! Who is told of events by methods named for them, as PodSixNet does it.

use std::cell::Cell;
use std::collections::HashMap;
use std::mem::take;
use std::rc::Rc;

use godot::classes::{Node, Object, Os};
use godot::global::push_error;
use godot::obj::InstanceId;
use godot::prelude::*;

use crate::methods::{For, Known, Method};

/// The listeners, and whom each event concerns. An object's methods are looked up when it is added, once for
/// all objects of its script; a message costs one look into a table.
#[derive(Default)]
pub struct Listeners {
    all: Vec<Rc<Listener>>,
    known: Known,
    actions: HashMap<String, Handlers>,
    lifecycle: HashMap<&'static str, Handlers>,
    everything: Handlers,
    /// How many there may be before the freed ones are looked for.
    room: usize,
    /// Whether a method that was called is gone.
    is_stale: bool,
}

/// Handlers of one event, in the order in which they were added. Shared with the dispatch that is under way,
/// which goes on with those there were when it began.
pub type Handlers = Rc<Vec<Handler>>;

/// One method of one listener.
#[derive(Clone)]
pub struct Handler {
    listener: Rc<Listener>,
    /// Which of the listener's methods.
    index: usize,
}

/// An object that listens. It is not kept alive.
struct Listener {
    id: InstanceId,
    methods: Rc<[Method]>,
    removed: Cell<bool>,
    /// Whether it came by its group, and not by `add`.
    grouped: bool,
}

/// What became of a call.
pub enum Call {
    /// What the method returned. What is wrong inside it Godot reports by itself.
    Made(Variant),
    /// The method is not called any more, or not with this data.
    Refused,
    /// There is no such method any more.
    Stale,
    /// Its object has been freed.
    Freed,
}

impl Handler {
    pub fn method(&self) -> &Method {
        &self.listener.methods[self.index]
    }

    /// Calls the method with as much of peer and data as it takes.
    pub fn call(&self, peer: &Variant, data: impl FnOnce() -> Variant) -> Call {
        if self.listener.removed.get() {
            return Call::Refused;
        }
        let Ok(mut object) = Gd::<Object>::try_from_instance_id(self.listener.id) else {
            return Call::Freed;
        };
        let method = self.method();
        let takes = method.takes();
        let mut arguments = [Variant::nil(), Variant::nil()];
        let [first, second] = &mut arguments;
        if takes > 1 {
            *first = peer.clone();
        }
        if takes > 0 {
            *second = data();
        }
        let words = match method.fit(second) {
            // Godot-rust cannot put typed dictionaries into an error's words, and ends the process.
            Ok(()) if method.is_typed() => {
                let arguments: VarArray = arguments[2 - takes..].iter().cloned().collect();
                return match object.has_method(&method.name) {
                    true => Call::Made(object.callv(&method.name, &arguments)),
                    false => Call::Stale,
                };
            }
            Ok(()) => match object.try_call(&method.name, &arguments[2 - takes..]) {
                Ok(returned) => return Call::Made(returned),
                Err(_) if !object.has_method(&method.name) => return Call::Stale,
                // Not the error's own words: what the other end sent is in them, as it came.
                Err(_) => method.refused(&arguments[1]),
            },
            Err(words) => words,
        };
        complain(words);
        Call::Refused
    }
}

/// Says what is wrong with methods. Not while anything is borrowed: a game's Logger hears it.
pub fn complain(words: impl IntoIterator<Item = String>) {
    for words in words {
        push_error(&[words.to_variant()]);
    }
}

impl Listeners {
    /// Adds an object, once. Returned is what is wrong with its methods.
    #[must_use]
    pub fn add(&mut self, object: &Gd<Object>) -> Vec<String> {
        let mut wrong = Vec::new();
        self.insert(object, false, &mut wrong);
        wrong
    }

    /// Looks up all methods again if a script has been reloaded since. Exported games do not look: nobody reloads
    /// their scripts. Returned is what is wrong with the methods.
    #[must_use]
    pub fn follow_scripts(&mut self) -> Vec<String> {
        let mut wrong = Vec::new();
        if take(&mut self.is_stale) {
            self.known.forget();
        } else if self.all.is_empty()
            || !Os::singleton().is_debug_build()
            || !self.known.forget_reloaded()
        {
            return wrong;
        }
        self.actions.clear();
        self.lifecycle.clear();
        self.everything = Handlers::default();
        for listener in take(&mut self.all) {
            if let Ok(object) = Gd::try_from_instance_id(listener.id) {
                self.insert(&object, listener.grouped, &mut wrong);
            }
        }
        wrong
    }

    /// A method that was called is gone: its script has changed.
    pub fn are_stale(&mut self) {
        self.is_stale = true;
    }

    fn insert(&mut self, object: &Gd<Object>, grouped: bool, wrong: &mut Vec<String>) {
        let id = object.instance_id();
        if let Some(there) = self.all.iter().find(|listener| listener.id == id) {
            if grouped
                || !there.grouped
                    && Rc::ptr_eq(&there.methods, &self.known.methods_of(object, wrong))
            {
                return;
            }
            // It has another script, or stays from now on, whatever groups it is in.
            self.remove(id);
        }
        if self.all.len() >= self.room {
            self.forget_freed();
            self.room = 2 * self.all.len() + 16;
        }
        let methods = self.known.methods_of(object, wrong);
        let listener = Rc::new(Listener { id, methods, removed: Cell::new(false), grouped });
        for (index, method) in listener.methods.iter().enumerate() {
            let handler = Handler { listener: listener.clone(), index };
            Rc::make_mut(self.handlers(&method.of)).push(handler);
        }
        self.all.push(listener);
    }

    /// Removes an object. Whether it was there.
    pub fn remove(&mut self, id: InstanceId) -> bool {
        let Some(at) = self.all.iter().position(|listener| listener.id == id) else { return false };
        let listener = self.all.remove(at);
        listener.removed.set(true);
        for method in listener.methods.iter() {
            let handlers = self.handlers(&method.of);
            Rc::make_mut(handlers).retain(|handler| !Rc::ptr_eq(&handler.listener, &listener));
        }
        true
    }

    /// Removes what has been freed.
    pub fn forget_freed(&mut self) {
        self.remove_where(|listener| !listener.id.lookup_validity());
    }

    /// Makes those listeners that came by their group the ones that are in it now, below `parent`. Returned is
    /// what is wrong with their methods.
    #[must_use]
    pub fn follow_group(&mut self, parent: &Gd<Node>, group: &StringName) -> Vec<String> {
        let mut wrong = Vec::new();
        if group.is_empty() || !parent.is_inside_tree() {
            self.remove_where(|listener| listener.grouped);
            return wrong;
        }
        let members = parent.get_tree().get_nodes_in_group(group);
        let below = members.iter_shared().filter(|member| parent.is_ancestor_of(member));
        let now: Vec<Gd<Object>> = below.map(Gd::upcast).collect();
        self.remove_where(|listener| {
            listener.grouped && !now.iter().any(|object| object.instance_id() == listener.id)
        });
        for object in now {
            self.insert(&object, true, &mut wrong);
        }
        wrong
    }

    fn remove_where(&mut self, leaves: impl Fn(&Listener) -> bool) {
        let leaving: Vec<InstanceId> = self
            .all
            .iter()
            .filter(|listener| leaves(listener))
            .map(|listener| listener.id)
            .collect();
        for id in leaving {
            self.remove(id);
        }
    }

    fn handlers(&mut self, of: &For) -> &mut Handlers {
        match of {
            For::Action(action) => self.actions.entry(action.clone()).or_default(),
            For::Lifecycle(name) => self.lifecycle.entry(name).or_default(),
            For::Everything => &mut self.everything,
        }
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Those of a message's action, which never are those of a lifecycle event.
    pub fn of_action(&self, action: &str) -> Option<Handlers> {
        self.actions.get(action).cloned()
    }

    /// Those of a lifecycle event.
    pub fn of_lifecycle(&self, name: &str) -> Option<Handlers> {
        self.lifecycle.get(name).cloned()
    }

    /// Those of every message.
    pub fn of_everything(&self) -> Option<Handlers> {
        (!self.everything.is_empty()).then(|| self.everything.clone())
    }
}
