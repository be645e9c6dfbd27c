//! Whether scripts are as they were: the editor reloads them while the game runs, and no signal tells.

use godot::classes::Script;
use godot::obj::InstanceId;
use godot::prelude::*;

/// A script as it was at some time.
pub struct Version {
    /// The script and those that it extends, each with its source.
    sources: Vec<(InstanceId, GString)>,
    /// Of a script without source, such as an inner class, its methods.
    methods: Option<u32>,
}

impl Version {
    /// As the script is now.
    pub fn of(script: &Gd<Script>) -> Version {
        let mut sources = Vec::new();
        let mut next = Some(script.clone());
        while let Some(script) = next {
            sources.push((script.instance_id(), script.get_source_code()));
            next = script.get_base_script();
        }
        let methods = sources[0].1.is_empty().then(|| methods(script));
        Version { sources, methods }
    }

    /// Whether it is so still, as far as sources tell, which costs nearly nothing.
    pub fn has_its_sources(&self) -> bool {
        self.sources.iter().all(|(id, was)| {
            let script = Gd::<Script>::try_from_instance_id(*id);
            script.is_ok_and(|script| is_same(&script.get_source_code(), was))
        })
    }

    /// Whether it is so still, as far as methods tell: of those without source, which costs a list of them.
    pub fn has_its_methods(&self) -> bool {
        let Some(was) = self.methods else { return true };
        let script = Gd::<Script>::try_from_instance_id(self.sources[0].0);
        script.is_ok_and(|script| methods(&script) == was)
    }
}

fn methods(script: &Gd<Script>) -> u32 {
    script.get_script_method_list().hash_u32()
}

/// Strings that nobody has changed share their characters.
fn is_same(one: &GString, other: &GString) -> bool {
    std::ptr::eq(one.chars(), other.chars()) || one == other
}
