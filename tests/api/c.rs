//! The cases' words said to the C functions: every return code is looked at, and what an event points
//! to is copied.

use std::ffi::{c_char, c_void};
use std::mem::ManuallyDrop;
use std::ptr::{null, null_mut};
use std::time::Duration;

use podsix::ffi::codec::podsix_host_set_codec;
use podsix::ffi::config::{podsix_config, podsix_config_init};
use podsix::ffi::event::podsix_event;
use podsix::ffi::frame_loop::*;
use podsix::ffi::host::*;
use podsix::ffi::listener::*;
use podsix::ffi::log::{podsix_host_log_next, podsix_log_record};
use podsix::ffi::message::*;
use podsix::ffi::message_add::*;
use podsix::ffi::peer::*;
use podsix::ffi::stats::*;
use podsix::ffi::value::{podsix_value, podsix_value_get_span};
use podsix::{Config, Direction, EventKind, HostStats, Message, Mode, PeerStats, Reason, SendMode};

use super::{Answer, Api, Fault, Net, Seen};

unsafe extern "C" fn dumps(
    context: *mut c_void,
    value: *const podsix_value,
    buffer: *mut u8,
    capacity: usize,
) -> i32 {
    assert!(context.is_null());
    let (mut data, mut len) = (null(), 0);
    // SAFETY: the value lives, and the buffer has room for so many bytes as it says.
    unsafe {
        if podsix_value_get_span(value, &mut data, &mut len) < 0 {
            return -1;
        }
        let span = std::slice::from_raw_parts(data, len);
        if span == b"\xaaunsendable" {
            return -7;
        }
        if len <= capacity {
            span.iter().enumerate().for_each(|(at, byte)| buffer.add(at).write(!byte));
        }
    }
    len as i32
}

unsafe extern "C" fn loads(
    _context: *mut c_void,
    data: *const u8,
    len: usize,
    message: *mut podsix_message,
) -> i32 {
    // SAFETY: a payload of this length, and a message to be filled.
    unsafe {
        let payload: Vec<u8> =
            std::slice::from_raw_parts(data, len).iter().map(|byte| !byte).collect();
        podsix_message_add_msgpack(message, null(), payload.as_ptr(), payload.len())
    }
}

pub struct CApi(*mut podsix_host);

// SAFETY: the header lets every thread call, one at a time, and so does what borrows this.
unsafe impl Send for CApi {}

impl Drop for CApi {
    fn drop(&mut self) {
        // SAFETY: nobody uses the host any more.
        unsafe { podsix_host_free(self.0) }
    }
}

/// A message that is freed in time.
struct Built(*mut podsix_message);

impl Drop for Built {
    fn drop(&mut self) {
        // SAFETY: nobody uses the message any more.
        unsafe { podsix_message_free(self.0) }
    }
}

impl Built {
    /// From JSON; none of an empty text, which is NULL to C.
    fn json(text: &str) -> Answer<Built> {
        if text.is_empty() {
            return Ok(Built(null_mut()));
        }
        let built = Built(podsix_message_new());
        // SAFETY: a message of its own, and a pointer with its length.
        let code = unsafe { podsix_message_from_json(built.0, text.as_ptr().cast(), text.len()) };
        built.checked(code)
    }

    fn msgpack(bytes: &[u8]) -> Answer<Built> {
        let built = Built(podsix_message_new());
        // SAFETY: as above; a value at the top has no key.
        let code =
            unsafe { podsix_message_add_msgpack(built.0, null(), bytes.as_ptr(), bytes.len()) };
        built.checked(code)
    }

    fn checked(self, code: i32) -> Answer<Built> {
        if code < 0 {
            // SAFETY: the buffer has the room it is said to have.
            let words = text(|buf, cap| unsafe { podsix_message_copy_error(self.0, buf, cap) });
            return Err(Fault { code, words });
        }
        Ok(self)
    }
}

/// Asks for a text as C programs do: first how long it is, then for all of it.
fn text(mut copy: impl FnMut(*mut c_char, usize) -> i32) -> String {
    let len = usize::try_from(copy(null_mut(), 0)).expect("a length");
    let mut bytes = vec![0_u8; len + 1];
    assert_eq!(copy(bytes.as_mut_ptr().cast(), bytes.len()) as usize, len);
    assert_eq!(bytes.pop(), Some(0), "texts end with a NUL where there is room");
    String::from_utf8(bytes).expect("UTF-8")
}

