//! What carries the bytes of a connection, whatever is said in them.

/// What carries a connection. An address names it, together with what is spoken, by its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Transport {
    /// TCP, and nothing between it and what is spoken.
    Tcp = 0,
}

impl Transport {
    /// Each of them, by its number.
    pub const ALL: [Transport; 1] = [Transport::Tcp];

    /// Whether its addresses may have a path.
    pub const fn has_path(self) -> bool {
        match self {
            Transport::Tcp => false,
        }
    }

    /// The keys that the query of its addresses may have.
    pub const fn query_keys(self) -> &'static [&'static str] {
        match self {
            Transport::Tcp => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_places() {
        for (number, transport) in Transport::ALL.into_iter().enumerate() {
            assert_eq!(transport as usize, number);
        }
    }
}
