//! System calls and allocations per message of a flood: what many messages need more than few, of
//! both processes, divided by how many more they are. Likewise the system calls of a server with idle clients, by how
//! much longer it ran.
//!
//! System calls are counted by strace, which makes each of them slow, so that batches are larger
//! than without it; allocations by a library that is loaded before the C library.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::child::Figures;
use crate::conduct::{self, Both};
use crate::libraries::Library;
use crate::net::Result;
use crate::pace::HZ;
use crate::params::Params;
use crate::paths;
use crate::workload::{self, Cell, figures};

/// How many times more messages, or ticks, the second of two runs has.
const TIMES: u64 = 3;

/// Counts both.
pub fn run(cell: &Cell, library: &Library, params: &Params) -> Result<Both> {
    let folder = paths::bench();
    fs::create_dir_all(&folder)?;
    let strace = |role: &str, command: Command| {
        let mut strace = Command::new("strace");
        strace.args(["-f", "-c", "-o"]).arg(file(&folder, role));
        strace.arg(command.get_program()).args(command.get_args());
        strace
    };
    if workload::of(cell.name) == "idle" {
        let each_tick =
            each(cell, library, params, ("ticks", &["server"]), &strace, total_of_strace)?;
        let calls = each_tick * f64::from(HZ) / params.clients() as f64;
        return Ok((figures(json!({ "calls_each": calls })), Figures::new()));
    }
    let messages = ("messages", &["server", "client"][..]);
    let calls = each(cell, library, params, messages, &strace, total_of_strace)?;
    let mut counted = json!({ "calls_each": calls });
    // Python has an allocator of its own, of which this would see nothing.
    if !library.python {
        let shim = build_shim(&folder)?;
        let preload = |role: &str, mut command: Command| {
            command.env("LD_PRELOAD", &shim).env("PEERS_COUNT", file(&folder, role));
            command
        };
        let allocations =
            each(cell, library, params, messages, &preload, |text| text.trim().parse().ok())?;
        counted["allocations_each"] = json!(allocations);
    }
    Ok((figures(counted), Figures::new()))
}

/// Per message, or whatever there is more of, the difference of two runs of these processes.
fn each(
    cell: &Cell,
    library: &Library,
    params: &Params,
    (what, roles): (&str, &[&str]),
    dress: &dyn Fn(&str, Command) -> Command,
    read: impl Fn(&str) -> Option<f64>,
) -> Result<f64> {
    let few = params.get(what);
    let mut totals = Vec::new();
    for many in [few, few * TIMES] {
        let mut params = params.clone();
        params.0.insert(what.to_owned(), many);
        for role in roles {
            let _ = fs::remove_file(file(&paths::bench(), role));
        }
        conduct::play(cell, library, &params, dress)?;
        let mut total = 0.0;
        for role in roles {
            let text = fs::read_to_string(file(&paths::bench(), role))
                .map_err(|error| format!("the {role} was not counted: {error}"))?;
            total += read(&text).ok_or(format!("the {role} was not counted"))?;
        }
        totals.push(total);
    }
    Ok((totals[1] - totals[0]).max(0.0) / (few * (TIMES - 1)) as f64)
}

fn file(folder: &Path, role: &str) -> PathBuf {
    folder.join(format!("count-{role}.txt"))
}

/// The calls in the last line of a summary.
fn total_of_strace(text: &str) -> Option<f64> {
    let line = text.lines().rfind(|line| line.trim_end().ends_with("total"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

fn build_shim(folder: &Path) -> Result<PathBuf> {
    let (source, shim) = (folder.join("count.c"), folder.join("count.so"));
    fs::write(&source, include_str!("count.c"))?;
    let words = ["-O2", "-shared", "-fPIC", "-o"].map(OsStr::new);
    let built = Command::new("cc").args(words).arg(&shim).arg(&source).output()?;
    if !built.status.success() {
        return Err(String::from_utf8_lossy(&built.stderr).into_owned().into());
    }
    Ok(shim)
}
