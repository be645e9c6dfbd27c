//! The C functions of ENet that are used here, and as much of its structs.

#![allow(non_camel_case_types, non_snake_case)]

use std::ffi::{c_int, c_void};

pub const ENET_EVENT_TYPE_CONNECT: c_int = 1;
pub const ENET_EVENT_TYPE_DISCONNECT: c_int = 2;
pub const ENET_EVENT_TYPE_RECEIVE: c_int = 3;
pub const ENET_SOCKOPT_RCVBUF: c_int = 3;
pub const ENET_PACKET_FLAG_RELIABLE: u32 = 1;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct ENetAddress {
    /// In network byte order.
    pub host: u32,
    pub port: u16,
}

/// The beginning of an ENetHost.
#[repr(C)]
pub struct ENetHost {
    pub socket: c_int,
    pub address: ENetAddress,
}

/// The beginning of an ENetPeer.
#[repr(C)]
pub struct ENetPeer {
    pub dispatchList: [*mut c_void; 2],
    pub host: *mut ENetHost,
    pub outgoingPeerID: u16,
    pub incomingPeerID: u16,
    pub connectID: u32,
    pub outgoingSessionID: u8,
    pub incomingSessionID: u8,
    pub address: ENetAddress,
    pub data: *mut c_void,
}

#[repr(C)]
pub struct ENetPacket {
    pub referenceCount: usize,
    pub flags: u32,
    pub data: *mut u8,
    pub dataLength: usize,
    pub freeCallback: Option<unsafe extern "C" fn(*mut ENetPacket)>,
    pub userData: *mut c_void,
}

#[repr(C)]
pub struct ENetEvent {
    pub kind: c_int,
    pub peer: *mut ENetPeer,
    pub channelID: u8,
    pub data: u32,
    pub packet: *mut ENetPacket,
}

unsafe extern "C" {
    pub fn enet_initialize() -> c_int;
    pub fn enet_socket_set_option(socket: c_int, option: c_int, value: c_int) -> c_int;
    pub fn enet_linked_version() -> u32;
    pub fn enet_host_create(
        address: *const ENetAddress,
        peers: usize,
        channels: usize,
        incoming_bandwidth: u32,
        outgoing_bandwidth: u32,
    ) -> *mut ENetHost;
    pub fn enet_host_connect(
        host: *mut ENetHost,
        address: *const ENetAddress,
        channels: usize,
        data: u32,
    ) -> *mut ENetPeer;
    pub fn enet_host_service(host: *mut ENetHost, event: *mut ENetEvent, timeout: u32) -> c_int;
    pub fn enet_host_flush(host: *mut ENetHost);
    pub fn enet_host_broadcast(host: *mut ENetHost, channel: u8, packet: *mut ENetPacket);
    pub fn enet_packet_create(data: *const c_void, length: usize, flags: u32) -> *mut ENetPacket;
    pub fn enet_packet_destroy(packet: *mut ENetPacket);
    pub fn enet_peer_send(peer: *mut ENetPeer, channel: u8, packet: *mut ENetPacket) -> c_int;
}
