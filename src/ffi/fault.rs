//! A fault on demand, for tests of what a caught panic leaves behind. Not in the header.

use super::host::{call, podsix_host};
use super::message::{build, podsix_message};
use crate::inside::inside;

/// Panics inside the library, on this host.
///
/// Returns PODSIX_ERR_PANIC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_fault_panic(host: *mut podsix_host) -> i32 {
    // SAFETY: *host*.
    unsafe { call(host, |_| panic!("podsix_fault_panic was called")) }
}

/// Panics while a message is built, in code that is not the library's own.
///
/// Returns PODSIX_ERR_PANIC.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn podsix_fault_message(message: *mut podsix_message) -> i32 {
    // SAFETY: *message*.
    unsafe {
        build(message, |message| {
            inside(|| message.add_str(&"too long".repeat(usize::MAX)));
            Ok(())
        })
    }
}
