//! renet: a reliable ordered channel over UDP, with its netcode transport in unsecure mode (which
//! still encrypts, with a key of zeros); all input and output on the game thread.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::{AsRawFd, RawFd};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use renet::{ClientId, ConnectionConfig, DefaultChannel, RenetClient, RenetServer, ServerEvent};
use renet_netcode::{
    ClientAuthentication, NetcodeClientTransport, NetcodeServerTransport, ServerAuthentication,
    ServerConfig,
};

use super::socket;
use crate::content::Content;
use crate::msgpack;
use crate::net::{Conn, Event, Net, Options, Result, Wait};

const PROTOCOL: u64 = 31_425;
/// How often clients without news are looked after: keep-alives, what has to be sent again.
const CARE: Duration = Duration::from_millis(16);

/// A game hands the socket over, and a server's would have this: with the system's default most of what
/// 200 clients say in a frame is lost. (ENet asks for 256 KiB itself.)
const RECEIVE_BUFFER: i32 = 4 << 20;

/// A host.
pub struct Renet {
    side: Side,
    poll: Poll,
    events: Option<Events>,
    last: Instant,
}

enum Side {
    Server(Box<Server>),
    Clients(Vec<Client>),
}

struct Server {
    server: RenetServer,
    transport: NetcodeServerTransport,
    conns: HashMap<ClientId, Conn>,
    ids: Vec<ClientId>,
}

struct Client {
    client: RenetClient,
    transport: NetcodeClientTransport,
    connected: bool,
    /// It has something to send, acknowledgements for instance.
    unsent: bool,
    last: Instant,
}

fn channel() -> u8 {
    DefaultChannel::ReliableOrdered.into()
}

fn since_epoch() -> Result<Duration> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?)
}

impl Renet {
    fn new(side: Side) -> Result<Renet> {
        let (poll, events) = (Poll::new()?, Some(Events::with_capacity(1024)));
        Ok(Renet { side, poll, events, last: Instant::now() })
    }

    fn register(&self, socket: RawFd, conn: Conn) -> Result<()> {
        let mut source = SourceFd(&socket);
        Ok(self.poll.registry().register(&mut source, Token(conn), Interest::READABLE)?)
    }
}

impl Server {
    fn update(&mut self, passed: Duration, on: &mut impl FnMut(Event<'_>)) {
        self.server.update(passed);
        self.transport.update(passed, &mut self.server).expect("the server's transport works");
        while let Some(event) = self.server.get_event() {
            match event {
                ServerEvent::ClientConnected { client_id } => {
                    let conn = self.ids.len();
                    self.ids.push(client_id);
                    self.conns.insert(client_id, conn);
                    on(Event::Connected);
                }
                ServerEvent::ClientDisconnected { client_id, .. } => {
                    on(Event::Disconnected(self.conns[&client_id]));
                }
            }
        }
        for (conn, &id) in self.ids.iter().enumerate() {
            while let Some(bytes) = self.server.receive_message(id, channel()) {
                on(Event::Message(conn, msgpack::decode(&bytes)));
            }
        }
    }
}

impl Client {
    fn update(&mut self, conn: Conn, on: &mut impl FnMut(Event<'_>)) {
        let now = Instant::now();
        let passed = now - self.last;
        self.last = now;
        self.client.update(passed);
        self.transport.update(passed, &mut self.client).expect("a client's transport works");
        // `transport.update` notices only the next time that the handshake is through.
        if !self.connected {
            let _ = self.transport.update(Duration::ZERO, &mut self.client);
        }
        if !self.connected && self.client.is_connected() {
            self.connected = true;
            on(Event::Connected);
        }
        while let Some(bytes) = self.client.receive_message(channel()) {
            on(Event::Message(conn, msgpack::decode(&bytes)));
        }
        self.unsent = self.connected;
    }

    fn flush(&mut self) {
        if self.unsent {
            self.unsent = false;
            // A full socket loses a packet, as any network may.
            let _ = self.transport.send_packets(&mut self.client);
        }
    }
}

impl Net for Renet {
    const ADDRESSES: u8 = 1;

