//! What differs by operating system and takes unsafe code: threads, signals and cancellation; descriptors;
//! forking.

#![allow(unsafe_code, reason = "system calls are C functions")]

use std::io;
use std::thread::{self, JoinHandle};

#[cfg(unix)]
use std::mem::MaybeUninit;
#[cfg(unix)]
use std::ptr;

use crate::inside::inside;

#[cfg(unix)]
pub(crate) use std::os::fd::AsRawFd as HasDescriptor;

pub(crate) use fork::{NoFork, close_copied_waker, close_copy, count_forks, forking, forks};

/// What has a descriptor where the system knows such.
#[cfg(not(unix))]
pub(crate) trait HasDescriptor {}

#[cfg(not(unix))]
impl<T> HasDescriptor for T {}

/// A descriptor's number.
#[cfg(unix)]
pub(crate) fn descriptor(of: &impl HasDescriptor) -> Option<u32> {
    u32::try_from(of.as_raw_fd()).ok()
}

#[cfg(not(unix))]
pub(crate) fn descriptor(_of: &impl HasDescriptor) -> Option<u32> {
    None
}

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

/// C's `intptr_t`, which has room for a descriptor or a handle.
pub type IntPtr = isize;

#[cfg(unix)]
pub(crate) use unix::{Borrowed, Flag, borrow_poll, number};
#[cfg(windows)]
pub(crate) use windows::{Borrowed, Flag, borrow_poll, number};

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use no_timer::Timer;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use timer::Timer;

#[cfg(unix)]
mod unix {
    use std::io::{self, Read, Write};
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
    use std::os::unix::net::UnixStream;

    use super::HasDescriptor;

    /// A descriptor that is somebody else's.
    pub(crate) type Borrowed<'a> = BorrowedFd<'a>;

    /// A descriptor that is readable while it is raised: the end of a pair with a byte in it.
    pub(crate) struct Flag {
        inside: UnixStream,
        outside: UnixStream,
    }

    impl Flag {
        pub(crate) fn new() -> io::Result<Flag> {
            let (inside, outside) = UnixStream::pair()?;
            inside.set_nonblocking(true)?;
            outside.set_nonblocking(true)?;
            Ok(Flag { inside, outside })
        }

        /// What a forked child has a copy of.
        pub(crate) fn copied(&self) -> [&impl HasDescriptor; 2] {
            [&self.inside, &self.outside]
        }

        pub(crate) fn raise(&self) {
            // It fails only if many bytes are there, and then it is raised.
            let _ = super::uncancelled(|| (&self.inside).write(&[1]));
        }

        pub(crate) fn lower(&self) {
            // It is never raised more than a few times before this. If it was, that is one look in vain.
            let _ = super::uncancelled(|| (&self.outside).read(&mut [0; 16]));
        }

        pub(crate) fn borrow(&self) -> Borrowed<'_> {
            self.outside.as_fd()
        }
    }

    /// The descriptor of the poll that this is the registry of.
    pub(crate) fn borrow_poll(registry: &mio::Registry) -> io::Result<Borrowed<'_>> {
        // SAFETY: it is open as long as the registry, from which it is borrowed.
        Ok(unsafe { BorrowedFd::borrow_raw(registry.as_raw_fd()) })
    }

    /// As C programs have it.
    pub(crate) fn number(descriptor: Borrowed<'_>) -> super::IntPtr {
        descriptor.as_raw_fd() as super::IntPtr
    }
}

