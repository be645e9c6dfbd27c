//! What a connection of TCP has under way, where the system tells.

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use elsewhere::is_under_way;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use linux::is_under_way;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use crate::link::os::HasDescriptor;

    /// The system's `struct tcp_info` in words, as far as they are looked at: the later ones are in no header that
    /// every system has.
    const WORDS: usize = 58;
    /// Segments that are sent and not acknowledged.
    const UNACKNOWLEDGED: usize = 6;
    /// Bytes that the other end has room for. Linux tells since 5.11.
    const WINDOW: usize = 57;

    /// Whether something is sent and not acknowledged, and the other end has room for it.
    pub(crate) fn is_under_way(socket: &impl HasDescriptor) -> bool {
        let mut info = [0_u32; WORDS];
        let mut size = size_of_val(&info) as libc::socklen_t;
        // SAFETY: room for so many bytes, of which the system writes as many as it has.
        let answer = unsafe {
            libc::getsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_TCP,
                libc::TCP_INFO,
                info.as_mut_ptr().cast(),
                &mut size,
            )
        };
        let tells_window = size as usize == size_of_val(&info);
        // Without room, what is not acknowledged is what the other end had to drop.
        answer == 0 && info[UNACKNOWLEDGED] > 0 && (!tells_window || info[WINDOW] > 0)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod elsewhere {
    use crate::link::os::HasDescriptor;

    pub(crate) fn is_under_way(_socket: &impl HasDescriptor) -> bool {
        false
    }
}
