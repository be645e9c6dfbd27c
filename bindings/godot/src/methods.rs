//! Which methods of an object are handlers.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use godot::classes::{Object, Script};
use godot::obj::EngineEnum;
use godot::prelude::*;
use godot::register::info::PropertyUsageFlags;
use podsix::EventKind;

use crate::parameters::{Parameter, list, name};
use crate::versions::Version;

/// `network` alone is called for every message, with an underscore and a name behind it for that name. Methods
/// in C# begin with a capital letter.
const PREFIXES: [&str; 2] = ["network", "Network"];

/// How often scripts without source are looked at.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// A method that is called for events.
pub struct Method {
    pub name: StringName,
    pub of: For,
    /// What it takes of peer and data: both, data alone, or neither.
    parameters: Vec<Parameter>,
    /// It and its place, for people.
    shown: String,
    /// The types of data for which it was said that it is not called, a bit for each.
    refused: Cell<u64>,
    /// Whether it may return an answer.
    pub may_answer: bool,
    /// Whether it was said that what it returns is none.
    has_misanswered: Cell<bool>,
}

/// What a method is called for.
pub enum For {
    Action(String),
    Lifecycle(&'static str),
    Everything,
}

/// The methods of scripts, and of classes for objects without.
#[derive(Default)]
pub struct Known {
    all: HashMap<i64, Class>,
    /// When scripts without source were looked at last.
    looked: Option<Instant>,
}

struct Class {
    methods: Rc<[Method]>,
    version: Option<Version>,
}

impl Known {
    /// The handlers among an object's methods. Those that are called like one and cannot be called are left out;
    /// `wrong` is told of them, once for all objects of the script.
    pub fn methods_of(&mut self, object: &Gd<Object>, wrong: &mut Vec<String>) -> Rc<[Method]> {
        let script: Option<Gd<Script>> = object.get_script();
        // Ids of scripts, which are reference-counted, are negative.
        let kind = match &script {
            Some(script) => script.instance_id().to_i64(),
            None => object.get_class().hash_u32().into(),
        };
        if let Some(class) = self.all.get(&kind) {
            return class.methods.clone();
        }
        // Those of objects that are gone do not pile up.
        self.forget_unused();
        let version = script.as_ref().map(Version::of);
        let place = place(object, script);
        let mut names: Vec<StringName> = Vec::new();
        let mut found = Vec::new();
        for info in object.get_method_list().iter_shared() {
            let Some((name, of)) = named_for(&info) else { continue };
            // A method and the one that it overrides are both in the list, itself first.
            if names.contains(&name) {
                continue;
            }
            names.push(name.clone());
            match handler(name, of, &info, &place) {
                Ok(method) => found.push(method),
                Err(words) => wrong.push(words),
            }
        }
        let methods: Rc<[Method]> = found.into();
        self.all.insert(kind, Class { methods: methods.clone(), version });
        methods
    }

    /// Forgets the scripts that have been reloaded. Whether there were any.
    pub fn forget_reloaded(&mut self) -> bool {
        let now = Instant::now();
        let is_due = self.looked.is_none_or(|looked| now - looked >= BETWEEN_LOOKS);
        if is_due {
            self.looked = Some(now);
        }
        let before = self.all.len();
        self.all.retain(|_, class| {
            class.version.as_ref().is_none_or(|version| {
                version.has_its_sources() && (!is_due || version.has_its_methods())
            })
        });
        self.all.len() < before
    }

    fn forget_unused(&mut self) {
        self.all.retain(|_, class| Rc::strong_count(&class.methods) > 1);
    }

    /// Forgets all of them.
    pub fn forget(&mut self) {
        self.all.clear();
    }
}

impl Method {
    /// How much of peer and data it takes.
    pub fn takes(&self) -> usize {
        self.parameters.len()
    }

    /// Whether it declares what is inside of its data.
    pub fn is_typed(&self) -> bool {
        self.parameters.last().is_some_and(Parameter::is_typed)
    }

    /// Makes the data such as it takes; an error if it is not to be called, with words unless they were said before.
    pub fn fit(&self, data: &mut Variant) -> Result<(), Option<String>> {
        let Some(parameter) = self.parameters.last() else { return Ok(()) };
        let is_refused = |kind| self.refused.get() & bit(kind) != 0 && !parameter.may_take(kind);
        if self.refused.get() != 0 && is_refused(data.get_type()) {
            return Err(None);
        }
        parameter.fit(data).map_err(|why| self.refuse(data.get_type(), &why))
    }

