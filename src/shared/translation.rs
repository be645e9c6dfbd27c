//! Room for messages on their way through a codec.

use std::cell::Cell;

use crate::value::room;

/// What is kept of it: a larger message's room is given back.
pub(crate) const KEPT: usize = 64 << 10;

/// Lends room that the calling thread keeps, empty.
pub(crate) fn with_room<R>(then: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    thread_local! {
        static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    }
    let mut room = room::take(&ROOM);
    room.clear();
    let result = then(&mut room);
    if room.capacity() <= KEPT {
        room::keep(&ROOM, room);
    }
    result
}
