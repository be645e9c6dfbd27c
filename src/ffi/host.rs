//! Hosts: what a game owns, and how its functions are called.

use std::ffi::c_char;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::codes::PODSIX_ERR_BAD_ARGUMENT;
use super::config::{self, podsix_config};
use super::guard::{self, Panicked, Turn, answer};
use super::input;
use super::output::{self, Out, Outs};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::link::os::{self, IntPtr, uncancelled};
use crate::{Handle, Host};

/// # Types
///
/// What a game owns: listeners, peers, and one queue of events.
pub struct podsix_host {
    /// First, so that it says goodbye while all else is still there.
    host: Turn<Host>,
    handle: Handle,
    log_text: Turn<String>,
    error: Mutex<Option<Error>>,
    /// Set by the first panic; nothing but an end can follow.
    panicked: OnceLock<Panicked>,
}

/// # Hosts
///
/// Makes a host.
///
/// config: its settings; NULL takes the defaults. host: where the new host goes. error: where the
/// words go if the call fails, of error_cap bytes, NUL-terminated and cut to fit; NULL and 0 if they
/// are not wanted.
///
/// Returns 0, PODSIX_ERR_BAD_CONFIG, or PODSIX_ERR_OS if a thread or the operating system's event
/// queue could not be had.
///
/// The host is the caller's until podsix_host_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_new(
    config: *const podsix_config,
    host: *mut *mut podsix_host,
    error: *mut c_char,
    error_cap: usize,
) -> i32 {
    guard::keep_quiet();
    if error.is_null() && error_cap > 0 {
        return PODSIX_ERR_BAD_ARGUMENT;
    }
    let made = guard::catch(|| -> Result<i32> {
        // SAFETY: *output*.
        let host = unsafe { Out::required("host", host) }?;
        // SAFETY: *input*: a podsix_config is as large as its first field says.
        let config = unsafe { config::read(config) }?;
        let made = uncancelled(|| podsix_host::new(config))?;
        host.set(Box::into_raw(Box::new(made)));
        Ok(0)
    });
    let (code, words): (i32, &dyn fmt::Display) = match &made {
        Ok(Ok(success)) => return *success,
        Ok(Err(error)) => (error.code(), error),
        Err(panicked) => (Error::Panic.code(), panicked),
    };
    // It refuses no buffer that is one.
    // SAFETY: *output*.
    let _ = unsafe { output::text(error, error_cap, words) };
    code
}

/// Closes a host so that nothing sent is lost: listeners stop, connects that are not open end with
/// PODSIX_EVENT_ERROR, clients that ask to be let in are refused, and each peer gets what was sent to it, then
/// code and text, as with podsix_peer_disconnect. Waits until every other end has closed. What follows is
/// podsix_host_free. To go on drawing meanwhile, call it with timeout_ms 0 and poll until
/// podsix_host_copy_peers with PODSIX_PEERS_ALL gives 0.
///
/// timeout_ms: how long to wait at most, in milliseconds; 0 begins and returns. code: any number. text, len:
/// words, cut after 1,024 bytes; NULL and 0 for none.
///
/// Returns 0 when no connection is left, PODSIX_ERR_TIMEOUT otherwise (call it again, or poll),
/// PODSIX_ERR_BUSY or PODSIX_ERR_BAD_UTF8. It takes no events away: each PODSIX_EVENT_DISCONNECTED waits to be
/// polled. A peer whose other end did not close within linger_ms, or timeout_ms if that is longer, has
/// PODSIX_REASON_LOST: whether it has got everything is not known. From this call on podsix_send returns
/// PODSIX_ERR_NOT_CONNECTED; podsix_listen, podsix_connect and podsix_broadcast return PODSIX_ERR_CLOSING. One
/// thread at a time, as podsix_poll; in a handler, which should not wait, with timeout_ms 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_close(
    host: *mut podsix_host,
    timeout_ms: u32,
    code: i32,
    text: *const c_char,
    len: usize,
) -> i32 {
    let timeout = Duration::from_millis(timeout_ms.into());
    // SAFETY: *host*.
    unsafe {
        call_alone(host, |host| {
            // SAFETY: *input*.
            let text = input::text("text", text, len)?;
            host.close(timeout, code, text).map(|()| 0)
        })
    }
}

