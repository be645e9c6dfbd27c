//! Connecting, and single peers.

use std::ffi::{c_char, c_void};

use super::host::{call, podsix_host};
use super::input;
use super::message::{self, podsix_message};
use super::output::{self, Out};
use crate::event::PeerId;
use crate::link::os::uncancelled;

/// # Connecting, and single peers
///
/// Begins to connect. Exactly one PODSIX_EVENT_CONNECTED or PODSIX_EVENT_ERROR with this peer's id
/// follows (if the game closes it first, only its last event). What is sent to the peer meanwhile
/// waits in its out-buffer.
///
/// address, len: tcp://host:port, such as "play.example.org:5000", "tcp://[::1]"; no port is 31425.
/// podsixnet://host:port is a server of PodSixNet 0.11.0, podsixnet+json:// one that uses JSON,
/// podsixnet+custom:// one with a codec of its own (podsix_host_set_codec). hello: what the server's game
/// gets with its PODSIX_EVENT_CONNECTED or PODSIX_EVENT_REQUEST, at most 4,096 bytes; NULL is none, and
/// PodSixNet has none. flags: 0. peer: where the new peer's id goes; NULL if it is not needed.
///
/// "[fe80::1%eth0]" is a link-local address and the interface on which it is meant, by its name or its
/// index. A host that ends in a number must be an IPv4 address of four decimal numbers without leading
/// zeros. A name is looked up without blocking; a process looks up 64 at once, and up to 4,096 more wait.
/// With letters beyond ASCII the system gets it as it is written, while its form with "xn--" is
/// understood everywhere. Of a name's addresses up to 16 are tried, the next 250 ms after the last one
/// began, or as soon as that has failed; the first to connect wins (RFC 8305). All of this together may
/// take connect_timeout_ms.
///
/// A server of PodSixNet need not greet: if it has said nothing for 2 seconds, or handshake_timeout_ms +
/// approval_timeout_ms if that is less, PODSIX_EVENT_CONNECTED comes without it. If its first message then
/// is a refusal, PODSIX_EVENT_DISCONNECTED with PODSIX_REASON_REFUSED follows; a greeting that brings more
/// than the word "connected", or a second one, is a message.
///
/// Returns 0, PODSIX_ERR_BAD_ADDRESS, PODSIX_ERR_BAD_UTF8, PODSIX_ERR_TOO_MANY_PEERS,
/// PODSIX_ERR_MEMORY, PODSIX_ERR_CLOSING after podsix_host_close, PODSIX_ERR_TOO_LARGE for a hello that is
/// too long, PODSIX_ERR_UNSENDABLE for one to PodSixNet or with a tuple as a key, which not every server
/// takes, or the code of the first mistake made while the hello was built; podsixnet+custom:// without a
/// codec is a PODSIX_ERR_BAD_ADDRESS. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_connect(
    host: *mut podsix_host,
    address: *const c_char,
    len: usize,
    hello: *const podsix_message,
    flags: u32,
    peer: *mut u64,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            input::flags(flags, 0)?;
            // SAFETY: *input*, *message* and *output*.
            let address = input::text("address", address, len)?;
            let hello = message::optional(hello)?;
            let peer = Out::optional("peer", peer)?;
            // The system reads an address with an interface in it, and may open files or sockets for that.
            peer.set(uncancelled(|| host.connect(address, hello))?.get());
            Ok(0)
        })
    }
}

/// Lets a client in that has asked with PODSIX_EVENT_REQUEST. Its PODSIX_EVENT_CONNECTED follows,
/// at both ends.
///
/// reply: what the client's game gets with it, at most 4,096 bytes; NULL is none. A client of PodSixNet
/// finds the entries of a map in its "connected" message, anything else there under "reply". flags: 0.
///
/// Returns 0, PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_NOT_REQUESTED, PODSIX_ERR_TOO_LARGE for a reply
/// that is too long, PODSIX_ERR_TOO_DEEP, PODSIX_ERR_TOO_MANY_VALUES, PODSIX_ERR_UNSENDABLE and
/// PODSIX_ERR_TERMINATOR as podsix_send, or the code of the first mistake made while it was built. Any
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_accept(
    host: *mut podsix_host,
    peer: u64,
    reply: *const podsix_message,
    flags: u32,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            input::flags(flags, 0)?;
            // SAFETY: *message*.
            let reply = message::optional(reply)?;
            host.accept(PeerId::from_u64(peer), reply).map(|()| 0)
        })
    }
}

