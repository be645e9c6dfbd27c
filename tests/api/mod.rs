//! A host as the cases use it: the same words for the Rust API and for the C functions.
//!
//! A case is a function of an [`Api`] and a [`Mode`]; `cases!` makes a test of it for each of the four
//! combinations. What the cases share beyond that: two hosts that are given turns ([`world`]), and a
//! peer made of a plain socket that keeps to the protocol as far as a case wants it to ([`raw`]).

#![allow(dead_code, unused_imports, reason = "each test file uses its part")]

mod c;
mod child;
mod line;
pub mod podsixnet;
mod raw;
mod rust;
mod world;

use std::time::Duration;

use podsix::value::{Limits, Value};
use podsix::{Config, Direction, EventKind, HostStats, Mode, PeerStats, Reason};

pub use c::CApi;
#[cfg(unix)]
pub use child::{Fork, set_descriptors};
pub use child::{child, in_child, raise_descriptors};
pub use line::long_line;
pub use raw::{HELLO, Raw, bin, frame, kind, preface};
pub use rust::RustApi;
pub use world::{End, FILL, PATIENCE, World, alongside, expect, fill, until};

/// Makes tests of cases: through Rust and through C, threaded and inline, or threaded only.
#[macro_export]
macro_rules! cases {
    (threaded: $($name:ident),* $(,)?) => {$(
        mod $name {
            #[test]
            fn rust() {
                super::$name::<$crate::api::RustApi>(podsix::Mode::Threaded);
            }
            #[test]
            fn c() {
                super::$name::<$crate::api::CApi>(podsix::Mode::Threaded);
            }
        }
    )*};
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            #[test]
            fn rust_threaded() {
                super::$name::<$crate::api::RustApi>(podsix::Mode::Threaded);
            }
            #[test]
            fn rust_inline() {
                super::$name::<$crate::api::RustApi>(podsix::Mode::Inline);
            }
            #[test]
            fn c_threaded() {
                super::$name::<$crate::api::CApi>(podsix::Mode::Threaded);
            }
            #[test]
            fn c_inline() {
                super::$name::<$crate::api::CApi>(podsix::Mode::Inline);
            }
        }
    )*};
}

/// An error as both APIs tell it: a number and words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: i32,
    pub words: String,
}

pub type Answer<T> = Result<T, Fault>;

/// Fails unless `answer` is the error `code`, and its words say all of `words`.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Answer<T>, code: i32, words: &[&str]) {
    let fault = answer.expect_err("this must be refused");
    assert_eq!(fault.code, code, "{fault:?}");
    for word in words {
        assert!(fault.words.contains(word), "'{word}' is missing in '{}'", fault.words);
    }
}

pub const BAD_ARGUMENT: i32 = -1;
pub const BAD_CONFIG: i32 = -2;
pub const BAD_ADDRESS: i32 = -3;
pub const BAD_MESSAGE: i32 = -4;
pub const TOO_LARGE: i32 = -7;
pub const TOO_DEEP: i32 = -8;
pub const TOO_MANY_VALUES: i32 = -9;
pub const WOULD_BLOCK: i32 = -10;
pub const MEMORY: i32 = -11;
pub const UNKNOWN_PEER: i32 = -12;
pub const NOT_CONNECTED: i32 = -13;
pub const NOT_REQUESTED: i32 = -14;
pub const UNKNOWN_LISTENER: i32 = -15;
pub const TOO_MANY_PEERS: i32 = -16;
pub const TIMEOUT: i32 = -19;
pub const OS: i32 = -20;
pub const UNSENDABLE: i32 = -23;
pub const TERMINATOR: i32 = -24;
pub const FORKED: i32 = -26;
pub const CLOSING: i32 = -27;

/// The system's numbers, which Winsock has of its own.
#[cfg(unix)]
pub const CONNECTION_REFUSED: i32 = libc::ECONNREFUSED;
#[cfg(windows)]
pub const CONNECTION_REFUSED: i32 = 10061;
#[cfg(unix)]
pub const CONNECTION_RESET: i32 = libc::ECONNRESET;
#[cfg(windows)]
pub const CONNECTION_RESET: i32 = 10054;