/// Frees a host: says goodbye to its peers (they see PODSIX_REASON_SHUTDOWN), closes everything and
/// ends its thread. Blocks for at most 200 ms: what was sent just before may be lost on a long line, for
/// which podsix_host_close waits. Everything its events pointed to ends, and no more come: free what
/// user_data points to before, podsix_host_copy_peers lists the peers (PODSIX_PEERS_ALL).
///
/// Threads of the library may outlive this call: one that goes on closing where there are thousands of
/// peers, and one for each name that is being looked up, until the system answers. Do not unload the
/// library right after either.
///
/// In a forked child it closes the child's copies of a parent's host's descriptors, does nothing else and
/// does not block: no peer hears of it. Its memory is given back when the child ends or runs another
/// program. A child that closes all descriptors by itself must do that after this call, or not call it.
///
/// host: NULL is fine.
///
/// Any thread, but no other call on this host may be under way, and none may follow.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_free(host: *mut podsix_host) {
    if host.is_null() {
        return;
    }
    // SAFETY: *host*: podsix_host_new made it of a Box, and nobody uses it any more.
    let host = unsafe { Box::from_raw(host) };
    if host.is_forked() {
        // Its memory goes with the process: what a thread of the parent's was changing cannot be taken
        // apart here.
        uncancelled(|| host.handle.network.close_copies());
        return std::mem::forget(host);
    }
    // What a poisoned host still manages to close, it closes; there is nobody left to tell.
    let _ = guard::catch(|| uncancelled(|| drop(host)));
}

/// Copies the words of the last call on this host that failed, from whichever thread.
///
/// buf, cap: where to, as for all text (see Strings at the top).
///
/// Returns the length of the whole text in bytes; 0 if no call has failed yet.
///
/// Any thread. A program that calls from several threads may get another call's words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_copy_error(
    host: *const podsix_host,
    buf: *mut c_char,
    cap: usize,
) -> i32 {
    answer(|| {
        // SAFETY: *host*.
        let host = unsafe { input::reference("host", host) }?;
        if host.is_forked() {
            // Without a lock, which a thread of the parent's may have held.
            // SAFETY: *output*.
            return unsafe { output::text(buf, cap, Error::Forked) };
        }
        let error = host.error.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: *output*.
        match (host.panicked.get(), &*error) {
            (Some(panicked), _) => unsafe { output::text(buf, cap, panicked) },
            (None, Some(error)) => unsafe { output::text(buf, cap, error) },
            (None, None) => unsafe { output::text(buf, cap, "") },
        }
    })
}

/// Gives a descriptor (on Windows an event's handle) that is readable while podsix_poll has something: for
/// asyncio, libuv, GLib, or a server's own poll or epoll. When it is readable, poll until there is 0; an
/// edge-triggered loop may wait again then, for if there is more there is a new edge. It may be readable once
/// with nothing to poll, and it is after a mistake of the library itself.
///
/// What the host has to do at certain times (pings, timeouts) makes it readable too; but with
/// PODSIX_MODE_INLINE on systems other than Linux and Android, where podsix_poll is to be called at
/// least once in 100 ms whatever it says. A game that waits for it is not taken to be asleep while there is
/// nothing to poll.
///
/// descriptor: where it goes; each call gives the same.
///
/// Returns 0, or PODSIX_ERR_OS if the system gives none, which on Windows is so with PODSIX_MODE_INLINE. It is
/// the host's, until podsix_host_free: never read, write or close it. Any thread.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_get_descriptor(
    host: *mut podsix_host,
    descriptor: *mut IntPtr,
) -> i32 {
    // SAFETY: *host*.
    unsafe {
        call(host, |host| {
            // SAFETY: *output*.
            let out = Out::required("descriptor", descriptor)?;
            out.set(os::number(uncancelled(|| host.descriptor())?));
            Ok(0)
        })
    }
}

/// # Listing peers
///
/// podsix_host_copy_peers: those too that connect, ask to be let in or leave.
pub const PODSIX_PEERS_ALL: u32 = 1;

