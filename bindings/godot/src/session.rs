//! What the server's and the client's node have in common: a host, and the way in and out of it.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::{Rc, Weak};

use godot::classes::{Node, Object};
use godot::global::Error as Answer;
use godot::init::is_main_thread;
use godot::prelude::*;
use podsix::value::Kind;
use podsix::{Config, EventKind, Host, Message, PeerId, Reason, Value};

use crate::failure::Failure;
use crate::farewell::FAREWELLS;
use crate::from_wire::Reader;
use crate::greeting::Greeting;
use crate::listeners::{Handlers, Listeners, complain};
use crate::promise::Promise;
use crate::pump::Signals;
use crate::questions::{self, Questions};
use crate::texts::string;
use crate::to_wire::Writer;
use crate::unheard::Unheard;

mod awaiting;

use awaiting::{Kept, unanswered};

/// A node's host, if it is started. Nothing stays borrowed while the game's own methods are called, so they may
/// call everything.
#[derive(Default)]
pub struct Session {
    this: Weak<Session>,
    host: RefCell<Option<Host>>,
    writer: RefCell<Writer>,
    reader: RefCell<Reader>,
    pub listeners: RefCell<Listeners>,
    /// What each peer said when it came: a client's hello, the server's reply.
    greetings: RefCell<HashMap<u64, Message>>,
    /// The message that is being told, if it is told to several; of a peer that comes, what it said.
    shared: RefCell<Message>,
    questions: RefCell<Questions>,
    pub unheard: Unheard,
    /// Who awaits that which connection is open.
    arrivals: RefCell<Vec<(u64, Promise)>>,
    /// What is to be told to those who await it, in its order.
    kept: RefCell<VecDeque<Kept>>,
    failure: RefCell<Failure>,
    reason: Cell<i32>,
    end_code: Cell<i32>,
    /// Whether the game wants its own types sent as lists of numbers, and whether an address knows no others.
    pub plain: Cell<bool>,
    knows_lists_only: Cell<bool>,
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
    /// A message, for the first who is told; the others get it by `shared`. Of a lifecycle event what its listeners
    /// get copies of, nil if there are none.
    pub data: Variant,
    /// Whom it concerns.
    pub handlers: [Option<Handlers>; 2],
    /// The number of a question that they may answer.
    pub question: Option<i64>,
    /// What is to be said of a message that nobody handles.
    pub unheard: Option<String>,
}

impl Session {
    pub fn new() -> Rc<Session> {
        Rc::new_cyclic(|this| Session { this: this.clone(), ..Session::default() })
    }

    /// Makes the host; `knows_lists_only` is whether it speaks with programs that know no types of Godot's.
    pub fn open(&self, config: Config, knows_lists_only: bool) -> Result<(), Failure> {
        check_thread()?;
        let host = Host::new(config)?;
        self.knows_lists_only.set(knows_lists_only);
        self.close(0, "");
        *self.host.borrow_mut() = Some(host);
        Ok(())
    }

    /// Makes the host, unless there is one that will do: with these settings, or with peers that are still to be
    /// taken leave of.
    pub fn open_unless(&self, config: Config, knows_lists_only: bool) -> Result<(), Failure> {
        let will_do = self.with(|host| Ok(*host.config() == config || host.stats().peers > 0));
        match will_do {
            Ok(true) => {
                self.knows_lists_only.set(knows_lists_only);
                Ok(())
            }
            _ => self.open(config, knows_lists_only),
        }
    }

    /// Lets go of the host, which closes in the background: all peers get what was sent to them, then these words.
    pub fn close(&self, code: i32, text: &str) {
        self.greetings.borrow_mut().clear();
        let unanswered_ones = self.questions.borrow_mut().end_all();
        for promise in unanswered_ones {
            let failure = Failure::not_connected("it was stopped before the answer came");
            self.keep_later(promise, unanswered(), Some(failure));
        }
        for (_, promise) in self.arrivals.take() {
            let failure = Failure::not_connected("it was stopped before it was connected");
            self.keep_later(promise, failure.answer.to_variant(), Some(failure));
        }
        if let Some(host) = self.host.take() {
            FAREWELLS.take(host, code, text);
        }
    }

    /// The node is being freed, and with it whatever awaits something of it.
    pub fn free(&self) {
        self.questions.take();
        self.arrivals.take();
        self.kept.take();
        self.close(0, "the other end shut down");
    }

