//! Names of a few ASCII bytes, as nearly all keys and actions are: they are compared and copied as one word, in a
//! register.

/// A string of at most seven ASCII bytes, as MessagePack has it: the lowest byte is the marker, then come the text
/// and zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name(u64);

/// The longest, in bytes.
const LONGEST: usize = 7;

/// What a name may take of a message that is being written.
pub(super) const ROOM: usize = 1 + LONGEST;

impl Name {
    /// The name whose `len` bytes are the lowest ones of a word, the first the lowest; `None` if they are too many or
    /// not ASCII.
    #[inline(always)]
    pub(crate) fn new(text: u64, len: usize) -> Option<Name> {
        let is_ascii = text & 0x8080_8080_8080_8080 == 0;
        (len <= LONGEST && is_ascii).then_some(Name(text << 8 | 0xa0 | len as u64))
    }

    /// Bytes that it takes in a message.
    #[inline(always)]
    pub(super) fn size(self) -> usize {
        1 + (self.0 as usize & LONGEST)
    }

    /// Those bytes, and zeros.
    #[inline(always)]
    pub(super) fn bytes(self) -> [u8; ROOM] {
        self.0.to_le_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<Name> {
        let mut word = [0; 8];
        word[..text.len()].copy_from_slice(text.as_bytes());
        Name::new(u64::from_le_bytes(word), text.len())
    }

    #[test]
    fn a_name_lies_in_its_word_as_in_a_message() {
        for text in ["", "x", "id", "seven77"] {
            let name = name(text).unwrap();
            let expected = [&[0xa0 | text.len() as u8], text.as_bytes()].concat();
            assert_eq!(name.bytes()[..name.size()], expected);
        }
        assert_eq!(name("eight888"), None);
        assert_eq!(name("é"), None);
    }
}
