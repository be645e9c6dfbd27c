//! What a game polls.

use std::num::NonZeroU32;

use crate::value::Value;
pub use crate::wire::Reason;

/// The other end of one connection: below 2^53, never used twice in a process, whichever its host; zero is
/// [`NONE`](PeerId::NONE). A plain number, for any thread to keep as long as it likes: once the peer is gone, calls
/// with its id answer `UnknownPeer`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct PeerId(pub(crate) u64);

impl PeerId {
    /// No peer.
    pub const NONE: PeerId = PeerId(0);

    /// The id as a number.
    pub fn get(self) -> u64 {
        self.0
    }

    /// The id that has this number; whether there is such a peer is for the host to say.
    pub fn from_u64(id: u64) -> PeerId {
        PeerId(id)
    }
}

/// One port a host listens on: a number that tells the listeners of one host apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListenerId(pub(crate) NonZeroU32);

impl ListenerId {
    /// The id as a number.
    pub fn get(self) -> u32 {
        self.0.get()
    }

    /// The id that has this number; `None` for zero, which is no listener's.
    pub fn from_u32(id: u32) -> Option<ListenerId> {
        NonZeroU32::new(id).map(ListenerId)
    }
}

/// Which end opened the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Direction {
    /// No connection is meant.
    None = 0,
    /// The peer connected to a listener of this host.
    Inbound = 1,
    /// This host connected to the peer.
    Outbound = 2,
}

/// What happened. The numbers are the C ABI's and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum EventKind {
    /// A connection is open. `message`: outbound, the reply; inbound, the hello (none after a REQUEST).
    Connected = 1,
    /// A client asks to be let in; `message` is its hello. Accept or refuse it.
    Request = 2,
    /// A message; `action` is its action, empty if it has none.
    Message = 3,
    /// A connection has ended: `reason`, `code` and `text` say why. The peer's last event.
    Disconnected = 4,
    /// A connect failed (`peer` is set; its last event), or a listener met trouble (`peer` is 0).
    Error = 5,
    /// Half of a full out-buffer has drained; send again.
    Writable = 6,
    /// The other end's game has stopped polling; it is waited for up to `stall_limit`. `code`: for how many
    /// milliseconds it has not polled.
    Stalled = 7,
    /// The other end's game polls again.
    Resumed = 8,
}

impl EventKind {
    /// The name a lifecycle event is dispatched by; none for a message, which brings its own.
    pub fn action(self) -> &'static str {
        match self {
            EventKind::Connected => "connected",
            EventKind::Request => "request",
            EventKind::Message => "",
            EventKind::Disconnected => "disconnected",
            EventKind::Error => "error",
            EventKind::Writable => "writable",
            EventKind::Stalled => "stalled",
            EventKind::Resumed => "resumed",
        }
    }

    /// The kind's name in C, such as `PODSIX_EVENT_MESSAGE`.
    pub const fn name(self) -> &'static str {
        match self {
            EventKind::Connected => "PODSIX_EVENT_CONNECTED",
            EventKind::Request => "PODSIX_EVENT_REQUEST",
            EventKind::Message => "PODSIX_EVENT_MESSAGE",
            EventKind::Disconnected => "PODSIX_EVENT_DISCONNECTED",
            EventKind::Error => "PODSIX_EVENT_ERROR",
            EventKind::Writable => "PODSIX_EVENT_WRITABLE",
            EventKind::Stalled => "PODSIX_EVENT_STALLED",
            EventKind::Resumed => "PODSIX_EVENT_RESUMED",
        }
    }

    /// Every kind, in the order of their numbers.
    pub const ALL: [EventKind; 8] = [
        EventKind::Connected,
        EventKind::Request,
        EventKind::Message,
        EventKind::Disconnected,
        EventKind::Error,
        EventKind::Writable,
        EventKind::Stalled,
        EventKind::Resumed,
    ];
}

/// One event. What it points to lives until the next poll or wait.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// What happened.
    pub kind: EventKind,
    /// Why a connection ended; [`Reason::None`] otherwise.
    pub reason: Reason,
    /// The application's code of a disconnect or refusal, from either end.
    pub code: i32,
    /// The operating system's error number, 0 if it had no part in this.
    pub os_error: i32,
    /// The peer; [`PeerId::NONE`] if a listener is meant.
    pub peer: PeerId,
    /// The listener through which an inbound peer came, or that met trouble.
    pub listener: Option<ListenerId>,
    /// Which end opened the connection.
    pub direction: Direction,
    /// What [`set_user_data`](crate::Handle::set_user_data) stored for this peer, 0 at first.
    pub user_data: usize,
    /// The name to dispatch by: a message's action (empty if it has none), or a lifecycle name.
    /// `kind` decides, not the name: a remote message may well call itself `connected`.
    pub action: &'a str,
    /// The message, hello or reply; [`Value::NONE`] if there is none.
    pub message: Value<'a>,
    /// Words: of a disconnect, a refusal or an error. Those of the other end are one line of at most 1,024 bytes, without
    /// control characters and what turns the direction of writing round, so that they can be shown; what else it
    /// sent, `action` and `message`, is as it came, and [`printable`](crate::printable) is for showing it.
    pub text: &'a str,
}
