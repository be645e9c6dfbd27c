//! The numbers, by name.

use godot::prelude::*;
use podsix::Reason;
use podsix::error::error_name;

use crate::enums::enumeration;
use crate::farewell::FAREWELLS;

/// The names of podsix's numbers, error codes and reasons, and what holds for all nodes together.
///
/// Methods that can fail return [constant @GlobalScope.OK] or another [enum @GlobalScope.Error].
/// [method PodsixServer.get_last_error] and [method PodsixClient.get_last_error] say it in words, and
/// [method PodsixServer.get_last_error_code] and [method PodsixClient.get_last_error_code] by one of the
/// [enum ErrorCode]s here, which are the same in every language.
#[derive(GodotClass)]
#[class(no_init, base = Object)]
pub struct Podsix;

enumeration! {
    /// What a call answered, exactly.
    pub ErrorCode of Podsix as "ErrorCode":
    /// An argument is out of range, or the call does not fit now.
    ERR_BAD_ARGUMENT = -1,
    /// A setting is out of range or contradicts another one.
    ERR_BAD_CONFIG = -2,
    /// An address that cannot be read, or that cannot be used for this call.
    ERR_BAD_ADDRESS = -3,
    /// Not a well-formed message: broken MessagePack, an unbalanced or empty message.
    ERR_BAD_MESSAGE = -4,
    /// A message larger than [member PodsixLimits.max_message], this end's or the other end's.
    ERR_TOO_LARGE = -7,
    /// A message nested deeper than [member PodsixLimits.max_depth], this end's or the other end's.
    ERR_TOO_DEEP = -8,
    /// A message of more values than [member PodsixLimits.max_values], this end's or the other end's.
    ERR_TOO_MANY_VALUES = -9,
    /// The peer's out-buffer is full. Nothing was taken; send again after [code]writable[/code].
    ERR_WOULD_BLOCK = -10,
    /// The host's [member PodsixLimits.memory_budget] is used up. Nothing was taken.
    ERR_MEMORY = -11,
    /// No such peer: never there, gone, or of another host.
    ERR_UNKNOWN_PEER = -12,
    /// The peer is there but nothing can be sent to it: not accepted yet, or being closed.
    ERR_NOT_CONNECTED = -13,
    /// Accept or refuse for a peer that is not waiting for an answer.
    ERR_NOT_REQUESTED = -14,
    /// The host has [member PodsixLimits.max_peers] peers already.
    ERR_TOO_MANY_PEERS = -16,
    /// The library made a mistake and caught it; stop, and start again.
    ERR_PANIC = -18,
    /// A question was not answered in time.
    ERR_TIMEOUT = -19,
    /// The operating system refused; the details name its error.
    ERR_OS = -20,
    /// A part of the message has no form in what the peer speaks: bytes in JSON, an [Object] anywhere.
    ERR_UNSENDABLE = -23,
    /// A string holds the five bytes that end each of PodSixNet's messages, 0, "---" and 0.
    ERR_TERMINATOR = -24,
}

enumeration! {
    /// Why a connection ended.
    pub EndReason of Podsix as "Reason":
    /// Nothing has ended.
    REASON_NONE = 0,
    /// The other end's game closed the connection; code and text are its own.
    REASON_CLOSED = 1,
    /// This end's game closed the connection; code and text are its own.
    REASON_LOCAL = 2,
    /// The listening end's game refused to let the client in; code and text are its own.
    REASON_REFUSED = 3,
    /// The connection broke without a goodbye.
    REASON_LOST = 4,
    /// The other end was silent for [member PodsixLimits.idle_timeout], or stalled for [member
    /// PodsixLimits.stall_limit].
    REASON_TIMEOUT = 5,
    /// Something that is no frame or no value came.
    REASON_PROTOCOL = 6,
    /// A message larger than [member PodsixLimits.max_message] came.
    REASON_TOO_LARGE = 7,
    /// The peer was slow: a broadcast would have made more than [member PodsixLimits.slow_peer_bytes] wait, or it took
    /// nothing for [member PodsixLimits.slow_peer] seconds while one waited.
    REASON_SLOW_PEER = 8,
    /// The [member PodsixLimits.memory_budget] was used up, and this peer held most of it.
    REASON_MEMORY = 9,
    /// The other end has [member PodsixLimits.max_peers] peers already, or
    /// [member PodsixLimits.max_greeting_per_address] connections from this one's address that have not greeted.
    REASON_FULL = 10,
    /// The greeting took longer than [member PodsixLimits.handshake_timeout].
    REASON_HANDSHAKE_TIMEOUT = 11,
    /// The other end's game did not answer within [member PodsixLimits.approval_timeout].
    REASON_APPROVAL_TIMEOUT = 12,
    /// Name look-up and connecting took longer than [member PodsixLimits.connect_timeout].
    REASON_CONNECT_TIMEOUT = 13,
    /// The name could not be looked up.
    REASON_UNRESOLVED = 14,
    /// None of the addresses could be connected.
    REASON_UNREACHABLE = 15,
    /// The other end speaks another version of the protocol.
    REASON_VERSION = 16,
    /// The other end speaks something else; the text says what, if it is known.
    REASON_WRONG_PROTOCOL = 17,
    /// The other end's host was freed, or its server is stopping.
    REASON_SHUTDOWN = 18,
}

#[godot_api]
impl Podsix {
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
