//! What is told of the figures where they are not all shown: the README's table, and the goals beside what came of
//! them. Both are made from the same runs as the tables, so that no page can say something else.

use std::fmt::Write;

use crate::results::Run;
use crate::summary::{Spread, figures, ratios, show};
use crate::workload::{self, Column};

/// A figure of one library, by itself or as a multiple of another's.
struct Part {
    cell: &'static str,
    library: &'static str,
    column: &'static str,
    than: Option<&'static str>,
}

/// What is to be reached.
enum Goal {
    AtMost(f64),
    AtLeast(f64),
}

const THREADED: &str = "podsix-threaded";
const INLINE: &str = "podsix-inline";
const GATHERED: &str = "podsix-gathered";

const fn of(cell: &'static str, library: &'static str, column: &'static str) -> Part {
    Part { cell, library, column, than: None }
}

impl Part {
    const fn than(self, than: &'static str) -> Part {
        Part { than: Some(than), ..self }
    }
}

/// The README's rows.
const README: &[(&str, &[Part])] = &[
    (
        "a flood of 46-byte messages, built and read field by field: messages per second",
        &[
            of("flood", THREADED, "messages per second").than("zeromq"),
            of("flood", THREADED, "messages per second").than("enet"),
            of("flood", THREADED, "messages per second").than("plain-batched"),
        ],
    ),
    (
        "… system calls and allocations per message, both ends",
        &[
            of("flood-counts", THREADED, "system calls per message, both"),
            of("flood-counts", THREADED, "allocations per message, both"),
        ],
    ),
    (
        "a round trip of 64 bytes, inline and spinning, median",
        &[
            of("pingpong-spinning", INLINE, "p50").than("plain"),
            of("pingpong-spinning", "enet", "p50").than("plain"),
        ],
    ),
    (
        "… threaded, in `podsix_wait`, each end on a core of its own",
        &[
            of("pingpong-apart", THREADED, "p50").than("plain"),
            of("pingpong-apart", "enet", "p50").than("plain"),
            of("pingpong-apart", "message-io", "p50").than("plain"),
            of("pingpong-apart", "zeromq", "p50").than("plain"),
        ],
    ),
    (
        "a broadcast to 1,000 peers: what it takes of the game's frame",
        &[
            of("broadcast-1000", THREADED, "game thread per tick"),
            of("broadcast-1000", "zeromq", "game thread per tick"),
            of("broadcast-1000", "enet", "game thread per tick"),
        ],
    ),
    ("an empty `podsix_poll`", &[of("poll", THREADED, "an empty poll")]),
    (
        "an idle connection: resident memory, all in all",
        &[
            of("idle-10000-pings", THREADED, "memory per connection"),
            of("idle-5000-pings", "enet", "memory per connection"),
        ],
    ),
    (
        "10,000 idle connections and a 60 Hz loop, of one core",
        &[of("idle-10000-pings", THREADED, "CPU of a 60 Hz loop")],
    ),
];

/// What was to be reached.
const GOALS: &[(&str, Part, Goal)] = &[
    (
        "pingpong, inline, spinning: p50",
        of("pingpong-spinning", INLINE, "p50").than("plain"),
        Goal::AtMost(1.1),
    ),
    (
        "pingpong, threaded, waiting: p50, beside the best threaded peer",
        of("pingpong-waiting", THREADED, "p50").than("message-io"),
        Goal::AtMost(1.0),
    ),
    (
        "flood, threaded: messages per second",
        of("flood", THREADED, "messages per second").than("zeromq"),
        Goal::AtLeast(2.0),
    ),
    (
        "… CPU seconds per million, both ends",
        of("flood", THREADED, "CPU seconds per million, both"),
        Goal::AtMost(0.35),
    ),
    (
        "… system calls per message, both ends",
        of("flood-counts", THREADED, "system calls per message, both"),
        Goal::AtMost(0.02),
    ),
    (
        "… allocations per message, both ends",
        of("flood-counts", THREADED, "allocations per message, both"),
        Goal::AtMost(0.001),
    ),
    (
        "flood, inline with PODSIX_SEND_GATHERED: messages per second",
        of("flood", GATHERED, "messages per second").than(THREADED),
        Goal::AtLeast(0.5),
    ),
    (
        "… system calls per message, both ends",
        of("flood-counts", GATHERED, "system calls per message, both"),
        Goal::AtMost(0.1),
    ),
    (
        "broadcast to 1,000, threaded: the game's thread per tick",
        of("broadcast-1000", THREADED, "game thread per tick"),
        Goal::AtMost(20.0),
    ),
    (
        "… server CPU",
        of("broadcast-1000", THREADED, "server CPU").than("plain"),
        Goal::AtMost(1.05),
    ),
    ("… p99 delay", of("broadcast-1000", THREADED, "p99 delay").than("plain"), Goal::AtMost(1.2)),
    (
        "… p99 delay, inline",
        of("broadcast-1000", INLINE, "p99 delay").than("plain"),
        Goal::AtMost(1.2),
    ),
    (
        "fan-in, threaded: the game's thread per message",
        of("fan-in", THREADED, "game thread per message"),
        Goal::AtMost(200.0),
    ),
    (
        "fan-in, inline: server CPU",
        of("fan-in", INLINE, "server CPU").than("plain"),
        Goal::AtMost(1.05),
    ),
    (
        "idle 10,000, pings on, threaded: memory per connection",
        of("idle-10000-pings", THREADED, "memory per connection"),
        Goal::AtMost(350.0),
    ),
    (
        "… CPU of a 60 Hz loop",
        of("idle-10000-pings", THREADED, "CPU of a 60 Hz loop"),
        Goal::AtMost(3.0),
    ),
    (
        "idle 5,000, pings on, threaded: system calls per client and second",
        of("idle-counts", THREADED, "system calls per client and second"),
        Goal::AtMost(0.4),
    ),
    (
        "idle 5,000, threaded: connections per second",
        of("idle-5000", THREADED, "connections per second").than("plain"),
        Goal::AtLeast(0.7),
    ),
    ("load: messages counted", of("load", THREADED, "messages counted"), Goal::AtLeast(18_000.0)),
];

