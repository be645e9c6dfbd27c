//! ZeroMQ: a ROUTER serves DEALERs, one socket per client; its own I/O thread does the network.
//!
//! ZeroMQ does not tell who comes, so a client says an empty hello, which the server answers. It does
//! not tell who goes either.

use std::collections::HashMap;
use std::ffi::{CStr, CString, c_int, c_void};
use std::net::SocketAddr;
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use super::zeromq_sys::*;
use crate::content::Content;
use crate::msgpack;
use crate::net::{Conn, Event, Net, Options, Result, Wait};

/// What a ROUTER calls a client.
type Identity = [u8; 5];

/// A host.
pub struct Zeromq {
    context: *mut c_void,
    side: Side,
    pings: bool,
    encoded: Vec<u8>,
    received: Box<[u8]>,
}

enum Side {
    Server { router: *mut c_void, conns: HashMap<Identity, Conn>, identities: Vec<Identity> },
    Clients { dealers: Vec<Dealer>, poll: Poll, events: Events, unread: Vec<Conn> },
}

struct Dealer {
    socket: *mut c_void,
    greeted: bool,
}

/// The version of the library that is linked.
pub fn version() -> String {
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: all three are written to.
    unsafe { zmq_version(&mut major, &mut minor, &mut patch) };
    format!("{major}.{minor}.{patch}")
}

fn check(what: &str, result: c_int) -> Result<c_int> {
    if result >= 0 {
        return Ok(result);
    }
    // SAFETY: the text is static and NUL-terminated.
    let text = unsafe { CStr::from_ptr(zmq_strerror(zmq_errno())) };
    Err(format!("{what}: {}", text.to_string_lossy()).into())
}

impl Zeromq {
    fn new(options: &Options, side: Side) -> Result<Zeromq> {
        // SAFETY: the context lives until the process ends.
        let context = unsafe { zmq_ctx_new() };
        let sockets = options.connections as c_int + 16;
        // SAFETY: as above.
        check("context", unsafe { zmq_ctx_set(context, ZMQ_MAX_SOCKETS, sockets) })?;
        let received = vec![0; 64 << 10].into();
        Ok(Zeromq { context, side, pings: options.pings, encoded: Vec::new(), received })
    }

    fn socket(&self, kind: c_int) -> Result<*mut c_void> {
        // SAFETY: the context lives; options are ints, of that length.
        unsafe {
            let socket = zmq_socket(self.context, kind);
            check("socket", if socket.is_null() { -1 } else { 0 })?;
            let mut options = vec![(ZMQ_LINGER, 0)];
            if self.pings {
                options.push((ZMQ_HEARTBEAT_IVL, 5_000));
            }
            for (option, value) in options {
                let value: *const c_int = &value;
                let set = zmq_setsockopt(socket, option, value.cast(), size_of::<c_int>());
                check("option", set)?;
            }
            Ok(socket)
        }
    }
}

/// Sends; `false` if it would block.
fn send(socket: *mut c_void, data: &[u8], flags: c_int) -> bool {
    // SAFETY: the socket lives until the process ends, and the bytes are copied.
    let sent = unsafe { zmq_send(socket, data.as_ptr().cast(), data.len(), flags | ZMQ_DONTWAIT) };
    sent >= 0
}

/// Receives a part that is there.
fn receive(socket: *mut c_void, buffer: &mut [u8]) -> Option<usize> {
    // SAFETY: the socket lives until the process ends, and no more than the buffer is written.
    let got = unsafe { zmq_recv(socket, buffer.as_mut_ptr().cast(), buffer.len(), ZMQ_DONTWAIT) };
    assert!(got <= buffer.len() as c_int, "a part larger than all parts are");
    usize::try_from(got).ok()
}

