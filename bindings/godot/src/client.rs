//! The node that connects to a server.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use godot::classes::notify::NodeNotification;
use godot::classes::{INode, Node, Object};
use godot::global::Error as Answer;
use godot::init::is_editor_hint;
use godot::prelude::*;
use godot::register::property::SimpleVar;
use podsix::{Error, EventKind, Host, PeerId};

use crate::enums::enumeration;
use crate::failure::Failure;
use crate::greeting::Greeting;
use crate::limits::{PodsixLimits, config, hold};
use crate::names::{EndReason, ErrorCode};
use crate::process::{Frames, is_due};
use crate::pump::{fail_later, pump};
use crate::questions::untyped;
use crate::session::{Session, is_in_its_thread};
use crate::{process, questions, stats, warnings};

/// Connects to a [PodsixServer] or to another podsix or PodSixNet program, and exchanges messages with it.
///
/// A message is a value of any kind, usually a [Dictionary] whose [code]"action"[/code] says what it is
/// about. What arrives comes as signals and, more conveniently, as calls of the methods of listeners: see
/// [method add_listener].
///
/// Methods that can fail return an [enum @GlobalScope.Error]; [method get_last_error] says it in words. What a client
/// that is not connected cannot do, for whatever reason, is [constant @GlobalScope.ERR_CONNECTION_ERROR].
///
/// The server may be anybody's: what comes from it may be of any type and lack any key.
///
/// The node works in each frame while it is in the tree and not paused. A game that should go on receiving in
/// a paused tree sets [member Node.process_mode] to [constant Node.PROCESS_MODE_ALWAYS].
///
/// When the node is freed the connection is closed in the background, as by [method close]: see
/// [method Podsix.is_closing].
#[derive(GodotClass)]
#[class(tool, init, base = Node)]
pub struct PodsixClient {
    /// The server for [member auto_start]: name or address, and port if it is not 31425. One that begins
    /// with [code]podsixnet://[/code] is a server of PodSixNet.
    #[export]
    #[init(val = "localhost".into())]
    address: GString,
    /// What the server sees of this client where [method connect_to] is given no hello, as with [member auto_start].
    #[export]
    #[var(set = set_hello)]
    hello: VarDictionary,
    /// Whether the node connects to [member address], with [member hello], when it is ready. If that fails,
    /// [signal error] tells, at the end of the frame.
    #[export]
    #[var(set = set_auto_start)]
    auto_start: bool,
    /// When the node polls: in each frame, in each physics frame, or when the game calls [method poll].
    #[export]
    #[var(get = get_process_callback, set = set_process_callback)]
    #[init(val = ProcessCallback(process::IDLE))]
    process_callback: ProcessCallback,
    /// The most events told in one frame, or in one [method poll]; 0 is no limit. The others wait.
    #[export]
    max_events_per_frame: i64,
    /// The nodes below this one that are in this group are listeners, as if [method add_listener] had been
    /// called with them, as long as they are there.
    #[export]
    #[init(val = "podsix_listeners".into())]
    listener_group: StringName,
    /// Whether [Vector2], [Color], packed arrays and Godot's other types of several numbers are sent as lists of
    /// numbers, which every program reads and which arrive as [Array]. If not, they arrive in Godot as they
    /// were, and elsewhere as extensions of type 71. What goes to a server of PodSixNet's always is lists.
    #[export]
    #[var(set = set_plain_values)]
    plain_values: bool,
    /// The limits and times; if empty, those of a new [PodsixLimits]. They count from the next
    /// [method connect_to].
    #[export]
    #[var(set = set_limits)]
    limits: Option<Gd<PodsixLimits>>,
    /// Whether a thread of the node's own does the input and output. If not, [method poll] does; then nobody
    /// answers pings while nobody polls.
    #[export]
    #[var(set = set_threaded)]
    #[init(val = true)]
    threaded: bool,
    #[init(val = Session::new())]
    session: Rc<Session>,
    link: Rc<Link>,
    frames: Frames,
    is_ready: bool,
    base: Base<Node>,
}

/// The connection, if there is one.
#[derive(Default)]
struct Link {
    /// The server; 0 if there is none.
    peer: Cell<u64>,
    state: Cell<State>,
    /// The limits that it has.
    held: RefCell<Option<Rc<()>>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Closed,
    Connecting,
    Open,
    Closing,
}

