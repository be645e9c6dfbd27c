//! The library itself: its versions.

use std::ffi::c_char;

/// # The library
///
/// The number of this header's ABI. A program runs with every later library of the same number:
/// functions, constants and fields at the end of structs whose size is passed along are added, nothing
/// is changed or taken away.
pub const PODSIX_ABI_VERSION: u32 = 1;

/// cbindgen:ignore
const VERSION: u32 = part(env!("CARGO_PKG_VERSION_MAJOR")) << 16
    | part(env!("CARGO_PKG_VERSION_MINOR")) << 8
    | part(env!("CARGO_PKG_VERSION_PATCH"));

const fn part(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("a version has numbers"),
    }
}

/// # The library
///
/// The release of the library that is running: major << 16 | minor << 8 | patch.
#[unsafe(no_mangle)]
pub extern "C" fn podsix_version() -> u32 {
    VERSION
}

/// The release of the library that is running, as text such as "0.1.0". Static, NUL-terminated.
#[unsafe(no_mangle)]
pub extern "C" fn podsix_version_string() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}

/// The ABI of the library that is running. Compare it with PODSIX_ABI_VERSION, once, where the
/// library is loaded at run time.
#[unsafe(no_mangle)]
pub extern "C" fn podsix_abi_version() -> u32 {
    PODSIX_ABI_VERSION
}
