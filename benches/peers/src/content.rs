//! What is said: the same typed content, whatever carries it.

use std::hint::black_box;

/// A message, its fields as a game has them.
#[derive(Clone, Copy)]
pub enum Content<'a> {
    /// A player's move: 46 bytes of MessagePack.
    Move {
        /// Which player, below 128.
        id: u32,
        /// Where to.
        x: f64,
        /// Where to.
        y: f64,
        /// When, from 1,000,000 on.
        t: u32,
    },
    /// A ping or its answer: 64 bytes with 44 bytes of data.
    Ping {
        /// Comes back unchanged.
        data: &'a [u8],
    },
    /// The state of the world, as a server tells it.
    State {
        /// Which tick.
        tick: u32,
        /// `usage::now()` when it was built.
        sent: u64,
        /// The world; `state_data` for a total size.
        data: &'a [u8],
    },
    /// What a player does, as a client tells it.
    Input {
        /// Which one.
        seq: u32,
        /// `usage::now()` when it was built.
        sent: u64,
        /// A direction.
        x: f64,
        /// A direction.
        y: f64,
    },
}

impl Content<'_> {
    /// Uses every field, so that none is left unread.
    pub fn consume(&self) {
        let bytes = |data: &[u8]| data.first().map_or(0.0, |&byte| f64::from(byte));
        black_box(match *self {
            Content::Move { id, x, y, t } => f64::from(id) + x + y + f64::from(t),
            Content::Ping { data } => bytes(data),
            Content::State { tick, sent, data } => f64::from(tick) + sent as f64 + bytes(data),
            Content::Input { seq, sent, x, y } => f64::from(seq) + sent as f64 + x + y,
        });
    }

    /// Move number `n` of a flood.
    pub fn nth_move(n: u64) -> Content<'static> {
        let n = n as u32;
        Content::Move { id: n & 0x3f, x: f64::from(n) * 0.5, y: -f64::from(n), t: 1_000_000 + n }
    }
}

/// The data of a state that is `total` bytes of MessagePack altogether.
pub fn state_data(total: usize) -> Vec<u8> {
    let around = if total < 256 + 45 { 45 } else { 46 };
    vec![1; total - around]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::msgpack;

    fn encoded(content: &Content<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        msgpack::encode(content, &mut bytes);
        bytes
    }

    #[test]
    fn contents_have_the_sizes_the_report_names() {
        assert_eq!(encoded(&Content::nth_move(77)).len(), 46);
        assert_eq!(encoded(&Content::Ping { data: &[7; 44] }).len(), 64);
        for total in [200, 8192] {
            let data = state_data(total);
            let state = Content::State { tick: 70_000, sent: 1 << 40, data: &data };
            assert_eq!(encoded(&state).len(), total);
        }
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let bytes = encoded(&Content::Input { seq: 3, sent: 1 << 40, x: 0.5, y: -2.0 });
        let Content::Input { seq, sent, x, y } = msgpack::decode(&bytes) else {
            panic!("another content");
        };
        assert_eq!((seq, sent, x, y), (3, 1 << 40, 0.5, -2.0));
    }
}