/// What a pointer and a length out of an event say.
fn copied(data: *const c_char, len: usize) -> String {
    assert!(!data.is_null());
    // SAFETY: an event's strings live until the next poll, and this is before it.
    let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), len) };
    str::from_utf8(bytes).expect("UTF-8").to_owned()
}

fn millis(time: Duration) -> u32 {
    time.as_millis().try_into().expect("a time that C can say")
}

fn config(config: &Config) -> podsix_config {
    let mut c = std::mem::MaybeUninit::uninit();
    // SAFETY: it fills as many bytes as it is told of.
    let c = unsafe {
        assert_eq!(podsix_config_init(c.as_mut_ptr(), size_of::<podsix_config>()), 0);
        c.assume_init()
    };
    podsix_config {
        mode: match config.mode {
            Mode::Threaded => 0,
            Mode::Inline => 1,
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
            SendMode::AtOnce => 0,
            SendMode::Gathered => 1,
        },
        ..c
    }
}

fn seen(event: &podsix_event) -> Seen {
    assert!(!event.message.is_null());
    assert_eq!(event.reserved, [0; podsix::ffi::event::PODSIX_EVENT_RESERVED]);
    let (mut data, mut len) = (null(), 0);
    // SAFETY: the message lives until the next poll.
    let there = unsafe { podsix_value_get_span(event.message, &mut data, &mut len) } >= 0;
    // SAFETY: as above.
    let message = there.then(|| unsafe { std::slice::from_raw_parts(data, len) });
    let kind = EventKind::ALL.into_iter().find(|kind| *kind as i32 == event.kind);
    let reason = Reason::ALL.iter().copied().find(|reason| *reason as i32 == event.reason);
    let directions = [Direction::None, Direction::Inbound, Direction::Outbound];
    Seen {
        kind: kind.expect("a known kind"),
        reason: reason.expect("a known reason"),
        code: event.code,
        os_error: event.os_error,
        peer: event.peer,
        listener: event.listener,
        direction: directions[event.direction as usize],
        user_data: event.user_data as usize,
        action: copied(event.action, event.action_len),
        message: message.unwrap_or_default().to_vec(),
        text: copied(event.text, event.text_len),
    }
}

// SAFETY, for all that follows: the host lives as long as `self`; every pointer goes with its length,
// to memory that outlives the call; outputs have the room that their type says.
impl CApi {
    fn checked(&self, code: i32) -> Answer<i32> {
        if code >= 0 {
            return Ok(code);
        }
        let words = text(|buf, cap| unsafe { podsix_host_copy_error(self.0, buf, cap) });
        Err(Fault { code, words })
    }

    fn listed(&self, flags: u32) -> Vec<u64> {
        let count = unsafe { podsix_host_copy_peers(self.0, flags, null_mut(), 0) };
        let mut peers = vec![0; usize::try_from(count).expect("a number of peers")];
        let now = unsafe { podsix_host_copy_peers(self.0, flags, peers.as_mut_ptr(), peers.len()) };
        peers.truncate(usize::try_from(now).expect("a number of peers"));
        peers
    }

    fn done(&self, code: i32) -> Answer<()> {
        assert_eq!(self.checked(code)?, 0);
        Ok(())
    }

    fn event(&self, call: impl FnOnce(*mut podsix_event) -> i32) -> Answer<Option<Seen>> {
        let mut event = std::mem::MaybeUninit::uninit();
        match self.checked(call(event.as_mut_ptr()))? {
            0 => Ok(None),
            code => {
                assert_eq!(code, 1);
                Ok(Some(seen(unsafe { event.assume_init_ref() })))
            }
        }
    }
}

/// The same host on another thread, which does not free it.
#[derive(Clone)]
pub struct CNet(*mut podsix_host);

// SAFETY: the header lets every thread call what is called here.
unsafe impl Send for CNet {}

impl CNet {
    fn api(&self) -> ManuallyDrop<CApi> {
        ManuallyDrop::new(CApi(self.0))
    }
}

impl Net for CNet {
    fn listen(&self, address: &str) -> Answer<u32> {
        self.api().listen(address, false)
    }

    fn stop_listening(&self, listener: u32) -> Answer<()> {
        self.api().stop_listening(listener)
    }

    fn connect(&self, address: &str) -> Answer<u64> {
        self.api().connect(address, "")
    }

    fn disconnect(&self, peer: u64) -> Answer<()> {
        self.api().disconnect(peer, 0, "")
    }

    fn kick(&self, peer: u64) -> Answer<()> {
        self.api().kick(peer, 0, "")
    }

    fn send_msgpack(&self, peer: u64, bytes: &[u8]) -> Answer<()> {
        self.api().send_msgpack(peer, bytes)
    }

