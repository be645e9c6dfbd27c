//! What a process uses: time, processor time, memory; and the median and percentiles of figures.

use std::fs;

/// Nanoseconds of a clock that all processes of this machine share.
pub fn now() -> u64 {
    clock(libc::CLOCK_MONOTONIC)
}

/// Seconds of processor time this process has used, all its threads, user and kernel.
pub fn cpu_seconds() -> f64 {
    clock(libc::CLOCK_PROCESS_CPUTIME_ID) as f64 / 1e9
}

fn clock(id: libc::clockid_t) -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a timespec to be written to.
    let result = unsafe { libc::clock_gettime(id, &mut time) };
    assert_eq!(result, 0, "both clocks exist on Linux");
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The most kilobytes of memory this process ever occupied.
pub fn peak_kb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let figure = line.and_then(|line| line.split_whitespace().next());
    figure.and_then(|figure| figure.parse().ok()).expect("a figure")
}

/// Bytes of memory this process occupies now.
pub fn resident() -> f64 {
    let pages = fs::read_to_string("/proc/self/statm").expect("Linux has it");
    let pages = pages.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok());
    pages.expect("a figure") * 4096.0
}

/// Lets this process open as many descriptors as it may; gives their number.
pub fn raise_descriptors() -> u64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is an rlimit to be written to, then to be read.
    unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit);
        limit.rlim_cur = limit.rlim_max;
        libc::setrlimit(libc::RLIMIT_NOFILE, &limit);
    }
    limit.rlim_cur
}

/// Holds this process, and the threads it will start, on one core.
pub fn stay_on_core(core: usize) {
    // SAFETY: a set of cores is plain memory, of the size that is passed; 0 is this process.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(core, &mut set);
        let result = libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &set);
        assert_eq!(result, 0, "this machine has no core {core}");
    }
}

/// The middle one of some figures; 0 of none.
pub fn median(figures: &[f64]) -> f64 {
    percentile(figures, 0.5)
}

/// The figure that a share `p` of all figures does not exceed; 0 of none.
pub fn percentile(figures: &[f64], p: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let index = (sorted.len() as f64 * p) as usize;
    sorted.get(index.min(sorted.len().saturating_sub(1))).copied().unwrap_or(0.0)
}
