//! podsix beside its peers: the same work on each, two processes on loopback, interleaved.

mod child;
mod conduct;
mod content;
mod counts;
mod crowd;
mod headlines;
mod libraries;
mod machine;
mod msgpack;
mod net;
mod pace;
mod params;
mod paths;
mod player;
mod plot;
mod report;
mod results;
mod role;
mod summary;
mod usage;
mod workload;
mod workloads;

use std::time::{SystemTime, UNIX_EPOCH};
use std::{env, process};

use crate::libraries::Library;
use crate::net::Result;
use crate::results::Results;
use crate::workload::Cell;

const HELP: &str = "\
peers [--runs N] [--quick] [--add] [--only LIBRARY,…] [WORKLOAD…]
peers report [--check]

Runs each workload N times (3 unless told) with each library, by turns, prints medians, and keeps
every run in benches/peers/results.json, in the place of older runs of the same workload and library, or with --add beside
them.
--quick is a smoke test: small numbers, kept apart, and one run unless told. `report` writes what was kept to
docs/performance.md and README.md; with --check it fails if they say something else.
";

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    if let Err(error) = begin(&words) {
        eprintln!("{error}");
        process::exit(1);
    }
}

fn begin(words: &[String]) -> Result<()> {
    if let Some((library, role)) = role::parse(words)? {
        return (libraries::find(library)?.play)(&role);
    }
    match words {
        [word] if word == "report" => return report::write(),
        [word, check] if word == "report" && check == "--check" => return report::check(),
        _ => {}
    }
    orchestrate(&Wanted::parse(words)?, words)
}

/// What the command line asks for.
struct Wanted {
    runs: usize,
    quick: bool,
    add: bool,
    libraries: Vec<&'static Library>,
    workloads: Vec<String>,
}

impl Wanted {
    fn parse(words: &[String]) -> Result<Wanted> {
        let libraries = libraries::ALL.iter().collect();
        let mut wanted =
            Wanted { runs: 0, quick: false, add: false, libraries, workloads: Vec::new() };
        let mut runs = None;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut next = || words.next().ok_or(format!("{word} what?"));
            match word.as_str() {
                "--runs" => runs = Some(next()?.parse()?),
                "--quick" => wanted.quick = true,
                "--add" => wanted.add = true,
                "--only" => {
                    let names = next()?.split(',');
                    wanted.libraries = names.map(libraries::find).collect::<Result<_>>()?;
                }
                word if word.starts_with('-') => return Err(HELP.into()),
                word => wanted.workloads.push(word.to_owned()),
            }
        }
        wanted.runs = runs.unwrap_or(if wanted.quick { 1 } else { 3 });
        Ok(wanted)
    }

    /// The cells of these names, or whose names begin with them.
    fn cells(&self) -> Result<Vec<Cell>> {
        let all = workload::cells(self.quick);
        if self.workloads.is_empty() {
            return Ok(all);
        }
        let mut wanted = Vec::new();
        for word in &self.workloads {
            let exactly = all.iter().any(|cell| cell.name == word);
            let found = all.iter().filter(|cell| match cell.name.strip_prefix(word.as_str()) {
                Some(rest) => rest.is_empty() || !exactly && rest.starts_with('-'),
                None => false,
            });
            let before = wanted.len();
            wanted.extend(found.cloned());
            if wanted.len() == before {
                let names: Vec<&str> = all.iter().map(|cell| cell.name).collect();
                let names = names.join(", ");
                return Err(format!("no such workload: {word}. There are: {names}").into());
            }
        }
        Ok(wanted)
    }
}

fn orchestrate(wanted: &Wanted, words: &[String]) -> Result<()> {
    let path = paths::results(wanted.quick);
    let head = machine::describe(&format!("peers {}", words.join(" ")));
    for cell in wanted.cells()? {
        let mut runs = Vec::new();
        for _ in 0..wanted.runs {
            let round = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() as u64;
            for library in wanted.libraries.iter().filter(|library| cell.is_for(library)) {
                runs.push(conduct::run(&cell, library, round));
            }
        }
        summary::print(cell.name, &runs);
        let mut results = Results::load(&path)?;
        results.head = head.clone();
        match wanted.add {
            true => results.runs.extend(runs),
            false => results.replace(runs),
        }
        results.store(&path)?;
    }
    Ok(())
}
