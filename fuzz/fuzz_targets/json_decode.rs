//! Any payload: refused in words, or a valid value that comes back as it was.
#![no_main]

#[path = "../checks/json_decode.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
