//! A peer made of a plain socket, that keeps to the protocol only as far as a case wants it to.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use podsix::EventKind;

use super::{Api, End, PATIENCE, alongside};

/// Kinds of frames.
pub mod kind {
    pub const MESSAGE: u8 = 1;
    pub const PING: u8 = 2;
    pub const PONG: u8 = 3;
    pub const CLOSE: u8 = 4;
    pub const STALLED: u8 = 5;
    pub const SETTINGS: u8 = 0x80;
}

/// A client's whole greeting in version 1.0: takes messages of up to 1 MiB, no hello.
pub const HELLO: [u8; 16] = *b"PDSX\x01\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00";

/// Such a greeting with a hello.
pub fn preface(hello: &[u8]) -> Vec<u8> {
    let mut bytes = HELLO[..12].to_vec();
    bytes.extend_from_slice(&(hello.len() as u32).to_be_bytes());
    bytes.extend_from_slice(hello);
    bytes
}

/// A frame.
pub fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = (payload.len() as u32).to_be_bytes();
    let mut frame = vec![kind, a, b, c];
    frame.extend_from_slice(payload);
    frame
}

/// MessagePack: so many bytes of `fill`, in a message of five more. (Checked in no time, whatever
/// their number.)
pub fn bin(len: usize, fill: u8) -> Vec<u8> {
    let mut bytes = vec![0xc6];
    bytes.extend_from_slice(&(len as u32).to_be_bytes());
    bytes.resize(5 + len, fill);
    bytes
}

/// The socket; it blocks, but never for longer than a case would wait.
pub struct Raw(pub TcpStream);

impl Raw {
    /// Connects; the system does that, whether the server has turns or not.
    pub fn connect(address: &str) -> Raw {
        Raw::new(TcpStream::connect(address).expect("connecting to a test's server"))
    }

    pub fn new(socket: TcpStream) -> Raw {
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        socket.set_write_timeout(Some(PATIENCE)).expect("a timeout");
        socket.set_nodelay(true).expect("no delay");
        Raw(socket)
    }

    /// Connects and greets: the connection is open, and the server has seen it.
    #[track_caller]
    pub fn open<A: Api>(server: &mut End<A>, address: &str) -> (Raw, u64) {
        let mut raw = Raw::connect(address);
        raw.write(&HELLO);
        let peer = server.gets(EventKind::Connected).peer;
        assert_eq!(raw.read(16)[..4], *b"PDSX");
        (raw, peer)
    }

    /// The other way round: a server that has let the client in.
    #[track_caller]
    pub fn serve<A: Api>(client: &mut End<A>) -> (Raw, u64) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address").to_string();
        let peer = client.connect(&address, "").expect("connect");
        let raw = alongside(client, move || {
            let mut raw = Raw::new(listener.accept().expect("a client").0);
            assert_eq!(raw.read(16)[..4], *b"PDSX");
            raw.write(&HELLO);
            raw
        });
        assert_eq!(client.gets(EventKind::Connected).peer, peer);
        (raw, peer)
    }

    pub fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).expect("writing to a test's server");
    }

    pub fn send(&mut self, kind: u8, payload: &[u8]) {
        self.write(&frame(kind, payload));
    }

    /// So many bytes.
    pub fn read(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.0.read_exact(&mut bytes).expect("reading from a test's server");
        bytes
    }

    /// The next frame that a peer of version 1.0 knows and that is no ping: its kind and payload.
    pub fn read_frame(&mut self) -> (u8, Vec<u8>) {
        loop {
            let header = self.read(4);
            let len = u32::from_be_bytes([0, header[1], header[2], header[3]]) as usize;
            let payload = self.read(len);
            if !matches!(header[0], kind::PING | kind::SETTINGS) {
                return (header[0], payload);
            }
        }
    }

    /// Everything up to the end of the stream.
    pub fn read_to_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes).expect("a clean end, not a reset");
        bytes
    }
}
