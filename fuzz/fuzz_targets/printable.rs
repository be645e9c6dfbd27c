//! Any bytes, and any value, as they are shown to people: one line of so many characters.
#![no_main]

#[path = "../checks/printable.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