    fn user_data(&self, peer: u64) -> Answer<usize> {
        self.api().user_data(peer)
    }

    fn set_user_data(&self, peer: u64, data: usize) -> Answer<()> {
        self.api().set_user_data(peer, data)
    }
}

impl Api for CApi {
    type Net = CNet;

    fn net(&self) -> CNet {
        CNet(self.0)
    }

    fn new(settings: Config) -> Answer<CApi> {
        let (mut host, mut error) = (null_mut(), [0_u8; 512]);
        let settings = config(&settings);
        let room = error.len();
        let code =
            unsafe { podsix_host_new(&settings, &mut host, error.as_mut_ptr().cast(), room) };
        if code < 0 {
            assert!(host.is_null(), "outputs are written only on success");
            let words = error.split(|byte| *byte == 0).next().unwrap_or_default();
            return Err(Fault { code, words: String::from_utf8(words.to_vec()).expect("UTF-8") });
        }
        assert_eq!(code, 0);
        Ok(CApi(host))
    }

    fn set_codec(&self) -> Answer<()> {
        // SAFETY: two functions that need no context.
        self.checked(unsafe {
            podsix_host_set_codec(self.0, Some(dumps), Some(loads), null_mut())
        })?;
        Ok(())
    }

    fn listen(&self, address: &str, approval: bool) -> Answer<u32> {
        let mut listener = 0;
        let (text, len) = (address.as_ptr().cast(), address.len());
        self.done(unsafe { podsix_listen(self.0, text, len, approval.into(), &mut listener) })?;
        Ok(listener)
    }

    fn listener_address(&self, listener: u32) -> Answer<String> {
        let port = self.checked(unsafe { podsix_listener_get_port(self.0, listener) })?;
        let address =
            text(|buf, cap| unsafe { podsix_listener_copy_address(self.0, listener, buf, cap) });
        assert!(address.ends_with(&format!(":{port}")), "{address} has port {port}");
        Ok(address)
    }

    fn stop_listening(&self, listener: u32) -> Answer<()> {
        self.done(unsafe { podsix_listener_stop(self.0, listener) })
    }

    fn connect(&self, address: &str, hello: &str) -> Answer<u64> {
        let hello = Built::json(hello)?;
        let mut peer = 0;
        let (text, len) = (address.as_ptr().cast(), address.len());
        self.done(unsafe { podsix_connect(self.0, text, len, hello.0, 0, &mut peer) })?;
        Ok(peer)
    }

    fn accept(&self, peer: u64, reply: &str) -> Answer<()> {
        let reply = Built::json(reply)?;
        self.done(unsafe { podsix_peer_accept(self.0, peer, reply.0, 0) })
    }

    fn refuse(&self, peer: u64, code: i32, text: &str) -> Answer<()> {
        let (text, len) = (text.as_ptr().cast(), text.len());
        self.done(unsafe { podsix_peer_refuse(self.0, peer, code, text, len) })
    }

    fn disconnect(&self, peer: u64, code: i32, text: &str) -> Answer<()> {
        let (text, len) = (text.as_ptr().cast(), text.len());
        self.done(unsafe { podsix_peer_disconnect(self.0, peer, code, text, len) })
    }

    fn kick(&self, peer: u64, code: i32, text: &str) -> Answer<()> {
        let (text, len) = (text.as_ptr().cast(), text.len());
        self.done(unsafe { podsix_peer_kick(self.0, peer, code, text, len) })
    }

    fn drop_peer(&self, peer: u64) -> Answer<()> {
        self.done(unsafe { podsix_peer_drop(self.0, peer) })
    }

    fn send_json(&self, peer: u64, json: &str) -> Answer<()> {
        let (text, len) = (json.as_ptr().cast(), json.len());
        self.done(unsafe { podsix_send_json(self.0, peer, text, len, 0) })
    }

    fn send_msgpack(&self, peer: u64, bytes: &[u8]) -> Answer<()> {
        self.done(unsafe { podsix_send_msgpack(self.0, peer, bytes.as_ptr(), bytes.len(), 0) })
    }

    fn send_many(&self, peers: &[u64], json: &str) -> Answer<(usize, Vec<i32>)> {
        let message = Built::json(json)?;
        let mut results = vec![i32::MIN; peers.len()];
        let (list, count) = (peers.as_ptr(), peers.len());
        let taken = self.checked(unsafe {
            podsix_send_many(self.0, list, count, message.0, 0, results.as_mut_ptr())
        })?;
        Ok((taken as usize, results))
    }

