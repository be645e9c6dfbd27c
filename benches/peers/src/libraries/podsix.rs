//! podsix, through its C functions, as a game in C would use it.

use std::ffi::{CStr, c_char, c_void};
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::ptr::{null, null_mut};
use std::slice;

use super::podsix_sys::*;
use crate::content::Content;
use crate::net::{Conn, Event, Net, Options, Result, Wait};

/// With an I/O thread.
pub type Threaded = Podsix<PODSIX_MODE_THREADED, PODSIX_SEND_AT_ONCE>;
/// On the calling thread.
pub type Inline = Podsix<PODSIX_MODE_INLINE, PODSIX_SEND_AT_ONCE>;
/// Likewise, and what is sent waits for the next poll.
pub type Gathered = Podsix<PODSIX_MODE_INLINE, PODSIX_SEND_GATHERED>;

pub struct Podsix<const MODE: u32, const SEND_MODE: u32> {
    host: *mut podsix_host,
    message: *mut podsix_message,
    /// Their ids, by number; each peer's user data is its number.
    peers: Vec<u64>,
}

/// The version of the library that is linked.
pub fn version() -> String {
    // SAFETY: the text is static and NUL-terminated.
    unsafe { CStr::from_ptr(podsix_version_string()) }.to_string_lossy().into_owned()
}

/// Fails with the name of a negative result.
fn check(what: &str, result: i32) -> Result<i32> {
    if result >= 0 {
        return Ok(result);
    }
    // SAFETY: the name is static and NUL-terminated.
    let name = unsafe { CStr::from_ptr(podsix_error_name(result)) };
    Err(format!("{what}: {}", name.to_string_lossy()).into())
}

impl<const MODE: u32, const SEND_MODE: u32> Podsix<MODE, SEND_MODE> {
    fn new(options: &Options) -> Result<Self> {
        let mut config = podsix_config::default();
        let mut host = null_mut();
        // SAFETY: `config` is the size that is passed, `host` is written on success, and NULL and 0
        // say that no words are wanted.
        unsafe {
            check("config", podsix_config_init(&mut config, size_of::<podsix_config>()))?;
            config.mode = MODE;
            config.send_mode = SEND_MODE;
            config.max_peers = options.connections as u32;
            if !options.pings {
                config.ping_interval_ms = 0;
                config.idle_timeout_ms = 0;
            }
            check("host", podsix_host_new(&config, &mut host, null_mut(), 0))?;
            Ok(Podsix { host, message: podsix_message_new(), peers: Vec::new() })
        }
    }

    fn add(&mut self, peer: u64) {
        let conn = self.peers.len();
        self.peers.push(peer);
        // SAFETY: the host lives; the library never looks at what user data points to.
        unsafe { podsix_peer_set_user_data(self.host, peer, conn as *mut c_void) };
    }

    fn build(&mut self, content: &Content<'_>) {
        let message = self.message;
        // SAFETY: the message lives until drop; actions and keys are NUL-terminated; `data` is as
        // long as it says. Mistakes stick and are reported by the send.
        unsafe {
            match *content {
                Content::Move { id, x, y, t } => {
                    podsix_message_begin(message, c"move".as_ptr());
                    podsix_message_add_uint(message, c"id".as_ptr(), id.into());
                    podsix_message_add_double(message, c"x".as_ptr(), x);
                    podsix_message_add_double(message, c"y".as_ptr(), y);
                    podsix_message_add_uint(message, c"t".as_ptr(), t.into());
                }
                Content::Ping { data } => {
                    podsix_message_begin(message, c"ping".as_ptr());
                    podsix_message_add_bytes(message, c"data".as_ptr(), data.as_ptr(), data.len());
                }
                Content::State { tick, sent, data } => {
                    podsix_message_begin(message, c"state".as_ptr());
                    podsix_message_add_uint(message, c"tick".as_ptr(), tick.into());
                    podsix_message_add_uint(message, c"sent".as_ptr(), sent);
                    podsix_message_add_bytes(message, c"data".as_ptr(), data.as_ptr(), data.len());
                }
                Content::Input { seq, sent, x, y } => {
                    podsix_message_begin(message, c"input".as_ptr());
                    podsix_message_add_uint(message, c"seq".as_ptr(), seq.into());
                    podsix_message_add_uint(message, c"sent".as_ptr(), sent);
                    podsix_message_add_double(message, c"x".as_ptr(), x);
                    podsix_message_add_double(message, c"y".as_ptr(), y);
                }
            }
        }
    }
}

/// Reads a received message field by field.
fn read(event: &podsix_event) -> Content<'_> {
    // SAFETY: the action lives as long as the event, and is as long as it says.
    let action = unsafe { slice::from_raw_parts(event.action.cast::<u8>(), event.action_len) };
    let message = event.message;
    match action {
        b"move" => {
            let [id, x, y, t] = fields(message, [c"id", c"x", c"y", c"t"]);
            Content::Move { id: uint(id) as u32, x: double(x), y: double(y), t: uint(t) as u32 }
        }
        b"ping" => {
            let [data] = fields(message, [c"data"]);
            Content::Ping { data: bytes(data) }
        }
        b"state" => {
            let [tick, sent, data] = fields(message, [c"tick", c"sent", c"data"]);
            Content::State { tick: uint(tick) as u32, sent: uint(sent), data: bytes(data) }
        }
        b"input" => {
            let [seq, sent, x, y] = fields(message, [c"seq", c"sent", c"x", c"y"]);
            Content::Input { seq: uint(seq) as u32, sent: uint(sent), x: double(x), y: double(y) }
        }
        _ => panic!("an action nobody sends: {action:?}"),
    }
}

