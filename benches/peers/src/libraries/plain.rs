//! The limit: a plain epoll loop. A length of 4 bytes before each payload, a greeting of 16 bytes
//! each way, and nothing else.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use mio::event;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use crate::content::Content;
use crate::msgpack;
use crate::net::{Conn, Event, Net, Options, Result, Wait};

const GREETING: [u8; 16] = *b"plain greeting 1";
const LISTENER: Token = Token(usize::MAX - 1);
/// What is read at once, and in `Plain<true>` gathered for one write.
const BATCH: usize = 64 << 10;
/// Who has this much waiting does not read, and is dropped.
const OUT_LIMIT: usize = 1 << 20;

/// `Plain<false>` writes each frame at once; `Plain<true>` gathers frames until the flush.
pub struct Plain<const BATCHED: bool> {
    poll: Poll,
    /// Out of its place only while it is walked through.
    events: Option<Events>,
    listener: Option<TcpListener>,
    lines: Vec<Option<Line>>,
    buffer: Box<[u8]>,
    frame: Vec<u8>,
    /// Who has something gathered.
    unflushed: Vec<Conn>,
    /// Who was dropped while sending; the next poll tells.
    dropped: Vec<Conn>,
}

#[derive(PartialEq)]
enum Greeting {
    /// A client's, to be sent once its connection is open.
    Owed,
    Awaited,
    Done,
}

struct Line {
    socket: TcpStream,
    greeting: Greeting,
    /// The beginning of a frame whose rest has not come yet.
    partial: Vec<u8>,
    output: Vec<u8>,
}

impl<const BATCHED: bool> Plain<BATCHED> {
    fn new() -> Result<Self> {
        Ok(Plain {
            poll: Poll::new()?,
            events: Some(Events::with_capacity(1024)),
            listener: None,
            lines: Vec::new(),
            buffer: vec![0; 2 * BATCH].into(),
            frame: Vec::new(),
            unflushed: Vec::new(),
            dropped: Vec::new(),
        })
    }

    fn add(&mut self, mut socket: TcpStream) -> std::io::Result<()> {
        socket.set_nodelay(true)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        self.poll.registry().register(&mut socket, Token(self.lines.len()), interest)?;
        let greeting = if self.listener.is_some() { Greeting::Awaited } else { Greeting::Owed };
        let (partial, output) = (Vec::new(), Vec::new());
        self.lines.push(Some(Line { socket, greeting, partial, output }));
        Ok(())
    }

    fn accept(&mut self) {
        while let Some(listener) = &self.listener {
            match listener.accept() {
                Ok((socket, _)) => self.add(socket).expect("registered"),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) => panic!("accepting: {error}"),
            }
        }
    }

    fn ready(&mut self, conn: Conn, event: &event::Event, on: &mut impl FnMut(Event<'_>)) {
        let serves = self.listener.is_some();
        let Some(line) = &mut self.lines[conn] else { return };
        let mut alive = true;
        if event.is_writable() {
            if line.greeting == Greeting::Owed {
                line.output.extend_from_slice(&GREETING);
                line.greeting = Greeting::Awaited;
            }
            alive = line.write_out();
        }
        if alive && event.is_readable() {
            alive = line.read(conn, serves, event.is_read_closed(), &mut self.buffer, on);
        }
        if !alive {
            assert!(line.greeting == Greeting::Done, "a connection could not be opened");
            self.lines[conn] = None;
            on(Event::Disconnected(conn));
        }
    }

    /// The frame that was encoded last.
    pub(super) fn frame(&self) -> &[u8] {
        &self.frame
    }

    /// How many connections there are and were.
    pub(super) fn connections(&self) -> usize {
        self.lines.len()
    }

    /// A connection's socket, if it is still there.
    pub(super) fn socket(&self, conn: Conn) -> Option<&TcpStream> {
        self.lines[conn].as_ref().map(|line| &line.socket)
    }

    /// The connections that are open and have nothing waiting.
    pub(super) fn idle(&self) -> impl Iterator<Item = Conn> {
        let idle = |line: &Line| line.greeting == Greeting::Done && line.output.is_empty();
        self.lines
            .iter()
            .enumerate()
            .filter_map(move |(conn, line)| line.as_ref().filter(|line| idle(line)).map(|_| conn))
    }

    /// Keeps what is left of the frame for each connection, of which so much has been sent.
    pub(super) fn keep_rests(&mut self, sent: &[usize]) {
        for (line, &sent) in self.lines.iter_mut().zip(sent) {
            if let Some(line) = line.as_mut().filter(|line| line.greeting == Greeting::Done) {
                line.output.extend_from_slice(&self.frame[sent..]);
            }
        }
    }

    /// The frame of a content, in `self.frame`.
    pub(super) fn encode(&mut self, content: &Content<'_>) {
        self.frame.clear();
        self.frame.extend_from_slice(&[0; 4]);
        msgpack::encode(content, &mut self.frame);
        let length = self.frame.len() as u32 - 4;
        self.frame[..4].copy_from_slice(&length.to_be_bytes());
    }

    /// Gives the encoded frame to a connection, if it is open.
    fn put(&mut self, conn: Conn) {
        let Some(line) = &mut self.lines[conn] else { return };
        if line.greeting != Greeting::Done {
            return;
        }
        let mut written = Some(0);
        if line.output.is_empty() {
            if BATCHED {
                self.unflushed.push(conn);
            } else {
                written = line.write_some(&self.frame);
            }
        }
        line.output.extend_from_slice(&self.frame[written.unwrap_or(0)..]);
        if written.is_none() || line.output.len() > OUT_LIMIT {
            self.lines[conn] = None;
            self.dropped.push(conn);
        }
    }

    /// Whether a connection has room for one more frame.
    fn has_room(&self, conn: Conn) -> bool {
        let most = if BATCHED { BATCH } else { 0 };
        self.lines[conn].as_ref().is_none_or(|line| line.output.len() <= most)
    }
}

