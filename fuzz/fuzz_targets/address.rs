//! Any text as an address: refused in words of one line, or the same again when it is written out.
#![no_main]

#[path = "../checks/address.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
