//! The settings of a host, as a resource.

use std::rc::Rc;
use std::time::Duration;

use godot::classes::{IResource, Resource};
use godot::init::is_editor_hint;
use godot::prelude::*;
use podsix::{Config, Error, Mode, SendMode};

use crate::first_import;

/// What a [PodsixServer] or [PodsixClient] takes, keeps and waits for.
///
/// The defaults suit most games. A value out of range, or at odds with another one, is a configuration
/// warning in the editor and an error of [method PodsixServer.start] or [method PodsixClient.connect_to].
#[derive(GodotClass)]
#[class(tool, base = Resource)]
pub struct PodsixLimits {
    /// The largest message sent or accepted, in bytes; at most 16,777,215.
    #[export]
    max_message: i64,
    /// The deepest nesting of a message: a plain value has depth 0, an array of them 1. At most 256.
    #[export]
    max_depth: i64,
    /// The most values in one message; arrays, dictionaries and keys count.
    #[export]
    max_values: i64,
    /// The most peers at once; at most 65,000.
    #[export]
    max_peers: i64,
    /// How many seconds a new client may take to greet.
    #[export]
    handshake_timeout: f64,
    /// How many seconds the game may take to accept or refuse a client that asks. A client waits this long
    /// and [member handshake_timeout] for the answer.
    #[export]
    approval_timeout: f64,
    /// How many seconds looking up a name and reaching one of its addresses may take.
    #[export]
    connect_timeout: f64,
    /// Every so many seconds a ping goes between this host and each peer, and is answered. The ends take turns, and the times
    /// between are up to a third longer; 0 sends none from this end.
    #[export]
    ping_interval: f64,
    /// A peer silent for so many seconds is disconnected; 0 waits for ever, as while debugging.
    #[export]
    idle_timeout: f64,
    /// The same for peers that speak PodSixNet, which has no pings. One that has said nothing since it connected makes
    /// room for the next client when [member max_peers] are there, after [member handshake_timeout], whatever this is.
    #[export]
    podsixnet_idle_timeout: f64,
    /// For how many seconds a peer is waited for whose game sleeps.
    #[export]
    stall_limit: f64,
    /// How many seconds a closing connection may take to deliver what was sent before.
    #[export]
    linger: f64,
    /// The most bytes sent to one peer that wait to be written. What is broadcast has room of its own:
    /// [member slow_peer_bytes] is the most that waits of both.
    #[export]
    out_buffer: i64,
    /// The most events of one peer that wait to be polled. At this, the peer is not read.
    #[export]
    queue_events: i64,
    /// The most bytes of one peer's events that wait to be polled.
    #[export]
    queue_bytes: i64,
    /// The most bytes held for all peers together.
    #[export]
    memory_budget: i64,
    /// The most connections from one address, or from one IPv6 network (/64), that have not greeted yet; more are
    /// refused with REASON_FULL. 0 is no limit.
    #[export]
    max_greeting_per_address: i64,
    /// Whether [member max_greeting_per_address] holds for this machine's own addresses too.
    #[export]
    limit_loopback: bool,
    /// A peer that has taken nothing for so many seconds, while something that was broadcast waits for it, is
    /// disconnected with REASON_SLOW_PEER; 0 waits for ever. One whose game sleeps has [member stall_limit].
    #[export]
    slow_peer: f64,
    /// The most bytes that wait for one peer, what was broadcast among them: one for which a broadcast would be more
    /// is disconnected with REASON_SLOW_PEER. Whatever is set, it is at least twice [member out_buffer], and at most what
    /// [member memory_budget] leaves beside [member queue_bytes] and two messages of [member max_message]. While three
    /// quarters of the budget are in use, no more than [member out_buffer] of broadcasts waits for one peer.
    #[export]
    slow_peer_bytes: i64,
    /// Whoever runs with these limits holds it too.
    in_use: Rc<()>,
    base: Base<Resource>,
}

#[godot_api]
impl IResource for PodsixLimits {
    fn init(base: Base<Resource>) -> Self {
        first_import::made();
        let config = Config::default();
        PodsixLimits {
            max_message: config.max_message.into(),
            max_depth: config.max_depth.into(),
            max_values: config.max_values.into(),
            max_peers: config.max_peers.into(),
            handshake_timeout: config.handshake_timeout.as_secs_f64(),
            approval_timeout: config.approval_timeout.as_secs_f64(),
            connect_timeout: config.connect_timeout.as_secs_f64(),
            ping_interval: config.ping_interval.as_secs_f64(),
            idle_timeout: config.idle_timeout.as_secs_f64(),
            podsixnet_idle_timeout: config.podsixnet_idle_timeout.as_secs_f64(),
            stall_limit: config.stall_limit.as_secs_f64(),
            linger: config.linger.as_secs_f64(),
            out_buffer: config.out_buffer.into(),
            queue_events: config.queue_events.into(),
            queue_bytes: config.queue_bytes.into(),
            memory_budget: config.memory_budget as i64,
            max_greeting_per_address: config.max_greeting_per_address.into(),
            limit_loopback: config.limit_loopback,
            slow_peer: config.slow_peer.as_secs_f64(),
            slow_peer_bytes: config.slow_peer_bytes.into(),
            in_use: Rc::default(),
            base,
        }
    }

