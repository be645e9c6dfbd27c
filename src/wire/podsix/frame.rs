//! Frames: a header of four bytes and a payload, and the payloads of those the protocol itself sends.

use crate::wire::Reason;

/// Bytes of a frame's header.
pub const HEADER: usize = 4;
/// The longest payload that a header can announce.
pub const MAX_PAYLOAD: usize = 0xFF_FFFF;
/// The longest text of a close, in bytes.
pub const MAX_TEXT: usize = 1024;
/// Bytes of a close before its text.
const CLOSE_FIXED: usize = 5;
/// The longest payload of a frame that is no message.
pub(super) const MAX_CONTROL: usize = 4096;
/// Kinds from here up are skipped by an end that does not know them.
const SKIPPABLE: u8 = 0x80;

/// What a frame is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A message: one MessagePack value.
    Message = 1,
    /// Asks for a pong with the same eight bytes.
    Ping = 2,
    /// The answer to a ping.
    Pong = 3,
    /// The last frame of its direction: why the connection ends.
    Close = 4,
    /// The sender's game has not polled for so many milliseconds.
    Stalled = 5,
    /// The sender's game polls again.
    Resumed = 6,
}

impl Kind {
    pub(super) fn from_byte(byte: u8) -> Option<Kind> {
        Some(match byte {
            1 => Kind::Message,
            2 => Kind::Ping,
            3 => Kind::Pong,
            4 => Kind::Close,
            5 => Kind::Stalled,
            6 => Kind::Resumed,
            _ => return None,
        })
    }
}

/// The header of a frame whose payload has `len` bytes, at most [`MAX_PAYLOAD`].
///
/// # Panics
/// In debug builds, if they are more; in others the header then has a wrong length.
#[inline]
pub fn header(kind: Kind, len: usize) -> [u8; HEADER] {
    debug_assert!(len <= MAX_PAYLOAD, "the caller has checked the length");
    // The kind stands above the 24 bits of the length.
    ((kind as u32) << 24 | len as u32 & MAX_PAYLOAD as u32).to_be_bytes()
}

pub(super) fn write(kind: Kind, payload: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&header(kind, payload.len()));
    out.extend_from_slice(payload);
}

/// The longest payload that a frame of this kind may have; `None` if there may be no such frame.
#[inline]
pub(super) fn limit(kind: Option<Kind>, byte: u8, max_message: u32) -> Option<usize> {
    match kind {
        Some(Kind::Message) => Some(max_message as usize),
        Some(_) => Some(MAX_CONTROL),
        None => (byte >= SKIPPABLE).then_some(MAX_CONTROL.max(max_message as usize)),
    }
}

/// What is wrong with a frame that goes beyond its [`limit`].
#[cold]
pub(super) fn beyond(limit: Option<usize>, byte: u8, len: usize) -> (Reason, String) {
    match limit {
        None => (Reason::Protocol, format!("a frame of the unknown kind {byte}")),
        Some(limit) if byte == Kind::Message as u8 => {
            (Reason::TooLarge, format!("a message of {len} bytes, max_message allows {limit}"))
        }
        Some(limit) => {
            let text = format!("a frame of kind {byte} with {len} bytes, {limit} are allowed");
            (Reason::Protocol, text)
        }
    }
}

/// The payload, if it has the one length that is right. The error says what is wrong with it.
pub(super) fn exactly<const N: usize>(name: &str, payload: &[u8]) -> Result<[u8; N], String> {
    let found = payload.len();
    payload.try_into().map_err(|_| format!("a {name} frame of {found} bytes, it has {N}"))
}

/// Why a connection ends, as one end tells the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Close<'a> {
    /// The reason. Those that only this end can know are [`Reason::Closed`] to the other.
    pub reason: Reason,
    /// The application's own code, 0 if it gives none.
    pub code: i32,
    /// Words, for a person. What goes beyond [`MAX_TEXT`] is cut off.
    pub text: &'a str,
}

impl<'a> Close<'a> {
    pub(super) fn payload(&self) -> Vec<u8> {
        let text = &self.text[..self.text.floor_char_boundary(MAX_TEXT)];
        let mut payload = Vec::with_capacity(CLOSE_FIXED + text.len());
        payload.push(self.reason.to_wire());
        payload.extend_from_slice(&self.code.to_be_bytes());
        payload.extend_from_slice(text.as_bytes());
        payload
    }

    /// The whole frame.
    pub fn frame(&self) -> Vec<u8> {
        let mut frame = Vec::new();
        write(Kind::Close, &self.payload(), &mut frame);
        frame
    }

    /// The error says what is wrong with the payload.
    pub(super) fn read(payload: &'a [u8]) -> Result<Close<'a>, String> {
        let Some((fixed, text)) = payload.split_first_chunk::<CLOSE_FIXED>() else {
            return Err(format!("a close of {} bytes, it has at least 5", payload.len()));
        };
        let [reason, code @ ..] = *fixed;
        let text =
            str::from_utf8(text).map_err(|_| "a close whose text is not UTF-8".to_owned())?;
        Ok(Close { reason: Reason::from_wire(reason), code: i32::from_be_bytes(code), text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_the_kind_and_a_24_bit_length() {
        assert_eq!(header(Kind::Message, 0x01_02_03), [1, 1, 2, 3]);
        assert_eq!(header(Kind::Close, MAX_PAYLOAD), [4, 0xff, 0xff, 0xff]);
    }

    #[test]
    fn kinds_are_their_numbers() {
        for byte in 0..=255 {
            if let Some(kind) = Kind::from_byte(byte) {
                assert_eq!(kind as u8, byte);
            }
        }
        assert_eq!((0..=255).filter_map(Kind::from_byte).count(), 6);
    }

    #[test]
    fn a_close_comes_back_as_it_was() {
        let close = Close { reason: Reason::Refused, code: -7, text: "wrong password ✗" };
        assert_eq!(Close::read(&close.payload()), Ok(close));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let text = format!("x{}", "é".repeat(MAX_TEXT));
        let payload = Close { reason: Reason::Closed, code: 0, text: &text }.payload();
        let read = Close::read(&payload).unwrap();
        assert_eq!(read.text.len(), MAX_TEXT - 1);
        assert!(text.starts_with(read.text));
    }

    #[test]
    fn flawed_closes_are_named() {
        assert_eq!(
            Close::read(&[1, 0, 0, 0]).unwrap_err(),
            "a close of 4 bytes, it has at least 5"
        );
        let not_text = Close::read(&[1, 0, 0, 0, 0, 0xff]).unwrap_err();
        assert_eq!(not_text, "a close whose text is not UTF-8");
    }
}
