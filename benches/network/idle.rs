//! Connections that say nothing: what each costs the server in user-space memory, and how fast they
//! can come, beside a plain loop that greets them with 16 bytes each way.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};
use podsix::{Config, EventKind, Host};

use crate::child;
use crate::median;

const CLIENTS: usize = 5_000;
/// Connections before the measured ones, so that buffers and pools are there.
const WARM: usize = 50;
/// More at once would overflow the listener's queue, and a lost SYN costs a second.
const OPENING: usize = 64;
const ROUNDS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(30);
const GREETING: [u8; 16] = *b"plain greeting 1";
const LISTENER: Token = Token(usize::MAX);

pub fn run() {
    let kinds = ["podsix", "podsix-pings", "plain"];
    let mut rates = [(); 3].map(|()| Vec::new());
    let mut bytes = [(); 3].map(|()| Vec::new());
    for _ in 0..ROUNDS {
        for (n, kind) in kinds.iter().enumerate() {
            let (each, rate) = round(kind);
            bytes[n].push(each);
            rates[n].push(rate);
        }
    }
    let plain = median(rates[2].clone());
    for (n, kind) in kinds.iter().enumerate() {
        let (bytes, rate) = (median(bytes[n].clone()), median(rates[n].clone()));
        println!(
            "idle {kind}: {CLIENTS} connections: {bytes:.0} bytes of user-space memory each, {rate:.0} \
             connections per second ({:.2} of the plain loop)",
            rate / plain
        );
    }
}

/// One server and its clients: bytes of memory per connection, connections per second.
fn round(kind: &str) -> (f64, f64) {
    let mut server = child::start(&format!("idle-server {kind}"));
    let address = child::line(&mut server);
    let mut clients = child::start(&format!("idle-clients {kind} {address}"));
    let figures = child::line(&mut server);
    for child in [&mut clients, &mut server] {
        drop(child.stdin.take());
        assert!(child.wait().expect("a child").success());
    }
    let (bytes, rate) = figures.split_once(' ').expect("two figures");
    (bytes.parse().expect("bytes"), rate.parse().expect("a rate"))
}

pub fn serve(kind: &str) {
    let mut crowd = Crowd::new(kind);
    let address = crowd.listen();
    println!("{address}");
    crowd.gather(WARM);
    let before = resident();
    let seconds = crowd.gather(CLIENTS);
    let each = (resident() - before) as f64 / CLIENTS as f64;
    println!("{each} {}", CLIENTS as f64 / seconds);
    std::io::stdout().flush().expect("printed");
    rest();
}

pub fn clients(kind: &str, address: &str) {
    let mut crowd = Crowd::new(kind);
    let address = address.parse().expect("an address");
    for count in [WARM, CLIENTS] {
        let mut connected = 0;
        for opened in 0..count {
            crowd.open(address);
            while opened >= connected + OPENING {
                connected += crowd.connected(PATIENCE);
            }
        }
        while connected < count {
            connected += crowd.connected(PATIENCE);
        }
    }
    rest();
}

/// Until the parent closes our input.
fn rest() {
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// Bytes of memory this process occupies.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("statm");
    let pages: usize = pages.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("pages");
    pages * 4096
}

/// One end of many connections.
enum Crowd {
    Podsix(Box<Host>),
    Plain(Plain),
}

struct Plain {
    poll: Poll,
    events: Events,
    listener: Option<TcpListener>,
    sockets: Vec<TcpStream>,
}

impl Crowd {
    fn new(kind: &str) -> Crowd {
        let config = Config { max_peers: 10_000, ..Config::default() };
        let zero = Duration::ZERO;
        let without_pings = Config { ping_interval: zero, idle_timeout: zero, ..config.clone() };
        match kind {
            "podsix" => Crowd::Podsix(Box::new(Host::new(without_pings).expect("a host"))),
            "podsix-pings" => Crowd::Podsix(Box::new(Host::new(config).expect("a host"))),
            _ => Crowd::Plain(Plain {
                poll: Poll::new().expect("a poll"),
                events: Events::with_capacity(1024),
                listener: None,
                sockets: Vec::new(),
            }),
        }
    }

    fn listen(&mut self) -> SocketAddr {
        match self {
            Crowd::Podsix(host) => {
                let listener = host.listen("127.0.0.1:0", false).expect("a listener");
                host.listener_address(listener).expect("its address")
            }
            Crowd::Plain(plain) => {
                let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                let mut listener = TcpListener::bind(any).expect("a listener");
                let interest = Interest::READABLE;
                plain.poll.registry().register(&mut listener, LISTENER, interest).expect("watched");
                let address = listener.local_addr().expect("its address");
                plain.listener = Some(listener);
                address
            }
        }
    }

    fn open(&mut self, address: SocketAddr) {
        match self {
            Crowd::Podsix(host) => {
                host.connect(&address.to_string(), None).expect("a connect");
            }
            Crowd::Plain(plain) => plain.add(TcpStream::connect(address).expect("a connect")),
        }
    }

    /// Waits; how many connections have been greeted meanwhile.
    fn connected(&mut self, timeout: Duration) -> usize {
        let mut connected = 0;
        match self {
            Crowd::Podsix(host) => {
                while let Some(event) = host.wait(timeout).expect("an event") {
                    assert_eq!(event.kind, EventKind::Connected);
                    connected += 1;
                }
            }
            Crowd::Plain(plain) => connected += plain.turn(timeout),
        }
        connected
    }

    /// Waits until so many have been greeted; how many seconds passed since the first of them.
    fn gather(&mut self, count: usize) -> f64 {
        let mut connected = self.connected(PATIENCE);
        let start = Instant::now();
        while connected < count {
            connected += self.connected(PATIENCE);
        }
        start.elapsed().as_secs_f64()
    }
}

impl Plain {
    fn add(&mut self, mut socket: TcpStream) {
        let _ = socket.set_nodelay(true);
        let both = Interest::READABLE | Interest::WRITABLE;
        let token = Token(self.sockets.len());
        self.poll.registry().register(&mut socket, token, both).expect("watched");
        self.sockets.push(socket);
    }

    /// The client greets when its connection stands, the server when it has been greeted.
    fn turn(&mut self, timeout: Duration) -> usize {
        self.poll.poll(&mut self.events, Some(timeout)).expect("polled");
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        let mut greeted = 0;
        for event in &events {
            if event.token() == LISTENER {
                while let Some((socket, _)) =
                    self.listener.as_ref().and_then(|listener| listener.accept().ok())
                {
                    self.add(socket);
                }
                continue;
            }
            let mut socket = &self.sockets[event.token().0];
            let serves = self.listener.is_some();
            if event.is_readable() && socket.read(&mut [0; 64]).is_ok_and(|n| n == GREETING.len()) {
                greeted += 1;
                if serves {
                    socket.write_all(&GREETING).expect("written");
                }
            } else if event.is_writable() && !serves {
                socket.write_all(&GREETING).expect("written");
            }
        }
        self.events = events;
        greeted
    }
}
