//! The numbers of a workload, as words on a command line: `clients=200 ticks=300`.

use std::collections::BTreeMap;

use crate::net::{Options, Result};

/// Numbers by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params(pub BTreeMap<String, u64>);

impl Params {
    /// These numbers.
    pub fn new(numbers: &[(&str, u64)]) -> Params {
        Params(numbers.iter().map(|&(name, number)| (name.to_owned(), number)).collect())
    }

    /// Reads `name=number` words.
    pub fn parse(words: &[&str]) -> Result<Params> {
        let mut params = Params::default();
        for &word in words {
            let (name, number) = word.split_once('=').ok_or(format!("no name=number: {word}"))?;
            params.0.insert(name.to_owned(), number.parse()?);
        }
        Ok(params)
    }

    /// The words that `parse` reads.
    pub fn words(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, number)| format!("{name}={number}"))
    }

    /// A number; 0 if it is not among them.
    pub fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }

    /// How many clients there are, 1 unless told.
    pub fn clients(&self) -> usize {
        self.get("clients").max(1) as usize
    }

    /// What a host of this workload has to be ready for.
    pub fn options(&self) -> Options {
        // Some of them warm the server up before it is measured.
        let connections = self.clients() + self.get("warm") as usize;
        Options { connections, pings: self.get("pings") == 1 }
    }
}
