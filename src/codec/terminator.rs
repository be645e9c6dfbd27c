//! The end of each of PodSixNet's messages, whatever their codec.

/// The bytes that end a message.
pub const TERMINATOR: [u8; 5] = *b"\0---\0";

/// What the terminator is before its last byte. Its end is its beginning, so this followed by the
/// terminator holds it one time too early.
pub(super) const ALMOST: [u8; 4] = *b"\0---";

/// Where the first terminator lies that begins at `from` or behind it, from 0; `None` if there is none, or if
/// `from` is beyond the end.
pub fn find_terminator(bytes: &[u8], from: usize) -> Option<usize> {
    const LAST: usize = TERMINATOR.len() - 1;
    let mut last = from.saturating_add(LAST);
    loop {
        // The byte that would be the last one tells how far off the next possible place is.
        last += match *bytes.get(last)? {
            0 if bytes[last - LAST..last] == ALMOST => return Some(last - LAST),
            0 => LAST,
            b'-' => 1,
            _ => TERMINATOR.len(),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_none_beyond_the_end() {
        for from in [5, 6, usize::MAX - 2, usize::MAX] {
            assert_eq!(find_terminator(&TERMINATOR, from), None);
        }
    }

    /// Every string of the terminator's two bytes and one other, up to nine long.
    #[test]
    fn the_first_one_is_found_wherever_it_lies() {
        for len in 0..=9 {
            for number in 0..3_usize.pow(len) {
                let bytes: Vec<u8> =
                    (0..len).map(|digit| b"\0-x"[number / 3_usize.pow(digit) % 3]).collect();
                for from in 0..=bytes.len() {
                    let wanted = bytes[from..].windows(5).position(|window| window == TERMINATOR);
                    assert_eq!(
                        find_terminator(&bytes, from),
                        wanted.map(|at| from + at),
                        "{bytes:x?} from {from}"
                    );
                }
            }
        }
    }
}
