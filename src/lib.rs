//! podsix: multiplayer networking for every game engine.
//!
//! Messages are maps with an `"action"`, one [`poll`](Host::poll) per frame does everything, and the
//! main loop stays the game's own. This crate is the library behind the C header `podsix.h`, and a
//! safe Rust API by itself:
//!
//! ```
//! use podsix::{Config, EventKind, Host, Message};
//! use std::time::Duration;
//!
//! # fn main() -> podsix::Result<()> {
//! let mut server = Host::new(Config::default())?;
//! let listener = server.listen("127.0.0.1:0", false)?;
//! let address = server.listener_address(listener)?;
//!
//! let mut client = Host::new(Config::default())?;
//! let peer = client.connect(&address.to_string(), None)?;
//! client.send_message(peer, Message::new().begin("move").set("x", 3).set("y", 4))?;
//!
//! let net = server.handle().clone();
//! 'game: loop {
//!     while let Some(event) = server.wait(Duration::from_millis(16))? {
//!         if event.kind == EventKind::Message && event.action == "move" {
//!             assert_eq!(event.message.get("x").as_int(0), 3);
//!             net.disconnect(event.peer, 0, "thanks")?;
//!             break 'game;
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! - [`Host`] is what a game owns, [`Handle`] what any thread may use of it, [`Config`] its limits.
//! - [`EventKind`] says what a poll may give, [`Reason`] why a connection ended, [`Error`] what a call answers.
//! - [`Message`] writes, [`Value`] reads; both are MessagePack and nothing else.
//! - [`printable`] shows what somebody else wrote: the other end chooses its messages' texts.
//! - [`wire`] is the protocols as state machines, [`codec`] the forms a message has in them, [`address`]
//!   what an address may say.
//!
//! The way of the data: `ffi → api → reactor → link`, with what the last three share in `shared`; `wire`, `codec` and `value`
//! know neither sockets nor threads. It comes back through one queue of events.
//!
//! Nothing that comes over the network makes a call panic, and hardly any argument does: *Panics* says where one may.
//!
//! # Features
//!
//! - `log`, off by default: what a host logs is also given to the logger of the `log` crate. [`LogRecord`] says
//!   from which threads, and what the logger must not do.
//!
//! # Platforms
//!
//! Unix systems and Windows; the tests run on Linux. What differs is said where it does: forked children at [`Host`],
//! addresses of both families at [`Handle::listen`], what a loop can wait for at [`Handle::descriptor`].

#![deny(unsafe_code)]

mod api;
#[cfg(feature = "bench-internals")]
#[doc(hidden)]
pub mod bench_internals;
pub mod codec;
// Its comments are written for the C header: their examples are C.
#[cfg(not(doctest))]
#[doc(hidden)]
pub mod ffi;
mod inside;
mod link;
mod reactor;
mod shared;
#[cfg(all(test, not(loom)))]
mod simulated;
pub mod value;
pub mod wire;
mod words;

pub use api::{Handle, Host, HostStats, PeerStats};
pub use config::{Config, Mode, SendMode};
pub use error::{Error, Result};
pub use event::{Direction, Event, EventKind, ListenerId, PeerId, Reason};
pub use value::{Message, Value, printable};
pub use words::{Level, LogRecord, address, config, error, event};

/// Compiles only for what may pass from thread to thread.
const fn may_move<T: Send>() {}
/// Compiles only for what several threads may use at once.
const fn may_be_shared<T: Send + Sync>() {}
const _: () = {
    may_move::<Host>();
    may_be_shared::<Handle>();
    may_be_shared::<shared::Shared>();
    may_be_shared::<Message>();
    may_be_shared::<Value<'_>>();
};

/// The examples of the README, compiled and run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
