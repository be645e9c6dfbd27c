//! What an address begins with.

use std::fmt;

use crate::wire::Dialect;
use crate::words::transport::Transport;

/// The scheme of an address: a name for what carries the bytes and what is said in them. There are no
/// other pairs than those in [`ALL`](Self::ALL).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scheme {
    /// As an address has it before `://`, in lower case.
    pub name: &'static str,
    /// What carries the bytes.
    pub transport: Transport,
    /// What is spoken.
    pub dialect: Dialect,
}

impl Scheme {
    /// Of an address that names none: `tcp`.
    pub const DEFAULT: Scheme = Scheme::over_tcp(Dialect::Podsix);

    /// Each of them.
    pub const ALL: [Scheme; 4] = [
        Scheme::DEFAULT,
        Scheme::over_tcp(Dialect::PodSixNet),
        Scheme::over_tcp(Dialect::PodSixNetJson),
        Scheme::over_tcp(Dialect::PodSixNetCustom),
    ];

    const fn over_tcp(dialect: Dialect) -> Scheme {
        Scheme { name: dialect.tcp_scheme(), transport: Transport::Tcp, dialect }
    }

    /// The scheme of this name.
    pub fn named(name: &str) -> Option<Scheme> {
        Scheme::ALL.into_iter().find(|scheme| scheme.name == name)
    }
}

/// As an address begins: `podsixnet+json://`.
impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for scheme in Scheme::ALL {
            assert_eq!(Scheme::named(scheme.name), Some(scheme));
        }
        assert_eq!(Scheme::named("PodSixNet"), None);
        let json = Scheme::named("podsixnet+json").unwrap();
        assert_eq!((json.transport, json.dialect), (Transport::Tcp, Dialect::PodSixNetJson));
        assert_eq!(json.to_string(), "podsixnet+json://");
    }

    #[test]
    fn no_two_name_the_same() {
        for (n, one) in Scheme::ALL.iter().enumerate() {
            for other in &Scheme::ALL[..n] {
                assert_ne!(one.name, other.name);
                assert_ne!((one.transport, one.dialect), (other.transport, other.dialect));
            }
        }
    }
}
