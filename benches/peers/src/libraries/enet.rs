//! ENet: UDP with its own reliable channels; all input and output on the game thread.
//!
//! A process has one host, so one socket, for all its clients. Its receive buffer is made larger than
//! ENet's 256 KiB, in which what 1,000 clients get at once would be lost.

use std::net::{IpAddr, SocketAddr};
use std::ptr::{null, null_mut};
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::enet_sys::*;
use crate::content::Content;
use crate::msgpack;
use crate::net::{Conn, Event, Net, Options, Result, Wait};

/// ENet queues without a limit; with more than this unacknowledged, plus some per connection, we wait.
const IN_FLIGHT: usize = 4_096;
const IN_FLIGHT_EACH: usize = 256;

/// How many datagrams ENet reads in one service.
const AT_ONCE: usize = 256;
const RECEIVE_BUFFER: i32 = 4 << 20;

/// Packets that ENet still holds, sent or to be sent.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// A host.
pub struct Enet {
    host: *mut ENetHost,
    /// By number; each peer's data is its number.
    peers: Vec<*mut ENetPeer>,
    serves: bool,
    most_held: usize,
    refused: bool,
    buffer: Vec<u8>,
}

/// The version of the library that is linked.
pub fn version() -> String {
    // SAFETY: there is nothing to be kept.
    let version = unsafe { enet_linked_version() };
    format!("{}.{}.{}", version >> 16, version >> 8 & 0xff, version & 0xff)
}

unsafe extern "C" fn freed(_: *mut ENetPacket) {
    HELD.fetch_sub(1, Ordering::Relaxed);
}

impl Enet {
    fn new(options: &Options, address: Option<ENetAddress>) -> Result<Enet> {
        let address_or_null = address.as_ref().map_or(null(), |address| address as *const _);
        // SAFETY: the address is NULL or lives through the call.
        let host = unsafe {
            if enet_initialize() != 0 {
                return Err("ENet could not be initialized".into());
            }
            enet_host_create(address_or_null, options.connections, 1, 0, 0)
        };
        if host.is_null() {
            return Err("ENet could not make a host".into());
        }
        // SAFETY: the host lives, and its socket is open.
        unsafe { enet_socket_set_option((*host).socket, ENET_SOCKOPT_RCVBUF, RECEIVE_BUFFER) };
        Ok(Enet {
            host,
            peers: Vec::new(),
            serves: address.is_some(),
            most_held: IN_FLIGHT + IN_FLIGHT_EACH * options.connections,
            refused: false,
            buffer: Vec::new(),
        })
    }

    fn add(&mut self, peer: *mut ENetPeer) {
        let conn = self.peers.len();
        // SAFETY: ENet gave this peer a moment ago, and leaves its data to us.
        unsafe { (*peer).data = conn as *mut _ };
        self.peers.push(peer);
    }

    fn packet(&mut self, content: &Content<'_>) -> *mut ENetPacket {
        self.buffer.clear();
        msgpack::encode(content, &mut self.buffer);
        let data = self.buffer.as_ptr().cast();
        // SAFETY: ENet copies the bytes; the packet is ours until it is sent.
        unsafe {
            let packet = enet_packet_create(data, self.buffer.len(), ENET_PACKET_FLAG_RELIABLE);
            assert!(!packet.is_null(), "ENet has no memory");
            (*packet).freeCallback = Some(freed);
            HELD.fetch_add(1, Ordering::Relaxed);
            packet
        }
    }

