//! The operating system's errors in words: the same ones on every system, those of Linux, with the number that they have
//! on this one. Windows' own are in the user's language, and name no error that a game's players could look up.

use std::fmt;
use std::io::{self, ErrorKind};

/// An error as it is told.
pub(crate) struct OsError<'a>(pub(crate) &'a io::Error);

const HAS_ITS_WORDS: bool = cfg!(any(target_os = "linux", target_os = "android"));

impl fmt::Display for OsError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OsError(error) = self;
        let number = error.raw_os_error().filter(|_| !HAS_ITS_WORDS);
        let known =
            number.and_then(|number| Some((name(cfg!(windows), error.kind(), number)?, number)));
        match known {
            Some((name, number)) => write!(f, "{name} (os error {number})"),
            None => error.fmt(f),
        }
    }
}

/// What a number is called that the system says means `kind`.
fn name(windows: bool, kind: ErrorKind, number: i32) -> Option<&'static str> {
    let by_number = if windows { winsock(number) } else { None };
    by_number.or(match kind {
        ErrorKind::AddrInUse => Some("Address already in use"),
        ErrorKind::AddrNotAvailable => Some("Cannot assign requested address"),
        ErrorKind::BrokenPipe => Some("Broken pipe"),
        ErrorKind::ConnectionAborted => Some("Software caused connection abort"),
        ErrorKind::ConnectionRefused => Some("Connection refused"),
        ErrorKind::ConnectionReset => Some("Connection reset by peer"),
        ErrorKind::HostUnreachable => Some("No route to host"),
        ErrorKind::InvalidInput => Some("Invalid argument"),
        ErrorKind::NetworkDown => Some("Network is down"),
        ErrorKind::NetworkUnreachable => Some("Network is unreachable"),
        ErrorKind::NotConnected => Some("Transport endpoint is not connected"),
        ErrorKind::OutOfMemory => Some("Cannot allocate memory"),
        ErrorKind::TimedOut => Some("Connection timed out"),
        _ => None,
    })
}

/// Those of Windows' that have no kind, or none of their own.
fn winsock(number: i32) -> Option<&'static str> {
    Some(match number {
        10009 => "Bad file descriptor",
        10013 => "Permission denied",
        10024 => "Too many open files",
        10038 => "Socket operation on non-socket",
        10047 => "Address family not supported by protocol",
        10052 => "Network dropped connection on reset",
        10055 => "No buffer space available",
        10058 => "Cannot send after transport endpoint shutdown",
        10064 => "Host is down",
        11001 => "failed to lookup address information: Name or service not known",
        11002 => "failed to lookup address information: Temporary failure in name resolution",
        11003 => "failed to lookup address information: Non-recoverable failure in name resolution",
        11004 => "failed to lookup address information: No address associated with hostname",
        _ => return None,
    })
}

#[cfg(all(test, target_os = "linux", target_env = "gnu"))]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_linuxs() {
        // Linux's number, and Winsock's, which are the same errors.
        let both = [
            (9, 10009),
            (13, 10013),
            (24, 10024),
            (88, 10038),
            (97, 10047),
            (102, 10052),
            (105, 10055),
            (108, 10058),
            (112, 10064),
            (98, 10048),
            (99, 10049),
            (100, 10050),
            (101, 10051),
            (103, 10053),
            (104, 10054),
            (107, 10057),
            (110, 10060),
            (111, 10061),
            (113, 10065),
            (22, 10022),
        ];
        for (here, there) in both {
            let error = io::Error::from_raw_os_error(here);
            let name =
                name(true, error.kind(), there).unwrap_or_else(|| panic!("{there} has no name"));
            assert_eq!(format!("{name} (os error {here})"), error.to_string(), "{there}");
        }
    }

    #[test]
    fn the_bsds_have_kinds_alone() {
        for here in [12, 22, 32, 98, 99, 100, 101, 103, 104, 107, 110, 111, 113] {
            let error = io::Error::from_raw_os_error(here);
            let name =
                name(false, error.kind(), 1).unwrap_or_else(|| panic!("{error} has no name"));
            assert_eq!(format!("{name} (os error {here})"), error.to_string());
        }
        // Not a Winsock number there.
        assert_eq!(name(false, io::Error::from_raw_os_error(i32::MAX).kind(), 10024), None);
    }

    #[test]
    fn what_is_not_the_systems_speaks_for_itself() {
        let error = io::Error::other("the name has no address");
        assert_eq!(OsError(&error).to_string(), "the name has no address");
        let error = io::Error::from_raw_os_error(111);
        assert_eq!(OsError(&error).to_string(), error.to_string());
    }
}
