//! What the two ends of a connection speak, whatever carries it.

use std::fmt;

/// What a connection speaks. An address names it by its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Dialect {
    /// podsix's own: MessagePack in frames, `tcp://`.
    Podsix = 0,
    /// PodSixNet's, with rencode: `podsixnet://`.
    PodSixNet = 1,
    /// PodSixNet's, with JSON: `podsixnet+json://`.
    PodSixNetJson = 2,
    /// PodSixNet's, with a codec of the game's own: `podsixnet+custom://`.
    PodSixNetCustom = 3,
}

impl Dialect {
    /// Each of them, by its number.
    pub const ALL: [Dialect; 4] =
        [Dialect::Podsix, Dialect::PodSixNet, Dialect::PodSixNetJson, Dialect::PodSixNetCustom];

    /// The scheme of its addresses, without `://`.
    pub const fn scheme(self) -> &'static str {
        match self {
            Dialect::Podsix => "tcp",
            Dialect::PodSixNet => "podsixnet",
            Dialect::PodSixNetJson => "podsixnet+json",
            Dialect::PodSixNetCustom => "podsixnet+custom",
        }
    }

    /// The protocol whose addresses have this scheme.
    pub fn from_scheme(scheme: &str) -> Option<Dialect> {
        Dialect::ALL.into_iter().find(|dialect| dialect.scheme() == scheme)
    }
}

/// As an address begins: `podsixnet+json://`.
impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places_and_schemes_lead_back() {
        for (number, dialect) in Dialect::ALL.into_iter().enumerate() {
            assert_eq!(dialect as usize, number);
            assert_eq!(Dialect::from_scheme(dialect.scheme()), Some(dialect));
        }
        assert_eq!(Dialect::from_scheme("PodSixNet"), None);
        assert_eq!(Dialect::PodSixNetJson.to_string(), "podsixnet+json://");
    }
}
