//! Options of sockets that a library made without asking for them.

use std::ffi::c_int;
use std::io;
use std::os::fd::RawFd;

/// Sets an option whose value is an int.
pub fn set(socket: RawFd, level: c_int, option: c_int, value: c_int) -> io::Result<()> {
    let length = size_of::<c_int>() as libc::socklen_t;
    let value: *const c_int = &value;
    // SAFETY: the value is an int, of that length.
    let result = unsafe { libc::setsockopt(socket, level, option, value.cast(), length) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