impl Line {
    /// Reads what is there; whether the connection is still alive.
    fn read(
        &mut self,
        conn: Conn,
        serves: bool,
        closed: bool,
        buffer: &mut [u8],
        on: &mut impl FnMut(Event<'_>),
    ) -> bool {
        loop {
            let old = self.partial.len();
            buffer[..old].copy_from_slice(&self.partial);
            let n = match self.socket.read(&mut buffer[old..old + BATCH]) {
                Ok(0) => return false,
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            };
            let mut bytes = &buffer[..old + n];
            if self.greeting != Greeting::Done && bytes.len() >= GREETING.len() {
                bytes = &bytes[GREETING.len()..];
                self.greeting = Greeting::Done;
                if serves && self.socket.write(&GREETING).is_err() {
                    return false;
                }
                on(Event::Connected);
            }
            if self.greeting == Greeting::Done {
                while let Some((payload, rest)) = split_frame(bytes) {
                    on(Event::Message(conn, msgpack::decode(payload)));
                    bytes = rest;
                }
            }
            self.partial.clear();
            self.partial.extend_from_slice(bytes);
            // A short read has emptied the socket, and whatever comes later is a new edge.
            if n < BATCH && !closed {
                return true;
            }
        }
    }

    /// Writes as much as goes; `None` if the connection broke.
    fn write_some(&mut self, bytes: &[u8]) -> Option<usize> {
        match self.socket.write(bytes) {
            Ok(n) => Some(n),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Some(0),
            Err(_) => None,
        }
    }

    /// Writes what waits, as much as goes; whether the connection is still alive.
    fn write_out(&mut self) -> bool {
        let mut written = 0;
        let mut alive = true;
        while written < self.output.len() {
            match self.socket.write(&self.output[written..]) {
                Ok(n) => written += n,
                Err(error) => {
                    alive = error.kind() == ErrorKind::WouldBlock;
                    break;
                }
            }
        }
        self.output.drain(..written);
        alive
    }
}

/// The payload at the front of `bytes`, if it is there whole, and what follows it.
fn split_frame(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

impl<const BATCHED: bool> Net for Plain<BATCHED> {
    fn listen(_: &Options) -> Result<(Self, u16)> {
        let mut plain = Plain::new()?;
        let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)))?;
        plain.poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
        let port = listener.local_addr()?.port();
        plain.listener = Some(listener);
        Ok((plain, port))
    }

    fn client(_: &Options) -> Result<Self> {
        Plain::new()
    }

    fn open(&mut self, address: SocketAddr) -> Result<()> {
        Ok(self.add(TcpStream::connect(address)?)?)
    }

    fn poll(&mut self, wait: Wait, mut on: impl FnMut(Event<'_>)) {
        let timeout = match wait {
            Wait::No => Duration::ZERO,
            Wait::UpTo(time) => time,
        };
        for conn in self.dropped.drain(..) {
            on(Event::Disconnected(conn));
        }
        let mut events = self.events.take().expect("polls do not nest");
        match self.poll.poll(&mut events, Some(timeout)) {
            Err(error) if error.kind() != ErrorKind::Interrupted => panic!("polling: {error}"),
            _ => {}
        }
        for event in &events {
            match event.token() {
                LISTENER => self.accept(),
                Token(conn) => self.ready(conn, event, &mut on),
            }
        }
        self.events = Some(events);
    }

    fn send(&mut self, to: Conn, content: &Content<'_>) -> bool {
        if !self.has_room(to) {
            self.flush();
            if !self.has_room(to) {
                return false;
            }
        }
        self.encode(content);
        self.put(to);
        true
    }

    fn broadcast(&mut self, content: &Content<'_>) {
        self.encode(content);
        for conn in 0..self.lines.len() {
            self.put(conn);
        }
    }

    fn flush(&mut self) {
        while let Some(conn) = self.unflushed.pop() {
            if self.lines[conn].as_mut().is_some_and(|line| !line.write_out()) {
                self.lines[conn] = None;
                self.dropped.push(conn);
            }
        }
    }
}
