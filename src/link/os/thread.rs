//! Threads: signals are the program's, and cancellation waits.

use std::io;
use std::thread::{self, JoinHandle};
use std::time::Duration;

#[cfg(unix)]
use std::mem::MaybeUninit;
#[cfg(unix)]
use std::ptr;

use crate::inside::inside;

/// Starts a thread of the library's own. The program's signal handlers never run there: they may take locks
/// or look at thread-locals, and expect to do so in a thread of the program.
pub(crate) fn spawn<T: Send + 'static>(
    name: &str,
    run: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    // A thread begins with the signal mask of whoever starts it.
    let _blocked = BlockedSignals::new();
    thread::Builder::new().name(name.into()).spawn(move || inside(run))
}

/// Called for a thread that nobody will join: it may run still when the program unloads the library. Elsewhere what the thread
/// has of the library, its thread-locals, keeps that loaded.
#[cfg(not(windows))]
pub(crate) fn stay_loaded() {}

/// Likewise; Windows would take the library away from under it, so that it stays until the program ends.
#[cfg(windows)]
pub(crate) fn stay_loaded() {
    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn GetModuleHandleExW(
            flags: u32,
            inside: *const std::ffi::c_void,
            module: *mut *mut std::ffi::c_void,
        ) -> i32;
    }
    const PIN: u32 = 1;
    const FROM_ADDRESS: u32 = 4;
    let mut module = std::ptr::null_mut();
    let inside = stay_loaded as fn() as *const std::ffi::c_void;
    // SAFETY: the address is one of the library's own; the handle that is written needs no closing.
    unsafe { GetModuleHandleExW(PIN | FROM_ADDRESS, inside, &mut module) };
}

/// Sleeps for part of a millisecond, more or less. What unparks the thread may end it early.
#[cfg(not(windows))]
pub(crate) fn nap(time: Duration) {
    thread::park_timeout(time);
}

/// Likewise, by a timer of its own that is exact to half a millisecond. To park takes whole ticks of the system's clock, up
/// to 16 ms. Unparking does not end it, and is not lost: the next park ends at once.
#[cfg(windows)]
pub(crate) fn nap(time: Duration) {
    thread::sleep(time);
}

/// Whether naps end in time.
#[cfg(not(windows))]
pub(crate) fn naps_are_short(_time: Duration) -> bool {
    true
}

/// Whether naps end in time: before Windows 10, 1803, and in some of its emulators there is no such timer, and a nap takes
/// ticks again.
#[cfg(windows)]
pub(crate) fn naps_are_short(time: Duration) -> bool {
    static SHORT: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *SHORT.get_or_init(|| {
        // A busy machine may hold up one.
        (0..3).any(|_| {
            let begun = std::time::Instant::now();
            nap(time);
            begun.elapsed() < 8 * time
        })
    })
}

/// Makes a pending `pthread_cancel` wait until `call` is over: the forced unwinding out of a system call
/// cannot pass through frames of Rust, it aborts the process. So this goes around everything that
/// may reach a system call on a thread of the program's.
pub(crate) fn uncancelled<T>(call: impl FnOnce() -> T) -> T {
    let _off = CancelOff::new();
    call()
}

/// While it lives, this thread takes no signals, but for those that tell of its own mistakes.
struct BlockedSignals {
    #[cfg(unix)]
    before: MaybeUninit<libc::sigset_t>,
}

#[cfg(unix)]
impl BlockedSignals {
    fn new() -> BlockedSignals {
        let (mut all, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: the first call fills the set that the others use, the last one `before`. None fails:
        // every number is a signal's.
        unsafe {
            libc::sigfillset(all.as_mut_ptr());
            for own in [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGTRAP] {
                libc::sigdelset(all.as_mut_ptr(), own);
            }
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
        }
        BlockedSignals { before }
    }
}

#[cfg(unix)]
impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // SAFETY: `new` has filled it.
        unsafe {
            libc::pthread_sigmask(libc::SIG_SETMASK, self.before.as_ptr(), ptr::null_mut());
        }
    }
}

#[cfg(not(unix))]
impl BlockedSignals {
    fn new() -> BlockedSignals {
        BlockedSignals {}
    }
}

/// While it lives, this thread is not cancelled.
struct CancelOff {
    /// What holds again afterwards: it may have been off already.
    #[cfg(all(unix, not(target_os = "android")))]
    before: libc::c_int,
}

#[cfg(all(unix, not(target_os = "android")))]
mod cancel {
    unsafe extern "C" {
        pub(super) fn pthread_setcancelstate(
            state: libc::c_int,
            before: *mut libc::c_int,
        ) -> libc::c_int;
    }

    /// PTHREAD_CANCEL_DISABLE, which the libc crate lacks.
    pub(super) const DISABLE: libc::c_int = if cfg!(target_vendor = "apple") { 0 } else { 1 };
}

#[cfg(all(unix, not(target_os = "android")))]
impl CancelOff {
    fn new() -> CancelOff {
        let mut before = 0;
        // SAFETY: it writes the old state.
        unsafe { cancel::pthread_setcancelstate(cancel::DISABLE, &mut before) };
        CancelOff { before }
    }
}

#[cfg(all(unix, not(target_os = "android")))]
impl Drop for CancelOff {
    fn drop(&mut self) {
        let mut off = 0;
        // SAFETY: the state is one that the system gave.
        unsafe { cancel::pthread_setcancelstate(self.before, &mut off) };
    }
}

/// Windows and Android have no cancellation.
#[cfg(not(all(unix, not(target_os = "android"))))]
impl CancelOff {
    fn new() -> CancelOff {
        CancelOff {}
    }
}
