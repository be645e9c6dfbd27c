//! The settings of a host, as C programs fill them in.

use std::time::Duration;
use std::{ptr, slice};

use super::guard::{self, answer};
use super::input;
use crate::config::{Config, Mode, SendMode};
use crate::error::{Error, Result};

/// # Settings
///
/// mode: the host has a thread of its own for input and output. The default.
pub const PODSIX_MODE_THREADED: u32 = 0;
/// mode: input and output happen on the calling thread, inside poll, wait, flush and send. The
/// shortest way for tools, tests and dedicated servers; nobody answers pings while nobody polls.
pub const PODSIX_MODE_INLINE: u32 = 1;

/// send_mode: what is sent leaves at once. But while podsix_poll or podsix_wait has more events of a batch to
/// give, what the thread that takes them sends waits, and leaves together when the batch's last event is taken:
/// one system call for each peer, in place of one for each message. It leaves sooner with the first poll or send
/// after a millisecond, with 64 KiB (or half of out_buffer, if that is less), with podsix_flush, with what another
/// thread sends, and with anything else that is asked of the host. So what a game sends that stops in the midst of a
/// batch leaves when it polls on in its next frame, or with podsix_flush, for which a timeout_ms of 0 will do. The
/// default.
pub const PODSIX_SEND_AT_ONCE: u32 = 0;
/// send_mode: whatever any thread sends waits for the next podsix_poll, podsix_wait or podsix_flush; while a batch
/// is taken, for its end, where podsix_poll returns 0. It leaves sooner with as many bytes as above, while another
/// thread is in podsix_wait, and with anything else that is asked of the host; within a batch also with the first
/// poll after a millisecond. For a program that sends much between two polls: what it sends before it does
/// something else lies there until it polls or flushes.
pub const PODSIX_SEND_GATHERED: u32 = 1;

/// The settings of a host. Fill it with podsix_config_init, then change what should differ.
/// podsix_host_new refuses settings that are out of range or contradict each other, with words.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct podsix_config {
    /// Set by podsix_config_init: sizeof(podsix_config) of the header the program was built with.
    pub struct_size: u32,
    /// Who does input and output: PODSIX_MODE_*. Default PODSIX_MODE_THREADED.
    pub mode: u32,
    /// The largest message sent or accepted, in bytes. Default 1 MiB, at most 16,777,215.
    pub max_message: u32,
    /// The deepest nesting of a message; a plain value has depth 0. Default 64, at most 256.
    /// The other end is told, and does not send what is deeper.
    pub max_depth: u32,
    /// The most values in one message, containers and keys counted. Default 65,536. The other end is told,
    /// and does not send more.
    pub max_values: u32,
    /// The most peers at once. Default 4,096, at most 65,000.
    pub max_peers: u32,
    /// How long a new inbound connection may take to greet. Default 5,000.
    pub handshake_timeout_ms: u32,
    /// How long the game may take to accept or refuse a request. Default 10,000.
    pub approval_timeout_ms: u32,
    /// How long looking up a name and reaching one of its addresses may take. Default 10,000.
    pub connect_timeout_ms: u32,
    /// How often a ping goes between this host and each peer, and is answered. The ends take turns, and the
    /// times between are up to a third longer; 0 sends none from this end. Default 5,000.
    pub ping_interval_ms: u32,
    /// A peer silent for this long is disconnected; 0 waits for ever. Default 15,000. A line that is gone makes
    /// silence too. Where both ends run Linux 6.15 or later, something goes over it within a second (or a 15th of
    /// this, if that is more) after it is back; elsewhere it may take as long again as the line was gone.
    pub idle_timeout_ms: u32,
    /// The longest that a peer whose game sleeps is waited for, also where idle_timeout_ms is 0. Default
    /// 60,000.
    pub stall_limit_ms: u32,
    /// How long a closing connection may take to deliver what was sent before. Default 5,000.
    pub linger_ms: u32,
    /// The most bytes sent to one peer that wait to be written. What is broadcast has room of its own:
    /// slow_peer_bytes is the most that waits of both. Default 1 MiB.
    pub out_buffer: u32,
    /// The most events of one peer that wait to be polled. Default 1,024.
    pub queue_events: u32,
    /// The most bytes of one peer's events that wait to be polled, as MessagePack; a queue at most
    /// half full takes one more message of any size. Default 1 MiB.
    pub queue_bytes: u32,
    /// The most bytes held for all peers together, with all that their buffers have allocated. Default
    /// 256 MiB. From three quarters of it on nobody new is let in, from nine tenths on sends are refused; in one
    /// under 10 MiB earlier, so that there is room for one message that comes. What is under way may exceed it for a
    /// moment, by no more than two messages of max_message and 16 KiB for each peer.
    pub memory_budget: u64,
    /// The most connections from one address, or from one IPv6 network (/64), that have not greeted yet; more
    /// are refused with PODSIX_REASON_FULL. 0 is no limit. Default 256, half of the 512 that may greet while
    /// max_peers are there.
    pub max_greeting_per_address: u32,
    /// 1 if max_greeting_per_address holds for loopback addresses too. Default 0.
    pub limit_loopback: u32,
    /// The most events of one batch of polls; 0 is no limit. Default 0.
    pub max_events_per_poll: u32,
    /// A peer that speaks PodSixNet, which has no pings, is disconnected when it has said nothing for
    /// this long; 0 waits for ever. Default 0. One that has said nothing since it connected makes room for the
    /// next client when max_peers are there, after handshake_timeout_ms, whatever this is.
    pub podsixnet_idle_timeout_ms: u32,
    /// A peer that has taken nothing for this long, while something that was broadcast waits for it, is
    /// disconnected with PODSIX_REASON_SLOW_PEER; 0 waits for ever. One whose game sleeps, and that has said so,
    /// has stall_limit_ms. Default 5,000.
    pub slow_peer_ms: u32,
    /// The most bytes that wait for one peer, what was broadcast among them: one for which a broadcast would
    /// be more is disconnected with PODSIX_REASON_SLOW_PEER. Whatever is set, it is at least twice out_buffer, and
    /// at most what memory_budget leaves beside queue_bytes and two messages of max_message. While three
    /// quarters of the budget are in use, no more than out_buffer of broadcasts waits for one peer. Default
    /// 8 MiB.
    pub slow_peer_bytes: u32,
    /// When what an inline host sends leaves: PODSIX_SEND_*. Default PODSIX_SEND_AT_ONCE. With
    /// PODSIX_MODE_THREADED it changes nothing: the host's thread gathers by itself what it finds.
    pub send_mode: u32,
    /// Must be 0.
    pub reserved: u32,
}

