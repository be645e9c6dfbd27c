//! One encoded message on its way out: copied if it is small, shared by all it goes to if it is not.

use std::sync::Arc;

use crate::shared::budget::Budget;
use crate::wire;

/// One encoded message with its header or end, as it goes over the wire.
#[derive(Clone, Copy)]
pub(crate) enum Frame<'a> {
    /// To be copied.
    Small(&'a [u8]),
    /// To be shared, by all it goes to.
    Shared(&'a Arc<Counted>),
}

impl<'a> Frame<'a> {
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            Frame::Small(bytes) => bytes,
            Frame::Shared(counted) => &counted.bytes,
        }
    }

    pub(crate) fn len(self) -> usize {
        self.bytes().len()
    }
}

/// A frame that a budget knows of until its last holder drops it.
pub(crate) struct Counted {
    bytes: Vec<u8>,
    budget: Arc<Budget>,
}

impl Counted {
    /// Frames a message.
    pub(crate) fn message(payload: &[u8], budget: &Arc<Budget>) -> Arc<Counted> {
        Counted::of(&[&wire::header(wire::Kind::Message, payload.len()), payload], budget)
    }

    /// Takes a frame that is one already.
    pub(crate) fn frame(frame: &[u8], budget: &Arc<Budget>) -> Arc<Counted> {
        Counted::of(&[frame], budget)
    }

    fn of(parts: &[&[u8]], budget: &Arc<Budget>) -> Arc<Counted> {
        let bytes = parts.concat();
        budget.hold(bytes.capacity());
        Arc::new(Counted { bytes, budget: budget.clone() })
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.budget.release(self.bytes.capacity());
    }
}
