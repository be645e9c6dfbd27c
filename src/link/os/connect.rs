//! What a failed connect says.

use std::io;

use crate::link::os::system::{HERE, System};

/// Whether this machine has no such addresses at all: no IPv6, mostly.
pub(crate) fn lacks_family(error: &io::Error) -> bool {
    error.raw_os_error() == Some(unknown_family(HERE))
}

/// EAFNOSUPPORT, which has no kind.
fn unknown_family(system: System) -> i32 {
    match system {
        System::Linux | System::Android => 97,
        System::Bsd | System::Ios => 47,
        System::Windows => 10047,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_this_systems() {
        assert!(lacks_family(&io::Error::from_raw_os_error(libc::EAFNOSUPPORT)));
        assert!(!lacks_family(&io::Error::from_raw_os_error(libc::ECONNREFUSED)));
    }
}
