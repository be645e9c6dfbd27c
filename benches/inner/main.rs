//! How long the inner pieces take: `cargo bench --features bench-internals --bench inner [-- NAME]`,
//! "view" or "writer/c", say.
//!
//! Times tell on one machine, before and after a change. `make bench-check` counts the instructions of
//! the same pieces, and these are the same everywhere.

mod loopback;
mod pieces;

use std::time::Duration;

use criterion::{Criterion, Throughput};
use pieces::PIECES;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    for piece in PIECES {
        bench(&mut criterion, piece.name, piece.elements, (piece.make)());
    }
    bench(&mut criterion, "loopback/inline", 1, loopback::inline());
    criterion.final_summary();
}

/// A figure per iteration, and elements per second beside it.
fn bench(criterion: &mut Criterion, name: &str, elements: u32, mut run: Box<dyn FnMut()>) {
    let (group, piece) = name.split_once('/').expect("group/piece");
    let mut group = criterion.benchmark_group(group);
    group.throughput(Throughput::Elements(elements.into()));
    group.bench_function(piece, |bencher| bencher.iter(&mut run));
    group.finish();
}
