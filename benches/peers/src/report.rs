//! Writes docs/performance.md: the tables between two markers, and nothing outside them.

use std::fmt::Write;
use std::fs;

use crate::net::Result;
use crate::results::{Results, Run};
use crate::summary::{Figure, figure, libraries, notes, show};
use crate::workload::{self, Cell, Column};
use crate::{paths, plot};

const BEGIN: &str = "<!-- tables: begin -->";
const END: &str = "<!-- tables: end -->";

/// Writes the tables and the plot of all that was kept.
pub fn write() -> Result<()> {
    let results = Results::load(&paths::results(false))?;
    let (page, image) = paths::report();
    let old = fs::read_to_string(&page)?;
    let (before, rest) = old.split_once(BEGIN).ok_or(format!("no {BEGIN} in the page"))?;
    let (_, after) = rest.split_once(END).ok_or(format!("no {END} in the page"))?;
    fs::write(&page, format!("{before}{BEGIN}\n{}\n{END}{after}", tables(&results)?))?;
    fs::write(image, plot::draw(&results.runs))?;
    Ok(())
}

fn tables(results: &Results) -> Result<String> {
    let mut text = String::new();
    let head = |name: &str| results.head[name].as_str().unwrap_or("?").to_owned();
    writeln!(
        text,
        "\nLast measured on {}, {}, with `{}`.",
        head("date"),
        head("machine"),
        head("command")
    )?;
    writeln!(text, "{}.\n", head("versions"))?;
    writeln!(text, "![podsix beside its peers](performance.svg)")?;
    let mut workload = "";
    for cell in workload::cells(false) {
        let runs: Vec<Run> =
            results.runs.iter().filter(|run| run.cell == cell.name).cloned().collect();
        if runs.is_empty() {
            continue;
        }
        if workload != workload::of(cell.name) {
            workload = workload::of(cell.name);
            writeln!(text, "\n## {workload}\n\n{}", workload::about(workload))?;
        }
        table(&mut text, &cell, &runs)?;
    }
    Ok(text)
}

fn table(text: &mut String, cell: &Cell, runs: &[Run]) -> Result<()> {
    let columns = workload::columns(cell.name);
    let titles: Vec<String> = columns.iter().map(Column::heading).collect();
    writeln!(text, "\n**{}**\n\n| | {} |", cell.name, titles.join(" | "))?;
    writeln!(text, "|---|{}", "---:|".repeat(columns.len()))?;
    let mut footnotes: Vec<String> = Vec::new();
    for library in libraries(runs) {
        let mut marks = String::new();
        for note in notes(runs, library) {
            let known = footnotes.iter().position(|known| *known == note);
            let number = known.unwrap_or_else(|| {
                footnotes.push(note);
                footnotes.len() - 1
            });
            write!(marks, " <sup>{}</sup>", number + 1)?;
        }
        let figures: Vec<String> =
            columns.iter().map(|column| entry(figure(runs, library, column))).collect();
        writeln!(text, "| {library}{marks} | {} |", figures.join(" | "))?;
    }
    for (n, note) in footnotes.iter().enumerate() {
        writeln!(text, "{}<sup>{}</sup> {note}  ", if n == 0 { "\n" } else { "" }, n + 1)?;
    }
    Ok(())
}

fn entry(figure: Option<Figure>) -> String {
    let Some(Figure { median, least, most, ratio }) = figure else { return "—".to_owned() };
    let mut text = show(median);
    if show(least) != show(most) {
        text += &format!(" ({}–{})", show(least), show(most));
    }
    if let Some(ratio) = ratio {
        text += &format!(" · {ratio:.2}×");
    }
    text
}