fn fields<const N: usize>(
    message: *const podsix_value,
    names: [&'static CStr; N],
) -> [*const podsix_value; N] {
    let keys = names.map(|name| podsix_key { name: name.as_ptr(), len: name.count_bytes() });
    let mut values = [null(); N];
    // SAFETY: there are N keys and room for N values.
    unsafe { podsix_value_fields(message, keys.as_ptr(), N, values.as_mut_ptr()) };
    values
}

fn uint(value: *const podsix_value) -> u64 {
    // SAFETY: the value belongs to an event that still lives.
    unsafe { podsix_value_as_uint(value, 0) }
}

fn double(value: *const podsix_value) -> f64 {
    // SAFETY: the value belongs to an event that still lives.
    unsafe { podsix_value_as_double(value, 0.0) }
}

fn bytes<'a>(value: *const podsix_value) -> &'a [u8] {
    let (mut data, mut len) = (null(), 0);
    // SAFETY: the value belongs to an event that still lives, as do its bytes; both outputs are
    // written on success.
    unsafe {
        let result = podsix_value_get_bytes(value, &mut data, &mut len);
        assert_eq!(result, 0, "the field holds bytes");
        slice::from_raw_parts(data, len)
    }
}

impl<const MODE: u32, const SEND_MODE: u32> Net for Podsix<MODE, SEND_MODE> {
    fn listen(options: &Options) -> Result<(Self, u16)> {
        let podsix = Self::new(options)?;
        let address: *const c_char = c"tcp://0.0.0.0:0".as_ptr();
        let mut listener = 0;
        // SAFETY: the host lives, the address is NUL-terminated, `listener` is written on success.
        let port = unsafe {
            let made = podsix_listen(podsix.host, address, PODSIX_NUL, 0, &mut listener);
            check("listen", made)?;
            check("port", podsix_listener_get_port(podsix.host, listener))?
        };
        Ok((podsix, port as u16))
    }

    fn client(options: &Options) -> Result<Self> {
        Self::new(options)
    }

    fn open(&mut self, address: SocketAddr) -> Result<()> {
        let address = format!("tcp://{address}");
        let mut peer = 0;
        // SAFETY: the host lives, the address is as long as it says, `peer` is written on success.
        check("connect", unsafe {
            podsix_connect(self.host, address.as_ptr().cast(), address.len(), null(), 0, &mut peer)
        })?;
        self.add(peer);
        Ok(())
    }

    fn poll(&mut self, wait: Wait, mut on: impl FnMut(Event<'_>)) {
        let mut event = MaybeUninit::<podsix_event>::uninit();
        loop {
            // SAFETY: the host lives, and `event` has room for one.
            let result = unsafe {
                match wait {
                    Wait::No => podsix_poll(self.host, event.as_mut_ptr()),
                    Wait::UpTo(time) => {
                        let milliseconds = time.as_micros().div_ceil(1000) as u32;
                        podsix_wait(self.host, milliseconds, event.as_mut_ptr())
                    }
                }
            };
            if check("poll", result).expect("a poll") == 0 {
                return;
            }
            // SAFETY: a result of 1 says that the event was written.
            let event = unsafe { event.assume_init_ref() };
            let conn = event.user_data as Conn;
            match event.kind {
                PODSIX_EVENT_CONNECTED if event.listener != 0 => {
                    self.add(event.peer);
                    on(Event::Connected);
                }
                PODSIX_EVENT_CONNECTED => on(Event::Connected),
                PODSIX_EVENT_MESSAGE => on(Event::Message(conn, read(event))),
                PODSIX_EVENT_DISCONNECTED => on(Event::Disconnected(conn)),
                PODSIX_EVENT_ERROR => {
                    panic!("a connection could not be opened: reason {}", event.reason)
                }
                _ => {}
            }
        }
    }

    fn send(&mut self, to: Conn, content: &Content<'_>) -> bool {
        self.build(content);
        // SAFETY: host and message live.
        match unsafe { podsix_send(self.host, self.peers[to], self.message, 0) } {
            PODSIX_ERR_WOULD_BLOCK => false,
            // It has gone; the event that says so is on its way.
            PODSIX_ERR_UNKNOWN_PEER | PODSIX_ERR_NOT_CONNECTED => true,
            result => check("send", result).expect("a send") == 0,
        }
    }

    fn broadcast(&mut self, content: &Content<'_>) {
        self.build(content);
        // SAFETY: host and message live.
        check("broadcast", unsafe { podsix_broadcast(self.host, self.message, 0, 0) })
            .expect("a broadcast");
    }
}

impl<const MODE: u32, const SEND_MODE: u32> Drop for Podsix<MODE, SEND_MODE> {
    fn drop(&mut self) {
        // SAFETY: both were given by `new` and are used no more.
        unsafe {
            podsix_message_free(self.message);
            podsix_host_free(self.host);
        }
    }
}
