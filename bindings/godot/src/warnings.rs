//! What is wrong with a node's properties, said in the editor.

use godot::classes::Node;
use godot::init::is_editor_hint;
use godot::prelude::*;
use podsix::address::{Address, Target};
use podsix::wire::Dialect;

use crate::limits::{PodsixLimits, config};
use crate::process::MANUAL;

/// The addresses in a text, between commas.
pub fn split(addresses: &str) -> impl Iterator<Item = &str> {
    addresses.split(',').map(str::trim).filter(|address| !address.is_empty())
}

/// Whether one of the addresses is for programs that speak PodSixNet, which knows no extensions.
pub fn speaks_podsixnet(addresses: &str) -> bool {
    let dialect = |address| Address::parse(address).map(|address| address.scheme.dialect);
    split(addresses).any(|address| dialect(address).is_ok_and(|known| known != Dialect::Podsix))
}

/// What is wrong with what both nodes have.
fn common(limits: &Option<Gd<PodsixLimits>>, max_events_per_frame: i64) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Err(error) = config(limits, true) {
        warnings.push(format!("Limits: {error}."));
    }
    if max_events_per_frame < 0 {
        warnings.push("Max Events Per Frame is negative; 0 is no limit.".into());
    }
    warnings
}

/// What is wrong with a server.
pub fn of_server(
    addresses: &str,
    limits: &Option<Gd<PodsixLimits>>,
    max_events_per_frame: i64,
) -> PackedStringArray {
    let mut warnings = common(limits, max_events_per_frame);
    if split(addresses).next().is_none() {
        warnings.push("Address is empty: \"*\" listens at port 31425 of every address.".into());
    }
    for address in split(addresses) {
        if let Err(error) = Address::parse(address).and_then(|address| address.to_listen()) {
            warnings.push(format!("Address: {error}."));
        }
    }
    warnings.iter().map(GString::from).collect()
}

/// What is wrong with a client.
pub fn of_client(
    address: &str,
    auto_start: bool,
    limits: &Option<Gd<PodsixLimits>>,
    max_events_per_frame: i64,
) -> PackedStringArray {
    let mut warnings = common(limits, max_events_per_frame);
    match Address::parse(address.trim()) {
        // Without auto-start the game may name another one.
        _ if !auto_start && address.trim().is_empty() => {}
        Err(error) => warnings.push(format!("Address: {error}.")),
        Ok(Address { host: Target::Any, .. }) => {
            warnings.push("Address needs the name or address of a server.".into());
        }
        Ok(Address { port: 0, .. }) => warnings.push("Address needs a port other than 0.".into()),
        Ok(_) => {}
    }
    warnings.iter().map(GString::from).collect()
}

/// In the editor, has the warnings of a node asked for again: a property is about to change.
pub fn look_again(node: &mut Gd<Node>, property: &StringName, value: &Variant) {
    const LOOK: &str = "update_configuration_warnings";
    if !is_editor_hint() {
        return;
    }
    node.call_deferred(LOOK, &[]);
    if *property == "limits"
        && let Ok(mut limits) = value.try_to::<Gd<PodsixLimits>>()
    {
        let look = Callable::from_object_method(node, LOOK);
        if !limits.is_connected("changed", &look) {
            limits.connect("changed", &look);
        }
    }
}

/// Says that a property was set too late: it counts from the next time of `from`.
pub fn too_late(node: &Gd<Node>, property: &str, from: &str) {
    let (class, name) = (node.get_class(), node.get_name());
    godot_warn!("{class} {name}: {property} counts from the next {from}");
}

/// Says of a node that was started and is not in the tree when the frame ends that nothing comes of it.
pub fn outside_the_tree(node: &Gd<Node>, callback: i32) {
    if node.is_inside_tree() || callback == MANUAL {
        return;
    }
    let id = node.instance_id();
    let look = Callable::from_fn("podsix_outside_the_tree", move |_| {
        let Ok(node) = Gd::<Node>::try_from_instance_id(id) else { return };
        if !node.is_inside_tree() {
            let class = node.get_class();
            godot_warn!(
                "a {class} is not in the tree: nothing is told until it is (add_child), or poll() is called"
            );
        }
    });
    look.call_deferred(&[]);
}
