//! The queues between the game's threads and the reactor, a batch at a time.

use std::hint::black_box;

use podsix::PeerId;
use podsix::bench_internals::{CommandQueue, EventQueue};

use super::{messages, move_message};

/// Messages that pass before the other side looks.
pub const BATCH: u32 = 64;

/// Sends on their way to the reactor, which puts them into envelopes.
pub fn command() -> Box<dyn FnMut()> {
    let message = messages::a_move();
    let len = message.len();
    let mut queue = CommandQueue::default();
    let peer = PeerId::from_u64(1 << 16);
    Box::new(move || {
        for _ in 0..BATCH {
            assert!(queue.push(peer, black_box(&message)));
        }
        assert_eq!(queue.drain(), BATCH as usize * len);
    })
}

/// Messages on their way to the game, which polls and reads them.
pub fn event() -> Box<dyn FnMut()> {
    let message = messages::a_move();
    let bytes = BATCH as usize * message.len();
    let mut queue = EventQueue::default();
    Box::new(move || {
        for _ in 0..BATCH {
            queue.push(black_box(&message));
        }
        queue.publish(BATCH, bytes);
        let mut events = 0;
        queue.drain(|event| {
            black_box(move_message::read(event.message));
            events += 1;
        });
        assert_eq!(events, BATCH);
    })
}
