//! The plot: four panels of bars on logarithmic scales, as plain SVG.

use std::fmt::Write;

use crate::results::Run;
use crate::summary::{figures, libraries, show};
use crate::workload::columns;

/// A cell, the column that is drawn, and its heading.
const PANELS: [(&str, &str, &str); 4] = [
    (
        "pingpong-apart",
        "p50",
        "Round trip of 64 bytes, waiting, a core each: p50, µs (less is better)",
    ),
    ("flood", "messages per second", "Flood: thousand messages per second (more is better)"),
    ("broadcast-1000", "server CPU", "60 Hz to 1,000 clients: server CPU, % (less is better)"),
    ("idle-5000", "memory per connection", "Idle: bytes per connection (less is better)"),
];

const WIDTH: f64 = 860.0;
const LEFT: f64 = 130.0;
const RIGHT: f64 = 70.0;
const BAR: f64 = 18.0;
const HEAD: f64 = 34.0;
const GAP: f64 = 16.0;

const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#24292f}
.head{font-weight:600}.tick{font-size:11px;fill:#6e7781}
.page{fill:#fff}.grid{stroke:#d0d7de}
.podsix{fill:#2da44e}.plain{fill:#8c959f}.peer{fill:#54aeff}
@media(prefers-color-scheme:dark){
text{fill:#e6edf3}.tick{fill:#8d96a0}.page{fill:#0d1117}.grid{stroke:#30363d}
.podsix{fill:#3fb950}.plain{fill:#6e7681}.peer{fill:#388bfd}}";

/// Draws all panels.
pub fn draw(runs: &[Run]) -> String {
    let (mut body, mut y) = (String::new(), GAP);
    for (cell, title, heading) in PANELS {
        let bars = bars(runs, cell, title);
        if !bars.is_empty() {
            panel(&mut body, y, heading, &bars);
            y += HEAD + BAR * (bars.len() as f64 + 1.0) + GAP;
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {y}\" width=\"{WIDTH}\" \
         height=\"{y}\" role=\"img\"><title>podsix beside its peers</title>\n\
         <style>{STYLE}</style>\n<rect class=\"page\" width=\"{WIDTH}\" height=\"{y}\"/>\n{body}</svg>\n"
    )
}

/// The medians of a cell's column, in the order of the libraries.
fn bars(runs: &[Run], cell: &str, title: &str) -> Vec<(&'static str, f64)> {
    let runs: Vec<Run> = runs.iter().filter(|run| run.cell == cell).cloned().collect();
    let Some(column) = columns(cell).iter().find(|column| column.title == title) else {
        return Vec::new();
    };
    let median = |library| figures(&runs, library, column).map(|it| (library, it.median));
    let bars = libraries(&runs).into_iter().filter_map(median);
    bars.filter(|&(_, value)| value > 0.0).collect()
}

fn panel(body: &mut String, top: f64, heading: &str, bars: &[(&str, f64)]) {
    let values = || bars.iter().map(|&(_, value)| value.log10());
    let low = values().fold(f64::INFINITY, f64::min).floor();
    let high = values().fold(low + 1.0, f64::max).ceil();
    let x = |log: f64| LEFT + (log - low) / (high - low) * (WIDTH - LEFT - RIGHT);
    let bottom = top + HEAD + BAR * bars.len() as f64;
    let mut line = |text: String| writeln!(body, "{text}").expect("memory takes it");
    line(format!("<text class=\"head\" x=\"{GAP}\" y=\"{:.0}\">{heading}</text>", top + 16.0));
    let mut power = low;
    while power <= high {
        let (at, label) = (x(power), show(10_f64.powf(power)));
        let y = top + HEAD - 6.0;
        line(format!(
            "<line class=\"grid\" x1=\"{at:.0}\" x2=\"{at:.0}\" y1=\"{y}\" y2=\"{bottom}\"/>"
        ));
        let y = bottom + 13.0;
        line(format!(
            "<text class=\"tick\" text-anchor=\"middle\" x=\"{at:.0}\" y=\"{y}\">{label}</text>"
        ));
        power += 1.0;
    }
    for (n, &(library, value)) in bars.iter().enumerate() {
        let y = top + HEAD + BAR * n as f64;
        let own = ["podsix-", "plain"].into_iter().find(|own| library.starts_with(own));
        let kind = own.map_or("peer", |own| own.trim_end_matches('-'));
        // The smallest bar is still to be seen.
        let width = (x(value.log10()) - LEFT).max(2.0);
        let text = y + 11.0;
        line(format!(
            "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\">{library}</text>",
            LEFT - 8.0
        ));
        line(format!(
            "<rect class=\"{kind}\" x=\"{LEFT}\" y=\"{y}\" width=\"{width:.1}\" height=\"{}\" rx=\"2\"/>",
            BAR - 4.0
        ));
        line(format!("<text x=\"{:.1}\" y=\"{text}\">{}</text>", LEFT + width + 6.0, show(value)));
    }
}
