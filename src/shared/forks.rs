//! How many forks this process is away from the one that made the first host: what belongs to another process is
//! known by it. Whoever hears of forks counts them here.

use std::sync::atomic::{AtomicU32, Ordering};

static FORKS: AtomicU32 = AtomicU32::new(0);

#[inline]
pub(crate) fn forks() -> u32 {
    FORKS.load(Ordering::Relaxed)
}

/// This process has just been forked. It takes no lock: in a child, nobody might be there to give it back.
#[cfg_attr(not(unix), expect(dead_code, reason = "nothing forks here"))]
pub(crate) fn count_fork() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}
