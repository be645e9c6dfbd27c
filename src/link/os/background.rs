//! What becomes of connections while an app is in the background.

use std::io;

use crate::link::os::system::{HERE, System};

/// What to add to an error of a connection that a phone's system has closed by itself, or nothing.
pub(crate) fn background_hint(error: &io::Error) -> &'static str {
    hint(HERE, error.kind(), error.raw_os_error())
}

fn hint(system: System, kind: io::ErrorKind, number: Option<i32>) -> &'static str {
    use io::ErrorKind::*;
    // EBADF has no kind.
    let died = matches!(kind, NotConnected | ConnectionAborted | BrokenPipe) || number == Some(9);
    match system {
        System::Android | System::Ios if died => {
            "; the system closes an app's connections while it is in the background, and when the network changes"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::os::system::ALL;

    #[test]
    fn phones_alone_are_told_of_the_background() {
        let error = io::Error::from(io::ErrorKind::ConnectionAborted);
        for system in ALL {
            let is_phone = matches!(system, System::Android | System::Ios);
            assert_eq!(hint(system, error.kind(), None).is_empty(), !is_phone, "{system:?}");
            assert_eq!(hint(system, io::ErrorKind::ConnectionReset, Some(104)), "");
        }
        // What a socket says that is none any more.
        let unknown = io::Error::from_raw_os_error(i32::MAX).kind();
        assert!(!hint(System::Ios, unknown, Some(9)).is_empty());
        assert!(!hint(System::Ios, io::ErrorKind::NotConnected, Some(57)).is_empty());
        assert!(hint(System::Ios, unknown, Some(22)).is_empty());
    }
}