/// The README's table.
pub fn readme(runs: &[Run]) -> String {
    let mut text = String::from("\n| | |\n|---|---|\n");
    for (what, parts) in README {
        let told: Vec<String> = parts.iter().filter_map(|part| part.told(runs)).collect();
        if !told.is_empty() {
            let _ = writeln!(text, "| {what} | {} |", told.join(", "));
        }
    }
    text
}

/// The page's table.
pub fn goals(runs: &[Run]) -> String {
    let mut text = String::from("\n| | goal | measured | |\n|---|---|---|---|\n");
    for (what, part, goal) in GOALS {
        let Some(spread) = part.spread(runs) else { continue };
        let value = spread.median;
        let (sign, limit, missed_by) = match *goal {
            Goal::AtMost(limit) => ("≤", limit, value / limit - 1.0),
            Goal::AtLeast(limit) => ("≥", limit, 1.0 - value / limit),
        };
        let verdict = match missed_by > 0.0 {
            true => format!("**missed** by {} %", show(missed_by * 100.0)),
            false => "reached".to_owned(),
        };
        let limit = show(limit) + &part.unit();
        let measured = part.show(value) + &spread.range(|it| part.show(it));
        let _ = writeln!(text, "| {what} | {sign} {limit} | {measured} | {verdict} |");
    }
    text
}

impl Part {
    /// The figure, or the ratio to the other library's.
    fn spread(&self, runs: &[Run]) -> Option<Spread> {
        let runs: Vec<Run> = runs.iter().filter(|run| run.cell == self.cell).cloned().collect();
        match self.than {
            None => figures(&runs, self.library, self.column()),
            Some(than) => ratios(&runs, self.library, than, self.column()),
        }
    }

    /// What the README says: podsix itself needs no name.
    fn told(&self, runs: &[Run]) -> Option<String> {
        let value = self.show(self.spread(runs)?.median) + &self.unit();
        Some(match self.library {
            THREADED | INLINE | GATHERED => value,
            library => format!("{} {value}", name(library)),
        })
    }

    fn show(&self, value: f64) -> String {
        match self.than {
            None => show(value),
            Some(_) => format!("{value:.2}"),
        }
    }

    fn unit(&self) -> String {
        match (self.than, self.column().unit) {
            (Some(than), _) => format!(" × {}", name(than)),
            (None, "") => String::new(),
            (None, unit) => format!(" {unit}"),
        }
    }

    fn column(&self) -> &'static Column {
        let mut columns = workload::columns(self.cell).iter();
        columns.find(|column| column.title == self.column).expect("a column of this cell")
    }
}

fn name(library: &str) -> &str {
    match library {
        "plain" => "the plain loop",
        "plain-batched" => "the plain loop with batches",
        "enet" => "ENet",
        "zeromq" => "ZeroMQ",
        THREADED => "threaded",
        INLINE => "inline",
        GATHERED => "inline and gathered",
        name => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::Figures;
    use serde_json::json;

    #[test]
    fn every_row_names_a_cell_and_a_column_that_are_there() {
        let parts = README.iter().flat_map(|(_, parts)| *parts);
        for part in parts.chain(GOALS.iter().map(|(_, part, _)| part)) {
            let is_there = workload::cells(false).iter().any(|cell| cell.name == part.cell);
            assert!(is_there, "{}", part.cell);
            part.column();
            for library in [Some(part.library), part.than].into_iter().flatten() {
                crate::libraries::find(library).expect("a library");
            }
        }
    }

    #[test]
    fn a_missed_goal_says_by_how_much() {
        let run = |library: &str, cpu: f64| {
            let server = Figures::from_iter([("cpu_percent".to_owned(), json!(cpu))]);
            Run { server, ..Run::new("fan-in", library, 1) }
        };
        let told = |cpu: f64| goals(&[run("plain", 10.0), run(INLINE, cpu)]);
        assert!(told(12.6).contains("| ≤ 1.05 × the plain loop | 1.26 | **missed** by 20.0 % |"));
        assert!(told(10.5).contains("| 1.05 | reached |"));
    }
}
