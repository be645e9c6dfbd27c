//! A packet as a message, and the packets that wait for the game.
//!
//! On channel 0, which nearly all use, a packet is a value of bytes and nothing else; on another one
//! it is the list `[channel, bytes]`.

use std::collections::VecDeque;
use std::ops::Range;

use podsix::value::Kind;
use podsix::{Message, Value};

/// The most bytes that a packet's message has beside the packet: the head of a list, a channel and
/// the head of the bytes.
pub const OVERHEAD: u32 = 1 + 5 + 5;

/// A buffer emptied by the game is kept up to this size.
const KEPT: usize = 256 << 10;

/// Writes a packet.
pub fn write(message: &mut Message, channel: i32, packet: &[u8]) {
    message.clear();
    match channel {
        0 => message.add_bytes(packet),
        _ => message.open_list().push(i64::from(channel)).add_bytes(packet).close(),
    };
}

/// Reads a packet: its channel and its bytes, or `None` if it is something else.
pub fn read(message: Value<'_>) -> Option<(i32, &[u8])> {
    let (channel, bytes) = match message.kind() {
        Kind::Bytes => (0, message),
        Kind::List if message.count() == 2 => {
            let channel = i32::try_from(message.at(0).read_int().ok()?).ok()?;
            (channel, message.at(1))
        }
        _ => return None,
    };
    let is_packet = channel >= 0 && bytes.kind() == Kind::Bytes;
    is_packet.then(|| bytes.as_bytes()).flatten().map(|bytes| (channel, bytes))
}

/// Packets that have arrived and wait for the game, side by side in one buffer.
#[derive(Default)]
pub struct Inbox {
    bytes: Vec<u8>,
    packets: VecDeque<Packet>,
}

/// A packet in the inbox.
pub struct Packet {
    /// Who sent it.
    pub from: i32,
    /// On which channel.
    pub channel: i32,
    place: Range<usize>,
}

impl Inbox {
    /// Adds a packet.
    pub fn push(&mut self, from: i32, channel: i32, packet: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(packet);
        self.packets.push_back(Packet { from, channel, place: start..self.bytes.len() });
    }

    /// The packet that `take` will give.
    pub fn next(&self) -> Option<&Packet> {
        self.packets.front()
    }

    /// How many wait.
    pub fn count(&self) -> usize {
        self.packets.len()
    }

    /// The bytes held, those of packets taken since the last `tidy` included. An empty packet has some too.
    pub fn size(&self) -> usize {
        self.bytes.len() + self.packets.len() * size_of::<Packet>()
    }

    /// Whether a packet of this sender waits.
    pub fn has_from(&self, id: i32) -> bool {
        self.packets.iter().any(|packet| packet.from == id)
    }

    /// The oldest packet. It stays where it is until `push` or `tidy`.
    pub fn take(&mut self) -> Option<&[u8]> {
        let packet = self.packets.pop_front()?;
        Some(&self.bytes[packet.place])
    }

    /// Forgets what a sender has sent.
    pub fn forget(&mut self, id: i32) {
        self.packets.retain(|packet| packet.from != id);
    }

    /// Gives up the room of packets that were taken.
    pub fn tidy(&mut self) {
        let taken = self.packets.front().map_or(self.bytes.len(), |packet| packet.place.start);
        if taken == 0 {
            return;
        }
        self.bytes.drain(..taken);
        for packet in &mut self.packets {
            packet.place = packet.place.start - taken..packet.place.end - taken;
        }
        self.bytes.shrink_to(KEPT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(channel: i32, packet: &[u8]) -> Message {
        let mut message = Message::new();
        write(&mut message, channel, packet);
        message
    }

    #[test]
    fn what_is_written_is_read_and_overhead_is_its_most() {
        for size in [0, 1, 255, 256, 65_535, 65_536] {
            let packet = vec![7; size];
            for channel in [0, 1, 127, 255, i32::MAX] {
                let message = message(channel, &packet);
                assert_eq!(read(message.value().unwrap()), Some((channel, &packet[..])));
                let length = message.bytes().unwrap().len();
                assert!(length <= size + OVERHEAD as usize);
            }
        }
        assert_eq!(message(0, b"rpc").bytes().unwrap().len(), 3 + 2, "the everyday case");
    }

    #[test]
    fn what_is_no_packet_is_refused() {
        let json = [
            "null",
            "\"text\"",
            "{}",
            "{\"action\":\"move\"}",
            "[]",
            "[0]",
            "[1,\"text\"]",
            "[1,2,3]",
        ];
        for json in json {
            assert_eq!(read(Message::from_json(json).unwrap().value().unwrap()), None, "{json}");
        }
        assert_eq!(read(message(-1, b"x").value().unwrap()), None);
        let mut beyond = Message::new();
        beyond.open_list().push(1_i64 << 31).add_bytes(b"x").close();
        assert_eq!(read(beyond.value().unwrap()), None);
    }

    #[test]
    fn packets_come_out_as_they_went_in() {
        let mut inbox = Inbox::default();
        inbox.push(2, 0, b"one");
        inbox.push(3, 9, b"");
        inbox.push(2, 0, b"three");
        assert_eq!(inbox.take(), Some(&b"one"[..]));
        inbox.tidy();
        assert_eq!((inbox.count(), inbox.bytes.len()), (2, 5));
        let next = inbox.next().unwrap();
        assert_eq!((next.from, next.channel), (3, 9));
        assert_eq!(inbox.take(), Some(&b""[..]));
        assert!(inbox.has_from(2) && !inbox.has_from(3));
        assert_eq!(inbox.take(), Some(&b"three"[..]));
        assert_eq!(inbox.take(), None);
        inbox.tidy();
        assert_eq!(inbox.size(), 0);
    }

    #[test]
    fn a_sender_can_be_forgotten() {
        let mut inbox = Inbox::default();
        for (from, packet) in [(2, b"a"), (3, b"b"), (2, b"c"), (3, b"d")] {
            inbox.push(from, 0, packet);
        }
        inbox.forget(2);
        inbox.tidy();
        assert_eq!(inbox.take(), Some(&b"b"[..]));
        assert_eq!(inbox.take(), Some(&b"d"[..]));
    }

    #[test]
    fn a_burst_pins_no_memory() {
        let mut inbox = Inbox::default();
        inbox.push(2, 0, &vec![0; 4 << 20]);
        inbox.take();
        inbox.tidy();
        assert!(inbox.bytes.capacity() <= KEPT);
    }
}
