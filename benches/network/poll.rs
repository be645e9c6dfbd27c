//! An empty poll, through the C function.

use std::ptr::{null, null_mut};
use std::time::Instant;

use podsix::ffi::event::podsix_event;
use podsix::ffi::frame_loop::podsix_poll;
use podsix::ffi::host::{podsix_host_free, podsix_host_new};

const POLLS: u32 = 20_000_000;

pub fn run() {
    let mut host = null_mut();
    // SAFETY: NULL asks for the defaults and no error text; `host` is written on success.
    let made = unsafe { podsix_host_new(null(), &mut host, null_mut(), 0) };
    assert_eq!(made, 0, "a host");
    let mut event = std::mem::MaybeUninit::<podsix_event>::uninit();
    let start = Instant::now();
    for _ in 0..POLLS {
        // SAFETY: the host is alive and `event` has room for one.
        let events = unsafe { podsix_poll(host, event.as_mut_ptr()) };
        assert_eq!(events, 0);
    }
    let each = start.elapsed().as_secs_f64() * 1e9 / f64::from(POLLS);
    println!("poll: an empty podsix_poll, threaded: {each:.1} ns");
    // SAFETY: the host is alive and not used again.
    unsafe { podsix_host_free(host) };
}
