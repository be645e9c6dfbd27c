//! What the server's and the client's node have in common: a host, and the way in and out of it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use godot::init::is_main_thread;
use godot::prelude::*;
use podsix::{Config, Error, EventKind, Host, PeerId};

use crate::farewell::FAREWELLS;
use crate::from_wire::Reader;
use crate::greeting::Greeting;
use crate::listeners::{Handlers, Listeners};
use crate::pump::Signals;
use crate::texts::string;
use crate::to_wire::Writer;

/// A node's host, if it is started. Nothing stays borrowed while the game's own methods are called, so they may
/// call everything.
#[derive(Default)]
pub struct Session {
    host: RefCell<Option<Host>>,
    writer: RefCell<Writer>,
    reader: RefCell<Reader>,
    pub listeners: RefCell<Listeners>,
    /// What each peer said when it came: a client's hello, the server's reply.
    greetings: RefCell<HashMap<u64, Variant>>,
    failure: RefCell<GString>,
    reason: Cell<i32>,
    plain: Cell<bool>,
    pub signals: Signals,
    is_pumping: Cell<bool>,
    is_inside_batch: Cell<bool>,
}

/// An event, taken off the queue.
pub struct Happening {
    pub kind: EventKind,
    pub peer: u64,
    pub code: i32,
    pub text: GString,
    pub action: Variant,
    /// A message; of a lifecycle event what its listeners get, nil if there are none.
    pub data: Variant,
    /// Whom it concerns.
    pub handlers: [Option<Handlers>; 2],
}

impl Session {
    /// Makes the host; `plain` is how Godot's own types are sent.
    pub fn open(&self, config: Config, plain: bool) -> podsix::Result<()> {
        check_thread()?;
        let host = Host::new(config)?;
        self.plain.set(plain);
        self.close(0, "");
        *self.host.borrow_mut() = Some(host);
        Ok(())
    }

    /// Makes the host, unless there is one that will do: with these settings, or with peers that are still to be
    /// taken leave of.
    pub fn open_unless(&self, config: Config, plain: bool) -> podsix::Result<()> {
        let will_do = self.with(|host| Ok(*host.config() == config || host.stats().peers > 0));
        match will_do {
            Ok(true) => {
                self.plain.set(plain);
                Ok(())
            }
            _ => self.open(config, plain),
        }
    }

    /// Lets go of the host, which closes in the background: all peers get what was sent to them, then these words.
    pub fn close(&self, code: i32, text: &str) {
        self.greetings.borrow_mut().clear();
        if let Some(host) = self.host.take() {
            FAREWELLS.take(host, code, text);
        }
    }

    /// The node is being freed.
    pub fn free(&self) {
        self.close(0, "the node was freed");
    }

    pub fn is_open(&self) -> bool {
        self.host.borrow().is_some()
    }

    /// Does something with the host.
    pub fn with<R>(&self, ask: impl FnOnce(&Host) -> podsix::Result<R>) -> podsix::Result<R> {
        check_thread()?;
        match &*self.host.borrow() {
            Some(host) => ask(host),
            None => Err(Error::BadArgument("nothing is started or connected yet".into())),
        }
    }

    /// Sends to one peer.
    pub fn send(&self, peer: PeerId, data: &Variant) -> podsix::Result<()> {
        check_thread()?;
        let mut writer = self.writer.borrow_mut();
        self.with(|host| host.send_message(peer, writer.message(data, self.plain.get())?))
    }

    /// Sends to every peer but one.
    pub fn broadcast(&self, data: &Variant, except: PeerId) -> podsix::Result<()> {
        check_thread()?;
        let mut writer = self.writer.borrow_mut();
        self.with(|host| host.broadcast(writer.message(data, self.plain.get())?, except))
    }

    /// Does something with a hello or reply, if it is one.
    pub fn greet<R>(
        &self,
        greeting: &Greeting,
        ask: impl FnOnce(&Host, Option<&podsix::Message>) -> podsix::Result<R>,
    ) -> podsix::Result<R> {
        check_thread()?;
        let mut writer = self.writer.borrow_mut();
        let message = match greeting.0.is_empty() {
            true => None,
            false => Some(writer.message(&greeting.0.to_variant(), self.plain.get())?),
        };
        self.with(|host| ask(host, message))
    }

