//! Whose a port is that a listener binds.

use std::io;

use socket2::Socket;

/// Before it is bound: a server that restarts need not wait for its last life's connections to be forgotten.
#[cfg(not(windows))]
pub(crate) fn claim_port(socket: &Socket) -> io::Result<()> {
    socket.set_reuse_address(true)
}

/// Before it is bound: no other program may bind the port, too, and take its clients. Here that has to be asked for, and
/// the option that says so elsewhere would be the one that takes ports from others.
#[cfg(windows)]
pub(crate) fn claim_port(socket: &Socket) -> io::Result<()> {
    use std::os::windows::io::AsRawSocket;

    const SOL_SOCKET: i32 = 0xffff;
    const SO_EXCLUSIVEADDRUSE: i32 = !4;

    #[link(name = "ws2_32")]
    unsafe extern "system" {
        fn setsockopt(socket: usize, level: i32, option: i32, value: *const i32, len: i32) -> i32;
    }

    let (on, len) = (1_i32, size_of::<i32>() as i32);
    // SAFETY: the socket is open, and the option has an int for its value.
    let result = unsafe {
        setsockopt(
            socket.as_raw_socket() as usize,
            SOL_SOCKET,
            SO_EXCLUSIVEADDRUSE,
            &raw const on,
            len,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
