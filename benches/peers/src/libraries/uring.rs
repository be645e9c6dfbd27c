//! A prototype: the plain loop, but a broadcast is one submission to io_uring for all clients.

use std::net::SocketAddr;
use std::os::fd::AsRawFd;

use io_uring::{IoUring, opcode, types};

use super::plain::Plain;
use crate::content::Content;
use crate::net::{Conn, Event, Net, Options, Result, Wait};

const AT_ONCE: usize = 1024;

/// A host.
pub struct Uring {
    plain: Plain<false>,
    ring: IoUring,
}

impl Uring {
    fn new(plain: Plain<false>) -> Result<Uring> {
        Ok(Uring { plain, ring: IoUring::new(AT_ONCE as u32)? })
    }

    /// Sends the plain loop's frame to some connections; what was sent of it, by connection.
    fn send_all(&mut self, conns: &[Conn], sent: &mut [usize]) {
        let (mut submission, frame) = (self.ring.submission(), self.plain.frame());
        for &conn in conns {
            let Some(socket) = self.plain.socket(conn) else { continue };
            let entry = opcode::Send::new(
                types::Fd(socket.as_raw_fd()),
                frame.as_ptr(),
                frame.len() as u32,
            );
            let entry = entry.flags(libc::MSG_NOSIGNAL).build().user_data(conn as u64);
            // SAFETY: the frame and the socket outlive the submission, which is waited for below.
            unsafe { submission.push(&entry) }.expect("the queue holds that many");
        }
        let count = submission.len();
        drop(submission);
        self.ring.submit_and_wait(count).expect("submitted");
        for completion in self.ring.completion() {
            sent[completion.user_data() as usize] = completion.result().max(0) as usize;
        }
    }
}

impl Net for Uring {
    fn listen(options: &Options) -> Result<(Self, u16)> {
        let (plain, port) = Plain::listen(options)?;
        Ok((Uring::new(plain)?, port))
    }

    fn client(options: &Options) -> Result<Self> {
        Uring::new(Plain::client(options)?)
    }

    fn open(&mut self, address: SocketAddr) -> Result<()> {
        self.plain.open(address)
    }

    fn poll(&mut self, wait: Wait, on: impl FnMut(Event<'_>)) {
        self.plain.poll(wait, on);
    }

    fn send(&mut self, to: Conn, content: &Content<'_>) -> bool {
        self.plain.send(to, content)
    }

    fn broadcast(&mut self, content: &Content<'_>) {
        self.plain.encode(content);
        let idle: Vec<Conn> = self.plain.idle().collect();
        let mut sent = vec![0; self.plain.connections()];
        for conns in idle.chunks(AT_ONCE) {
            self.send_all(conns, &mut sent);
        }
        self.plain.keep_rests(&sent);
    }
}
