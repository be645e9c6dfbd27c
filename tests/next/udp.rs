use quinn_udp::{EcnCodepoint, RecvMeta, Transmit, UdpSocketState};
use socket2::{Domain, Socket, Type};
use std::error::Error;
use std::io::{ErrorKind, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

const CONTENTS: &[u8] = b"a datagram";

/// One datagram between two sockets bound to `ip`, sent to `destination` and marked for congestion; tells what came with it.
pub fn datagram(ip: &str, destination: &str) -> Result<[(&'static str, bool); 4], Box<dyn Error>> {
    let (ip, destination): (IpAddr, IpAddr) = (ip.parse()?, destination.parse()?);
    let (from, to) = (bound(ip)?, bound(ip)?);
    let (sender, receiver) =
        (UdpSocketState::new((&from).into())?, UdpSocketState::new((&to).into())?);
    let sent = Transmit {
        destination: SocketAddr::new(destination, to.local_addr()?.port()),
        ecn: Some(EcnCodepoint::Ect0),
        contents: CONTENTS,
        segment_size: None,
        src_ip: None,
    };
    sender.try_send((&from).into(), &sent)?;

    let (mut buffer, mut meta) = ([0; 2048], [RecvMeta::default()]);
    let deadline = Instant::now() + Duration::from_secs(30);
    while let Err(cause) =
        receiver.recv((&to).into(), &mut [IoSliceMut::new(&mut buffer)], &mut meta)
    {
        if cause.kind() != ErrorKind::WouldBlock || Instant::now() > deadline {
            return Err(cause.into());
        }
        std::thread::yield_now();
    }
    let [meta] = meta;
    if &buffer[..meta.len] != CONTENTS || meta.addr.port() != from.local_addr()?.port() {
        return Err(format!("received {meta:?}").into());
    }
    Ok([
        ("congestion marks", meta.ecn == sent.ecn),
        (
            "address that it was sent to",
            meta.dst_ip.map(|ip| ip.to_canonical()) == Some(destination.to_canonical()),
        ),
        ("never in fragments", !receiver.may_fragment()),
        ("several in one call", sender.max_gso_segments() > 1),
    ])
}

/// A socket of IPv6 takes IPv4 too.
fn bound(ip: IpAddr) -> Result<UdpSocket, Box<dyn Error>> {
    let address = SocketAddr::new(ip, 0);
    let socket = Socket::new(Domain::for_address(address), Type::DGRAM, None)?;
    if ip.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.bind(&address.into())?;
    Ok(socket.into())
}
