//! What the two ends of a connection speak, whatever carries it.

use std::fmt;

/// What a connection speaks. An address names it, together with what carries it, by its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Dialect {
    /// podsix's own: MessagePack in frames.
    Podsix = 0,
    /// PodSixNet's, with rencode.
    PodSixNet = 1,
    /// PodSixNet's, with JSON.
    PodSixNetJson = 2,
    /// PodSixNet's, with a codec of the game's own.
    PodSixNetCustom = 3,
}

impl Dialect {
    /// Each of them, by its number.
    pub const ALL: [Dialect; 4] =
        [Dialect::Podsix, Dialect::PodSixNet, Dialect::PodSixNetJson, Dialect::PodSixNetCustom];

    /// The scheme of its addresses over plain TCP, without `://`.
    pub const fn tcp_scheme(self) -> &'static str {
        match self {
            Dialect::Podsix => "tcp",
            Dialect::PodSixNet => "podsixnet",
            Dialect::PodSixNetJson => "podsixnet+json",
            Dialect::PodSixNetCustom => "podsixnet+custom",
        }
    }
}

/// As errors name it, by its addresses over plain TCP: `podsixnet+json://`.
impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.tcp_scheme())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places() {
        for (number, dialect) in Dialect::ALL.into_iter().enumerate() {
            assert_eq!(dialect as usize, number);
        }
        assert_eq!(Dialect::PodSixNetJson.to_string(), "podsixnet+json://");
    }
}