enumeration! {
    /// When the node polls.
    pub ProcessCallback of PodsixClient as "ProcessCallback":
    /// Poll in each frame.
    PROCESS_IDLE = 0,
    /// Poll in each physics frame.
    PROCESS_PHYSICS = 1,
    /// Poll when [method poll] is called.
    PROCESS_MANUAL = 2,
}

impl SimpleVar for ProcessCallback {}

impl Export for ProcessCallback {}

/// A node may be freed by what it tells; nothing more is told then.
impl Drop for PodsixClient {
    fn drop(&mut self) {
        self.session.free();
    }
}

#[godot_api]
impl INode for PodsixClient {
    /// Unlike the methods `_ready` and `_process`, notifications reach a node whose script has its own.
    fn on_notification(&mut self, what: NodeNotification) {
        if is_editor_hint() {
            return;
        }
        match what {
            NodeNotification::ENTER_TREE => {
                let node = self.to_gd();
                self.frames.begin(&node, Self::frame);
            }
            NodeNotification::EXIT_TREE => {
                let node = self.to_gd();
                self.frames.end(&node);
            }
            NodeNotification::READY => {
                self.is_ready = true;
                if !self.auto_start {
                    return;
                }
                if let Err(failure) = self.begin(&self.address.to_string(), &Greeting::none()) {
                    fail_later(&self.to_gd().upcast(), &self.session, failure);
                }
            }
            _ => {}
        }
    }

    fn get_configuration_warnings(&self) -> PackedStringArray {
        self.get_problems()
    }

    fn on_set(&mut self, property: StringName, value: Variant) -> bool {
        warnings::look_again(&mut self.to_gd().upcast(), &property, &value);
        // The property itself takes no typed one.
        let typed = value.try_to::<AnyDictionary>().ok().filter(|_| property == "hello");
        if let Some(Err(typed)) = typed.map(AnyDictionary::try_cast_var_dictionary) {
            self.base_mut().set("hello", &untyped(&typed).to_variant());
            return true;
        }
        false
    }
}

#[godot_api]
impl PodsixClient {
    #[func]
    fn set_hello(&mut self, hello: VarDictionary) {
        self.set_later("hello", self.hello != hello);
        self.hello = hello;
    }

    #[func]
    fn set_limits(&mut self, limits: Option<Gd<PodsixLimits>>) {
        self.set_later("limits", self.limits != limits);
        self.limits = limits;
    }

    #[func]
    fn set_threaded(&mut self, threaded: bool) {
        self.set_later("threaded", self.threaded != threaded);
        self.threaded = threaded;
    }

    #[func]
    fn set_auto_start(&mut self, auto_start: bool) {
        if auto_start && self.is_ready {
            warnings::too_late(&self.base_mut(), "auto_start", "_ready: call connect_to()");
        }
        self.auto_start = auto_start;
    }

    // With these, and not those that godot-rust makes, the property has the enumeration's type in GDScript.
    #[func]
    fn get_process_callback(&self) -> ProcessCallback {
        self.process_callback
    }

    #[func]
    fn set_process_callback(&mut self, process_callback: ProcessCallback) {
        self.process_callback = process_callback;
    }

    #[func]
    fn set_plain_values(&mut self, plain_values: bool) {
        self.plain_values = plain_values;
        self.session.plain.set(plain_values);
    }

    /// The connection is open; [method get_reply] has what the server said.
    #[signal]
    fn connected(peer: i64);

    /// A message has come. [param action] is its [code]"action"[/code], empty if it has none.
    #[signal]
    fn message(peer: i64, action: GString, data: Variant);

    /// The connection has ended. [param code] and [param text] are what either game gave with the disconnect, or
    /// the text says what happened; [method get_reason] says why.
    #[signal]
    fn disconnected(peer: i64, code: i64, text: GString);

    /// Connecting failed: code and text are the server's, if it refused; else the text says what happened.
    /// [method get_reason] says why. Where [member auto_start] failed, or the library itself, the code is an
    /// [enum @GlobalScope.Error], and the reason [constant Podsix.REASON_NONE].
    #[signal]
    fn error(code: i64, text: GString);

    /// After [method send] has returned [constant @GlobalScope.ERR_BUSY]: send again.
    #[signal]
    fn writable(peer: i64);

    /// The server's game has not polled for so long: it loads a level, say. It is waited for.
    #[signal]
    fn stalled(peer: i64, milliseconds: i64);