/// Fills the settings with the defaults.
///
/// config: where to. struct_size: sizeof *config, in bytes.
///
/// Returns 0, or PODSIX_ERR_BAD_CONFIG for a size that no release of this struct has. A later
/// release's size is fine, up to 4,096 bytes: what this library does not know is zeroed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_config_init(config: *mut podsix_config, struct_size: usize) -> i32 {
    guard::keep_quiet();
    answer(|| {
        if config.is_null() {
            return Err(input::null("config"));
        }
        check_size(struct_size)?;
        let mut defaults = podsix_config::from(&Config::default());
        defaults.struct_size = struct_size as u32;
        let known = struct_size.min(SIZE);
        let to = config.cast::<u8>();
        // SAFETY: *output*: the caller has room for `struct_size` bytes, of which the first `known` are
        // copied and the others, settings of a later release, zeroed.
        unsafe {
            ptr::copy_nonoverlapping((&raw const defaults).cast(), to, known);
            ptr::write_bytes(to.add(known), 0, struct_size - known);
        }
        Ok(0)
    })
}

/// Sets max_message, and raises out_buffer, queue_bytes and memory_budget to what it needs; what is
/// larger stays. The other end has to take messages of this size too.
///
/// config: filled by podsix_config_init. max_message: 1 to 16,777,215 bytes.
///
/// Returns 0, or PODSIX_ERR_BAD_CONFIG for another size, or for settings that podsix_config_init did
/// not fill; nothing is changed then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_config_set_largest(
    config: *mut podsix_config,
    max_message: u32,
) -> i32 {
    guard::keep_quiet();
    answer(|| {
        if config.is_null() {
            return Err(input::null("config"));
        }
        // SAFETY: *input*.
        let (mut settings, size) = unsafe { copy(config) }?;
        let mut sizes = Config {
            out_buffer: settings.out_buffer,
            queue_bytes: settings.queue_bytes,
            memory_budget: settings.memory_budget,
            ..Config::default()
        };
        sizes.set_largest(max_message)?;
        settings.max_message = sizes.max_message;
        settings.out_buffer = sizes.out_buffer;
        settings.queue_bytes = sizes.queue_bytes;
        settings.memory_budget = sizes.memory_budget;
        let known = size.min(SIZE);
        // SAFETY: *output*, and so many bytes were just read there.
        unsafe {
            ptr::copy_nonoverlapping((&raw const settings).cast(), config.cast::<u8>(), known);
        }
        Ok(0)
    })
}

/// The struct's size in this release.
const SIZE: usize = size_of::<podsix_config>();

