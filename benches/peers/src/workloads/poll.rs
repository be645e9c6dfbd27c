//! A poll that finds nothing, on a server nobody has connected to.

use serde_json::json;

use crate::child::Figures;
use crate::net::{Net, Result, Wait};
use crate::params::Params;
use crate::usage::now;
use crate::workload::{Cell, Column, figures};

const AT_ONCE: u64 = 1_000;

pub const ABOUT: &str = "\
A poll that finds nothing, on a server nobody has connected to.";

pub const COLUMNS: &[Column] =
    &[Column::compared("an empty poll", "ns", |run| run.server("poll_ns"))];

pub fn cells(quick: bool) -> Vec<Cell> {
    let milliseconds = if quick { 200 } else { 1_000 };
    let mut cell = Cell::new("poll", &[("milliseconds", milliseconds)]);
    cell.alone = true;
    vec![cell]
}

pub fn server<N: Net>(net: &mut N, params: &Params) -> Result<Figures> {
    let (start, mut polls) = (now(), 0);
    let nanoseconds = loop {
        for _ in 0..AT_ONCE {
            net.poll(Wait::No, |_| {});
        }
        polls += AT_ONCE;
        let passed = now() - start;
        if passed > params.get("milliseconds") * 1_000_000 {
            break passed;
        }
    };
    Ok(figures(json!({ "poll_ns": nanoseconds as f64 / polls as f64 })))
}