    fn broadcast(&self, message: &Message, except: u64) -> Answer<()> {
        let message = Built::msgpack(message.bytes().expect("a finished message"))?;
        self.done(unsafe { podsix_broadcast(self.0, message.0, except, 0) })
    }

    fn poll(&mut self) -> Answer<Option<Seen>> {
        self.event(|event| unsafe { podsix_poll(self.0, event) })
    }

    fn wait(&mut self, timeout: Duration) -> Answer<Option<Seen>> {
        self.event(|event| unsafe { podsix_wait(self.0, millis(timeout), event) })
    }

    fn flush(&mut self, timeout: Duration) -> Answer<()> {
        self.done(unsafe { podsix_flush(self.0, millis(timeout)) })
    }

    fn close(&mut self, timeout: Duration, code: i32, text: &str) -> Answer<()> {
        let (text, len) = (text.as_ptr().cast(), text.len());
        self.done(unsafe { podsix_host_close(self.0, millis(timeout), code, text, len) })
    }

    fn descriptor(&self) -> Answer<isize> {
        let mut descriptor = -1;
        self.done(unsafe { podsix_host_get_descriptor(self.0, &mut descriptor) })?;
        Ok(descriptor)
    }

    fn peer_address(&self, peer: u64) -> Answer<String> {
        self.checked(unsafe { podsix_peer_copy_address(self.0, peer, null_mut(), 0) })?;
        Ok(text(|buf, cap| unsafe { podsix_peer_copy_address(self.0, peer, buf, cap) }))
    }

    fn peer_stats(&self, peer: u64) -> Answer<PeerStats> {
        let mut stats = std::mem::MaybeUninit::<podsix_peer_stats>::uninit();
        let size = size_of::<podsix_peer_stats>();
        let known = self
            .checked(unsafe { podsix_peer_copy_stats(self.0, peer, stats.as_mut_ptr(), size) })?;
        assert_eq!(known as usize, size);
        let stats = unsafe { stats.assume_init() };
        Ok(PeerStats {
            rtt_us: stats.rtt_us,
            age_ms: stats.age_ms,
            bytes_in: stats.bytes_in,
            bytes_out: stats.bytes_out,
            messages_in: stats.messages_in,
            messages_out: stats.messages_out,
            bytes_waiting: stats.bytes_waiting,
            waiting_ms: stats.waiting_ms,
            queued_events: stats.queued_events,
            queued_bytes: stats.queued_bytes,
        })
    }

    fn user_data(&self, peer: u64) -> Answer<usize> {
        let mut data = null_mut();
        self.done(unsafe { podsix_peer_get_user_data(self.0, peer, &mut data) })?;
        Ok(data as usize)
    }

    fn set_user_data(&self, peer: u64, data: usize) -> Answer<()> {
        self.done(unsafe { podsix_peer_set_user_data(self.0, peer, data as *mut _) })
    }

    fn peers(&self) -> Vec<u64> {
        self.listed(0)
    }

    fn all_peers(&self) -> Vec<u64> {
        self.listed(PODSIX_PEERS_ALL)
    }

    fn stats(&self) -> HostStats {
        let mut stats = std::mem::MaybeUninit::<podsix_host_stats>::uninit();
        let size = size_of::<podsix_host_stats>();
        let known = unsafe { podsix_host_copy_stats(self.0, stats.as_mut_ptr(), size) };
        assert_eq!(known as usize, size);
        let stats = unsafe { stats.assume_init() };
        HostStats {
            peers: stats.peers,
            listeners: stats.listeners,
            bytes_in: stats.bytes_in,
            bytes_out: stats.bytes_out,
            messages_in: stats.messages_in,
            messages_out: stats.messages_out,
            memory_used: stats.memory_used,
            memory_budget: stats.memory_budget,
            accepted: stats.accepted,
            refused: stats.refused,
            handshakes_failed: stats.handshakes_failed,
            handshakes_timed_out: stats.handshakes_timed_out,
            refused_per_address: stats.refused_per_address,
            refused_full: stats.refused_full,
            refused_memory: stats.refused_memory,
            slow_peers: stats.slow_peers,
            accept_pauses: stats.accept_pauses,
            log_dropped: stats.log_dropped,
        }
    }

    fn next_log(&mut self) -> Option<(i32, String)> {
        let mut log = std::mem::MaybeUninit::<podsix_log_record>::uninit();
        if self.checked(unsafe { podsix_host_log_next(self.0, log.as_mut_ptr()) }) == Ok(0) {
            return None;
        }
        let log = unsafe { log.assume_init() };
        Some((log.level, copied(log.text, log.text_len)))
    }
}
