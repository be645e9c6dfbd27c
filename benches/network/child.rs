//! The other process of a workload: this program again, with a role and an address.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::{broadcast, flood, idle, pingpong};

const ROLE: &str = "PODSIX_BENCH_ROLE";

/// Plays the role this process was started for, if it was.
pub fn run() -> bool {
    let Ok(role) = std::env::var(ROLE) else { return false };
    let words: Vec<&str> = role.split(' ').collect();
    match words[..] {
        ["flood-podsix", address] => flood::send_podsix(address),
        ["flood-plain", address] => flood::send_plain(address),
        ["echo-podsix", mode] => pingpong::echo_podsix(mode == "inline", mode != "waiting"),
        ["echo-plain"] => pingpong::echo_plain(),
        ["idle-server", kind] => idle::serve(kind),
        ["idle-clients", kind, address] => idle::clients(kind, address),
        ["readers", address, count] => broadcast::readers(address, count.parse().expect("a count")),
        _ => panic!("no such role: {role}"),
    }
    true
}

/// Starts a process in a role.
pub fn start(role: &str) -> Child {
    let program = std::env::current_exe().expect("this program's path");
    Command::new(program)
        .env(ROLE, role)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process")
}

/// The next line a child prints.
pub fn line(child: &mut Child) -> String {
    let mut line = String::new();
    let out = child.stdout.take().expect("the child's output");
    let mut reader = BufReader::with_capacity(1, out);
    reader.read_line(&mut line).expect("a line");
    child.stdout = Some(reader.into_inner());
    line.trim().to_owned()
}