    pub fn is_open(&self) -> bool {
        self.host.borrow().is_some()
    }

    /// Does something with the host.
    pub fn with<R>(&self, ask: impl FnOnce(&Host) -> podsix::Result<R>) -> Result<R, Failure> {
        check_thread()?;
        match &*self.host.borrow() {
            Some(host) => Ok(ask(host)?),
            None => Err(Failure::not_started("it is not started")),
        }
    }

    fn is_plain(&self) -> bool {
        self.plain.get() || self.knows_lists_only.get()
    }

    /// Sends to one peer.
    pub fn send(&self, peer: PeerId, data: &Variant) -> Result<(), Failure> {
        check_thread()?;
        let mut writer = self.writer.borrow_mut();
        self.with(|host| host.send_message(peer, writer.message(data, self.is_plain())?))
    }

    /// Sends to some peers; an error says of how many that did not take it, and why the first did not.
    pub fn send_many(&self, peers: &[PeerId], data: &Variant) -> Result<(), Failure> {
        check_thread()?;
        let mut writer = self.writer.borrow_mut();
        let mut first = None;
        let taken = self.with(|host| {
            let message = writer.message(data, self.is_plain())?;
            host.send_many(peers, message, |_, result| first = first.take().or(result.err()))
        })?;
        let Some(first) = first else { return Ok(()) };
        let words = format!("{} of {} peers: {first}", peers.len() - taken, peers.len());
        Err(Failure { words: (&words).into(), ..first.into() })
    }

    /// Sends to every peer but one.
    pub fn broadcast(&self, data: &Variant, except: PeerId) -> Result<(), Failure> {
        check_thread()?;
        let mut writer = self.writer.borrow_mut();
        self.with(|host| host.broadcast(writer.message(data, self.is_plain())?, except))
    }

    /// Adds a listener.
    pub fn add_listener(&self, object: &Gd<Object>) {
        let wrong = self.listeners.borrow_mut().add(object);
        complain(wrong);
    }

    /// Looks up listeners' methods again if their scripts have been reloaded.
    pub fn follow_scripts(&self) {
        let wrong = self.listeners.borrow_mut().follow_scripts();
        complain(wrong);
    }

    /// Takes as listeners the nodes of a group below this one.
    pub fn follow_group(&self, node: &Gd<Node>, group: &StringName) {
        let wrong = self.listeners.borrow_mut().follow_group(node, group);
        complain(wrong);
    }

    /// Does something with a hello or reply, if it is one.
    pub fn greet<R>(
        &self,
        greeting: &Greeting,
        ask: impl FnOnce(&Host, Option<&podsix::Message>) -> podsix::Result<R>,
    ) -> Result<R, Failure> {
        check_thread()?;
        let mut writer = self.writer.borrow_mut();
        let message = match greeting.0.is_empty() {
            true => None,
            false => Some(writer.message(&greeting.0.to_variant(), self.is_plain())?),
        };
        self.with(|host| ask(host, message))
    }

    /// What a peer said when it came. Made anew each time: who gets it may change it.
    pub fn greeting(&self, peer: u64) -> Variant {
        let greetings = self.greetings.borrow();
        greetings.get(&peer).map_or_else(Variant::nil, |greeting| self.unpack(greeting))
    }

    /// What is being told to several, for one of them.
    pub fn shared(&self) -> Variant {
        self.unpack(&self.shared.borrow())
    }

    fn unpack(&self, message: &Message) -> Variant {
        self.reader.borrow_mut().variant(message.value().unwrap_or(Value::NONE))
    }

    /// Forgets it.
    pub fn forget(&self, peer: u64) {
        self.greetings.borrow_mut().remove(&peer);
    }

    /// The result of a call as GDScript gets it; what has failed is kept.
    pub fn code(&self, result: Result<(), impl Into<Failure>>) -> Answer {
        let Err(failure) = result else { return Answer::OK };
        let failure = failure.into();
        let answer = failure.answer;
        self.failure.replace(failure);
        answer
    }

    /// What has failed last.
    pub fn failure(&self) -> Failure {
        self.failure.borrow().clone()
    }

    /// Why the connection ended whose end was told last.
    pub fn reason(&self) -> i32 {
        self.reason.get()
    }