    /// What is to be said of a call that the engine refused, if it was not said before.
    pub fn refused(&self, data: &Variant) -> Option<String> {
        let kind = data.get_type();
        self.refuse(kind, &format!("the data is {}", name(kind)))
    }

    /// What is to be said of a question that it did not answer by what it returned, if it was not said before.
    pub fn misanswered(&self, returned: &Variant) -> Option<String> {
        let returned = name(returned.get_type());
        let is_new = !self.has_misanswered.replace(true);
        is_new.then(|| format!("{} returned {returned}: an answer is a Dictionary", self.shown))
    }

    /// Says of a type of data once that the method is not called: a stranger decides how often it comes.
    fn refuse(&self, kind: VariantType, why: &str) -> Option<String> {
        let before = self.refused.replace(self.refused.get() | bit(kind));
        let is_new = before & bit(kind) == 0;
        is_new.then(|| format!("{} is not called where {why} (said once)", self.shown))
    }
}

fn bit(kind: VariantType) -> u64 {
    1 << kind.ord()
}

/// Where a method stands.
fn place(object: &Gd<Object>, script: Option<Gd<Script>>) -> String {
    let Some(script) = script else { return format!("the class {}", object.get_class()) };
    let (path, name) = (script.get_path(), script.get_global_name());
    match (path.is_empty(), name.is_empty()) {
        (false, _) => path.to_string(),
        (true, false) => name.to_string(),
        (true, true) => format!("an inner class ({})", object.get_class()),
    }
}

/// The name of a method, and what methods of this name are called for.
fn named_for(info: &VarDictionary) -> Option<(StringName, For)> {
    let name = info.get_or_nil("name").stringify().to_string();
    let rest = PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix))?;
    let of = match rest {
        "" => For::Everything,
        _ => {
            let action = rest.strip_prefix('_')?;
            match EventKind::ALL.into_iter().find(|kind| kind.action() == action) {
                Some(kind) if kind != EventKind::Message => For::Lifecycle(kind.action()),
                _ => For::Action(action.into()),
            }
        }
    };
    Some(((&name).into(), of))
}

/// A method as a handler: it gets as much of peer and data as its parameters take.
fn handler(name: StringName, of: For, info: &VarDictionary, place: &str) -> Result<Method, String> {
    let all = |key: &str| {
        let all = info.get_or_nil(key).try_to::<AnyArray>();
        all.map(|all| all.iter_shared().collect::<Vec<Variant>>()).unwrap_or_default()
    };
    let mut parameters: Vec<Parameter> =
        all("args").iter().map(|info| Parameter::new(&info.try_to().unwrap_or_default())).collect();
    let shown = format!("{name}({}) in {place}", list(&parameters));
    let takes_data = |parameter: &Parameter| match of {
        For::Everything => !parameter.is_impossible(),
        _ => parameter.may_take_action(),
    };
    let fits = |parameters: &[Parameter]| match parameters {
        [peer, data] => peer.may_take(VariantType::INT) && takes_data(data),
        [data] => takes_data(data),
        _ => true,
    };
    let least = parameters.len().saturating_sub(all("default_args").len());
    let takes = (least..=parameters.len().min(2)).rev().find(|&most| fits(&parameters[..most]));
    let Some(takes) = takes else {
        let typed = parameters.iter().find(|parameter| parameter.is_typed());
        let why = typed.map(|parameter| format!("; none of these messages can be {parameter}"));
        return Err(format!(
            "{shown} is never called: a method of such a name takes (peer: int, data: Dictionary), \
             (data: Dictionary) or nothing{}",
            why.unwrap_or_default()
        ));
    };
    parameters.truncate(takes);
    Ok(Method {
        name,
        of,
        parameters,
        shown,
        refused: Cell::new(0),
        may_answer: returns_something(info),
        has_misanswered: Cell::new(false),
    })
}

/// Whether a method returns something, as far as it declares that.
fn returns_something(info: &VarDictionary) -> bool {
    let returned: VarDictionary = info.get_or_nil("return").try_to().unwrap_or_default();
    let number = |key: &str| returned.get_or_nil(key).try_to::<i64>().unwrap_or_default();
    let is_variant = number("usage") & PropertyUsageFlags::NIL_IS_VARIANT.ord() as i64 != 0;
    number("type") != i64::from(VariantType::NIL.ord()) || is_variant
}