    fn listen(options: &Options) -> Result<(Self, u16)> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let (port, fd) = (socket.local_addr()?.port(), socket.as_raw_fd());
        socket::set(fd, libc::SOL_SOCKET, libc::SO_RCVBUF, RECEIVE_BUFFER)?;
        let config = ServerConfig {
            current_time: since_epoch()?,
            max_clients: options.connections,
            protocol_id: PROTOCOL,
            public_addresses: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, port))],
            authentication: ServerAuthentication::Unsecure,
        };
        let renet = Renet::new(Side::Server(Box::new(Server {
            server: RenetServer::new(ConnectionConfig::default()),
            transport: NetcodeServerTransport::new(config, socket)?,
            conns: HashMap::new(),
            ids: Vec::new(),
        })))?;
        renet.register(fd, 0)?;
        Ok((renet, port))
    }

    fn client(_: &Options) -> Result<Self> {
        Renet::new(Side::Clients(Vec::new()))
    }

    fn open(&mut self, address: SocketAddr) -> Result<()> {
        let Side::Clients(clients) = &mut self.side else { return Err("a server".into()) };
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let (conn, fd) = (clients.len(), socket.as_raw_fd());
        let authentication = ClientAuthentication::Unsecure {
            protocol_id: PROTOCOL,
            client_id: u64::from(std::process::id()) << 32 | conn as u64,
            server_addr: address,
            user_data: None,
        };
        clients.push(Client {
            client: RenetClient::new(ConnectionConfig::default()),
            transport: NetcodeClientTransport::new(since_epoch()?, authentication, socket)?,
            connected: false,
            unsent: false,
            last: Instant::now(),
        });
        self.register(fd, conn)
    }

    fn poll(&mut self, wait: Wait, mut on: impl FnMut(Event<'_>)) {
        self.flush();
        // renet itself never waits; a game's thread would sleep until its socket has something.
        let timeout = match wait {
            Wait::No => Duration::ZERO,
            Wait::UpTo(time) => time.min(CARE),
        };
        let mut events = self.events.take().expect("polls do not nest");
        let waits = matches!(wait, Wait::UpTo(_)) || matches!(self.side, Side::Clients(_));
        if waits {
            self.poll.poll(&mut events, Some(timeout)).expect("polled");
        }
        let passed = self.last.elapsed();
        match &mut self.side {
            Side::Server(server) => {
                self.last = Instant::now();
                server.update(passed, &mut on);
            }
            Side::Clients(clients) if passed > CARE || clients.len() == 1 => {
                self.last = Instant::now();
                for (conn, client) in clients.iter_mut().enumerate() {
                    client.update(conn, &mut on);
                }
            }
            Side::Clients(clients) => {
                for event in &events {
                    let conn = event.token().0;
                    clients[conn].update(conn, &mut on);
                }
            }
        }
        self.events = Some(events);
    }

    fn send(&mut self, to: Conn, content: &Content<'_>) -> bool {
        let mut bytes = Vec::new();
        msgpack::encode(content, &mut bytes);
        match &mut self.side {
            Side::Server(server) => {
                let id = server.ids[to];
                let room = server.server.can_send_message(id, channel(), bytes.len());
                if room {
                    server.server.send_message(id, channel(), bytes);
                }
                room
            }
            Side::Clients(clients) => {
                let client = &mut clients[to];
                let room = client.client.can_send_message(channel(), bytes.len());
                if room {
                    client.client.send_message(channel(), bytes);
                }
                client.unsent = true;
                room
            }
        }
    }

    fn broadcast(&mut self, content: &Content<'_>) {
        let mut bytes = Vec::new();
        msgpack::encode(content, &mut bytes);
        if let Side::Server(server) = &mut self.side {
            server.server.broadcast_message(channel(), bytes);
        }
    }

    fn flush(&mut self) {
        match &mut self.side {
            Side::Server(server) => server.transport.send_packets(&mut server.server),
            Side::Clients(clients) => clients.iter_mut().for_each(Client::flush),
        }
    }
}