    /// The code that came with it, which is a game's own.
    pub fn end_code(&self) -> i32 {
        self.end_code.get()
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

    /// What no call could return, as an event; its code is Godot's.
    pub fn fail(&self, failure: Failure) -> Happening {
        let data = vdict! {
            "action" => EventKind::Error.action(), "code" => failure.answer,
            "text" => &failure.words, "reason" => Reason::None as i32, "os_error" => 0,
        };
        let happening = Happening {
            kind: EventKind::Error,
            peer: 0,
            code: failure.answer.ord(),
            text: failure.words.clone(),
            action: Variant::nil(),
            data: data.to_variant(),
            handlers: [self.listeners.borrow().of_lifecycle(EventKind::Error.action()), None],
            question: None,
            unheard: None,
        };
        self.reason.set(Reason::None as i32);
        self.failure.replace(failure);
        happening
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
            question: None,
            unheard: None,
        };
        if event.kind == EventKind::Message {
            if event.action == questions::ANSWER
                && let number = event.message.get(questions::ANSWER).as_int(0)
                && let Some(promise) = self.questions.borrow_mut().answered(happening.peer, number)
            {
                self.keep(promise, reader.variant(event.message), None);
                return Ok(Some(happening));
            }
            happening.handlers = [listeners.of_action(event.action), listeners.of_everything()];
            let is_heard = is_heard();
            if is_heard {
                happening.action = reader.text(event.action);
            }
            let handlers = || happening.handlers.iter().flatten().flat_map(|all| all.iter());
            let told = handlers().count() + usize::from(is_heard);
            if handlers().any(|handler| handler.method().may_answer) {
                happening.question = questions::number_in(event.message);
            }
            match told {
                // An answer that comes too late is nobody's fault.
                0 if questions::is_answer(event.action, event.message) => {}
                0 => happening.unheard = self.unheard.warning(event.action, listeners.is_empty()),
                _ => happening.data = reader.variant(event.message),
            }
            if told > 1 {
                self.shared.borrow_mut().clear().add_value(event.message);
            }
            return Ok(Some(happening));
        }
        happening.text = string(event.text);
        happening.handlers[0] = listeners.of_lifecycle(event.action);
        if event.kind == EventKind::Connected {
            self.arrived(happening.peer, None);
        }
        if matches!(event.kind, EventKind::Disconnected | EventKind::Error) {
            self.reason.set(event.reason as i32);
            self.end_code.set(event.code);
            self.arrived(happening.peer, Some(Failure::to_connect(event.reason, event.text)));
            let unanswered_ones = self.questions.borrow_mut().end(happening.peer);
            for promise in unanswered_ones {
                let words = "the connection ended before the answer came";
                self.keep(promise, unanswered(), Some(Failure::not_connected(words)));
            }
        }
        if !matches!(event.message.kind(), Kind::None | Kind::Nil) {
            let mut greeting = Message::new();
            greeting.add_value(event.message);
            self.greetings.borrow_mut().insert(happening.peer, greeting);
        }
        if happening.handlers[0].is_some() {
            // The first who is told may stop the node, which forgets whom it knew.
            self.shared.borrow_mut().clear();
            if let Some(greeting) = self.greetings.borrow().get(&happening.peer) {
                self.shared.borrow_mut().add_value(greeting.value().unwrap_or(Value::NONE));
            }
            happening.data = told(&event, &happening).to_variant();
        }
        Ok(Some(happening))
    }
}

/// Nodes belong to the main thread; a game that forgets it is told so.
fn check_thread() -> Result<(), Failure> {
    match is_main_thread() {
        true => Ok(()),
        false => Err(Failure::bad_argument(
            "podsix's nodes belong to the main thread: use call_deferred from others",
        )),
    }
}

/// Whether this is the nodes' thread. If not that is said, for what cannot return an error.
pub fn is_in_its_thread() -> bool {
    let checked = check_thread();
    if let Err(failure) = &checked {
        godot_error!("{}", failure.words);
    }
    checked.is_ok()
}

/// What listeners get of a lifecycle event; a greeting comes with each copy.
fn told(event: &podsix::Event<'_>, happening: &Happening) -> VarDictionary {
    let mut data = VarDictionary::new();
    data.set("action", event.action);
    match event.kind {
        EventKind::Connected | EventKind::Request => {
            let inbound = event.direction == podsix::Direction::Inbound;
            data.set(if inbound { "hello" } else { "reply" }, &Variant::nil());
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
