//! The part a process plays in a cell: the words it was started with.

use std::time::Duration;

use serde_json::Value;

use crate::child::{Figures, over, say};
use crate::net::{Net, Result, Wait};
use crate::params::Params;
use crate::workloads::stall;
use crate::{child, usage, workload};

/// What a process does; the port is where the server listens.
enum Part {
    Server,
    Client(u16),
    Frozen(u16),
}

/// A part in a cell.
pub struct Role {
    cell: String,
    part: Part,
    params: Params,
}

/// Reads `server LIB CELL NAME=NUMBER…`, or `client` or `frozen` with `LIB CELL PORT NAME=NUMBER…`: the
/// library's name, and the role.
pub fn parse(words: &[String]) -> Result<Option<(&str, Role)>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (library, cell, part, numbers) = match words[..] {
        ["server", library, cell, ref numbers @ ..] => (library, cell, Part::Server, numbers),
        ["client", library, cell, port, ref numbers @ ..] => {
            (library, cell, Part::Client(port.parse()?), numbers)
        }
        ["frozen", library, cell, port, ref numbers @ ..] => {
            (library, cell, Part::Frozen(port.parse()?), numbers)
        }
        _ => return Ok(None),
    };
    let role = Role { cell: cell.to_owned(), part, params: Params::parse(numbers)? };
    Ok(Some((library, role)))
}

/// Plays it with one library. Figures are printed as one line.
pub fn play<N: Net>(role: &Role) -> Result<()> {
    child::begin();
    usage::raise_descriptors();
    let (cell, params) = (role.cell.as_str(), &role.params);
    let options = params.options();
    if params.get("apart") == 1 {
        usage::stay_on_core(usize::from(!matches!(role.part, Part::Server)));
    }
    match role.part {
        Part::Server => {
            let (mut net, port) = N::listen(&options)?;
            say(&port.to_string());
            tell(workload::server(cell, &mut net, params)?);
            while !over() {
                net.poll(Wait::UpTo(Duration::from_millis(20)), |_| {});
                net.flush();
            }
        }
        Part::Client(port) => {
            tell(workload::client(cell, &mut N::client(&options)?, port, params)?);
        }
        Part::Frozen(port) => {
            tell(stall::frozen(&mut N::client(&options)?, port, params)?);
        }
    }
    Ok(())
}

fn tell(figures: Figures) {
    say(&Value::Object(figures).to_string());
}