impl Net for Zeromq {
    fn listen(options: &Options) -> Result<(Self, u16)> {
        let (conns, identities) = (HashMap::new(), Vec::new());
        let side = Side::Server { router: std::ptr::null_mut(), conns, identities };
        let mut zeromq = Zeromq::new(options, side)?;
        let socket = zeromq.socket(ZMQ_ROUTER)?;
        let mut endpoint = [0_u8; 128];
        let mut length = endpoint.len();
        // SAFETY: the address is NUL-terminated, and no more than `endpoint` is written.
        unsafe {
            check("bind", zmq_bind(socket, c"tcp://0.0.0.0:*".as_ptr()))?;
            let out = endpoint.as_mut_ptr().cast();
            check("endpoint", zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, out, &mut length))?;
        }
        let endpoint = CStr::from_bytes_until_nul(&endpoint)?.to_str()?;
        let port = endpoint.rsplit(':').next().unwrap_or_default().parse()?;
        if let Side::Server { router, .. } = &mut zeromq.side {
            *router = socket;
        }
        Ok((zeromq, port))
    }

    fn client(options: &Options) -> Result<Self> {
        let (poll, events) = (Poll::new()?, Events::with_capacity(1024));
        let (dealers, unread) = (Vec::new(), Vec::new());
        Zeromq::new(options, Side::Clients { dealers, poll, events, unread })
    }

    fn open(&mut self, address: SocketAddr) -> Result<()> {
        let socket = self.socket(ZMQ_DEALER)?;
        let address = CString::new(format!("tcp://{address}"))?;
        let (mut fd, mut length): (c_int, usize) = (0, size_of::<c_int>());
        // SAFETY: the address is NUL-terminated, and `fd` is an int, of that length.
        unsafe {
            check("connect", zmq_connect(socket, address.as_ptr()))?;
            let out: *mut c_int = &mut fd;
            check("descriptor", zmq_getsockopt(socket, ZMQ_FD, out.cast(), &mut length))?;
        }
        if !send(socket, &[], 0) {
            return Err("the hello was not taken".into());
        }
        if let Side::Clients { dealers, poll, unread, .. } = &mut self.side {
            let token = Token(dealers.len());
            poll.registry().register(&mut SourceFd(&fd), token, Interest::READABLE)?;
            unread.push(dealers.len());
            dealers.push(Dealer { socket, greeted: false });
        }
        Ok(())
    }

    fn poll(&mut self, wait: Wait, mut on: impl FnMut(Event<'_>)) {
        let buffer = &mut self.received;
        match &mut self.side {
            Side::Server { router, conns, identities } => {
                if let Wait::UpTo(time) = wait {
                    wait_for(*router, time);
                }
                let mut identity = Identity::default();
                while receive(*router, &mut identity).is_some() {
                    let length = receive(*router, buffer).expect("parts come together");
                    let next = identities.len();
                    let conn = *conns.entry(identity).or_insert(next);
                    if conn == next {
                        identities.push(identity);
                        let greeted =
                            send(*router, &identity, ZMQ_SNDMORE) && send(*router, &[], 0);
                        assert!(greeted, "the greeting was not taken");
                        on(Event::Connected);
                    } else {
                        on(Event::Message(conn, msgpack::decode(&buffer[..length])));
                    }
                }
            }
            Side::Clients { dealers, poll, events, unread } => {
                let mut any = false;
                // What came while we sent is not told by the descriptor again.
                for conn in unread.drain(..) {
                    any |= drain(conn, &mut dealers[conn], buffer, &mut on);
                }
                let timeout = match wait {
                    Wait::UpTo(time) if !any => time,
                    _ => Duration::ZERO,
                };
                poll.poll(events, Some(timeout)).expect("polled");
                for event in &*events {
                    let conn = event.token().0;
                    drain(conn, &mut dealers[conn], buffer, &mut on);
                }
            }
        }
    }

    fn send(&mut self, to: Conn, content: &Content<'_>) -> bool {
        self.encoded.clear();
        msgpack::encode(content, &mut self.encoded);
        match &mut self.side {
            Side::Server { router, identities, .. } => {
                send(*router, &identities[to], ZMQ_SNDMORE) && send(*router, &self.encoded, 0)
            }
            Side::Clients { dealers, unread, .. } => {
                if unread.last() != Some(&to) {
                    unread.push(to);
                }
                send(dealers[to].socket, &self.encoded, 0)
            }
        }
    }

    fn broadcast(&mut self, content: &Content<'_>) {
        self.encoded.clear();
        msgpack::encode(content, &mut self.encoded);
        if let Side::Server { router, identities, .. } = &self.side {
            for identity in identities {
                // Who does not read loses messages: that is how a ROUTER is.
                let _ = send(*router, identity, ZMQ_SNDMORE) && send(*router, &self.encoded, 0);
            }
        }
    }
}

fn wait_for(socket: *mut c_void, time: Duration) {
    let mut item = zmq_pollitem_t { socket, fd: 0, events: ZMQ_POLLIN, revents: 0 };
    // SAFETY: there is one item, whose socket lives.
    unsafe { zmq_poll(&mut item, 1, time.as_millis() as _) };
}

/// Receives what a client has; whether there was anything.
fn drain(
    conn: Conn,
    dealer: &mut Dealer,
    buffer: &mut [u8],
    on: &mut impl FnMut(Event<'_>),
) -> bool {
    let mut any = false;
    while let Some(length) = receive(dealer.socket, buffer) {
        any = true;
        if dealer.greeted {
            on(Event::Message(conn, msgpack::decode(&buffer[..length])));
        } else {
            dealer.greeted = true;
            on(Event::Connected);
        }
    }
    any
}