/// Every size the struct has had, the oldest first.
const SIZES: [usize; 3] = [88, 96, SIZE];

/// What claims to be larger than any later release will be is no podsix_config.
const LARGEST: usize = 4096;

fn check_size(size: usize) -> Result<()> {
    if SIZES.contains(&size) || (SIZE + 1..=LARGEST).contains(&size) {
        return Ok(());
    }
    Err(Error::BadConfig(format!(
        "struct_size is {size}, no podsix_config has that size: call podsix_config_init first"
    )))
}

/// The settings that a program gives; NULL is the defaults, and so is what an older program's struct
/// does not have.
///
/// # Safety
/// The *input* promise: there are as many bytes as the first field says.
pub(super) unsafe fn read(config: *const podsix_config) -> Result<Config> {
    if config.is_null() {
        return Ok(Config::default());
    }
    // SAFETY: *input*.
    let (settings, size) = unsafe { copy(config) }?;
    let known = size.min(SIZE);
    // SAFETY: *input*.
    let tail = unsafe { slice::from_raw_parts(config.cast::<u8>().add(known), size - known) };
    if tail.iter().any(|byte| *byte != 0) {
        return Err(Error::BadConfig(format!(
            "struct_size is {size}: this library knows the first {SIZE} bytes, and a setting beyond \
             them is not 0; it is older than the header"
        )));
    }
    settings.checked()
}

/// The settings that this library knows, and the struct's size.
///
/// # Safety
/// The *input* promise, as above; not NULL.
unsafe fn copy(config: *const podsix_config) -> Result<(podsix_config, usize)> {
    // SAFETY: *input*: whatever the release, the first field is there.
    let size = unsafe { (&raw const (*config).struct_size).read_unaligned() } as usize;
    check_size(size)?;
    let mut settings = podsix_config::from(&Config::default());
    // SAFETY: *input*, and so many bytes are in both structs.
    unsafe {
        ptr::copy_nonoverlapping(config.cast::<u8>(), (&raw mut settings).cast(), size.min(SIZE));
    }
    Ok((settings, size))
}

impl From<&Config> for podsix_config {
    fn from(config: &Config) -> podsix_config {
        let millis = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        podsix_config {
            struct_size: SIZE as u32,
            mode: match config.mode {
                Mode::Threaded => PODSIX_MODE_THREADED,
                Mode::Inline => PODSIX_MODE_INLINE,
            },
            max_message: config.max_message,
            max_depth: config.max_depth,
            max_values: config.max_values,
            max_peers: config.max_peers,
            handshake_timeout_ms: millis(config.handshake_timeout),
            approval_timeout_ms: millis(config.approval_timeout),
            connect_timeout_ms: millis(config.connect_timeout),
            ping_interval_ms: millis(config.ping_interval),
            idle_timeout_ms: millis(config.idle_timeout),
            stall_limit_ms: millis(config.stall_limit),
            linger_ms: millis(config.linger),
            out_buffer: config.out_buffer,
            queue_events: config.queue_events,
            queue_bytes: config.queue_bytes,
            memory_budget: config.memory_budget,
            max_greeting_per_address: config.max_greeting_per_address,
            limit_loopback: config.limit_loopback.into(),
            max_events_per_poll: config.max_events_per_poll,
            podsixnet_idle_timeout_ms: millis(config.podsixnet_idle_timeout),
            slow_peer_ms: millis(config.slow_peer),
            slow_peer_bytes: config.slow_peer_bytes,
            send_mode: match config.send_mode {
                SendMode::AtOnce => PODSIX_SEND_AT_ONCE,
                SendMode::Gathered => PODSIX_SEND_GATHERED,
            },
            reserved: 0,
        }
    }
}