/// Copies the ids of the peers that are connected; with PODSIX_PEERS_ALL, of all for which there is user
/// data: each until its last event has expired.
///
/// flags: 0 or PODSIX_PEERS_ALL. peers: room for cap ids; NULL if cap is 0.
///
/// Returns how many peers there are, of which the first cap were copied. Any thread; peers may
/// come and go meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_host_copy_peers(
    host: *const podsix_host,
    flags: u32,
    peers: *mut u64,
    cap: usize,
) -> i32 {
    // SAFETY: *host* and *output*.
    unsafe {
        call(host, |host| {
            input::flags(flags, PODSIX_PEERS_ALL)?;
            if peers.is_null() && cap > 0 {
                return Err(input::null("peers"));
            }
            let mut room = Outs::optional("peers", peers, cap)?;
            let there = if flags & PODSIX_PEERS_ALL == 0 { host.peers() } else { host.all_peers() };
            there.iter().enumerate().for_each(|(at, peer)| room.set(at, peer.get()));
            Ok(output::count(there.len()))
        })
    }
}

/// Every function on a host may be called from any thread.
const _: () = crate::may_be_shared::<podsix_host>();

impl podsix_host {
    fn new(config: Config) -> Result<podsix_host> {
        let host = Host::new(config)?;
        Ok(podsix_host {
            handle: host.handle().clone(),
            host: Turn::new(host),
            log_text: Turn::new(String::new()),
            error: Mutex::new(None),
            panicked: OnceLock::new(),
        })
    }

    fn is_forked(&self) -> bool {
        self.handle.shared.condition.is_forked()
    }

    #[inline]
    fn run(&self, call: impl FnOnce() -> Result<i32>) -> i32 {
        if !self.handle.shared.condition.is_sound() {
            return self.unsound();
        }
        match guard::catch(call) {
            Ok(Ok(success)) => success,
            // The host's own thread has panicked meanwhile.
            Ok(Err(Error::Panic)) => self.poison(Panicked::last()),
            Ok(Err(error)) => self.fail(error),
            Err(panicked) => self.poison(panicked),
        }
    }

    /// What every call gets when the library has panicked, or in a forked child.
    #[cold]
    fn unsound(&self) -> i32 {
        match self.handle.check() {
            // Its words are known without being kept.
            Err(Error::Forked) => Error::Forked.code(),
            // Maybe the host's own thread, some time ago.
            _ => self.poison(Panicked::last()),
        }
    }

    #[cold]
    fn poison(&self, panicked: Panicked) -> i32 {
        // Of two panics at once the first to come here is told.
        let _ = self.panicked.set(panicked);
        self.handle.shared.condition.poison();
        Error::Panic.code()
    }

    #[cold]
    fn fail(&self, error: Error) -> i32 {
        let code = error.code();
        // A call must not wait for another one's words, so these may be lost.
        if let Ok(mut last) = self.error.try_lock() {
            *last = Some(error);
        }
        code
    }
}

/// Runs a call that any thread may make at any time.
///
/// # Safety
/// The *host* promise.
#[inline]
pub(super) unsafe fn call(
    host: *const podsix_host,
    call: impl FnOnce(&Handle) -> Result<i32>,
) -> i32 {
    // SAFETY: *host*.
    match unsafe { host.as_ref() } {
        Some(host) => host.run(|| call(&host.handle)),
        None => PODSIX_ERR_BAD_ARGUMENT,
    }
}

/// Runs a call that one thread at a time may make.
///
/// # Safety
/// The *host* promise.
#[inline]
pub(super) unsafe fn call_alone(
    host: *mut podsix_host,
    call: impl FnOnce(&mut Host) -> Result<i32>,
) -> i32 {
    // SAFETY: *host*. The reference is shared; Turn sees to it that only one thread gets inside.
    match unsafe { host.as_ref() } {
        Some(host) => host.run(|| host.host.take(call)),
        None => PODSIX_ERR_BAD_ARGUMENT,
    }
}

/// Runs a call that may change the text of the log record taken last; one thread at a time.
///
/// # Safety
/// The *host* promise.
pub(super) unsafe fn call_log(
    host: *mut podsix_host,
    call: impl FnOnce(&Handle, &mut String) -> Result<i32>,
) -> i32 {
    // SAFETY: *host*, as above.
    match unsafe { host.as_ref() } {
        Some(host) => host.run(|| host.log_text.take(|text| call(&host.handle, text))),
        None => PODSIX_ERR_BAD_ARGUMENT,
    }
}
