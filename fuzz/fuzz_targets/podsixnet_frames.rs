//! Any bytes at both ends of PodSixNet's protocol: whatever the cuts, they see the same, and every step
//! keeps its promises. The first two bytes are the lengths of the pieces, in turn.
#![no_main]

#[path = "../checks/podsixnet_frames.rs"]
mod check;

libfuzzer_sys::fuzz_target!(|data: &[u8]| check::check(data));
