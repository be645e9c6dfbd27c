//! The node that others connect to.

use std::cell::RefCell;
use std::convert::identity;
use std::rc::Rc;

use godot::classes::notify::NodeNotification;
use godot::classes::{INode, Node, Object};
use godot::global::Error as Answer;
use godot::init::is_editor_hint;
use godot::prelude::*;
use godot::register::property::SimpleVar;
use podsix::address::Address;
use podsix::{Error, ListenerId};

use crate::enums::enumeration;
use crate::failure::Failure;
use crate::greeting::Greeting;
use crate::limits::{PodsixLimits, config, hold};
use crate::names::{EndReason, ErrorCode};
use crate::peers::{Peers, id};
use crate::process::{Frames, is_due};
use crate::pump::{fail_later, pump};
use crate::session::{Session, is_in_its_thread};
use crate::{process, questions, stats, warnings};

/// Listens, and exchanges messages with every [PodsixClient] and other podsix program that connects.
///
/// A message is a value of any kind, usually a [Dictionary] whose [code]"action"[/code] says what it is
/// about. What arrives comes as signals and, more conveniently, as calls of the methods of listeners: see
/// [method add_listener].
///
/// A peer is a number that is never used twice. Methods that can fail return an [enum @GlobalScope.Error];
/// [method get_last_error] says it in words.
///
/// Whoever reaches the port may send anything, and so call each [code]network_[/code] method of a listener: with no hello,
/// with keys missing and types that nobody expects. [method Podsix.printable] shows what they write.
///
/// The node works in each frame while it is in the tree and not paused. A game that should go on receiving in
/// a paused tree sets [member Node.process_mode] to [constant Node.PROCESS_MODE_ALWAYS].
///
/// When the node is freed its connections are closed as by [method stop].
#[derive(GodotClass)]
#[class(tool, init, base = Node)]
pub struct PodsixServer {
    /// Where to listen: [code]*[/code] for port 31425 of every address of this machine, or host and port, such
    /// as [code]127.0.0.1:4000[/code]. Several are separated by commas. An address that begins with
    /// [code]podsixnet://[/code] is for programs of PodSixNet. Port 0 takes a free one, which
    /// [method get_addresses] tells.
    #[export]
    #[var(set = set_address)]
    #[init(val = "*".into())]
    address: GString,
    /// Whether [method start] is called when the node is ready. If that fails, [signal error] tells, at the end of the
    /// frame.
    #[export]
    #[var(set = set_auto_start)]
    auto_start: bool,
    /// Whether each client is a [signal request] first, which the game accepts or refuses.
    #[export]
    #[var(set = set_approval)]
    approval: bool,
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
    /// were, and elsewhere as extensions of type 71. A server with an address of PodSixNet's always sends lists.
    #[export]
    #[var(set = set_plain_values)]
    plain_values: bool,
    /// The limits and times; if empty, those of a new [PodsixLimits]. They count from the next [method start].
    #[export]
    #[var(set = set_limits)]
    limits: Option<Gd<PodsixLimits>>,
    /// Whether a thread of the node's own does the input and output. If not, [method poll] does, which saves a
    /// dedicated server two changes of thread per message; then nobody answers pings while nobody polls.
    #[export]
    #[var(set = set_threaded)]
    #[init(val = true)]
    threaded: bool,
    #[init(val = Session::new())]
    session: Rc<Session>,
    listening: RefCell<Vec<ListenerId>>,
    held: RefCell<Option<Rc<()>>>,
    frames: Frames,
    is_ready: bool,
    base: Base<Node>,
}

