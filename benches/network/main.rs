//! podsix beside a plain loop, on loopback, in two processes: `cargo bench --bench network`.
//!
//! | workload | what it measures |
//! |---|---|
//! | `poll` | an empty `podsix_poll`, threaded |
//! | `flood` | messages per second of the 46-byte move message, built and read field by field |
//! | `pingpong` | round trips of a 64-byte message |
//! | `idle` | memory per idle connection, and how fast they come |
//! | `broadcast` | what a broadcast takes of the game thread |
//!
//! `cargo bench --bench network -- flood pingpong` runs just those. Each workload runs podsix and the
//! plain loop by turns, several times; what counts is the ratio of their medians.

mod allocations;
mod broadcast;
mod child;
mod flood;
mod idle;
mod move_message;
mod pingpong;
mod plain;
mod poll;

#[global_allocator]
static ALLOCATOR: allocations::Counting = allocations::Counting;

fn main() {
    if child::run() {
        return;
    }
    let all: [(&str, fn()); 5] = [
        ("poll", poll::run),
        ("flood", flood::run),
        ("pingpong", pingpong::run),
        ("idle", idle::run),
        ("broadcast", broadcast::run),
    ];
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    for (name, run) in all {
        if wanted.is_empty() || wanted.iter().any(|want| want == name) {
            run();
        }
    }
}

/// The median of some figures.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
