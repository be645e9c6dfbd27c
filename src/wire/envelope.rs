//! The envelope: what goes around a message's payload on its way out.

use crate::codec::TERMINATOR;
use crate::wire::{Dialect, HEADER, Kind, header};

/// What goes around one payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Envelope {
    /// In podsix's own protocol: a header before it.
    Header([u8; HEADER]),
    /// In PodSixNet's: a terminator behind it.
    Terminator,
}

impl Envelope {
    /// Appends what `payload` appends, with this around it.
    #[inline]
    pub fn put_around(&self, out: &mut Vec<u8>, payload: impl FnOnce(&mut Vec<u8>)) {
        match self {
            Envelope::Header(header) => {
                out.extend_from_slice(header);
                payload(out);
            }
            Envelope::Terminator => {
                payload(out);
                out.extend_from_slice(&TERMINATOR);
            }
        }
    }

    /// What goes before the payload.
    #[inline]
    pub fn before(&self) -> &[u8] {
        match self {
            Envelope::Header(header) => header,
            Envelope::Terminator => &[],
        }
    }

    /// What goes behind it.
    #[inline]
    pub fn behind(&self) -> &'static [u8] {
        match self {
            Envelope::Header(_) => &[],
            Envelope::Terminator => &TERMINATOR,
        }
    }
}

impl Dialect {
    /// What goes around a message's payload of `len` bytes.
    #[inline]
    pub fn envelope(self, len: usize) -> Envelope {
        match self {
            Dialect::Podsix => Envelope::Header(header(Kind::Message, len)),
            _ => Envelope::Terminator,
        }
    }

    /// The bytes of a message with its envelope, if its payload has `len`.
    #[inline]
    pub const fn enveloped(self, len: usize) -> usize {
        match self {
            Dialect::Podsix => HEADER + len,
            _ => len + TERMINATOR.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_is_as_long_as_it_is_said_to_be() {
        for dialect in Dialect::ALL {
            let envelope = dialect.envelope(300);
            let mut message = Vec::new();
            envelope.put_around(&mut message, |out| out.extend_from_slice(&[7; 300]));
            assert_eq!(message, [envelope.before(), &[7; 300], envelope.behind()].concat());
            assert_eq!(dialect.enveloped(300), message.len(), "{dialect}");
        }
        assert_eq!(Dialect::Podsix.envelope(300).before(), [1, 0, 1, 44]);
        assert_eq!(Dialect::PodSixNetJson.envelope(300).behind(), b"\0---\0");
    }
}
