//! A flag that programs wait for beside other things, and what of a poll they can wait for.

/// C's `intptr_t`, which has room for a descriptor or a handle.
pub type IntPtr = isize;

#[cfg(unix)]
pub(crate) use unix::{Borrowed, Flag, borrow_poll, number};
#[cfg(windows)]
pub(crate) use windows::{Borrowed, Flag, borrow_poll, number};

#[cfg(unix)]
mod unix {
    use std::io::{self, Read, Write};
    use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
    use std::os::unix::net::UnixStream;

    use crate::link::os::HasDescriptor;

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
            let _ = crate::link::os::uncancelled(|| (&self.inside).write(&[1]));
        }

        pub(crate) fn lower(&self) {
            // Each raise has put a byte there, and there are only a few since this was done last. With more than
            // 16 the descriptor stays readable, and the program polls once with nothing to get.
            let _ = crate::link::os::uncancelled(|| (&self.outside).read(&mut [0; 16]));
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

    use crate::link::os::HasDescriptor;

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
