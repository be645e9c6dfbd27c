//! Any MessagePack that a peer may send, on its way to programs of PodSixNet and into a log: refused in
//! words, or a payload that says the same to its reader, in rencode around the terminator as well.
#![no_main]

#[path = "../checks/translate.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