    /// The server's game polls again.
    #[signal]
    fn resumed(peer: i64);

    /// Connects to a server: name or address, and port if it is not 31425. [param hello], at most 4,096 bytes,
    /// is what the server sees of this client before it lets it in; PodSixNet has no such thing.
    ///
    /// [signal connected] or [signal error] follows. What is sent meanwhile waits. After [method close] the next
    /// connection may be begun at once.
    #[func]
    fn connect_to(
        &self,
        address: GString,
        #[opt(default = &Greeting::none())] hello: Greeting,
    ) -> Answer {
        self.session.code(self.begin(address.to_string().trim(), &hello))
    }

    /// Connects as [method connect_to] does, and waits for what comes of it: [constant @GlobalScope.OK], or an error
    /// whose words [method get_last_error] has.
    /// ```gdscript
    /// if await client.connect_and_wait("play.example.org", {"name": "ann"}) != OK:
    ///     print("not connected: ", client.get_last_error())
    /// ```
    /// [constant @GlobalScope.ERR_UNAUTHORIZED] is the server's refusal: [method get_reason_code] has its code. The
    /// listeners and signals are told first. If the node is freed meanwhile, what is behind [code]await[/code] never
    /// runs.
    #[func]
    fn connect_and_wait(
        &self,
        address: GString,
        #[opt(default = &Greeting::none())] hello: Greeting,
    ) -> Signal {
        self.session.arrival(|| {
            self.begin(address.to_string().trim(), &hello)?;
            Ok(self.server())
        })
    }

    /// Closes the connection when what was sent before has been delivered; [signal disconnected] follows, after
    /// [member PodsixLimits.linger] at the latest. No frame waits for it; a game that quits does, or its last words
    /// may be lost on a long line. The code and the text, at most 1,024 bytes, reach the server. A connection whose
    /// [signal connected] has not been told is given up, which is an [signal error].
    #[func]
    fn close(&self, #[opt(default = 0)] code: i32, #[opt(default = "")] text: GString) -> Answer {
        let text = text.to_string();
        let closed = self.of_server(|host, server| host.disconnect(server, code, &text));
        if closed.is_ok() {
            self.link.state.set(State::Closing);
        }
        self.session.code(closed)
    }

    /// Closes the connection as [method close] does, or gives up one that is on its way, and nothing more is told:
    /// the node is as if it had never been connected. What has been sent is delivered in the background.
    #[func]
    fn stop(&self, #[opt(default = 0)] code: i32, #[opt(default = "")] text: GString) {
        if !is_in_its_thread() {
            return;
        }
        self.link.end();
        self.session.close(code, &text.to_string());
    }

    /// Whether the connection is open.
    #[func]
    fn is_connected_to_server(&self) -> bool {
        self.state() == State::Open
    }

    /// The server's number: what the signals call peer. 0 if there is no connection.
    #[func]
    fn get_peer(&self) -> i64 {
        if self.state() == State::Closed { 0 } else { self.link.peer.get() as i64 }
    }

    /// Tells what has arrived, and how many events it was. Only needed with [constant PROCESS_MANUAL].
    #[func(gd_self)]
    fn poll(this: Gd<Self>) -> i64 {
        if !is_in_its_thread() {
            return 0;
        }
        let (session, link, group, most) = {
            let client = this.bind();
            let most = usize::try_from(client.max_events_per_frame).unwrap_or(0);
            (client.session.clone(), client.link.clone(), client.listener_group.clone(), most)
        };
        if !session.is_open() {
            return 0;
        }
        let mut node = this.upcast::<Node>();
        session.follow_group(&node, &group);
        pump(&mut node, &session, most, |happening| link.note(happening.peer, happening.kind))
    }

    /// Sends a message to the server. It is taken whole or, with an error, not at all. It never waits: what
    /// cannot be written at once is kept, up to [member PodsixLimits.out_buffer]; then this returns
    /// [constant @GlobalScope.ERR_BUSY], and [signal writable] comes later.
    #[func]
    fn send(&self, data: Variant) -> Answer {
        self.session.code(self.session.send(self.server(), &data).map_err(one_word))
    }

