//! What differs by operating system, and all of it that takes unsafe code.

#![allow(unsafe_code, reason = "system calls are C functions")]

mod accept;
mod background;
mod connect;
mod flag;
mod fork;
mod port;
mod system;
mod tcp;
mod thread;
mod timer;

#[cfg(unix)]
pub(crate) use std::os::fd::AsRawFd as HasDescriptor;

pub(crate) use accept::AcceptFailure;
pub(crate) use background::background_hint;
pub(crate) use connect::lacks_family;
pub use flag::IntPtr;
pub(crate) use flag::{Borrowed, Flag, borrow_poll, number};
pub(crate) use fork::{NoFork, close_copied_waker, close_copy, count_forks, forking};
pub(crate) use port::claim_port;
pub(crate) use tcp::{delivery_rate, is_under_way, set_most_unsent, set_patience};
pub(crate) use thread::{nap, naps_are_short, spawn, stay_loaded, uncancelled};
pub(crate) use timer::Timer;

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
