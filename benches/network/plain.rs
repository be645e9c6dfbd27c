//! The limit: a plain loop over one socket, with a length before each payload and nothing else.

use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// A connection that an epoll loop reads.
pub struct Plain {
    pub socket: TcpStream,
    poll: Poll,
    events: Events,
}

impl Plain {
    pub fn new(socket: std::net::TcpStream) -> Plain {
        socket.set_nodelay(true).expect("nodelay");
        socket.set_nonblocking(true).expect("non-blocking");
        let mut socket = TcpStream::from_std(socket);
        let poll = Poll::new().expect("a poll");
        poll.registry().register(&mut socket, Token(0), Interest::READABLE).expect("registered");
        Plain { socket, poll, events: Events::with_capacity(8) }
    }

    /// Waits until the socket may be read.
    pub fn ready(&mut self, timeout: Option<Duration>) -> bool {
        self.poll.poll(&mut self.events, timeout).expect("polled");
        !self.events.is_empty()
    }

    /// One read; none if there is nothing, 0 at the end.
    pub fn read(&mut self, buffer: &mut [u8]) -> Option<usize> {
        match self.socket.read(buffer) {
            Ok(n) => Some(n),
            Err(error) if error.kind() == ErrorKind::WouldBlock => None,
            Err(error) => panic!("reading: {error}"),
        }
    }

    /// Writes everything.
    pub fn write(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            match self.socket.write(bytes) {
                Ok(n) => bytes = &bytes[n..],
                Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
                Err(error) => panic!("writing: {error}"),
            }
        }
    }
}

/// The payload of the frame at the front of `bytes`, if it is there whole.
pub fn frame(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.get(..u32::from_be_bytes(*length) as usize)
}
