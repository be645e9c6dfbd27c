//! What can be asked and told of a TCP connection, where the system knows it.

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use elsewhere::{delivery_rate, is_under_way, set_most_unsent, set_patience};
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use linux::{delivery_rate, is_under_way, set_most_unsent, set_patience};

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux {
    use std::time::Duration;

    use crate::link::os::HasDescriptor;

    /// The longest time between two attempts to send the same, in milliseconds: Linux 6.15 and later.
    const TCP_RTO_MAX_MS: libc::c_int = 44;
    /// What is looked at of the kernel's `tcp_info`, by its place in words of four bytes: the C libraries' own structs
    /// are shorter.
    mod info {
        /// Segments that are sent and not acknowledged.
        pub(super) const UNACKNOWLEDGED: usize = 6;
        /// Bytes per second, in two words: Linux 4.9 and later.
        pub(super) const DELIVERY_RATE: usize = 40;
        /// Bytes that the other end has room for: Linux 5.11 and later.
        pub(super) const WINDOW: usize = 57;
        pub(super) const WORDS: usize = 58;
    }

    /// The words that this system has.
    fn info(socket: &impl HasDescriptor) -> ([u32; info::WORDS], usize) {
        let mut words = [0_u32; info::WORDS];
        let mut len = size_of_val(&words) as libc::socklen_t;
        // SAFETY: at most `len` bytes are written, to numbers that may have any.
        let result = unsafe {
            libc::getsockopt(
                socket.as_raw_fd(),
                libc::IPPROTO_TCP,
                libc::TCP_INFO,
                words.as_mut_ptr().cast(),
                &raw mut len,
            )
        };
        (words, if result == 0 { len as usize / size_of::<u32>() } else { 0 })
    }

    /// How fast what was sent has arrived lately, in bytes per second: zero while none has, `None` if it is
    /// not measured.
    pub(crate) fn delivery_rate(socket: &impl HasDescriptor) -> Option<u64> {
        let (words, known) = info(socket);
        let rate = words[info::DELIVERY_RATE..].first_chunk().copied();
        rate.filter(|_| known >= info::DELIVERY_RATE + 2).map(in_two)
    }

    /// A number of 64 bits that lies in two words.
    fn in_two([first, second]: [u32; 2]) -> u64 {
        let ([a, b, c, d], [e, f, g, h]) = (first.to_ne_bytes(), second.to_ne_bytes());
        u64::from_ne_bytes([a, b, c, d, e, f, g, h])
    }

    /// Whether something is sent and not acknowledged, and the other end has room for it.
    pub(crate) fn is_under_way(socket: &impl HasDescriptor) -> bool {
        let (words, known) = info(socket);
        let tells_window = known > info::WINDOW;
        // Without room, what is not acknowledged is what the other end had to drop.
        words[info::UNACKNOWLEDGED] > 0 && (!tells_window || words[info::WINDOW] > 0)
    }

    /// Lets the system take no more while so many bytes wait there to be sent, and report that it does when half of
    /// them are left; none is what it does by itself.
    pub(crate) fn set_most_unsent(socket: &impl HasDescriptor, bytes: Option<u32>) {
        // A connection that is gone has nothing to limit.
        set(socket, libc::TCP_NOTSENT_LOWAT, bytes.unwrap_or(0));
    }

    /// Lets no more than `between`, a second to two minutes, pass between two attempts to send the same, and the
    /// system give up after `in_all`. A system that does not know the first is left as it is.
    pub(crate) fn set_patience(socket: &impl HasDescriptor, between: Duration, in_all: Duration) {
        let ms = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        if set(socket, TCP_RTO_MAX_MS, ms(between)) {
            set(socket, libc::TCP_USER_TIMEOUT, ms(in_all));
        }
    }

    /// Sets an option, or to the most that it can be.
    fn set(socket: &impl HasDescriptor, option: libc::c_int, value: u32) -> bool {
        let value = libc::c_int::try_from(value).unwrap_or(libc::c_int::MAX);
        let (pointer, len) = ((&raw const value).cast(), size_of_val(&value) as libc::socklen_t);
        let fd = socket.as_raw_fd();
        // SAFETY: each of these options has an int for its value.
        unsafe { libc::setsockopt(fd, libc::IPPROTO_TCP, option, pointer, len) == 0 }
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod elsewhere {
    use std::time::Duration;

    use crate::link::os::HasDescriptor;

    pub(crate) fn delivery_rate(_socket: &impl HasDescriptor) -> Option<u64> {
        None
    }

    pub(crate) fn is_under_way(_socket: &impl HasDescriptor) -> bool {
        false
    }

    pub(crate) fn set_most_unsent(_socket: &impl HasDescriptor, _bytes: Option<u32>) {}

    pub(crate) fn set_patience(_: &impl HasDescriptor, _between: Duration, _in_all: Duration) {}
}
