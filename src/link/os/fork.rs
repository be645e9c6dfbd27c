//! Forking: the child has copies of the parent's memory and descriptors, and one of its threads.

#[cfg(not(unix))]
pub(crate) use elsewhere::{NoFork, close_copied_waker, close_copy, count_forks, forking};
#[cfg(unix)]
pub(crate) use unix::{NoFork, close_copied_waker, close_copy, count_forks, forking};

#[cfg(unix)]
mod unix {
    use std::io;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use crate::shared::forks::count_fork;

    /// Forks under way, of several threads maybe.
    static FORKING: AtomicU32 = AtomicU32::new(0);
    /// [`NoFork`]s.
    static HELD: AtomicU32 = AtomicU32::new(0);

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
        count_fork();
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
mod elsewhere {
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