    /// Asks the server, and waits for its answer:
    /// ```gdscript
    /// var answer: Dictionary = await client.ask({"action": "buy", "item": "sword"})
    /// if answer.is_empty():
    ///     print("no answer: ", client.get_last_error())
    /// ```
    /// The server's game gets the question as a message of this [code]"action"[/code], and answers by the
    /// [Dictionary] that a listener's method returns, or by [method PodsixServer.answer].
    /// Nobody else hears of the answer. It is empty if the question could not be sent, if there was no answer within
    /// [param timeout] seconds (0: as long as there is a connection), or if the connection ended before. While this
    /// node does not poll, as in a paused tree, neither comes. If it is freed, what is behind [code]await[/code]
    /// never runs.
    #[func]
    fn ask(&self, question: AnyDictionary, #[opt(default = 10.0)] timeout: f64) -> Signal {
        self.session.ask(self.server(), &question, timeout, one_word)
    }

    /// Answers a question of the server: a message with a number under [code]"ask"[/code], such as
    /// [method PodsixServer.ask] sends. It may be answered later, but once. [param data] gets the
    /// [code]"action"[/code] that answers have.
    #[func]
    fn answer(&self, question: AnyDictionary, data: AnyDictionary) -> Answer {
        let answered = self.session.answer(self.server(), questions::number_of(&question), &data);
        self.session.code(answered.map_err(one_word))
    }

    /// What the server gave to [method PodsixServer.accept]; [code]null[/code] if it was nothing.
    #[func]
    fn get_reply(&self) -> Variant {
        self.session.greeting(self.link.peer.get())
    }

    /// The server's address, such as [code]192.0.2.7:31425[/code]; empty if it is not known (yet).
    #[func]
    fn get_peer_address(&self) -> GString {
        let address = self.session.with(|host| host.peer_address(self.server()));
        address.map(|address| (&address.to_string()).into()).unwrap_or_default()
    }

    /// The connection's figures: [code]rtt_us[/code], the last round-trip time in microseconds (0: not known
    /// yet), [code]age_ms[/code], [code]bytes_in[/code], [code]bytes_out[/code], [code]messages_in[/code],
    /// [code]messages_out[/code], [code]bytes_waiting[/code], [code]waiting_ms[/code],
    /// [code]queued_events[/code], [code]queued_bytes[/code]. Empty if there is no connection.
    #[func]
    fn get_stats(&self) -> VarDictionary {
        let stats = self.session.with(|host| host.peer_stats(self.server()));
        stats.map(|stats| stats::of_peer(&stats)).unwrap_or_default()
    }

    /// Has methods of an object called for what happens:
    /// ```gdscript
    /// func network_move(data):           # each message whose action is "move"
    /// func network(data):                # each message
    /// func network_connected(data):      # and disconnected, error, writable, stalled, resumed
    /// ```
    /// A method of two arguments gets [code](peer, data)[/code]. An event of the node's own gives a
    /// [Dictionary] with its [code]"action"[/code] and [code]"reply"[/code] (connected), [code]"code"[/code],
    /// [code]"text"[/code], [code]"reason"[/code] and [code]"os_error"[/code] (disconnected, error) or
    /// [code]"milliseconds"[/code] (stalled). A message that calls itself [code]"connected"[/code] never
    /// reaches [code]network_connected[/code].
    ///
    /// Each gets its data for itself and may change it. It may declare what is inside:
    /// [code]data: Dictionary[String, Variant][/code], or [code]Array[float][/code] for [code]network[/code].
    ///
    /// A method that returns a [Dictionary] answers a question with it (see [method ask]), a coroutine when it returns:
    /// the first of those that are called. Who answers so does not call [method answer].
    /// ```gdscript
    /// func network_buy(data: Dictionary) -> Dictionary:
    ///     return {"gold": 12 if data.get("item") == "sword" else 0}
    /// ```
    ///
    /// A method that is named so and cannot be called so (three arguments, say) is an error in the output, once;
    /// the object's other methods are called. So is data of a type that a method does not take.
    ///
    /// Listeners are called in the order in which they were added, before the signals. They are not kept
    /// alive; one that is freed is forgotten. Adding one twice changes nothing.
    ///
    /// Returns an error only for [code]null[/code].
    #[func(gd_self)]
    fn add_listener(this: Gd<Self>, listener: Option<Gd<Object>>) -> Answer {
        // Whoever hears what is wrong with the listener may free the node.
        let session = this.bind().session.clone();
        let listener = listener.ok_or_else(|| Error::BadArgument("a listener is an object".into()));
        let added = listener.map(|listener| session.add_listener(&listener));
        session.code(added)
    }

