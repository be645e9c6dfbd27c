//! Runs one cell with one library: starts the processes, passes on where the server listens, takes
//! their figures, and ends whatever does not end by itself.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::child::Figures;
use crate::counts;
use crate::libraries::Library;
use crate::net::Result;
use crate::params::Params;
use crate::player::Player;
use crate::results::Run;
use crate::workload::Cell;

/// After this long a library is reported as failed.
const DEADLINE: Duration = Duration::from_secs(60);

/// What both sides have measured: the server, the client.
pub type Both = (Figures, Figures);

/// Runs a cell once, in a round.
pub fn run(cell: &Cell, library: &Library, round: u64) -> Run {
    let mut run = Run::new(cell.name, library.name, round);
    let played = cell.params_for(library).and_then(|params| {
        run.params = params;
        if cell.counts {
            counts::run(cell, library, &run.params)
        } else {
            play(cell, library, &run.params, &|_, command| command)
        }
    });
    match played {
        Ok((server, client)) => (run.server, run.client) = (server, client),
        Err(error) => run.failure = Some(error.to_string()),
    }
    run
}

/// Plays a cell once; each process's command can be changed by its role.
pub fn play(
    cell: &Cell,
    library: &Library,
    params: &Params,
    dress: &dyn Fn(&str, Command) -> Command,
) -> Result<Both> {
    let end = Instant::now() + DEADLINE;
    let start = |role: &'static str, port: Option<&str>| -> Result<Player> {
        let mut command = library.command()?;
        command.args([role, library.name, cell.name]).args(port).args(params.words());
        Player::start(role, dress(role, command))
    };
    let mut server = start("server", None)?;
    let port = server.line(end, None)?;
    if cell.alone {
        return Ok((serde_json::from_str(&server.line(end, None)?)?, Figures::new()));
    }
    let frozen = (params.get("frozen") == 1).then(|| start("frozen", Some(&port))).transpose()?;
    let mut client = start("client", Some(&port))?;
    let served = server.line(end, Some(&mut client))?;
    client.end();
    let told = client.line(end, Some(&mut server))?;
    if let Some(mut frozen) = frozen {
        frozen.kill();
    }
    client.finish();
    server.finish();
    Ok((serde_json::from_str(&served)?, serde_json::from_str(&told)?))
}