impl podsix_config {
    /// The settings, if those that are numbers here and kinds there are known ones. Ranges are the
    /// host's affair.
    fn checked(&self) -> Result<Config> {
        let time = |millis: u32| Duration::from_millis(millis.into());
        let only = |name: &str, value: u32, known: &str| {
            Error::BadConfig(format!("{name} is {value}, it must be {known}"))
        };
        Ok(Config {
            mode: match self.mode {
                PODSIX_MODE_THREADED => Mode::Threaded,
                PODSIX_MODE_INLINE => Mode::Inline,
                other => return Err(only("mode", other, "one of PODSIX_MODE_*")),
            },
            max_message: self.max_message,
            max_depth: self.max_depth,
            max_values: self.max_values,
            max_peers: self.max_peers,
            handshake_timeout: time(self.handshake_timeout_ms),
            approval_timeout: time(self.approval_timeout_ms),
            connect_timeout: time(self.connect_timeout_ms),
            ping_interval: time(self.ping_interval_ms),
            idle_timeout: time(self.idle_timeout_ms),
            stall_limit: time(self.stall_limit_ms),
            linger: time(self.linger_ms),
            out_buffer: self.out_buffer,
            queue_events: self.queue_events,
            queue_bytes: self.queue_bytes,
            memory_budget: self.memory_budget,
            max_greeting_per_address: self.max_greeting_per_address,
            limit_loopback: match self.limit_loopback {
                0 => false,
                1 => true,
                other => return Err(only("limit_loopback", other, "0 or 1")),
            },
            max_events_per_poll: self.max_events_per_poll,
            podsixnet_idle_timeout: time(self.podsixnet_idle_timeout_ms),
            slow_peer: time(self.slow_peer_ms),
            slow_peer_bytes: self.slow_peer_bytes,
            send_mode: match (self.send_mode, self.reserved) {
                (PODSIX_SEND_AT_ONCE, 0) => SendMode::AtOnce,
                (PODSIX_SEND_GATHERED, 0) => SendMode::Gathered,
                (_, 0) => return Err(only("send_mode", self.send_mode, "one of PODSIX_SEND_*")),
                (_, other) => return Err(only("reserved", other, "0")),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defaults() -> podsix_config {
        podsix_config::from(&Config::default())
    }

    fn words(config: &podsix_config) -> String {
        // SAFETY: as large as it says, or refused for what it says.
        unsafe { read(config) }.unwrap_err().to_string()
    }

    #[test]
    fn init_gives_the_defaults_and_they_come_back() {
        let mut config = podsix_config { max_peers: 1, ..defaults() };
        // SAFETY: the size is the struct's.
        unsafe {
            assert_eq!(podsix_config_init(&mut config, SIZE), 0);
            assert_eq!(read(&config), Ok(Config::default()));
            assert_eq!(read(ptr::null()), Ok(Config::default()));
        }
    }

    #[test]
    fn each_setting_arrives_in_its_place() {
        let mut numbers: [u32; SIZE / 4] = std::array::from_fn(|at| 100 + at as u32);
        (numbers[0], numbers[1], numbers[19]) = (SIZE as u32, PODSIX_MODE_INLINE, 1);
        (numbers[24], numbers[25]) = (PODSIX_SEND_GATHERED, 0);
        numbers[17] = 0;
        // SAFETY: numbers may be read as settings.
        let config = unsafe { read(numbers.as_ptr().cast()) };
        // memory_budget is two of the numbers, of which the upper is 0 where it is read first.
        if cfg!(target_endian = "little") {
            let back = podsix_config::from(&config.unwrap());
            // SAFETY: 26 numbers, no padding.
            let back: [u32; SIZE / 4] = unsafe { std::mem::transmute(back) };
            assert_eq!(back, numbers);
        }
    }

    #[test]
    fn sizes_that_no_release_has_are_refused() {
        let mut config = defaults();
        for size in [0, 1, 4, SIZE - 4, SIZE - 1, LARGEST + 1, usize::MAX] {
            // SAFETY: refused before anything is written.
            assert_eq!(unsafe { podsix_config_init(&mut config, size) }, -2, "{size}");
        }
        config.struct_size = 12;
        assert!(words(&config).starts_with("struct_size is 12, "));
    }

    #[test]
    fn a_later_struct_is_taken_while_its_news_are_unused() {
        let mut later = [7_u64; SIZE / 8 + 2];
        let config = later.as_mut_ptr().cast::<podsix_config>();
        // SAFETY: the room is 16 bytes larger than the struct.
        unsafe {
            assert_eq!(podsix_config_init(config, SIZE + 16), 0);
            assert_eq!(read(config), Ok(Config::default()));
            later[SIZE / 8 + 1] = 1;
            let error = read(later.as_ptr().cast()).unwrap_err();
            assert!(error.to_string().contains("a setting beyond"), "{error}");
        }
    }

    #[test]
    fn unknown_numbers_are_refused_by_name() {
        let mode = podsix_config { mode: 2, ..defaults() };
        assert_eq!(words(&mode), "mode is 2, it must be one of PODSIX_MODE_*");
        let loopback = podsix_config { limit_loopback: 2, ..defaults() };
        assert_eq!(words(&loopback), "limit_loopback is 2, it must be 0 or 1");
        let sends = podsix_config { send_mode: 2, ..defaults() };
        assert_eq!(words(&sends), "send_mode is 2, it must be one of PODSIX_SEND_*");
        let reserved = podsix_config { reserved: 1, ..defaults() };
        assert_eq!(words(&reserved), "reserved is 1, it must be 0");
    }
}
