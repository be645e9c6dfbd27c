//! Writes what is told of the runs into docs/performance.md and the README: what stands between two markers, and
//! nothing outside them.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::net::Result;
use crate::results::{Results, Run};
use crate::summary::{figures, libraries, notes, ratio, show};
use crate::workload::{self, Cell, Column};
use crate::{headlines, paths, plot};

/// Writes the pages and the plot of all that was kept.
pub fn write() -> Result<()> {
    for (path, text) in pages()? {
        fs::write(path, text)?;
    }
    Ok(())
}

/// Fails unless the pages and the plot are what was kept.
pub fn check() -> Result<()> {
    for (path, text) in pages()? {
        if fs::read_to_string(&path)? != text {
            let path = path.display();
            return Err(format!("{path} is not what the runs gave: scripts/bench report").into());
        }
    }
    Ok(())
}

fn pages() -> Result<[(PathBuf, String); 3]> {
    let Results { head, runs } = &Results::load(&paths::results(false))?;
    let (page, readme) = (paths::page(), paths::readme());
    let text = put("tables", &tables(head, runs)?, &fs::read_to_string(&page)?)?;
    let text = put("goals", &headlines::goals(runs), &text)?;
    let start = put("measured", &headlines::readme(runs), &fs::read_to_string(&readme)?)?;
    Ok([(page, text), (paths::plot(), plot::draw(runs)), (readme, start)])
}

/// Puts something between the markers of this name.
fn put(name: &str, what: &str, text: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- {name}: begin -->"), format!("<!-- {name}: end -->"));
    let (before, rest) = text.split_once(&begin).ok_or(format!("no {begin} in the page"))?;
    let (_, after) = rest.split_once(&end).ok_or(format!("no {end} in the page"))?;
    Ok(format!("{before}{begin}\n{what}\n{end}{after}"))
}

fn tables(head: &Value, all: &[Run]) -> Result<String> {
    let mut text = String::new();
    let head = |name: &str| head[name].as_str().unwrap_or("?").to_owned();
    let (date, machine, command) = (head("date"), head("machine"), head("command"));
    writeln!(text, "\nLast measured on {date}, {machine}, with `{command}`.")?;
    writeln!(text, "{}.\n", head("versions"))?;
    writeln!(text, "![podsix beside its peers](performance.svg)")?;
    let mut workload = "";
    for cell in workload::cells(false) {
        let runs: Vec<Run> = all.iter().filter(|run| run.cell == cell.name).cloned().collect();
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
        let entries: Vec<String> =
            columns.iter().map(|column| entry(runs, library, column)).collect();
        writeln!(text, "| {library}{marks} | {} |", entries.join(" | "))?;
    }
    for (n, note) in footnotes.iter().enumerate() {
        writeln!(text, "{}<sup>{}</sup> {note}  ", if n == 0 { "\n" } else { "" }, n + 1)?;
    }
    Ok(())
}

fn entry(runs: &[Run], library: &str, column: &Column) -> String {
    let Some(figures) = figures(runs, library, column) else { return "—".to_owned() };
    let mut text = show(figures.median) + &figures.range(show);
    if let Some(ratio) = ratio(runs, library, column) {
        text += &format!(" · {ratio:.2}×");
    }
    text
}