#[cfg(windows)]
mod windows {
    use std::ffi::c_void;
    use std::io;
    use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle};
    use std::ptr;

    use super::HasDescriptor;

    #[link(name = "kernel32")]
    unsafe extern "system" {
        fn CreateEventW(
            attributes: *const c_void,
            manual_reset: i32,
            initial_state: i32,
            name: *const u16,
        ) -> *mut c_void;
        fn SetEvent(event: *mut c_void) -> i32;
        fn ResetEvent(event: *mut c_void) -> i32;
    }

    /// A handle that is somebody else's.
    pub(crate) type Borrowed<'a> = BorrowedHandle<'a>;

    /// An event, which can be waited for while it is raised.
    pub(crate) struct Flag(OwnedHandle);

    impl Flag {
        pub(crate) fn new() -> io::Result<Flag> {
            // SAFETY: neither attributes nor name are needed; what comes back is ours, or NULL.
            unsafe {
                let event = CreateEventW(ptr::null(), 1, 0, ptr::null());
                if event.is_null() {
                    return Err(io::Error::last_os_error());
                }
                Ok(Flag(OwnedHandle::from_raw_handle(event)))
            }
        }

        /// Nothing forks here.
        pub(crate) fn copied(&self) -> [&impl HasDescriptor; 0] {
            [&self.0; 0]
        }

        pub(crate) fn raise(&self) {
            // SAFETY: the handle is an event's.
            unsafe { SetEvent(self.0.as_raw_handle()) };
        }

        pub(crate) fn lower(&self) {
            // SAFETY: as above.
            unsafe { ResetEvent(self.0.as_raw_handle()) };
        }

        pub(crate) fn borrow(&self) -> Borrowed<'_> {
            self.0.as_handle()
        }
    }

    /// A completion port cannot be waited for beside other things.
    pub(crate) fn borrow_poll(_registry: &mio::Registry) -> io::Result<Borrowed<'_>> {
        Err(io::Error::new(io::ErrorKind::Unsupported, "on Windows only threaded hosts have one"))
    }

    /// As C programs have it.
    pub(crate) fn number(handle: Borrowed<'_>) -> super::IntPtr {
        handle.as_raw_handle() as super::IntPtr
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod timer {
    use std::io;
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
    use std::ptr;
    use std::time::Duration;

    use super::HasDescriptor;

    /// A descriptor that is readable when its time has come.
    pub(crate) struct Timer(OwnedFd);

    impl Timer {
        /// One that `registry`'s poll reports with `token`.
        pub(crate) fn new(registry: &mio::Registry, token: mio::Token) -> io::Result<Timer> {
            let flags = libc::TFD_NONBLOCK | libc::TFD_CLOEXEC;
            // SAFETY: a descriptor that is open and nobody else's, or an error.
            let timer = unsafe {
                match libc::timerfd_create(libc::CLOCK_MONOTONIC, flags) {
                    -1 => return Err(io::Error::last_os_error()),
                    fd => Timer(OwnedFd::from_raw_fd(fd)),
                }
            };
            let mut source = mio::unix::SourceFd(&timer.0.as_raw_fd());
            registry.register(&mut source, token, mio::Interest::READABLE)?;
            Ok(timer)
        }

        /// What a forked child has a copy of.
        pub(crate) fn copied(&self) -> [&impl HasDescriptor; 1] {
            [&self.0]
        }

        /// Once, after this. It need not be read: setting it anew forgets that it was due.
        pub(crate) fn set(&self, wait: Duration) {
            let never = libc::timespec { tv_sec: 0, tv_nsec: 0 };
            let wait = libc::timespec {
                tv_sec: wait.as_secs().try_into().unwrap_or(libc::time_t::MAX),
                // Zero of both would be never.
                tv_nsec: wait.subsec_nanos().max(1) as _,
            };
            let once = libc::itimerspec { it_interval: never, it_value: wait };
            // SAFETY: the descriptor is a timer's, and what it was set to is not asked for.
            unsafe { libc::timerfd_settime(self.0.as_raw_fd(), 0, &once, ptr::null_mut()) };
        }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod no_timer {
    use std::io;
    use std::time::Duration;

    use super::HasDescriptor;

    /// Here the game has to poll now and then: the header says how often.
    pub(crate) struct Timer;

    impl Timer {
        pub(crate) fn new(_registry: &mio::Registry, _token: mio::Token) -> io::Result<Timer> {
            Ok(Timer)
        }

        pub(crate) fn copied(&self) -> [&impl HasDescriptor; 0] {
            let none: [&mio::net::TcpStream; 0] = [];
            none
        }

        pub(crate) fn set(&self, _wait: Duration) {}
    }
}

/// Forking: the child has copies of the parent's memory and descriptors, and one of its threads.
#[cfg(unix)]
mod fork {
    use std::io;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    /// How many forks this process is away from the one that made the first host.
    static FORKS: AtomicU32 = AtomicU32::new(0);
    /// Forks under way, of several threads maybe.
    static FORKING: AtomicU32 = AtomicU32::new(0);
    /// [`NoFork`]s.
    static HELD: AtomicU32 = AtomicU32::new(0);

    #[inline]
    pub(crate) fn forks() -> u32 {
        FORKS.load(Ordering::Relaxed)
    }

    /// Whether what is open now may be missing in a child that is just being made.
    pub(crate) fn forking() -> bool {
        // Acquire: what was opened before this stays before it, and so before any fork it does not see.
        FORKING.load(Ordering::Acquire) > 0
    }

    /// From now on forks are counted.
    pub(crate) fn count_forks() -> io::Result<()> {
        static COUNTED: AtomicBool = AtomicBool::new(false);
        if COUNTED.load(Ordering::Acquire) {
            return Ok(());
        }
        // Two threads may come here at once: then each fork counts twice, which is as good. (A `Once`
        // would not be: a fork in the midst of it would have the child wait for ever.)
        // SAFETY: three functions that live as long as the library, and touch nothing but atomics.
        match unsafe { libc::pthread_atfork(Some(prepare), Some(parent), Some(child)) } {
            0 => COUNTED.store(true, Ordering::Release),
            error => return Err(io::Error::from_raw_os_error(error)),
        }
        Ok(())
    }

    /// No fork begins while it lives: around a lock of the process, which a child would find locked for
    /// ever. Held for a moment, and one at a time by each thread.
    pub(crate) struct NoFork(());

    impl NoFork {
        pub(crate) fn new() -> NoFork {
            loop {
                // SeqCst here and in `prepare`: of this and a fork, one sees the other.
                HELD.fetch_add(1, Ordering::SeqCst);
                if FORKING.load(Ordering::SeqCst) == 0 {
                    return NoFork(());
                }
                HELD.fetch_sub(1, Ordering::SeqCst);
                std::thread::yield_now();
            }
        }
    }

    impl Drop for NoFork {
        fn drop(&mut self) {
            HELD.fetch_sub(1, Ordering::SeqCst);
        }
    }

    extern "C" fn prepare() {
        FORKING.fetch_add(1, Ordering::SeqCst);
        while HELD.load(Ordering::SeqCst) > 0 {
            std::thread::yield_now();
        }
    }

    extern "C" fn parent() {
        FORKING.fetch_sub(1, Ordering::SeqCst);
    }

    extern "C" fn child() {
        // Threads that were forking, or about to hold, are not here to end it.
        FORKING.store(0, Ordering::Relaxed);
        HELD.store(0, Ordering::Relaxed);
        FORKS.fetch_add(1, Ordering::Relaxed);
    }

    /// Closes a forked child's copy of a descriptor. Whoever owns it must neither use nor drop it again.
    pub(crate) fn close_copy(number: u32) {
        // SAFETY: a system call that touches no memory.
        unsafe { libc::close(number as libc::c_int) };
    }

    /// Likewise for what does not tell its descriptor.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn close_copied_waker(waker: &mio::Waker) {
        // SAFETY: here a waker is a file and nothing else, and two owners of a file share no memory.
        drop(unsafe { std::ptr::read(waker) });
    }

    /// Elsewhere it has none that a child gets a copy of.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(crate) fn close_copied_waker(_waker: &mio::Waker) {}

    #[cfg(test)]
    mod tests {
        use std::thread;

        use super::*;

        #[test]
        fn no_fork_begins_while_one_is_held() {
            count_forks().unwrap();
            let held = NoFork::new();
            let forks = thread::spawn(|| {
                // SAFETY: the child ends at once, and is waited for.
                unsafe {
                    let child = libc::fork();
                    if child == 0 {
                        libc::_exit(0);
                    }
                    libc::waitpid(child, std::ptr::null_mut(), 0)
                }
            });
            while !forking() {
                thread::yield_now();
            }
            for _ in 0..1000 {
                assert!(forking() && !forks.is_finished(), "the fork waits");
                thread::yield_now();
            }
            drop(held);
            assert!(forks.join().unwrap() > 0);
            drop(NoFork::new());
        }
    }
}

#[cfg(not(unix))]
mod fork {
    #[inline]
    pub(crate) fn forks() -> u32 {
        0
    }

    pub(crate) struct NoFork(());

    impl NoFork {
        pub(crate) fn new() -> NoFork {
            NoFork(())
        }
    }

    pub(crate) fn forking() -> bool {
        false
    }

    pub(crate) fn count_forks() -> std::io::Result<()> {
        Ok(())
    }

    pub(crate) fn close_copy(_number: u32) {}

    pub(crate) fn close_copied_waker(_waker: &mio::Waker) {}
}
