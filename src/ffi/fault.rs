//! A fault on demand, for tests of what a caught panic leaves behind. Not in the header.

use super::host::{call, podsix_host};

/// Panics inside the library, on this host.
///
/// Returns PODSIX_ERR_PANIC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_fault_panic(host: *mut podsix_host) -> i32 {
    // SAFETY: *host*.
    unsafe { call(host, |_| panic!("podsix_fault_panic was called")) }
}
