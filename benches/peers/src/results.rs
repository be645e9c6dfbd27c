//! What the runs gave: kept as JSON, a line for each, so that a part can be run again and the report still has all.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::child::Figures;
use crate::net::Result;
use crate::params::Params;

/// One run of a cell with one library.
#[derive(Clone)]
pub struct Run {
    pub cell: String,
    pub library: String,
    /// When its round began: only what ran in the same round, one library after the other, is compared.
    pub round: u64,
    pub params: Params,
    pub server: Figures,
    pub client: Figures,
    /// Why there are no figures.
    pub failure: Option<String>,
}

impl Run {
    /// A run that has not given anything yet.
    pub fn new(cell: &str, library: &str, round: u64) -> Run {
        let (server, client) = (Figures::new(), Figures::new());
        let (cell, library) = (cell.to_owned(), library.to_owned());
        Run { cell, library, round, params: Params::default(), server, client, failure: None }
    }

    /// A figure the server has measured.
    pub fn server(&self, name: &str) -> Option<f64> {
        self.server.get(name)?.as_f64()
    }

    /// A figure the client has measured.
    pub fn client(&self, name: &str) -> Option<f64> {
        self.client.get(name)?.as_f64()
    }

    /// One of the workload's numbers.
    pub fn param(&self, name: &str) -> Option<f64> {
        self.params.0.get(name).map(|&number| number as f64)
    }

    fn to_json(&self) -> Value {
        json!({
            "cell": self.cell,
            "library": self.library,
            "round": self.round,
            "params": self.params.0,
            "server": self.server,
            "client": self.client,
            "failure": self.failure,
        })
    }

    fn from_json(value: &Value) -> Option<Run> {
        let params = value["params"].as_object()?.iter();
        let params = params.map(|(name, number)| Some((name.clone(), number.as_u64()?)));
        Some(Run {
            cell: value["cell"].as_str()?.to_owned(),
            library: value["library"].as_str()?.to_owned(),
            round: value["round"].as_u64()?,
            params: Params(params.collect::<Option<_>>()?),
            server: value["server"].as_object()?.clone(),
            client: value["client"].as_object()?.clone(),
            failure: value["failure"].as_str().map(str::to_owned),
        })
    }
}

/// All runs that were kept, and what they were made with.
#[derive(Default)]
pub struct Results {
    /// As `machine::describe` gives it.
    pub head: Value,
    pub runs: Vec<Run>,
}

impl Results {
    /// What a file holds; nothing if it is not there.
    pub fn load(path: &Path) -> Result<Results> {
        let Ok(text) = fs::read_to_string(path) else { return Ok(Results::default()) };
        let mut value: Value = serde_json::from_str(&text)?;
        let runs = value["runs"].as_array().ok_or("no runs in the results")?;
        let runs = runs.iter().map(|run| Run::from_json(run).ok_or("a run that cannot be read"));
        Ok(Results {
            runs: runs.collect::<std::result::Result<_, _>>()?,
            head: value["head"].take(),
        })
    }

    /// Writes all to a file.
    pub fn store(&self, path: &Path) -> Result<()> {
        let runs: Vec<Value> = self.runs.iter().map(Run::to_json).collect();
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let runs: Vec<String> = runs.iter().map(Value::to_string).collect();
        let (head, runs) = (&self.head, runs.join(",\n"));
        fs::write(path, format!("{{\"head\": {head}, \"runs\": [\n{runs}\n]}}\n"))?;
        Ok(())
    }

    /// Puts runs of a cell in the place of older ones with the same libraries.
    pub fn replace(&mut self, runs: Vec<Run>) {
        self.runs.retain(|old| {
            !runs.iter().any(|new| new.cell == old.cell && new.library == old.library)
        });
        self.runs.extend(runs);
    }
}
