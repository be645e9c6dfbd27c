//! Room for the beginning of a frame, until the rest of it has come.

/// A frame's room is so many times what has come of it, and never more than the whole frame: what a stranger only
/// announces costs nothing.
const AHEAD: usize = 4;

/// Makes room behind the `beginning` of a frame that needs `need` bytes in all. One byte more than there are means
/// that its end is not known; but none is longer than `largest`.
pub(super) fn make_room(beginning: &mut Vec<u8>, need: usize, largest: usize) {
    let len = beginning.len();
    let is_known = need > len + 1;
    let size = if is_known { need.min(AHEAD * len) } else { need.max(largest.min(2 * len)) };
    beginning.reserve_exact(size.saturating_sub(len));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes come in reads of this size: the rooms that there were.
    fn rooms(size: usize, read: usize, need: impl Fn(usize) -> usize) -> Vec<usize> {
        let (mut bytes, mut rooms) = (Vec::new(), Vec::new());
        while bytes.len() < size {
            for _ in 0..read.min(size - bytes.len()) {
                if bytes.len() == bytes.capacity() {
                    let need = need(bytes.len());
                    make_room(&mut bytes, need, size);
                    rooms.push(bytes.capacity());
                }
                bytes.push(1);
            }
        }
        rooms
    }

    #[test]
    fn a_frame_gets_its_room_in_few_steps_and_no_more_than_it_needs() {
        const SIZE: usize = 1 << 20;
        let mut bytes = vec![1; 64 << 10];
        bytes.shrink_to_fit();
        make_room(&mut bytes, SIZE, SIZE);
        assert_eq!(bytes.capacity(), 256 << 10, "not yet what was only announced");
        let known = rooms(SIZE, 64 << 10, |_| SIZE);
        assert_eq!(known.last(), Some(&SIZE));
        let unknown = rooms(SIZE, 64 << 10, |len| len + 1);
        assert_eq!(unknown.last(), Some(&SIZE));
        assert!(known.len() < 2 + unknown.len() / 2, "{known:?} {unknown:?}");
    }
}
