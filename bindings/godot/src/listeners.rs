//! Who is told of events by methods named for them, as PodSixNet does it.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use godot::classes::{Node, Object};
use godot::obj::InstanceId;
use godot::prelude::*;
use podsix::Error;

use crate::methods::{For, Method, methods_of};

/// The listeners, and whom each event concerns. An object's methods are looked up when it is added, once for
/// all objects of its script; a message costs one look into a table.
#[derive(Default)]
pub struct Listeners {
    all: Vec<Rc<Listener>>,
    /// The methods of a script or class.
    known: HashMap<i64, Rc<[Method]>>,
    actions: HashMap<String, Handlers>,
    lifecycle: HashMap<&'static str, Handlers>,
    everything: Handlers,
    /// How many there may be before the freed ones are looked for.
    room: usize,
}

/// Handlers of one event, in the order in which they were added. Shared with the dispatch that is under way,
/// which goes on with those there were when it began.
pub type Handlers = Rc<Vec<Handler>>;

/// One method of one listener.
#[derive(Clone)]
pub struct Handler {
    listener: Rc<Listener>,
    name: StringName,
    takes: usize,
}

/// An object that listens. It is not kept alive.
struct Listener {
    id: InstanceId,
    methods: Rc<[Method]>,
    removed: Cell<bool>,
    /// Whether it came by its group, and not by `add`.
    grouped: bool,
}

impl Handler {
    /// Calls the method with as much of peer and data as it takes. Whether its object was still there.
    pub fn call(&self, peer_and_data: &[Variant; 2]) -> bool {
        if self.listener.removed.get() {
            return true;
        }
        let Ok(mut object) = Gd::<Object>::try_from_instance_id(self.listener.id) else {
            return false;
        };
        // What is wrong inside the method Godot reports by itself.
        if let Err(error) = object.try_call(&self.name, &peer_and_data[2 - self.takes..]) {
            godot_error!("{} was not called: {error}", self.name);
        }
        true
    }
}

impl Listeners {
    /// Adds an object, once; an error names the method that cannot be called.
    pub fn add(&mut self, object: &Gd<Object>) -> podsix::Result<()> {
        self.insert(object, false)
    }

    fn insert(&mut self, object: &Gd<Object>, grouped: bool) -> podsix::Result<()> {
        let id = object.instance_id();
        if let Some(there) = self.all.iter().find(|listener| listener.id == id) {
            if grouped || !there.grouped {
                return Ok(());
            }
            // From now on it stays, whatever groups it is in.
            self.remove(id);
        }
        if self.all.len() >= self.room {
            self.forget_freed();
            self.room = 2 * self.all.len() + 16;
        }
        let methods = methods_of(object, &mut self.known).map_err(Error::BadArgument)?;
        let listener = Rc::new(Listener { id, methods, removed: Cell::new(false), grouped });
        for method in listener.methods.iter() {
            let (listener, name) = (listener.clone(), method.name.clone());
            let handler = Handler { listener, name, takes: method.takes };
            Rc::make_mut(self.handlers(&method.of)).push(handler);
        }
        self.all.push(listener);
        Ok(())
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

    /// Makes those listeners that came by their group the ones that are in it now, below `parent`.
    pub fn follow_group(&mut self, parent: &Gd<Node>, group: &StringName) {
        if group.is_empty() || !parent.is_inside_tree() {
            return self.remove_where(|listener| listener.grouped);
        }
        let members = parent.get_tree().get_nodes_in_group(group);
        let below = members.iter_shared().filter(|member| parent.is_ancestor_of(member));
        let now: Vec<Gd<Object>> = below.map(Gd::upcast).collect();
        self.remove_where(|listener| {
            listener.grouped && !now.iter().any(|object| object.instance_id() == listener.id)
        });
        for object in now {
            if let Err(error) = self.insert(&object, true) {
                godot_error!("{error}");
                // Said once: from now on it is one that hears nothing.
                let (id, methods) = (object.instance_id(), Rc::default());
                let removed = Cell::new(false);
                self.all.push(Rc::new(Listener { id, methods, removed, grouped: true }));
            }
        }
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