    fn on_set(&mut self, property: StringName, value: Variant) -> bool {
        let is_new = self.base_mut().get(&property) != value;
        if is_new && Rc::strong_count(&self.in_use) > 1 && !is_of_resource(&property) {
            self.warn(&property.to_string());
        }
        self.changed();
        false
    }
}

#[godot_api]
impl PodsixLimits {
    /// Sets [member max_message], and raises [member out_buffer], [member queue_bytes] and [member memory_budget]
    /// to what it needs. The other end has to take messages of this size too.
    #[func]
    fn set_largest(&mut self, max_message: i64) {
        if Rc::strong_count(&self.in_use) > 1 {
            self.warn("max_message");
        }
        // A size that cannot be is told where every other one is.
        self.max_message = max_message;
        if let Ok(mut config) = self.config()
            && config.set_largest(config.max_message).is_ok()
        {
            self.out_buffer = config.out_buffer.into();
            self.queue_bytes = config.queue_bytes.into();
            self.memory_budget = config.memory_budget as i64;
        }
        self.changed();
    }

    /// What is wrong with these limits, in words; empty if nothing is.
    #[func]
    fn get_problem(&self) -> GString {
        let checked = self.config().and_then(|config| config.check());
        checked.map_or_else(|error| (&error.to_string()).into(), |()| GString::new())
    }
}

impl PodsixLimits {
    /// In the editor, the nodes that have these limits look at them again.
    fn changed(&mut self) {
        if is_editor_hint() {
            self.base_mut().call_deferred("emit_changed", &[]);
        }
    }

    fn warn(&mut self, property: &str) {
        let _unborrowed = self.base_mut(); // a game's Logger hears it, and may look at the limits
        godot_warn!(
            "PodsixLimits: {property} was set while a server or client runs with these limits; it counts from its \
             next start"
        );
    }

    /// The settings, not checked yet.
    fn config(&self) -> podsix::Result<Config> {
        Ok(Config {
            mode: Mode::Threaded,
            max_message: count("max_message", self.max_message)?,
            max_depth: count("max_depth", self.max_depth)?,
            max_values: count("max_values", self.max_values)?,
            max_peers: count("max_peers", self.max_peers)?,
            handshake_timeout: time("handshake_timeout", self.handshake_timeout)?,
            approval_timeout: time("approval_timeout", self.approval_timeout)?,
            connect_timeout: time("connect_timeout", self.connect_timeout)?,
            ping_interval: time("ping_interval", self.ping_interval)?,
            idle_timeout: time("idle_timeout", self.idle_timeout)?,
            podsixnet_idle_timeout: time("podsixnet_idle_timeout", self.podsixnet_idle_timeout)?,
            stall_limit: time("stall_limit", self.stall_limit)?,
            linger: time("linger", self.linger)?,
            out_buffer: count("out_buffer", self.out_buffer)?,
            queue_events: count("queue_events", self.queue_events)?,
            queue_bytes: count("queue_bytes", self.queue_bytes)?,
            memory_budget: whole("memory_budget", self.memory_budget)?,
            max_greeting_per_address: count(
                "max_greeting_per_address",
                self.max_greeting_per_address,
            )?,
            limit_loopback: self.limit_loopback,
            max_events_per_poll: 0,
            slow_peer: time("slow_peer", self.slow_peer)?,
            slow_peer_bytes: count("slow_peer_bytes", self.slow_peer_bytes)?,
            // Scripts send at any time: gathered, that would leave a frame later.
            send_mode: SendMode::AtOnce,
        })
    }
}

/// The settings that a node's limits stand for, checked; the defaults if it has none.
pub fn config(limits: &Option<Gd<PodsixLimits>>, threaded: bool) -> podsix::Result<Config> {
    let mode = if threaded { Mode::Threaded } else { Mode::Inline };
    let config = limits.as_ref().map_or(Ok(Config::default()), |limits| limits.bind().config())?;
    config.check()?;
    Ok(Config { mode, ..config })
}

/// What a node holds while it runs with limits: to change them is warned of.
pub fn hold(limits: &Option<Gd<PodsixLimits>>) -> Option<Rc<()>> {
    limits.as_ref().map(|limits| limits.bind().in_use.clone())
}

/// Whether a property is one that every resource has.
fn is_of_resource(property: &StringName) -> bool {
    let property = property.to_string();
    property == "script" || property.starts_with("resource_") || property.starts_with("metadata/")
}

fn whole<T: TryFrom<i64>>(name: &str, value: i64) -> podsix::Result<T> {
    value.try_into().map_err(|_| Error::BadConfig(format!("{name} cannot be {value}")))
}

fn count(name: &str, value: i64) -> podsix::Result<u32> {
    whole(name, value)
}

fn time(name: &str, seconds: f64) -> podsix::Result<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Error::BadConfig(format!("{name} cannot be {seconds} seconds")))
}
