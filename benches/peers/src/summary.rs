//! Medians, spreads and ratios of a cell's runs, and how figures are written.

use std::collections::HashMap;

use crate::libraries;
use crate::results::Run;
use crate::usage::median;
use crate::workload::{Column, columns};

/// The library all others are compared with.
pub const BASE: &str = "plain";

/// The middle one of some figures, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// None of no figures.
    fn of(figures: &[f64]) -> Option<Spread> {
        let least = figures.iter().copied().reduce(f64::min)?;
        let most = figures.iter().copied().reduce(f64::max)?;
        Some(Spread { median: median(figures), least, most })
    }

    /// How far they lie apart, behind the median; nothing if that shows no difference.
    pub fn range(&self, show: impl Fn(f64) -> String) -> String {
        match (show(self.least), show(self.most)) {
            (least, most) if least == most => String::new(),
            (least, most) => format!(" ({least}–{most})"),
        }
    }
}

/// The runs of one library, in their order.
fn of<'a>(runs: &'a [Run], library: &str) -> Vec<&'a Run> {
    runs.iter().filter(|run| run.library == library).collect()
}

/// The libraries that were run, in the order of the report.
pub fn libraries(runs: &[Run]) -> Vec<&'static str> {
    let names = libraries::ALL.iter().map(|library| library.name);
    names.filter(|name| runs.iter().any(|run| run.library == *name)).collect()
}

/// What has to be said of a library in a cell: why runs failed, each reason once.
pub fn notes(runs: &[Run], library: &str) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    for run in of(runs, library) {
        let fewer = libraries::find(library).ok().and_then(|library| library.most).filter(|most| {
            run.params.options().connections == most.0 && run.cell.starts_with("idle")
        });
        let fewer = fewer.map(|(_, why)| format!("{} clients: {why}", run.params.clients()));
        for note in run.failure.iter().cloned().chain(fewer) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
    }
    notes
}

/// A column's figures of one library, of the runs of one cell; none if no run succeeded.
pub fn figures(runs: &[Run], library: &str, column: &Column) -> Option<Spread> {
    let figures: Vec<f64> = of(runs, library).into_iter().filter_map(column.of).collect();
    Spread::of(&figures)
}

/// Their ratios to another library's figures of the same round.
pub fn ratios(runs: &[Run], library: &str, than: &str, column: &Column) -> Option<Spread> {
    let value = |run: &Run| Some((run.round, (column.of)(run)?));
    let base: HashMap<u64, f64> = of(runs, than).into_iter().filter_map(value).collect();
    let own = of(runs, library).into_iter().filter_map(value);
    let ratios = own.filter_map(|(round, own)| Some(own / base.get(&round)?));
    Spread::of(&ratios.filter(|ratio| ratio.is_finite()).collect::<Vec<f64>>())
}

/// The ratio that stands beside a figure: to the plain loop, where the column is compared with it.
pub fn ratio(runs: &[Run], library: &str, column: &Column) -> Option<f64> {
    let ratios = ratios(runs, library, BASE, column).filter(|_| column.compared);
    ratios.map(|ratios| ratios.median)
}

/// A figure with about three significant digits.
pub fn show(figure: f64) -> String {
    match figure.abs() {
        0.0 => "0".to_owned(),
        size if size >= 1_000.0 => thousands(figure),
        size if size >= 100.0 => format!("{figure:.0}"),
        size if size >= 10.0 => format!("{figure:.1}"),
        size if size >= 0.1 => format!("{figure:.2}"),
        size if size >= 0.00005 => format!("{figure:.4}"),
        _ => "0.0000".to_owned(),
    }
}

fn thousands(figure: f64) -> String {
    let digits = format!("{:.0}", figure.abs());
    let mut text = String::from(if figure < 0.0 { "-" } else { "" });
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Prints a cell's table.
pub fn print(cell: &str, runs: &[Run]) {
    let columns = columns(cell);
    let titles: Vec<String> = columns.iter().map(Column::heading).collect();
    println!("\n{cell}: {}", titles.join(" | "));
    for library in libraries(runs) {
        let shown: Vec<String> = columns
            .iter()
            .map(|column| {
                let Some(Spread { median, .. }) = figures(runs, library, column) else {
                    return "—".to_owned();
                };
                match ratio(runs, library, column) {
                    None => show(median),
                    Some(ratio) => format!("{} ({ratio:.2}×)", show(median)),
                }
            })
            .collect();
        println!("{library:16} {}", shown.join(" | "));
        for note in notes(runs, library) {
            println!("{:16}   {note}", "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::Figures;
    use serde_json::json;

    fn run(library: &str, round: u64, poll_ns: f64) -> Run {
        let server = Figures::from_iter([("poll_ns".to_owned(), json!(poll_ns))]);
        Run { server, ..Run::new("poll", library, round) }
    }

    #[test]
    fn a_ratio_is_the_median_of_the_ratios_within_rounds() {
        let pairs = [(1, 10.0, 20.0), (2, 100.0, 50.0), (3, 1.0, 3.0)];
        let runs = pairs
            .map(|(round, base, own)| [run(BASE, round, base), run("podsix-inline", round, own)]);
        let runs: Vec<Run> = runs.into_iter().flatten().collect();
        let column = &columns("poll")[0];
        let figures = figures(&runs, "podsix-inline", column);
        assert_eq!(figures, Some(Spread { median: 20.0, least: 3.0, most: 50.0 }));
        let ratios = ratios(&runs, "podsix-inline", BASE, column);
        assert_eq!(ratios, Some(Spread { median: 2.0, least: 0.5, most: 3.0 }));
    }

    #[test]
    fn what_ran_in_another_round_is_not_compared() {
        let runs = [run(BASE, 1, 10.0), run("podsix-inline", 2, 20.0)];
        let column = &columns("poll")[0];
        assert_eq!(figures(&runs, "podsix-inline", column).map(|it| it.median), Some(20.0));
        assert_eq!(ratio(&runs, "podsix-inline", column), None);
    }

    #[test]
    fn figures_have_three_digits_or_thousands() {
        let shown = [0.0, 0.00951, 0.354, 13.55, 123.4, 9_970_123.0].map(show);
        assert_eq!(shown, ["0", "0.0095", "0.35", "13.6", "123", "9,970,123"]);
    }
}