/// Turns a client away that has asked with PODSIX_EVENT_REQUEST. It gets code and text with its
/// PODSIX_EVENT_ERROR and PODSIX_REASON_REFUSED; here a PODSIX_EVENT_DISCONNECTED with the same reason
/// follows, as the peer's last event.
///
/// code: any number. text, len: words, cut after 1,024 bytes; NULL and 0 for none.
///
/// Returns 0, PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_NOT_REQUESTED or PODSIX_ERR_BAD_UTF8. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_refuse(
    host: *mut podsix_host,
    peer: u64,
    code: i32,
    text: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            // SAFETY: *input*.
            let text = input::text("text", text, len)?;
            host.refuse(PeerId::from_u64(peer), code, text).map(|()| 0)
        })
    }
}

/// Closes a connection gracefully: what was sent before arrives first, then code and text, for
/// which it may take up to linger_ms. No more messages come from this peer; its
/// PODSIX_EVENT_DISCONNECTED with PODSIX_REASON_LOCAL follows. A connect that is not open yet is given
/// up, with what was sent to it, and ends with PODSIX_EVENT_ERROR.
///
/// code: any number. text, len: words, cut after 1,024 bytes; NULL and 0 for none.
///
/// Returns 0, PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_NOT_CONNECTED (it is being closed already) or
/// PODSIX_ERR_BAD_UTF8. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_disconnect(
    host: *mut podsix_host,
    peer: u64,
    code: i32,
    text: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            // SAFETY: *input*.
            let text = input::text("text", text, len)?;
            host.disconnect(PeerId::from_u64(peer), code, text).map(|()| 0)
        })
    }
}

/// Closes a connection without waiting for what was sent before: all that waits behind the message being
/// written is dropped, and code and text go behind that. The other end sees PODSIX_REASON_CLOSED, unless it
/// reads nothing for linger_ms. Here PODSIX_EVENT_DISCONNECTED with PODSIX_REASON_LOCAL follows at once. A
/// connect that is not open yet ends with PODSIX_EVENT_ERROR, and a client that asks to be let in is refused.
/// Also after podsix_peer_disconnect, to hurry it.
///
/// code: any number. text, len: words, cut after 1,024 bytes; NULL and 0 for none.
///
/// Returns 0, PODSIX_ERR_UNKNOWN_PEER, PODSIX_ERR_NOT_CONNECTED (it has ended) or PODSIX_ERR_BAD_UTF8. Any
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_kick(
    host: *mut podsix_host,
    peer: u64,
    code: i32,
    text: *const c_char,
    len: usize,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            // SAFETY: *input*.
            let text = input::text("text", text, len)?;
            host.kick(PeerId::from_u64(peer), code, text).map(|()| 0)
        })
    }
}

/// Closes a connection at once; what waits to be written is lost. Its PODSIX_EVENT_DISCONNECTED
/// with PODSIX_REASON_LOCAL follows, or PODSIX_EVENT_ERROR if it was not open yet.
///
/// Returns 0, PODSIX_ERR_UNKNOWN_PEER, or PODSIX_ERR_NOT_CONNECTED if it has ended already. Any
/// thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_drop(host: *mut podsix_host, peer: u64) -> i32 {
    // SAFETY: *host*.
    unsafe { call(host, |host| host.drop_peer(PeerId::from_u64(peer)).map(|()| 0)) }
}

/// Copies the address of a peer's other end, such as "192.0.2.7:50123".
///
/// buf, cap: where to, as for all text.
///
/// Returns the text's length in bytes, PODSIX_ERR_UNKNOWN_PEER, or PODSIX_ERR_NOT_CONNECTED while a
/// connect has not reached an address. A peer's address, statistics and user data stay readable
/// until its last event has expired. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_copy_address(
    host: *const podsix_host,
    peer: u64,
    buf: *mut c_char,
    cap: usize,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            // SAFETY: *output*.
            output::text(buf, cap, host.peer_address(PeerId::from_u64(peer))?)
        })
    }
}

/// Reads the pointer stored for a peer, NULL at first. Each of its events carries it too.
///
/// Returns 0 or PODSIX_ERR_UNKNOWN_PEER. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_get_user_data(
    host: *const podsix_host,
    peer: u64,
    user_data: *mut *mut c_void,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            // SAFETY: *output*.
            let out = Out::required("user_data", user_data)?;
            out.set(host.user_data(PeerId::from_u64(peer))? as *mut c_void);
            Ok(0)
        })
    }
}

/// Stores a pointer for a peer. The library never looks at what it points to.
///
/// Returns 0 or PODSIX_ERR_UNKNOWN_PEER. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_peer_set_user_data(
    host: *mut podsix_host,
    peer: u64,
    user_data: *mut c_void,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            host.set_user_data(PeerId::from_u64(peer), user_data as usize).map(|()| 0)
        })
    }
}
