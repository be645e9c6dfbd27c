//! Which methods of an object are handlers.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use godot::classes::{Object, Script};
use godot::prelude::*;
use podsix::EventKind;

/// `network` alone is called for every message, with an underscore and a name behind it for that name.
const PREFIX: &str = "network";

/// A method that is called for events.
pub struct Method {
    pub name: StringName,
    pub of: For,
    /// 2 for peer and data, 1 for data, 0 for neither.
    pub takes: usize,
}

/// What a method is called for.
pub enum For {
    Action(String),
    Lifecycle(&'static str),
    Everything,
}

/// The handlers among an object's methods; the error names one that cannot be called. `known` keeps them by
/// script, or by class for objects without.
pub fn methods_of(
    object: &Gd<Object>,
    known: &mut HashMap<i64, Rc<[Method]>>,
) -> Result<Rc<[Method]>, String> {
    let script = object.get_script().map(|script: Gd<Script>| script.instance_id().to_i64());
    // Ids of scripts, which are reference-counted, are negative.
    let kind = script.unwrap_or_else(|| object.get_class().hash_u32().into());
    match known.entry(kind) {
        Entry::Occupied(methods) => Ok(methods.get().clone()),
        Entry::Vacant(place) => {
            let list = object.get_method_list();
            let methods = list.iter_shared().filter_map(|method| handler(&method).transpose());
            let mut found: Vec<Method> = Vec::new();
            for method in methods {
                let method = method?;
                // A method and the one that it overrides are both in the list.
                if !found.iter().any(|there| there.name == method.name) {
                    found.push(method);
                }
            }
            Ok(place.insert(found.into()).clone())
        }
    }
}

fn handler(method: &VarDictionary) -> Result<Option<Method>, String> {
    let name = method.get_or_nil("name").stringify().to_string();
    let of = match name.strip_prefix(PREFIX) {
        Some("") => For::Everything,
        Some(rest) => match rest.strip_prefix('_') {
            None => return Ok(None),
            Some(action) => match EventKind::ALL.into_iter().find(|kind| kind.action() == action) {
                Some(kind) if kind != EventKind::Message => For::Lifecycle(kind.action()),
                _ => For::Action(action.into()),
            },
        },
        None => return Ok(None),
    };
    let count = |key: &str| method.get_or_nil(key).try_to::<AnyArray>().map_or(0, |all| all.len());
    let (most, optional) = (count("args"), count("default_args"));
    let takes = most.min(2);
    if takes < most - optional {
        return Err(format!(
            "{name} takes {most} arguments; a handler takes (data) or (peer, data)"
        ));
    }
    Ok(Some(Method { name: (&name).into(), of, takes }))
}
