//! What was measured with what, where and when: the head of the report.

use std::fs;
use std::process::Command;
use std::thread;

use serde_json::{Value, json};

#[cfg(feature = "enet")]
use crate::libraries::enet;
use crate::libraries::podsix;
#[cfg(feature = "zeromq")]
use crate::libraries::zeromq;
use crate::paths;

const LOCK: &str = include_str!("../Cargo.lock");

/// The head, as it is kept with the results.
pub fn describe(command: &str) -> Value {
    json!({
        "date": output("date", &["-u", "+%Y-%m-%d"]),
        "machine": format!(
            "{} cores of {}, Linux {}",
            thread::available_parallelism().map_or(0, usize::from),
            cpu_model(),
            read("/proc/sys/kernel/osrelease"),
        ),
        "versions": versions().join(", "),
        "command": command,
    })
}

fn versions() -> Vec<String> {
    let commit = output(
        "git",
        &["-C", &paths::project().to_string_lossy(), "describe", "--always", "--dirty"],
    );
    let mut versions = vec![format!("podsix {} ({commit})", podsix::version())];
    #[cfg(feature = "enet")]
    versions.push(format!("ENet {}", enet::version()));
    #[cfg(feature = "zeromq")]
    versions.push(format!("ZeroMQ {}", zeromq::version()));
    for name in ["message-io", "renet", "renet_netcode", "rmp", "mio"] {
        versions.push(format!("{name} {}", locked(name)));
    }
    let python = paths::python();
    if python.exists() {
        let version = "import importlib.metadata as m, platform as p; \
                       print('PodSixNet', m.version('PodSixNet'), 'on Python', p.python_version())";
        versions.push(output(&python.to_string_lossy(), &["-c", version]));
    }
    versions.push(output("rustc", &["--version"]));
    versions
}

/// A crate's newest version in the lock file.
fn locked(name: &str) -> &'static str {
    let versions = LOCK.split("[[package]]").filter_map(|package| {
        let field = |key: &str| {
            let line = package.lines().find(|line| line.starts_with(key))?;
            line.split('"').nth(1)
        };
        (field("name = ")? == name).then(|| field("version = ")).flatten()
    });
    versions.last().unwrap_or("?")
}

fn cpu_model() -> String {
    let info = read("/proc/cpuinfo");
    let line = info.lines().find_map(|line| line.strip_prefix("model name"));
    line.map_or("an unknown processor", |line| line.trim_start_matches([' ', '\t', ':'])).to_owned()
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

fn output(program: &str, words: &[&str]) -> String {
    let output = Command::new(program).args(words).output();
    output
        .map_or("?".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
