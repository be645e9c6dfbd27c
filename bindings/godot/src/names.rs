//! The numbers, by name.

use godot::prelude::*;
use podsix::Reason;
use podsix::error::error_name;

use crate::farewell::FAREWELLS;

/// The names of podsix's numbers, error codes and reasons, and what holds for all nodes together.
///
/// Methods that can fail return 0 ([constant @GlobalScope.OK]) or one of the [code]ERR_[/code] codes here,
/// and [method PodsixServer.get_last_error] or [method PodsixClient.get_last_error] says it in words.
#[derive(GodotClass)]
#[class(no_init, base = Object)]
pub struct Podsix;

#[godot_api]
impl Podsix {
    /// An argument is out of range, or the call does not fit now.
    #[constant]
    const ERR_BAD_ARGUMENT: i32 = -1;
    /// A setting is out of range or contradicts another one.
    #[constant]
    const ERR_BAD_CONFIG: i32 = -2;
    /// An address that cannot be read, or that cannot be used for this call.
    #[constant]
    const ERR_BAD_ADDRESS: i32 = -3;
    /// Not a well-formed message: broken MessagePack, an unbalanced or empty message.
    #[constant]
    const ERR_BAD_MESSAGE: i32 = -4;
    /// A message larger than [member PodsixLimits.max_message], this end's or the other end's.
    #[constant]
    const ERR_TOO_LARGE: i32 = -7;
    /// A message nested deeper than [member PodsixLimits.max_depth], this end's or the other end's.
    #[constant]
    const ERR_TOO_DEEP: i32 = -8;
    /// A message of more values than [member PodsixLimits.max_values], this end's or the other end's.
    #[constant]
    const ERR_TOO_MANY_VALUES: i32 = -9;
    /// The peer's out-buffer is full. Nothing was taken; send again after [code]writable[/code].
    #[constant]
    const ERR_WOULD_BLOCK: i32 = -10;
    /// The host's [member PodsixLimits.memory_budget] is used up. Nothing was taken.
    #[constant]
    const ERR_MEMORY: i32 = -11;
    /// No such peer: never there, gone, or of another host.
    #[constant]
    const ERR_UNKNOWN_PEER: i32 = -12;
    /// The peer is there but nothing can be sent to it: not accepted yet, or being closed.
    #[constant]
    const ERR_NOT_CONNECTED: i32 = -13;
    /// Accept or refuse for a peer that is not waiting for an answer.
    #[constant]
    const ERR_NOT_REQUESTED: i32 = -14;
    /// The host has [member PodsixLimits.max_peers] peers already.
    #[constant]
    const ERR_TOO_MANY_PEERS: i32 = -16;
    /// The library made a mistake and caught it; stop, and start again.
    #[constant]
    const ERR_PANIC: i32 = -18;
    /// A question was not answered in time.
    #[constant]
    const ERR_TIMEOUT: i32 = -19;
    /// The operating system refused; the details name its error.
    #[constant]
    const ERR_OS: i32 = -20;
    /// A part of the message has no form in what the peer speaks: bytes in JSON, an [Object] anywhere.
    #[constant]
    const ERR_UNSENDABLE: i32 = -23;
    /// A string holds the five bytes that end each of PodSixNet's messages, 0, "---" and 0.
    #[constant]
    const ERR_TERMINATOR: i32 = -24;
    /// Nothing has ended.
    #[constant]
    const REASON_NONE: i32 = 0;
    /// The other end's game closed the connection; code and text are its own.
    #[constant]
    const REASON_CLOSED: i32 = 1;
    /// This end's game closed the connection; code and text are its own.
    #[constant]
    const REASON_LOCAL: i32 = 2;
    /// The listening end's game refused to let the client in; code and text are its own.
    #[constant]
    const REASON_REFUSED: i32 = 3;
    /// The connection broke without a goodbye.
    #[constant]
    const REASON_LOST: i32 = 4;
    /// The other end was silent for [member PodsixLimits.idle_timeout], or stalled for [member
    /// PodsixLimits.stall_limit].
    #[constant]
    const REASON_TIMEOUT: i32 = 5;
    /// Something that is no frame or no value came.
    #[constant]
    const REASON_PROTOCOL: i32 = 6;
    /// A message larger than [member PodsixLimits.max_message] came.
    #[constant]
    const REASON_TOO_LARGE: i32 = 7;
    /// The peer was slow: a broadcast would have made more than [member PodsixLimits.slow_peer_bytes] wait, or it took
    /// nothing for [member PodsixLimits.slow_peer] seconds while one waited.
    #[constant]
    const REASON_SLOW_PEER: i32 = 8;
    /// The [member PodsixLimits.memory_budget] was used up, and this peer held most of it.
    #[constant]
    const REASON_MEMORY: i32 = 9;
    /// The other end has [member PodsixLimits.max_peers] peers already, or
    /// [member PodsixLimits.max_greeting_per_address] connections from this one's address that have not greeted.
    #[constant]
    const REASON_FULL: i32 = 10;
    /// The greeting took longer than [member PodsixLimits.handshake_timeout].
    #[constant]
    const REASON_HANDSHAKE_TIMEOUT: i32 = 11;
    /// The other end's game did not answer within [member PodsixLimits.approval_timeout].
    #[constant]
    const REASON_APPROVAL_TIMEOUT: i32 = 12;
    /// Name look-up and connecting took longer than [member PodsixLimits.connect_timeout].
    #[constant]
    const REASON_CONNECT_TIMEOUT: i32 = 13;
    /// The name could not be looked up.
    #[constant]
    const REASON_UNRESOLVED: i32 = 14;
    /// None of the addresses could be connected.
    #[constant]
    const REASON_UNREACHABLE: i32 = 15;
    /// The other end speaks another version of the protocol.
    #[constant]
    const REASON_VERSION: i32 = 16;
    /// The other end speaks something else; the text says what, if it is known.
    #[constant]
    const REASON_WRONG_PROTOCOL: i32 = 17;
    /// The other end's host was freed, or its server is stopping.
    #[constant]
    const REASON_SHUTDOWN: i32 = 18;

    /// The name of an error code, such as [code]"PODSIX_ERR_WOULD_BLOCK"[/code].
    #[func]
    fn error_name(code: i32) -> GString {
        error_name(code).into()
    }

    /// The name of a reason, such as [code]"PODSIX_REASON_TIMEOUT"[/code].
    #[func]
    fn reason_name(reason: i32) -> GString {
        let known = usize::try_from(reason).ok().and_then(|index| Reason::ALL.get(index));
        known.map_or("PODSIX_REASON_UNKNOWN", |reason| reason.name()).into()
    }

    /// Whether connections are still being closed in the background: those of a [PodsixServer],
    /// [PodsixClient] or [PodsixMultiplayerPeer] that was stopped, closed or freed. On a long line this takes a
    /// round trip after the last of what was sent, and [member PodsixLimits.linger] at the most. When the game
    /// quits they are given 200 ms more, all at the same time. A game that wants to be sure that its last words
    /// arrive waits:
    /// ```gdscript
    /// server.stop(0, "the server goes down")
    /// while Podsix.is_closing():
    ///     await get_tree().process_frame
    /// get_tree().quit()
    /// ```
    #[func]
    fn is_closing() -> bool {
        FAREWELLS.is_closing()
    }

    /// The version of podsix, such as [code]"0.1.0"[/code].
    #[func]
    fn version() -> GString {
        env!("CARGO_PKG_VERSION").into()
    }
}