    fn tell(&mut self, event: &ENetEvent, on: &mut impl FnMut(Event<'_>)) {
        // SAFETY: an event's peer is valid, and its packet is ours to destroy.
        unsafe {
            let conn = (*event.peer).data as Conn;
            match event.kind {
                ENET_EVENT_TYPE_CONNECT if self.serves => {
                    self.add(event.peer);
                    on(Event::Connected);
                }
                ENET_EVENT_TYPE_CONNECT => on(Event::Connected),
                ENET_EVENT_TYPE_DISCONNECT => on(Event::Disconnected(conn)),
                ENET_EVENT_TYPE_RECEIVE => {
                    let packet = event.packet;
                    let bytes = slice::from_raw_parts((*packet).data, (*packet).dataLength);
                    on(Event::Message(conn, msgpack::decode(bytes)));
                    enet_packet_destroy(packet);
                }
                _ => {}
            }
        }
    }

    fn service(&mut self, milliseconds: u32) -> Option<ENetEvent> {
        let (peer, packet) = (null_mut(), null_mut());
        let mut event = ENetEvent { kind: 0, peer, channelID: 0, data: 0, packet };
        // SAFETY: the host lives, and `event` is written to.
        let result = unsafe { enet_host_service(self.host, &mut event, milliseconds) };
        assert!(result >= 0, "ENet could not serve its host");
        (result > 0).then_some(event)
    }

    /// Serves until the packets held are half of the most: acknowledgements are no events.
    fn drain(&mut self, time: Duration, on: &mut impl FnMut(Event<'_>)) {
        let end = Instant::now() + time;
        while HELD.load(Ordering::Relaxed) > self.most_held / 2 && Instant::now() < end {
            if let Some(event) = self.service(1) {
                self.tell(&event, on);
            }
        }
        self.refused = false;
    }
}

impl Net for Enet {
    const ADDRESSES: u8 = 1;

    fn listen(options: &Options) -> Result<(Self, u16)> {
        let enet = Enet::new(options, Some(ENetAddress { host: 0, port: 0 }))?;
        // SAFETY: the host lives; ENet has put in the port it was bound to.
        let port = unsafe { (*enet.host).address.port };
        Ok((enet, port))
    }

    fn client(options: &Options) -> Result<Self> {
        Enet::new(options, None)
    }

    fn open(&mut self, address: SocketAddr) -> Result<()> {
        let IpAddr::V4(ip) = address.ip() else { return Err("ENet knows IPv4 alone".into()) };
        let address = ENetAddress { host: u32::from_ne_bytes(ip.octets()), port: address.port() };
        // SAFETY: the host and the address live through the call.
        let peer = unsafe { enet_host_connect(self.host, &address, 1, 0) };
        if peer.is_null() {
            return Err("ENet has no room for another peer".into());
        }
        self.add(peer);
        Ok(())
    }

    fn poll(&mut self, wait: Wait, mut on: impl FnMut(Event<'_>)) {
        let mut milliseconds = 0;
        if let Wait::UpTo(time) = wait {
            if self.refused {
                return self.drain(time, &mut on);
            }
            milliseconds = time.as_micros().div_ceil(1000) as u32;
        }
        // One service reads 256 datagrams at most, and acknowledgements are no events: without this a
        // server of many would fall behind with them, and send everything again.
        let unacknowledged = HELD.load(Ordering::Relaxed) > 0;
        let rounds = if unacknowledged { 1 + self.peers.len() / AT_ONCE } else { 1 };
        for _ in 0..rounds {
            while let Some(event) = self.service(milliseconds) {
                milliseconds = 0;
                self.tell(&event, &mut on);
            }
            milliseconds = 0;
        }
    }

    fn send(&mut self, to: Conn, content: &Content<'_>) -> bool {
        if HELD.load(Ordering::Relaxed) >= self.most_held {
            self.refused = true;
            return false;
        }
        let packet = self.packet(content);
        // SAFETY: peers live as long as the host; a packet that is not taken is still ours.
        unsafe {
            if enet_peer_send(self.peers[to], 0, packet) < 0 {
                enet_packet_destroy(packet);
            }
        }
        true
    }

    fn broadcast(&mut self, content: &Content<'_>) {
        let packet = self.packet(content);
        // SAFETY: the host lives and takes the packet.
        unsafe { enet_host_broadcast(self.host, 0, packet) };
    }

    fn flush(&mut self) {
        // SAFETY: the host lives.
        unsafe { enet_host_flush(self.host) };
    }
}