    /// What a peer said when it came.
    pub fn greeting(&self, peer: u64) -> Variant {
        self.greetings.borrow().get(&peer).cloned().unwrap_or_default()
    }

    /// Forgets it.
    pub fn forget(&self, peer: u64) {
        self.greetings.borrow_mut().remove(&peer);
    }

    /// The result of a call as the number GDScript gets; an error's words are kept.
    pub fn code(&self, result: podsix::Result<()>) -> i32 {
        let Err(error) = result else { return 0 };
        *self.failure.borrow_mut() = (&error.to_string()).into();
        error.code()
    }

    /// The words of the last error.
    pub fn failure(&self) -> GString {
        self.failure.borrow().clone()
    }

    /// Why the connection ended whose end was told last.
    pub fn reason(&self) -> i32 {
        self.reason.get()
    }

    /// Whether nobody pumps yet: what is told may poll again.
    pub fn begin_pump(&self) -> bool {
        !self.is_pumping.replace(true)
    }

    /// Ends a pump, maybe inside a batch.
    pub fn end_pump(&self, inside_batch: bool) {
        self.is_pumping.set(false);
        self.is_inside_batch.set(inside_batch);
    }

    /// Whether the last pump ended inside a batch.
    pub fn is_inside_batch(&self) -> bool {
        self.is_inside_batch.get()
    }

    /// The next event. Messages that neither listeners nor, by `is_heard`, a signal wants are not unpacked.
    pub fn next(&self, is_heard: impl FnOnce() -> bool) -> podsix::Result<Option<Happening>> {
        let mut host = self.host.borrow_mut();
        let Some(host) = host.as_mut() else { return Ok(None) };
        let Some(event) = host.poll()? else { return Ok(None) };
        let (mut reader, listeners) = (self.reader.borrow_mut(), self.listeners.borrow());
        let mut happening = Happening {
            kind: event.kind,
            peer: event.peer.get(),
            code: event.code,
            text: GString::new(),
            action: Variant::nil(),
            data: Variant::nil(),
            handlers: [None, None],
        };
        if event.kind == EventKind::Message {
            happening.handlers = [listeners.of_action(event.action), listeners.of_everything()];
            let is_heard = is_heard();
            if is_heard {
                happening.action = reader.text(event.action);
            }
            if is_heard || happening.handlers.iter().any(Option::is_some) {
                happening.data = reader.variant(event.message);
            }
            return Ok(Some(happening));
        }
        happening.text = string(event.text);
        happening.handlers[0] = listeners.of_lifecycle(event.action);
        let greeting = reader.variant(event.message);
        if matches!(event.kind, EventKind::Disconnected | EventKind::Error) {
            self.reason.set(event.reason as i32);
        }
        if !greeting.is_nil() {
            self.greetings.borrow_mut().insert(happening.peer, greeting.clone());
        }
        if happening.handlers[0].is_some() {
            happening.data = told(&event, &happening, &self.greeting(happening.peer)).to_variant();
        }
        Ok(Some(happening))
    }
}

/// Nodes belong to the main thread; a game that forgets it is told so.
fn check_thread() -> podsix::Result<()> {
    match is_main_thread() {
        true => Ok(()),
        false => Err(Error::BadArgument(
            "podsix's nodes belong to the main thread: use call_deferred from others".into(),
        )),
    }
}

/// What listeners get of a lifecycle event.
fn told(event: &podsix::Event<'_>, happening: &Happening, greeting: &Variant) -> VarDictionary {
    let mut data = VarDictionary::new();
    data.set("action", event.action);
    match event.kind {
        EventKind::Connected | EventKind::Request => {
            let inbound = event.direction == podsix::Direction::Inbound;
            data.set(if inbound { "hello" } else { "reply" }, greeting);
        }
        EventKind::Disconnected | EventKind::Error => {
            data.set("code", event.code);
            data.set("text", &happening.text);
            data.set("reason", event.reason as i32);
            data.set("os_error", event.os_error);
        }
        EventKind::Stalled => data.set("milliseconds", event.code),
        EventKind::Message | EventKind::Writable | EventKind::Resumed => {}
    }
    data
}
