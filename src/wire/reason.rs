//! Why a connection ended.

/// Defines each reason once: its number for ever, its name, and whether an end may say it to the other.
macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $number:literal $name:literal $said:ident,)*) => {
        /// Why a connection ended. The numbers are the C ABI's and the wire's, and never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(i32)]
        pub enum Reason { $($(#[$doc])* $variant = $number,)* }

        impl Reason {
            /// Every reason, in the order of their numbers.
            pub const ALL: &[Reason] = &[$(Reason::$variant,)*];

            /// The reason's name in C.
            pub const fn name(self) -> &'static str {
                match self { $(Reason::$variant => concat!("PODSIX_REASON_", $name),)* }
            }

            /// Whether an end may give it to the other; the rest is what an end finds out alone.
            const fn is_said(self) -> bool {
                match self { $(Reason::$variant => reasons!($said),)* }
            }
        }
    };
    (said) => { true };
    (found) => { false };
}

reasons! {
    /// Nothing has ended.
    None = 0 "NONE" found,
    /// The other end's game closed the connection.
    Closed = 1 "CLOSED" said,
    /// This end's game closed the connection.
    Local = 2 "LOCAL" found,
    /// The other end's game did not let this one in.
    Refused = 3 "REFUSED" said,
    /// The connection broke without a goodbye.
    Lost = 4 "LOST" found,
    /// An end was silent, or its game did not poll, for too long.
    Timeout = 5 "TIMEOUT" said,
    /// A malformed frame or value.
    Protocol = 6 "PROTOCOL" said,
    /// A message that is more than its receiver accepts: in bytes or, if its sender found out, in values or
    /// levels.
    TooLarge = 7 "TOO_LARGE" said,
    /// A peer that reads more slowly than it is written to.
    SlowPeer = 8 "SLOW_PEER" said,
    /// A host's memory budget was used up.
    Memory = 9 "MEMORY" said,
    /// The host has as many peers as it takes, or as many connections from this address that have not greeted.
    Full = 10 "FULL" said,
    /// The greeting did not come in time.
    HandshakeTimeout = 11 "HANDSHAKE_TIMEOUT" said,
    /// The game did not accept or refuse a client in time.
    ApprovalTimeout = 12 "APPROVAL_TIMEOUT" said,
    /// No connection came about in time.
    ConnectTimeout = 13 "CONNECT_TIMEOUT" found,
    /// The name could not be looked up.
    Unresolved = 14 "UNRESOLVED" found,
    /// None of the name's addresses could be connected.
    Unreachable = 15 "UNREACHABLE" found,
    /// The ends speak different versions of podsix.
    Version = 16 "VERSION" said,
    /// The other end speaks something else.
    WrongProtocol = 17 "WRONG_PROTOCOL" said,
    /// The other end's host was freed.
    Shutdown = 18 "SHUTDOWN" said,
}

impl Reason {
    /// The byte that says it to the other end, for whom this end's `Local` is `Closed`.
    pub fn to_wire(self) -> u8 {
        if self.is_said() { self as u8 } else { Reason::Closed as u8 }
    }

    /// What a byte from the other end says. A reason it cannot know or that a later version has
    /// invented is `Closed`: that much is certain.
    pub fn from_wire(byte: u8) -> Reason {
        let known = Reason::ALL.get(usize::from(byte)).copied();
        known.filter(|reason| reason.is_said()).unwrap_or(Reason::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_positions_in_all() {
        for (number, reason) in Reason::ALL.iter().enumerate() {
            assert_eq!(*reason as usize, number);
        }
        assert_eq!(Reason::Shutdown as i32, 18);
    }

    #[test]
    fn names_are_unique() {
        let names: std::collections::HashSet<_> = Reason::ALL.iter().map(|r| r.name()).collect();
        assert_eq!(names.len(), Reason::ALL.len());
        assert_eq!(Reason::SlowPeer.name(), "PODSIX_REASON_SLOW_PEER");
    }

    #[test]
    fn only_what_can_be_said_crosses_the_wire() {
        assert_eq!(Reason::from_wire(Reason::Local.to_wire()), Reason::Closed);
        assert_eq!(Reason::from_wire(Reason::Full.to_wire()), Reason::Full);
        for unsayable in [0, Reason::Local as u8, Reason::Unreachable as u8, 19, 255] {
            assert_eq!(Reason::from_wire(unsayable), Reason::Closed);
        }
    }
}
