//! A peer that is no host: it keeps to the protocol as far as a test wants it to.

use std::io::{self, IoSlice};
use std::net::SocketAddr;

use crate::link::memory::{MemoryLink, Station};
use crate::link::{Lane, Received, Subject};
use crate::wire;

pub(super) mod kind {
    pub(crate) const MESSAGE: u8 = 1;
    pub(crate) const PING: u8 = 2;
    pub(crate) const PONG: u8 = 3;
    pub(crate) const CLOSE: u8 = 4;
    pub(crate) const STALLED: u8 = 5;
    pub(crate) const RESUMED: u8 = 6;
}

/// A client's whole greeting in version 1.0: takes messages of up to 1 MiB, no hello.
pub(super) const HELLO: [u8; 16] = *b"PDSX\x01\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00";

pub(super) fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    let [_, a, b, c] = (payload.len() as u32).to_be_bytes();
    let mut frame = vec![kind, a, b, c];
    frame.extend_from_slice(payload);
    frame
}

/// MessagePack: so many bytes of `fill`, in a message of five more.
pub(super) fn bin(len: usize, fill: u8) -> Vec<u8> {
    let mut bytes = vec![0xc6];
    bytes.extend_from_slice(&(len as u32).to_be_bytes());
    bytes.resize(5 + len, fill);
    bytes
}

pub(super) struct Raw {
    link: MemoryLink,
    buffer: Box<[u8]>,
    /// What has been read.
    pub(super) got: Vec<u8>,
    /// How the connection ended, if it has.
    pub(super) end: Option<io::Result<()>>,
}

impl Raw {
    pub(super) fn new(station: Station, to: SocketAddr) -> Raw {
        let link = station.connect(to, Subject::Dial(0));
        let buffer = vec![0; 64 << 10].into();
        Raw { link, buffer, got: Vec::new(), end: None }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.link.answered().is_some_and(|answer| answer.is_ok())
    }

    pub(super) fn greet(&mut self) {
        assert_eq!(self.write(&HELLO), HELLO.len());
    }

    /// How much of it was taken.
    pub(super) fn write(&mut self, bytes: &[u8]) -> usize {
        let written = self.link.write(Lane::SESSION, &[IoSlice::new(bytes)]);
        written.map_or(0, |taken| taken.count)
    }

    #[track_caller]
    pub(super) fn send(&mut self, kind: u8, payload: &[u8]) {
        let frame = frame(kind, payload);
        assert_eq!(self.write(&frame), frame.len(), "there is room");
    }

    /// Reads what has arrived, at most so many bytes. How many they were.
    pub(super) fn read(&mut self, most: usize) -> usize {
        let before = self.got.len();
        while self.end.is_none() && self.got.len() - before < most {
            let room = (most - (self.got.len() - before)).min(self.buffer.len());
            match self.link.read(Lane::SESSION, &mut self.buffer[..room]) {
                Ok(Received::Bytes { count, .. }) => {
                    self.got.extend_from_slice(&self.buffer[..count]);
                }
                Ok(Received::Nothing) => break,
                Ok(Received::End) => self.end = Some(Ok(())),
                Err(error) => self.end = Some(Err(error)),
            }
        }
        self.got.len() - before
    }

    /// Takes the frames out of what has been read, and the greeting before them.
    pub(super) fn frames(&mut self) -> Vec<(u8, Vec<u8>)> {
        if self.got.starts_with(b"PDSX") {
            let hello = self.got[12..16].iter().fold(0, |size, byte| size << 8 | *byte as usize);
            self.got.drain(..16 + hello);
        }
        let (mut frames, mut at) = (Vec::new(), 0);
        while let Some(header) = self.got.get(at..at + wire::HEADER) {
            let end = at
                + wire::HEADER
                + u32::from_be_bytes([0, header[1], header[2], header[3]]) as usize;
            let Some(payload) = self.got.get(at + wire::HEADER..end) else { break };
            frames.push((header[0], payload.to_vec()));
            at = end;
        }
        self.got.drain(..at);
        frames
    }
}