    /// Has an object's methods called no more, beginning at once. Whether it was a listener.
    #[func]
    fn remove_listener(&self, listener: Option<Gd<Object>>) -> bool {
        let mut listeners = self.session.listeners.borrow_mut();
        listener.is_some_and(|listener| listeners.remove(listener.instance_id()))
    }

    /// What is wrong with the properties, in words. The editor shows it as configuration warnings.
    #[func]
    fn get_problems(&self) -> PackedStringArray {
        let address = self.address.to_string();
        warnings::of_client(&address, self.auto_start, &self.limits, self.max_events_per_frame)
    }

    /// What went wrong in the last call that returned an error, or in what was awaited last, in words.
    #[func]
    fn get_last_error(&self) -> GString {
        self.session.failure().words
    }

    /// The exact code of what [method get_last_error] has in words: several share one of Godot's errors.
    #[func]
    fn get_last_error_code(&self) -> ErrorCode {
        ErrorCode(self.session.failure().code)
    }

    /// Why the connection ended, or failed, that [signal disconnected] or [signal error] told of last.
    #[func]
    fn get_reason(&self) -> EndReason {
        EndReason(self.session.reason())
    }

    /// The code that came with it: that of the game which closed or refused the connection, else 0.
    #[func]
    fn get_reason_code(&self) -> i32 {
        self.session.end_code()
    }
}

impl PodsixClient {
    fn frame(this: Gd<Self>) {
        let callback = this.bind().process_callback;
        if is_due(callback.0, this.upcast_ref::<Node>()) {
            Self::poll(this);
        }
    }

    /// What the session's own failure has ended is closed too.
    fn state(&self) -> State {
        if self.session.is_open() { self.link.state.get() } else { State::Closed }
    }

    fn server(&self) -> PeerId {
        PeerId::from_u64(self.link.peer.get())
    }

    /// Warns of what was set too late. A game's Logger hears it and may call the node, which `base_mut` lets it do.
    fn set_later(&mut self, property: &str, is_new: bool) {
        if is_new && matches!(self.state(), State::Connecting | State::Open) {
            warnings::too_late(&self.base_mut(), property, "connect_to(): it is connected already");
        }
    }

    /// Does something with the server.
    fn of_server<R>(
        &self,
        ask: impl FnOnce(&Host, PeerId) -> podsix::Result<R>,
    ) -> Result<R, Failure> {
        self.session.with(|host| ask(host, self.server())).map_err(one_word)
    }

    fn begin(&self, address: &str, hello: &Greeting) -> Result<(), Failure> {
        if matches!(self.state(), State::Connecting | State::Open) {
            return Err(Failure::in_use(
                "there is a connection already, or one is on its way: close it first",
            ));
        }
        let hello = if hello.is_none() {
            &Greeting(self.hello.clone().upcast_any_dictionary())
        } else {
            hello
        };
        let config = config(&self.limits, self.threaded)?;
        self.session.open_unless(config, warnings::speaks_podsixnet(address))?;
        let peer = self.session.greet(hello, |host, hello| host.connect(address, hello))?;
        self.link.peer.set(peer.get());
        self.link.state.set(State::Connecting);
        self.link.held.replace(hold(&self.limits));
        warnings::outside_the_tree(&self.to_gd().upcast(), self.process_callback.0);
        Ok(())
    }
}

/// Whether a client was never connected, is not any more or no longer wants to be is all the same to who calls it.
fn one_word(failure: Failure) -> Failure {
    match failure.answer {
        Answer::ERR_UNCONFIGURED | Answer::ERR_DOES_NOT_EXIST | Answer::ERR_CONNECTION_ERROR => {
            Failure::not_connected("the client is not connected")
        }
        _ => failure,
    }
}

impl Link {
    fn end(&self) {
        self.state.set(State::Closed);
        self.held.take();
    }

    /// Follows what happens to the connection.
    fn note(&self, peer: u64, kind: EventKind) {
        if peer != self.peer.get() {
            return;
        }
        match kind {
            // It may be closing already.
            EventKind::Connected if self.state.get() == State::Connecting => {
                self.state.set(State::Open);
            }
            EventKind::Disconnected | EventKind::Error => self.end(),
            _ => {}
        }
    }
}
