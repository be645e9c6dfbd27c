//! message-io: framed TCP, a network thread of its own, and its queue to the game loop.
//!
//! It has no setting for TCP_NODELAY, and writes length and payload separately: without it a round
//! trip takes 88 ms. So its sockets are set from outside, which is kinder than how it comes.

use std::collections::HashMap;
use std::fs::File;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, RawFd};

use message_io::events::EventReceiver;
use message_io::network::{Endpoint, Transport};
use message_io::node::{self, NodeHandler, NodeTask, StoredNetEvent, StoredNodeEvent};

use super::socket;
use crate::content::Content;
use crate::msgpack;
use crate::net::{Conn, Event, Net, Options, Result, Wait};

/// A host.
pub struct MessageIo {
    handler: NodeHandler<()>,
    events: EventReceiver<StoredNodeEvent<()>>,
    /// The network thread, which ends with it.
    _task: NodeTask,
    conns: HashMap<Endpoint, Conn>,
    endpoints: Vec<Option<Endpoint>>,
    buffer: Vec<u8>,
}

impl MessageIo {
    fn new() -> MessageIo {
        let (handler, listener) = node::split();
        let (task, events) = listener.enqueue();
        let (conns, endpoints, buffer) = (HashMap::new(), Vec::new(), Vec::new());
        MessageIo { handler, events, _task: task, conns, endpoints, buffer }
    }

    fn add(&mut self, endpoint: Endpoint) {
        let conn = self.endpoints.len();
        self.endpoints.push(Some(endpoint));
        self.conns.insert(endpoint, conn);
    }

    fn tell(&mut self, event: StoredNetEvent, on: &mut impl FnMut(Event<'_>)) {
        match event {
            StoredNetEvent::Connected(_, false) => panic!("a connection could not be opened"),
            StoredNetEvent::Connected(_, true) => on(Event::Connected),
            StoredNetEvent::Accepted(endpoint, _) => {
                self.add(endpoint);
                on(Event::Connected);
            }
            StoredNetEvent::Message(endpoint, bytes) => {
                on(Event::Message(self.conns[&endpoint], msgpack::decode(&bytes)));
            }
            StoredNetEvent::Disconnected(endpoint) => {
                let conn = self.conns[&endpoint];
                self.endpoints[conn] = None;
                on(Event::Disconnected(conn));
            }
        }
    }
}

impl Drop for MessageIo {
    fn drop(&mut self) {
        // Its threads are waited for when the task is dropped.
        self.handler.stop();
    }
}

/// The number that the next socket of this thread will have, while no other thread opens files.
fn next_descriptor() -> Result<RawFd> {
    Ok(File::open("/dev/null")?.as_raw_fd())
}

fn set_nodelay(socket: RawFd) -> Result<()> {
    Ok(socket::set(socket, libc::IPPROTO_TCP, libc::TCP_NODELAY, 1)?)
}

impl Net for MessageIo {
    fn listen(_: &Options) -> Result<(Self, u16)> {
        let io = MessageIo::new();
        let socket = next_descriptor()?;
        let (_, address) = io.handler.network().listen(Transport::FramedTcp, "0.0.0.0:0")?;
        // Accepted sockets inherit it.
        set_nodelay(socket)?;
        Ok((io, address.port()))
    }

    fn client(_: &Options) -> Result<Self> {
        Ok(MessageIo::new())
    }

    fn open(&mut self, address: SocketAddr) -> Result<()> {
        let socket = next_descriptor()?;
        let (endpoint, _) = self.handler.network().connect(Transport::FramedTcp, address)?;
        set_nodelay(socket)?;
        self.add(endpoint);
        Ok(())
    }

    fn poll(&mut self, wait: Wait, mut on: impl FnMut(Event<'_>)) {
        let mut next = match wait {
            Wait::No => self.events.try_receive(),
            Wait::UpTo(time) => self.events.receive_timeout(time),
        };
        while let Some(event) = next {
            if let StoredNodeEvent::Network(event) = event {
                self.tell(event, &mut on);
            }
            next = self.events.try_receive();
        }
    }

    fn send(&mut self, to: Conn, content: &Content<'_>) -> bool {
        self.buffer.clear();
        msgpack::encode(content, &mut self.buffer);
        if let Some(endpoint) = self.endpoints[to] {
            self.handler.network().send(endpoint, &self.buffer);
        }
        true
    }

    fn broadcast(&mut self, content: &Content<'_>) {
        self.buffer.clear();
        msgpack::encode(content, &mut self.buffer);
        for endpoint in self.endpoints.iter().flatten() {
            self.handler.network().send(*endpoint, &self.buffer);
        }
    }
}
