//! The queue of events, from the reactor to the game: blocks, of which the last one goes on growing until the game
//! takes it.
//!
//! A turn that finds little to read makes a small block, and a game that polls once a frame would find many of
//! them. What each costs the game's thread (its place in the queue, its buffers, none of which is in this core's
//! cache) is more than walking through its few events. So the reactor takes the last block out again while the game
//! has not taken it, and adds to it. In that moment, about as long as the copy of a few events, a poll may find
//! nothing of it; it is there for the next one, and whoever waits is woken when it is back.
//!
//! A block that will grow no more is closed: it goes from its own place into the queue behind it. Blocks are
//! numbered, because the game looks at two places, one after the other.

use crate::shared::block::Block;
use crate::shared::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use crate::shared::sync::{ArrayQueue, AtomicCell};

pub(crate) struct Events {
    /// Blocks that will not grow any more, each older than the open one.
    closed: ArrayQueue<Box<Block>>,
    open: AtomicCell<Option<Box<Block>>>,
    /// Something was put into `open`, and the game has not looked since.
    is_open: AtomicBool,
    /// The number of the last block; the reactor's.
    last: AtomicU64,
}

/// The game's end.
#[derive(Default)]
pub(crate) struct EventTaker {
    /// The number of the last block taken.
    taken: u64,
    /// A block whose turn has not come: the ones before it have just been closed.
    ahead: Option<Box<Block>>,
}

impl Events {
    /// A queue with room for so many blocks and the open one.
    pub(crate) fn new(blocks: usize) -> Events {
        Events {
            closed: ArrayQueue::new(blocks),
            open: AtomicCell::new(None),
            is_open: AtomicBool::new(false),
            last: AtomicU64::new(0),
        }
    }

    /// The reactor's: takes the last block out again, to add to it or to close it, unless the game has it.
    pub(crate) fn reopen(&self) -> Option<Box<Block>> {
        self.open.take()
    }

    /// The reactor's: puts back what it has reopened.
    pub(crate) fn put_back(&self, block: Box<Block>) {
        self.open.store(Some(block));
        // After the block: the game looks for it when it sees this, and clears it first.
        self.is_open.store(true, Ordering::Release);
    }

    /// The reactor's: what it has reopened grows no more. With no room in the queue it comes back.
    pub(crate) fn close(&self, block: Box<Block>) -> Result<(), Box<Block>> {
        self.closed.push(block)
    }

    /// The reactor's: hands over a new block. None is open.
    pub(crate) fn put(&self, mut block: Box<Block>) {
        // Relaxed, for only the reactor looks at it.
        block.number = self.last.load(Ordering::Relaxed) + 1;
        self.last.store(block.number, Ordering::Relaxed);
        self.put_back(block);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.closed.is_empty() && !self.is_open.load(Ordering::Acquire)
    }

    /// How many blocks there may be.
    pub(crate) fn len(&self) -> usize {
        self.closed.len() + usize::from(self.is_open.load(Ordering::Acquire))
    }

    /// Whether the reactor may have found no room, or is about to find none.
    pub(crate) fn is_nearly_full(&self) -> bool {
        2 * self.closed.len() > self.closed.capacity()
    }
}

impl EventTaker {
    /// Takes the next block.
    pub(crate) fn take(&mut self, events: &Events) -> Option<Box<Block>> {
        let next = self.taken + 1;
        let block = match self.ahead.take_if(|ahead| ahead.number == next) {
            Some(block) => block,
            None => match events.closed.pop() {
                Some(block) => block,
                None => self.take_open(events)?,
            },
        };
        self.taken = block.number;
        Some(block)
    }

    fn take_open(&mut self, events: &Events) -> Option<Box<Block>> {
        // Most polls find nothing, and must not write for that. Where there is something, a swap: it acquires what
        // the reactor has put there, even if that was just now. With a plain store the block could be missed, and
        // lie there with nothing that tells of it.
        if !events.is_open.load(Ordering::Relaxed) || !events.is_open.swap(false, Ordering::AcqRel)
        {
            return None;
        }
        let block = events.open.take()?;
        if block.number == self.taken + 1 {
            return Some(block);
        }
        // Since the look into the queue the one before it was closed: it is there now, for the reactor closes a
        // block before it puts another one in its place.
        self.ahead = Some(block);
        events.closed.pop()
    }

    /// Whether the next block has been taken out already.
    pub(crate) fn has_next(&self) -> bool {
        self.ahead.is_some()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn handing_over_takes_no_lock() {
        assert!(AtomicCell::<Option<Box<Block>>>::is_lock_free());
    }

    #[test]
    fn blocks_come_in_their_order_and_the_last_one_can_be_reopened() {
        let (events, mut taker) = (Events::new(2), EventTaker::default());
        assert!(events.is_empty() && taker.take(&events).is_none());
        for _ in 0..3 {
            if let Some(block) = events.reopen() {
                assert!(events.close(block).is_ok());
            }
            events.put(Box::default());
        }
        let open = events.reopen().unwrap();
        assert_eq!(open.number, 3);
        let open = events.close(open).unwrap_err();
        events.put_back(open);
        assert_eq!(events.len(), 3);
        for number in 1..=3 {
            assert_eq!(taker.take(&events).unwrap().number, number);
        }
        assert!(events.is_empty() && events.reopen().is_none());
    }

    #[test]
    fn a_block_that_is_closed_after_the_look_into_the_queue_still_comes_first() {
        let (events, mut taker) = (Events::new(2), EventTaker::default());
        events.put(Box::default());
        assert!(events.closed.is_empty(), "the look");
        assert!(events.close(events.reopen().unwrap()).is_ok());
        events.put(Box::default());
        taker.taken = taker.take_open(&events).unwrap().number;
        assert_eq!(taker.taken, 1);
        assert!(events.is_empty() && taker.has_next());
        assert_eq!(taker.take(&events).unwrap().number, 2);
    }
}

#[cfg(all(test, loom))]
mod loom_tests {
    use loom::sync::Arc;
    use loom::thread;

    use super::*;
    use crate::event::PeerId;

    fn publish(events: &Events, peer: u64, grows: bool) {
        let mut more = Box::<Block>::default();
        more.push(PeerId::from_u64(peer), &[], None);
        match events.reopen() {
            Some(mut block) if grows => {
                block.append(&mut more);
                return events.put_back(block);
            }
            Some(block) => assert!(events.close(block).is_ok()),
            None => {}
        }
        events.put(more);
    }

    /// The reactor adds to its last block and closes it while the game takes blocks: every event comes, once and in
    /// its order.
    #[test]
    fn loom_every_event_comes_in_its_order() {
        for grows in [[true, true], [false, true], [true, false], [false, false]] {
            loom::model(move || {
                let events = Arc::new(Events::new(4));
                let reactor = {
                    let events = events.clone();
                    thread::spawn(move || {
                        publish(&events, 1, false);
                        publish(&events, 2, grows[0]);
                        publish(&events, 3, grows[1]);
                    })
                };
                let (mut taker, mut seen) = (EventTaker::default(), 0);
                let mut look = |taker: &mut EventTaker| {
                    while let Some(block) = taker.take(&events) {
                        for at in 0.. {
                            let Some(record) = block.record(at) else { break };
                            seen += 1;
                            assert_eq!(record.peer.get(), seen);
                        }
                    }
                    seen
                };
                look(&mut taker);
                reactor.join().unwrap();
                assert_eq!(look(&mut taker), 3);
                assert!(events.is_empty() && !taker.has_next());
            });
        }
    }
}