/// An event, copied: it outlives the next poll.
#[derive(Clone, Debug)]
pub struct Seen {
    pub kind: EventKind,
    pub reason: Reason,
    pub code: i32,
    pub os_error: i32,
    pub peer: u64,
    pub listener: u32,
    pub direction: Direction,
    pub user_data: usize,
    pub action: String,
    /// MessagePack, empty if there is no message.
    pub message: Vec<u8>,
    pub text: String,
}

impl Seen {
    pub fn value(&self) -> Value<'_> {
        if self.message.is_empty() {
            return Value::NONE;
        }
        let any = Limits { depth: podsix::value::MAX_DEPTH, values: u32::MAX };
        Value::parse(&self.message, &any).expect("a received value is well-formed")
    }

    /// The message as JSON, empty if there is none.
    pub fn json(&self) -> String {
        if self.message.is_empty() { String::new() } else { self.value().to_json() }
    }

    /// The integer at a key; -1 if there is none.
    pub fn int(&self, key: &str) -> i64 {
        self.value().get(key).as_int(-1)
    }
}

/// What a case may ask of a host. Peers and listeners are numbers, messages are JSON or MessagePack;
/// an empty JSON text is no hello or reply.
pub trait Api: Sized {
    /// The host as other threads use it.
    type Net: Net;

    fn new(config: Config) -> Answer<Self>;
    /// For other threads, as long as the host lives.
    fn net(&self) -> Self::Net;

    /// The cases' own codec: each byte of the MessagePack inverted. It writes no "unsendable".
    fn set_codec(&self) -> Answer<()>;

    fn listen(&self, address: &str, approval: bool) -> Answer<u32>;
    fn listener_address(&self, listener: u32) -> Answer<String>;
    fn stop_listening(&self, listener: u32) -> Answer<()>;

    fn connect(&self, address: &str, hello: &str) -> Answer<u64>;
    fn accept(&self, peer: u64, reply: &str) -> Answer<()>;
    fn refuse(&self, peer: u64, code: i32, text: &str) -> Answer<()>;
    fn disconnect(&self, peer: u64, code: i32, text: &str) -> Answer<()>;
    fn kick(&self, peer: u64, code: i32, text: &str) -> Answer<()>;
    fn drop_peer(&self, peer: u64) -> Answer<()>;

    fn send_json(&self, peer: u64, json: &str) -> Answer<()>;
    fn send_msgpack(&self, peer: u64, bytes: &[u8]) -> Answer<()>;
    /// How many took it, and each one's result.
    fn send_many(&self, peers: &[u64], json: &str) -> Answer<(usize, Vec<i32>)>;
    /// `except` 0 is nobody.
    fn broadcast(&self, message: &podsix::Message, except: u64) -> Answer<()>;

    fn poll(&mut self) -> Answer<Option<Seen>>;
    fn wait(&mut self, timeout: Duration) -> Answer<Option<Seen>>;
    fn flush(&mut self, timeout: Duration) -> Answer<()>;
    fn close(&mut self, timeout: Duration, code: i32, text: &str) -> Answer<()>;

    /// What can be waited for.
    fn descriptor(&self) -> Answer<isize>;

    fn peer_address(&self, peer: u64) -> Answer<String>;
    fn peer_stats(&self, peer: u64) -> Answer<PeerStats>;
    fn user_data(&self, peer: u64) -> Answer<usize>;
    fn set_user_data(&self, peer: u64, data: usize) -> Answer<()>;
    fn peers(&self) -> Vec<u64>;
    fn all_peers(&self) -> Vec<u64>;
    fn stats(&self) -> HostStats;
    /// The oldest unread log record: its level's number and its words.
    fn next_log(&mut self) -> Option<(i32, String)>;
}

/// What cases ask of a host on other threads.
pub trait Net: Clone + Send + 'static {
    fn listen(&self, address: &str) -> Answer<u32>;
    fn stop_listening(&self, listener: u32) -> Answer<()>;
    fn connect(&self, address: &str) -> Answer<u64>;
    fn disconnect(&self, peer: u64) -> Answer<()>;
    fn kick(&self, peer: u64) -> Answer<()>;
    fn send_msgpack(&self, peer: u64, bytes: &[u8]) -> Answer<()>;
    fn user_data(&self, peer: u64) -> Answer<usize>;
    fn set_user_data(&self, peer: u64, data: usize) -> Answer<()>;
}

/// The defaults, in one mode.
pub fn config(mode: Mode) -> Config {
    Config { mode, ..Config::default() }
}