enumeration! {
    /// When the node polls.
    pub ProcessCallback of PodsixServer as "ProcessCallback":
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
impl Drop for PodsixServer {
    fn drop(&mut self) {
        self.session.free();
    }
}

#[godot_api]
impl INode for PodsixServer {
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
                if let Err(failure) = self.listen() {
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
        false
    }
}

#[godot_api]
impl PodsixServer {
    #[func]
    fn set_address(&mut self, address: GString) {
        self.set_later("address", self.address != address);
        self.address = address;
    }

    #[func]
    fn set_approval(&mut self, approval: bool) {
        self.set_later("approval", self.approval != approval);
        self.approval = approval;
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
            warnings::too_late(&self.base_mut(), "auto_start", "_ready: call start()");
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

    /// A client is connected; [method get_hello] has what it said of itself. From now on it is one of those that
    /// [method broadcast] is for.
    #[signal]
    fn connected(peer: i64);

    /// A client asks to be let in: call [method accept] or [method refuse]. Only with [member approval].
    #[signal]
    fn request(peer: i64, hello: Variant);

    /// A message has come. [param action] is its [code]"action"[/code], empty if it has none.
    #[signal]
    fn message(peer: i64, action: GString, data: Variant);

    /// A connection has ended; nothing comes from this peer any more. [param code] and [param text] are what
    /// either game gave with the disconnect, or the text says what happened; [method get_reason] says why.
    #[signal]
    fn disconnected(peer: i64, code: i64, text: GString);

    /// Listening met trouble; [method get_reason] says why. Or [member auto_start] failed, which is told at the end of
    /// the frame: then the code is an [enum @GlobalScope.Error], and the reason [constant Podsix.REASON_NONE].
    #[signal]
    fn error(code: i64, text: GString);

    /// A peer to which [method send_to] returned [constant @GlobalScope.ERR_BUSY] can be sent to again.
    #[signal]
    fn writable(peer: i64);

    /// The peer's game has not polled for so long: it loads a level, say. It is waited for.
    #[signal]
    fn stalled(peer: i64, milliseconds: i64);

    /// The peer's game polls again.
    #[signal]
    fn resumed(peer: i64);

    /// Listens at [member address]. All of its addresses are bound when this returns
    /// [constant @GlobalScope.OK], or none.
    #[func]
    fn start(&self) -> Answer {
        self.session.code(self.listen())
    }

    /// Stops listening, at once, and closes every connection when what was sent before has been delivered. The code
    /// and the text, at most 1,024 bytes, reach the other ends. No more signals come, and [method start] may follow
    /// at once, with the same address too.
    ///
    /// No frame waits for the connections: they are closed in the background, also when the node is freed or the
    /// tree is paused, until every other end has closed, [member PodsixLimits.linger] at the most. A game that
    /// quits meanwhile waits 200 ms; see [method Podsix.is_closing].
    #[func]
    fn stop(
        &self,
        #[opt(default = 0)] code: i32,
        #[opt(default = "the server has stopped")] text: GString,
    ) {
        if !is_in_its_thread() {
            return;
        }
        self.listening.borrow_mut().clear();
        self.held.take();
        self.session.close(code, &text.to_string());
    }

    /// Whether the server is started.
    #[func]
    fn is_running(&self) -> bool {
        self.session.is_open()
    }

    /// Tells what has arrived, and how many events it was. Only needed with [constant PROCESS_MANUAL].
    #[func(gd_self)]
    fn poll(this: Gd<Self>) -> i64 {
        if !is_in_its_thread() {
            return 0;
        }
        let (session, group, most) = {
            let server = this.bind();
            let most = usize::try_from(server.max_events_per_frame).unwrap_or(0);
            (server.session.clone(), server.listener_group.clone(), most)
        };
        if !session.is_open() {
            return 0;
        }
        let mut node = this.upcast::<Node>();
        session.follow_group(&node, &group);
        pump(&mut node, &session, most, |_| {})
    }

    /// Sends a message to one peer. It is taken whole or, with an error, not at all. It never waits: what cannot
    /// be written at once is kept, up to [member PodsixLimits.out_buffer]; then this returns
    /// [constant @GlobalScope.ERR_BUSY], and [signal writable] comes later.
    #[func]
    fn send_to(&self, peer: i64, data: Variant) -> Answer {
        self.session.code(self.session.send(id(peer), &data))
    }

    /// Sends a message to several peers, given as an array of their numbers; it is encoded once. Each of them takes
    /// it as by [method send_to], or not: then this returns the error of the first that did not, and
    /// [method get_last_error] has of how many.
    #[func]
    fn send_many(&self, peers: Peers, data: Variant) -> Answer {
        let sent = peers.ids().and_then(|peers| self.session.send_many(&peers, &data));
        self.session.code(sent)
    }

    /// Sends a message to every peer of [method get_peers] but [param except], which is a peer, or an array of
    /// several. Who has come but was not told of by [signal connected] yet does not get it: a client's first message
    /// is what the game sends it there. A peer that reads too slowly to have it kept for it is disconnected; with
    /// several exceptions it is sent as by [method send_many].
    #[func]
    fn broadcast(&self, data: Variant, #[opt(default = &Peers::nobody())] except: Peers) -> Answer {
        let sent = except.ids().and_then(|except| match except[..] {
            [] => self.session.broadcast(&data, id(0)),
            [one] => self.session.broadcast(&data, one),
            _ => {
                let mut others = self.session.with(|host| Ok(host.peers()))?;
                others.retain(|peer| !except.contains(peer));
                self.session.send_many(&others, &data)
            }
        });
        self.session.code(sent)
    }

    /// Asks a peer, and waits for its answer:
    /// ```gdscript
    /// var answer: Dictionary = await server.ask(peer, {"action": "ready?"}, 30)
    /// if answer.is_empty():
    ///     print("no answer: ", server.get_last_error())
    /// ```
    /// The peer's game gets the question as a message of this [code]"action"[/code], and answers by the
    /// [Dictionary] that a listener's method returns, or by [method PodsixClient.answer].
    /// Nobody else hears of the answer. It is empty if the question could not be sent, if there was no answer within
    /// [param timeout] seconds (0: as long as the peer is there), or if the peer went before. While this node does
    /// not poll, as in a paused tree, neither comes. If it is freed, what is behind [code]await[/code] never runs.
    ///
    /// What is in an answer the peer decides, as in every message.
    #[func]
    fn ask(
        &self,
        peer: i64,
        question: AnyDictionary,
        #[opt(default = 10.0)] timeout: f64,
    ) -> Signal {
        self.session.ask(id(peer), &question, timeout, identity)
    }

    /// Answers a question of a peer: a message with a number under [code]"ask"[/code], such as
    /// [method PodsixClient.ask] sends. It may be answered later, but once. [param data] gets the
    /// [code]"action"[/code] that answers have.
    #[func]
    fn answer(&self, peer: i64, question: AnyDictionary, data: AnyDictionary) -> Answer {
        let number = questions::number_of(&question);
        self.session.code(self.session.answer(id(peer), number, &data))
    }

    /// Closes a connection when what was sent before has been delivered; [signal disconnected] follows. The code
    /// and the text, at most 1,024 bytes, reach the other end, unless that takes longer than
    /// [member PodsixLimits.linger].
    #[func]
    fn disconnect_peer(
        &self,
        peer: i64,
        #[opt(default = 0)] code: i32,
        #[opt(default = "")] text: GString,
    ) -> Answer {
        let text = text.to_string();
        self.session.code(self.session.with(|host| host.disconnect(id(peer), code, &text)))
    }

    /// Closes a connection without waiting for what was sent before: all that waits behind the message being written
    /// is dropped, and the code and the text, at most 1,024 bytes, go behind that. [signal disconnected] comes at
    /// once. A client that asks to be let in is refused. Also after [method disconnect_peer], to hurry it.
    #[func]
    fn kick(
        &self,
        peer: i64,
        #[opt(default = 0)] code: i32,
        #[opt(default = "")] text: GString,
    ) -> Answer {
        let text = text.to_string();
        self.session.code(self.session.with(|host| host.kick(id(peer), code, &text)))
    }

    /// Closes a connection at once, whatever waits, and without a word to the other end;
    /// [signal disconnected] follows.
    #[func]
    fn drop_peer(&self, peer: i64) -> Answer {
        self.session.code(self.session.with(|host| host.drop_peer(id(peer))))
    }

    /// Lets in a client that asked. The reply, at most 4,096 bytes, is what [method PodsixClient.get_reply]
    /// gives there; what is sent from now on reaches it.
    #[func]
    fn accept(&self, peer: i64, #[opt(default = &Greeting::none())] reply: Greeting) -> Answer {
        self.session.code(self.session.greet(&reply, |host, reply| host.accept(id(peer), reply)))
    }

    /// Turns away a client that asked. The code and the text, at most 1,024 bytes, are its
    /// [signal PodsixClient.error].
    #[func]
    fn refuse(
        &self,
        peer: i64,
        #[opt(default = 0)] code: i32,
        #[opt(default = "")] text: GString,
    ) -> Answer {
        let text = text.to_string();
        self.session.code(self.session.with(|host| host.refuse(id(peer), code, &text)))
    }

    /// The peers that are connected, from when [signal connected] is told.
    #[func]
    fn get_peers(&self) -> PackedInt64Array {
        let peers = self.session.with(|host| Ok(host.peers())).unwrap_or_default();
        peers.into_iter().map(|peer| peer.get() as i64).collect()
    }

    /// What a client gave to [method PodsixClient.connect_to]; [code]null[/code] if it was nothing. It is there
    /// until [signal disconnected] has been told.
    #[func]
    fn get_hello(&self, peer: i64) -> Variant {
        self.session.greeting(id(peer).get())
    }

    /// A peer's address, such as [code]192.0.2.7:50123[/code]; empty if there is no such peer.
    #[func]
    fn get_peer_address(&self, peer: i64) -> GString {
        let address = self.session.with(|host| host.peer_address(id(peer)));
        address.map(|address| (&address.to_string()).into()).unwrap_or_default()
    }

    /// The addresses the server listens at, with their real ports, such as [code]tcp://0.0.0.0:31425[/code].
    #[func]
    fn get_addresses(&self) -> PackedStringArray {
        let schemes = self.address.to_string();
        let schemes = warnings::split(&schemes).map(|address| Address::parse(address).ok());
        let listening = self.listening.borrow();
        let bound = listening.iter().zip(schemes).filter_map(|(listener, asked)| {
            let address = self.session.with(|host| host.listener_address(*listener)).ok()?;
            Some(GString::from(&format!("{}{address}", asked?.scheme)))
        });
        bound.collect()
    }

    /// The server's figures: [code]peers[/code], [code]listeners[/code], [code]bytes_in[/code],
    /// [code]bytes_out[/code], [code]messages_in[/code], [code]messages_out[/code], [code]memory_used[/code],
    /// [code]memory_budget[/code], [code]accepted[/code], [code]refused[/code],
    /// [code]handshakes_failed[/code], [code]slow_peers[/code] and more. Empty if it is not started.
    #[func]
    fn get_stats(&self) -> VarDictionary {
        self.session.with(|host| Ok(stats::of_host(&host.stats()))).unwrap_or_default()
    }

    /// A peer's figures: [code]rtt_us[/code], the last round-trip time in microseconds (0: not known yet),
    /// [code]age_ms[/code], [code]bytes_in[/code], [code]bytes_out[/code], [code]messages_in[/code],
    /// [code]messages_out[/code], [code]bytes_waiting[/code], [code]waiting_ms[/code],
    /// [code]queued_events[/code], [code]queued_bytes[/code]. Empty if there is no such peer.
    #[func]
    fn get_peer_stats(&self, peer: i64) -> VarDictionary {
        let stats = self.session.with(|host| host.peer_stats(id(peer)));
        stats.map(|stats| stats::of_peer(&stats)).unwrap_or_default()
    }

    /// Has methods of an object called for what happens:
    /// ```gdscript
    /// func network_move(peer, data):     # each message whose action is "move"
    /// func network_move(data):           # the same, if who sent it does not matter
    /// func network(peer, data):          # each message
    /// func network_connected(peer, data):    # and request, disconnected, error, writable, stalled, resumed
    /// ```
    /// An event of the node's own gives a [Dictionary] with its [code]"action"[/code] and [code]"hello"[/code]
    /// (connected, request), [code]"code"[/code], [code]"text"[/code], [code]"reason"[/code] and
    /// [code]"os_error"[/code] (disconnected, error) or [code]"milliseconds"[/code] (stalled). A message that
    /// calls itself [code]"connected"[/code] never reaches [code]network_connected[/code].
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
        warnings::of_server(&self.address.to_string(), &self.limits, self.max_events_per_frame)
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

    /// Why the connection ended that [signal disconnected] told of last.
    #[func]
    fn get_reason(&self) -> EndReason {
        EndReason(self.session.reason())
    }
}

impl PodsixServer {
    fn frame(this: Gd<Self>) {
        let callback = this.bind().process_callback;
        if is_due(callback.0, this.upcast_ref::<Node>()) {
            Self::poll(this);
        }
    }

    /// Warns of what was set too late. A game's Logger hears it and may call the node, which `base_mut` lets it do.
    fn set_later(&mut self, property: &str, is_new: bool) {
        if is_new && self.session.is_open() {
            warnings::too_late(&self.base_mut(), property, "start(): it runs already");
        }
    }

    fn listen(&self) -> Result<(), Failure> {
        if self.session.is_open() {
            return Err(Failure::in_use("the server is started already: stop it first"));
        }
        let addresses = self.address.to_string();
        let knows_lists_only = warnings::speaks_podsixnet(&addresses);
        self.session.open(config(&self.limits, self.threaded)?, knows_lists_only)?;
        let listen = |host: &podsix::Host| -> podsix::Result<Vec<ListenerId>> {
            let listening: podsix::Result<Vec<ListenerId>> = warnings::split(&addresses)
                .map(|address| host.listen(address, self.approval))
                .collect();
            let listening = listening?;
            match listening.is_empty() {
                true => Err(Error::BadAddress("the server has no address to listen at".into())),
                false => Ok(listening),
            }
        };
        let listening = self.session.with(listen);
        if listening.is_err() {
            self.session.close(0, "");
        }
        *self.listening.borrow_mut() = listening?;
        self.held.replace(hold(&self.limits));
        warnings::outside_the_tree(&self.to_gd().upcast(), self.process_callback.0);
        Ok(())
    }
}
