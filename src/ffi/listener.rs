//! Listening.

use std::ffi::c_char;

use super::host::{call, podsix_host};
use super::input;
use super::output::{self, Out};
use crate::error::{Error, Result};
use crate::event::ListenerId;
use crate::link::os::uncancelled;

/// # Listening
///
/// podsix_listen: each client that greets is a PODSIX_EVENT_REQUEST, to be accepted or refused.
pub const PODSIX_LISTEN_APPROVAL: u32 = 1;

/// # Listening
///
/// Begins to accept connections. Clients that have greeted are PODSIX_EVENT_CONNECTED, or
/// PODSIX_EVENT_REQUEST with PODSIX_LISTEN_APPROVAL.
///
/// address, len: tcp://ip:port, such as "tcp://0.0.0.0:31425", "[::1]:5000" (no scheme is tcp) or
/// "*:0": "*" is every address of this machine, IPv4 and IPv6; port 0 lets the system choose, see
/// podsix_listener_get_port; no port is 31425. Names are not looked up, but for "localhost". A
/// link-local address needs its interface, by name or index: "[fe80::1%eth0]:5000". An empty address is
/// an error.
/// podsixnet://ip:port is for clients of PodSixNet 0.11.0, podsixnet+json:// for such that use JSON,
/// podsixnet+custom:// for a codec of their own (podsix_host_set_codec). A host may listen on several.
/// Clients of PodSixNet send no hello, they are connected or asked for at once.
/// flags: 0 or PODSIX_LISTEN_APPROVAL. listener: where the new listener's id goes, never 0; NULL if
/// it is not needed.
///
/// Returns 0, PODSIX_ERR_BAD_ADDRESS, PODSIX_ERR_BAD_UTF8, PODSIX_ERR_OS if the port cannot be had,
/// PODSIX_ERR_CLOSING after podsix_host_close; for podsixnet+custom://, PODSIX_ERR_BAD_ADDRESS without a
/// codec, PODSIX_ERR_UNSENDABLE or PODSIX_ERR_TERMINATOR if it cannot say the greeting.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_listen(
    host: *mut podsix_host,
    address: *const c_char,
    len: usize,
    flags: u32,
    listener: *mut u32,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            // SAFETY: *input* and *output*.
            let address = input::text("address", address, len)?;
            let listener = Out::optional("listener", listener)?;
            input::flags(flags, PODSIX_LISTEN_APPROVAL)?;
            let approval = flags & PODSIX_LISTEN_APPROVAL != 0;
            listener.set(uncancelled(|| host.listen(address, approval))?.get());
            Ok(0)
        })
    }
}

/// The port a listener is bound to, 1 to 65,535, or PODSIX_ERR_UNKNOWN_LISTENER. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_listener_get_port(host: *const podsix_host, listener: u32) -> i32 {
    // SAFETY: *host*.
    unsafe { call(host, |host| Ok(host.listener_address(id(listener)?)?.port().into())) }
}

/// Copies the address a listener is bound to, such as "127.0.0.1:31425" or "[::]:31425".
///
/// buf, cap: where to, as for all text.
///
/// Returns the text's length in bytes, or PODSIX_ERR_UNKNOWN_LISTENER. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_listener_copy_address(
    host: *const podsix_host,
    listener: u32,
    buf: *mut c_char,
    cap: usize,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            // SAFETY: *output*.
            output::text(buf, cap, host.listener_address(id(listener)?)?)
        })
    }
}

/// Stops listening. Peers that came through this listener stay.
///
/// Returns 0 or PODSIX_ERR_UNKNOWN_LISTENER. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_listener_stop(host: *mut podsix_host, listener: u32) -> i32 {
    // SAFETY: *host*.
    unsafe { call(host, |host| uncancelled(|| host.stop_listening(id(listener)?)).map(|()| 0)) }
}

fn id(listener: u32) -> Result<ListenerId> {
    ListenerId::from_u32(listener).ok_or(Error::UnknownListener(listener))
}
