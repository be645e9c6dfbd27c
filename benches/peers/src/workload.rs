//! What a workload is: cells to be run, a server's and a client's part, and columns to be shown.

use serde_json::Value;

use crate::child::Figures;
use crate::libraries::Library;
use crate::net::{Net, Result};
use crate::params::Params;
use crate::results::Run;
use crate::workloads::{broadcast, fan_in, flood, idle, load, pingpong, poll, stall};

/// One measurement, run with each library.
#[derive(Clone)]
pub struct Cell {
    /// Its name on the command line; the part before the first `-` may name the workload.
    pub name: &'static str,
    pub params: Params,
    /// Libraries quick enough to need so many times more messages.
    pub more: &'static [(&'static str, u64)],
    /// There is no client.
    pub alone: bool,
    /// System calls and allocations are counted instead of time.
    pub counts: bool,
    /// The libraries it is for, if it is not for all.
    pub only: Option<&'static [&'static str]>,
    /// The special ones that it is for beside all.
    pub also: &'static [&'static str],
    /// A library that cannot have so many clients is run with as many as it can.
    pub or_fewer: bool,
}

impl Cell {
    pub fn new(name: &'static str, params: &[(&str, u64)]) -> Cell {
        Cell {
            name,
            params: Params::new(params),
            more: &[],
            alone: false,
            counts: false,
            only: None,
            also: &[],
            or_fewer: false,
        }
    }

    /// Likewise with another number.
    pub fn with(mut self, name: &str, number: u64) -> Cell {
        self.params.0.insert(name.to_owned(), number);
        self
    }

    /// Whether a library is to be run.
    pub fn is_for(&self, library: &Library) -> bool {
        let is_among_all = !library.special || self.also.contains(&library.name);
        self.only.map_or(is_among_all, |only| only.contains(&library.name))
    }

    /// The numbers for one library; or why it cannot be run.
    pub fn params_for(&self, library: &Library) -> Result<Params> {
        let mut params = self.params.clone();
        if let Some((_, times)) = self.more.iter().find(|(name, _)| *name == library.name)
            && let Some(messages) = params.0.get_mut("messages")
        {
            *messages *= times;
        }
        if let Some((most, why)) = library.most
            && params.options().connections > most
        {
            if !self.or_fewer {
                return Err(why.into());
            }
            let clients = most as u64 - params.get("warm");
            params.0.insert("clients".to_owned(), clients);
        }
        Ok(params)
    }
}

/// A figure of a run as it is shown.
pub struct Column {
    pub title: &'static str,
    pub unit: &'static str,
    /// Whether the ratio to the plain loop is shown.
    pub compared: bool,
    pub of: fn(&Run) -> Option<f64>,
}

impl Column {
    /// A figure that is compared with the plain loop's.
    pub const fn compared(
        title: &'static str,
        unit: &'static str,
        of: fn(&Run) -> Option<f64>,
    ) -> Column {
        Column { title, unit, compared: true, of }
    }

    /// A figure that stands for itself.
    pub const fn alone(
        title: &'static str,
        unit: &'static str,
        of: fn(&Run) -> Option<f64>,
    ) -> Column {
        Column { title, unit, compared: false, of }
    }

    /// The title, with the unit.
    pub fn heading(&self) -> String {
        match self.unit {
            "" => self.title.to_owned(),
            unit => format!("{}, {unit}", self.title),
        }
    }
}

/// What a workload does, for who reads the report.
pub fn about(workload: &str) -> &'static str {
    match workload {
        "pingpong" => pingpong::ABOUT,
        "flood" => flood::ABOUT,
        "broadcast" => broadcast::ABOUT,
        "uring" => broadcast::ABOUT_URING,
        "fan" => fan_in::ABOUT,
        "idle" => idle::ABOUT,
        "stall" => stall::ABOUT,
        "load" => load::ABOUT,
        "poll" => poll::ABOUT,
        _ => "",
    }
}

/// The columns of a cell.
pub fn columns(cell: &str) -> &'static [Column] {
    match of(cell) {
        "pingpong" => pingpong::COLUMNS,
        "flood" if cell.ends_with("counts") => flood::COUNT_COLUMNS,
        "flood" => flood::COLUMNS,
        "idle" if cell.ends_with("counts") => idle::COUNT_COLUMNS,
        "broadcast" | "uring" => broadcast::COLUMNS,
        "fan" => fan_in::COLUMNS,
        "idle" => idle::COLUMNS,
        "stall" => stall::COLUMNS,
        "load" => load::COLUMNS,
        "poll" => poll::COLUMNS,
        _ => &[],
    }
}

/// The workload of a cell: the first word of its name.
pub fn of(cell: &str) -> &str {
    cell.split('-').next().unwrap_or(cell)
}

/// All cells, in the order of the report.
pub fn cells(quick: bool) -> Vec<Cell> {
    [
        pingpong::cells(quick),
        flood::cells(quick),
        broadcast::cells(quick),
        fan_in::cells(quick),
        idle::cells(quick),
        stall::cells(quick),
        load::cells(quick),
        poll::cells(quick),
    ]
    .concat()
}

/// The figures of an object.
pub fn figures(value: Value) -> Figures {
    match value {
        Value::Object(figures) => figures,
        _ => Figures::new(),
    }
}

/// Plays the server of a cell.
pub fn server<N: Net>(cell: &str, net: &mut N, params: &Params) -> Result<Figures> {
    match of(cell) {
        "pingpong" => pingpong::server(net, params),
        "flood" => flood::server(net, params),
        "broadcast" | "uring" => broadcast::server(net, params),
        "fan" => fan_in::server(net, params),
        "idle" => idle::server(net, params),
        "stall" => stall::server(net, params),
        "load" => load::server(net, params),
        "poll" => poll::server(net, params),
        _ => Err(format!("no such workload: {cell}").into()),
    }
}

/// Plays the client of a cell.
pub fn client<N: Net>(cell: &str, net: &mut N, port: u16, params: &Params) -> Result<Figures> {
    match of(cell) {
        "pingpong" => pingpong::client(net, port, params),
        "flood" => flood::client(net, port, params),
        "broadcast" | "uring" => broadcast::client(net, port, params),
        "fan" => fan_in::client(net, port, params),
        "idle" => idle::client(net, port, params),
        "stall" => stall::client(net, port, params),
        "load" => load::client(net, port, params),
        _ => Err(format!("no such workload: {cell}").into()),
    }
}
