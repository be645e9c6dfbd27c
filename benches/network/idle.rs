//! What an idle connection costs the server in user-space memory.

use std::io::Write;
use std::time::Duration;

use podsix::{Config, EventKind, Host};

use crate::child;

const CLIENTS: usize = 5_000;

pub fn run() {
    let config = Config { max_peers: 10_000, ..Config::default() };
    let mut host = Host::new(config).expect("a host");
    let listener = host.listen("127.0.0.1:0", false).expect("a listener");
    let address = host.listener_address(listener).expect("its address");
    let mut warm_up = child::start(&format!("idle-clients {address} 50"));
    gather(&mut host, 50);
    let before = resident();
    let mut clients = child::start(&format!("idle-clients {address} {CLIENTS}"));
    gather(&mut host, CLIENTS);
    let each = (resident() - before) as f64 / CLIENTS as f64;
    println!("idle: {CLIENTS} connections: {each:.0} bytes of user-space memory each");
    for child in [&mut clients, &mut warm_up] {
        drop(child.stdin.take());
        assert!(child.wait().expect("the clients").success());
    }
}

fn gather(host: &mut Host, count: usize) {
    let mut connected = 0;
    while connected < count {
        while let Some(event) = host.wait(Duration::from_secs(30)).expect("an event") {
            connected += usize::from(event.kind == EventKind::Connected);
        }
    }
}

pub fn clients(address: &str, count: u32) {
    let config = Config { max_peers: count, ..Config::default() };
    let mut host = Host::new(config).expect("a host");
    for _ in 0..count {
        host.connect(address, None).expect("a connect");
    }
    gather(&mut host, count as usize);
    std::io::stdout().flush().expect("printed");
    // Until the parent closes our input.
    let _ = std::io::stdin().read_line(&mut String::new());
}

/// Bytes of memory this process occupies.
fn resident() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").expect("statm");
    let pages: usize = pages.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("pages");
    pages * 4096
}
