//! What a failed accept says: each system has its own numbers, and its own way to have more connections.

use std::io;

use crate::link::os::system::{HERE, System};

/// What an accept failed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AcceptFailure {
    /// One connection's own end, which says nothing about the next.
    Clients,
    /// There is no descriptor left, or no socket.
    NoDescriptor,
    /// There is no memory left for it.
    NoMemory,
    /// The listener's own.
    Listeners,
}

impl AcceptFailure {
    pub(crate) fn of(error: &io::Error) -> AcceptFailure {
        failure(HERE, error.kind(), error.raw_os_error())
    }

    /// What can be done about it.
    pub(crate) fn advice(self) -> &'static str {
        advice(HERE, self)
    }

    /// Whether closing a connection makes room for another.
    pub(crate) fn is_room(self) -> bool {
        matches!(self, AcceptFailure::NoDescriptor | AcceptFailure::NoMemory)
    }
}

fn failure(system: System, kind: io::ErrorKind, number: Option<i32>) -> AcceptFailure {
    use AcceptFailure::*;
    use System::*;
    use io::ErrorKind::*;
    match (system, number, kind) {
        (_, _, ConnectionAborted | ConnectionReset | Interrupted) => Clients,
        // Reset before it was accepted, a connection may come without an address (BSD, macOS, Wine), which is
        // found out here and not by the system.
        (_, None, InvalidInput) => Clients,
        // EPROTO. BSD's has the same meaning.
        (Linux | Android, Some(71), _) | (Bsd | Ios, Some(100 | 92), _) => Clients,
        // accept(2): on Linux it tells what has befallen the connection since. ENONET, ENOPROTOOPT, EOPNOTSUPP,
        // ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH.
        (Linux | Android, Some(64 | 92 | 95 | 100 | 101 | 112 | 113), _) => Clients,
        // EMFILE, ENFILE; WSAEMFILE.
        (Linux | Android | Bsd | Ios, Some(23 | 24), _) | (Windows, Some(10024), _) => NoDescriptor,
        // ENOMEM, ENOBUFS; WSAENOBUFS, and what Windows itself says.
        (Linux | Android, Some(12 | 105), _)
        | (Bsd | Ios, Some(12 | 55), _)
        | (Windows, Some(8 | 14 | 10055), _) => NoMemory,
        _ => Listeners,
    }
}

fn advice(system: System, failure: AcceptFailure) -> &'static str {
    match (failure, system) {
        (AcceptFailure::NoDescriptor, System::Linux | System::Bsd) => {
            "raise the limit of open files (ulimit -n) or lower max_peers"
        }
        (AcceptFailure::NoDescriptor | AcceptFailure::NoMemory, _) => "lower max_peers",
        (_, System::Android | System::Ios) => {
            "the system may have closed what listens here while the app was in the background: stop listening, and \
             listen again"
        }
        _ => "if this goes on, stop listening, and listen again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::os::system::ALL;

    #[test]
    fn a_connection_without_an_address_is_its_clients_end_on_every_system() {
        let without_address: io::Error = io::ErrorKind::InvalidInput.into();
        for system in ALL {
            let failure = failure(system, without_address.kind(), without_address.raw_os_error());
            assert_eq!(failure, AcceptFailure::Clients, "{system:?}");
        }
        // With a number it is the listener that is none (any more).
        for (system, number) in [(System::Linux, 22), (System::Ios, 22), (System::Windows, 10022)] {
            let failure = failure(system, io::ErrorKind::InvalidInput, Some(number));
            assert_eq!(failure, AcceptFailure::Listeners, "{system:?}");
        }
    }

    #[test]
    fn each_system_runs_out_of_descriptors_in_its_own_numbers_and_words() {
        let other = io::Error::from_raw_os_error(i32::MAX).kind();
        let numbers = [24, 24, 24, 24, 10024];
        for (system, number) in ALL.into_iter().zip(numbers) {
            let failure = failure(system, other, Some(number));
            assert_eq!(failure, AcceptFailure::NoDescriptor, "{system:?}");
            let has_ulimit = matches!(system, System::Linux | System::Bsd);
            let advice = advice(system, failure);
            assert_eq!(advice.contains("ulimit"), has_ulimit, "{system:?}: {advice}");
            assert!(advice.contains("max_peers"), "{system:?}: {advice}");
        }
        let memory = [105, 105, 55, 55, 10055];
        for (system, number) in ALL.into_iter().zip(memory) {
            let failure = failure(system, other, Some(number));
            assert_eq!(failure, AcceptFailure::NoMemory, "{system:?}");
            assert!(!advice(system, failure).contains("ulimit"), "{system:?}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_numbers_are_this_systems() {
        let of = |number| AcceptFailure::of(&io::Error::from_raw_os_error(number));
        let own = [
            libc::EPROTO,
            libc::ENONET,
            libc::ENOPROTOOPT,
            libc::EOPNOTSUPP,
            libc::ENETDOWN,
            libc::ENETUNREACH,
            libc::EHOSTDOWN,
            libc::EHOSTUNREACH,
            libc::ECONNABORTED,
            libc::ECONNRESET,
            libc::EINTR,
        ];
        assert_eq!(own.map(of), [AcceptFailure::Clients; 11]);
        assert_eq!([libc::EMFILE, libc::ENFILE].map(of), [AcceptFailure::NoDescriptor; 2]);
        assert_eq!([libc::ENOMEM, libc::ENOBUFS].map(of), [AcceptFailure::NoMemory; 2]);
        let listeners = [libc::EBADF, libc::EINVAL, libc::ENOTSOCK, libc::EPERM];
        assert_eq!(listeners.map(of), [AcceptFailure::Listeners; 4]);
    }

    #[test]
    fn a_phone_is_told_that_its_listener_may_have_died_asleep() {
        for (system, number) in [(System::Ios, 9), (System::Android, 9)] {
            let failure =
                failure(system, io::Error::from_raw_os_error(i32::MAX).kind(), Some(number));
            assert!(advice(system, failure).contains("background"), "{system:?}");
        }
        assert!(!advice(System::Linux, AcceptFailure::Listeners).contains("background"));
    }
}
