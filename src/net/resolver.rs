//! Looking up names. The system's resolver blocks, so it gets a thread of its own, which exists only
//! while a name is looked up and answers with a command.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;

use crate::event::{PeerId, Reason};
use crate::net::command::Command;
use crate::net::ending::End;
use crate::net::shared::Shared;

/// Lookups of one host at once; more are refused, since each has a thread.
const LOOKUPS: u32 = 64;

/// Starts a lookup; [`Command::Resolved`] will bring its result.
pub(crate) fn look_up(shared: &Arc<Shared>, peer: PeerId, name: &str, port: u16) -> io::Result<()> {
    if shared.lookups.fetch_add(1, Ordering::AcqRel) >= LOOKUPS {
        shared.lookups.fetch_sub(1, Ordering::AcqRel);
        return Err(io::Error::other(format!("{LOOKUPS} names are being looked up already")));
    }
    let thread = thread::Builder::new().name("podsix-lookup".into());
    // The thread outlives a host that is freed meanwhile: nothing can interrupt the system's
    // resolver, and `free` must not wait for it.
    let started = thread.spawn({
        let (shared, name) = (shared.clone(), name.to_owned());
        move || {
            let found = (name.as_str(), port).to_socket_addrs().map(Vec::from_iter).and_then(some);
            let found = found.map_err(|error| unresolved(&name, &error));
            shared.lookups.fetch_sub(1, Ordering::AcqRel);
            shared.command(Command::Resolved { peer, found });
        }
    });
    if started.is_err() {
        shared.lookups.fetch_sub(1, Ordering::AcqRel);
    }
    started.map(drop)
}

/// A connect ends so if its name cannot be looked up.
pub(crate) fn unresolved(name: &str, error: &io::Error) -> End {
    End::os(Reason::Unresolved, &format!("looking up '{name}'"), error)
}

fn some(found: Vec<SocketAddr>) -> io::Result<Vec<SocketAddr>> {
    if found.is_empty() { Err(io::Error::other("the name has no address")) } else { Ok(found) }
}
