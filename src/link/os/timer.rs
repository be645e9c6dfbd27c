//! A timer in a poll, where the system has one that a poll can watch.

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use elsewhere::Timer;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use linux::Timer;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::io;
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
    use std::ptr;
    use std::time::Duration;

    use crate::link::os::HasDescriptor;

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
mod elsewhere {
    use std::io;
    use std::time::Duration;

    use crate::link::os::HasDescriptor;

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
