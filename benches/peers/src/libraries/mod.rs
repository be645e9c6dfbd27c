//! The libraries, one file each, and their names.

#[cfg(feature = "enet")]
pub mod enet;
#[cfg(feature = "enet")]
mod enet_sys;
pub mod message_io;
pub mod plain;
pub mod podsix;
mod podsix_sys;
pub mod renet;
mod socket;
pub mod uring;
#[cfg(feature = "zeromq")]
pub mod zeromq;
#[cfg(feature = "zeromq")]
mod zeromq_sys;

use std::env;
use std::process::Command;

use crate::net::Result;
use crate::paths;
use crate::role::{self, Role};

/// A library as it is measured.
pub struct Library {
    /// Its name on the command line and in the report.
    pub name: &'static str,
    /// Plays a role with it.
    pub play: fn(&Role) -> Result<()>,
    /// The most connections a server can have, where the library says so, and why.
    pub most: Option<(usize, &'static str)>,
    /// No library, but an idea of one, or one used in a way of its own: it runs where a cell names it.
    pub special: bool,
    /// A Python program plays its parts.
    pub python: bool,
}

impl Library {
    const fn new(name: &'static str, play: fn(&Role) -> Result<()>) -> Library {
        Library { name, play, most: None, special: false, python: false }
    }

    const fn at_most(self, connections: usize, why: &'static str) -> Library {
        Library { most: Some((connections, why)), ..self }
    }

    const fn python(name: &'static str) -> Library {
        let play = |_: &Role| Err("podsixnet/play.py plays its parts".into());
        Library { python: true, ..Library::new(name, play) }
    }

    #[cfg(not(all(feature = "enet", feature = "zeromq")))]
    const fn left_out(name: &'static str) -> Library {
        Library::new(name, |_| Err("not installed when the benchmark was built".into()))
    }

    /// The program that plays its parts.
    pub fn command(&self) -> Result<Command> {
        if !self.python {
            return Ok(Command::new(env::current_exe()?));
        }
        if !paths::python().exists() {
            return Err("PodSixNet is not installed".into());
        }
        let mut command = Command::new(paths::python());
        command.arg(paths::podsixnet());
        Ok(command)
    }

    const fn special(self) -> Library {
        Library { special: true, ..self }
    }
}

/// All libraries, in the order in which they run.
pub const ALL: &[Library] = &[
    Library::new("plain", role::play::<plain::Plain<false>>),
    Library::new("plain-batched", role::play::<plain::Plain<true>>),
    Library::new("plain-uring", role::play::<uring::Uring>).special(),
    Library::new("podsix-threaded", role::play::<podsix::Threaded>),
    Library::new("podsix-inline", role::play::<podsix::Inline>),
    Library::new("podsix-gathered", role::play::<podsix::Gathered>).special(),
    #[cfg(feature = "enet")]
    Library::new("enet", role::play::<enet::Enet>).at_most(4_000, "at most 4,095 peers"),
    #[cfg(not(feature = "enet"))]
    Library::left_out("enet"),
    #[cfg(feature = "zeromq")]
    Library::new("zeromq", role::play::<zeromq::Zeromq>)
        .at_most(9_000, "two descriptors per client, of the 20,000 a process may have"),
    #[cfg(not(feature = "zeromq"))]
    Library::left_out("zeromq"),
    Library::new("message-io", role::play::<message_io::MessageIo>),
    Library::new("renet", role::play::<renet::Renet>).at_most(1_000, "at most 1,024 clients"),
    Library::python("podsixnet").at_most(1_000, "at most 1,024 descriptors"),
];

/// A library by its name.
pub fn find(name: &str) -> Result<&'static Library> {
    let found = ALL.iter().find(|library| library.name == name);
    found.ok_or_else(|| format!("no such library: {name}").into())
}
