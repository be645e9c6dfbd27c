//! What the two ends of a connection speak.

use std::fmt;

/// What a connection speaks. An address names it by its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Protocol {
    /// podsix's own: MessagePack in frames, `tcp://`.
    Podsix = 0,
    /// PodSixNet's, with rencode: `podsixnet://`.
    PodSixNet = 1,
    /// PodSixNet's, with JSON: `podsixnet+json://`.
    PodSixNetJson = 2,
    /// PodSixNet's, with a codec of the game's own: `podsixnet+custom://`.
    PodSixNetCustom = 3,
}

impl Protocol {
    /// Each of them, by its number.
    pub const ALL: [Protocol; 4] =
        [Protocol::Podsix, Protocol::PodSixNet, Protocol::PodSixNetJson, Protocol::PodSixNetCustom];

    /// The scheme of its addresses, without `://`.
    pub const fn scheme(self) -> &'static str {
        match self {
            Protocol::Podsix => "tcp",
            Protocol::PodSixNet => "podsixnet",
            Protocol::PodSixNetJson => "podsixnet+json",
            Protocol::PodSixNetCustom => "podsixnet+custom",
        }
    }

    /// The protocol whose addresses have this scheme.
    pub fn from_scheme(scheme: &str) -> Option<Protocol> {
        Protocol::ALL.into_iter().find(|protocol| protocol.scheme() == scheme)
    }
}

/// As an address begins: `podsixnet+json://`.
impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_and_schemes_lead_back() {
        for (number, protocol) in Protocol::ALL.into_iter().enumerate() {
            assert_eq!(protocol as usize, number);
            assert_eq!(Protocol::from_scheme(protocol.scheme()), Some(protocol));
        }
        assert_eq!(Protocol::from_scheme("PodSixNet"), None);
        assert_eq!(Protocol::PodSixNetJson.to_string(), "podsixnet+json://");
    }
}
