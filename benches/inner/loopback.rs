//! All pieces together, with sockets: a move sent by one inline host and polled by another.

use std::hint::black_box;
use std::time::Duration;

use podsix::{Config, EventKind, Host, Message, Mode};

use crate::pieces::move_message;

/// Only timed: what the kernel does in it cannot be counted.
pub fn inline() -> Box<dyn FnMut()> {
    let config = || Config { mode: Mode::Inline, ..Config::default() };
    let mut server = Host::new(config()).expect("a server");
    let listener = server.listen("127.0.0.1:0", false).expect("a port");
    let address = server.listener_address(listener).expect("its address");
    let mut client = Host::new(config()).expect("a client");
    let peer = client.connect(&address.to_string(), None).expect("an address to connect to");
    let (mut here, mut there) = (false, false);
    while !(here && there) {
        here |= is_connected(&mut server);
        there |= is_connected(&mut client);
    }
    let mut message = Message::new();
    Box::new(move || {
        move_message::write(&mut message, black_box(1));
        client.send_message(peer, &message).expect("room to send");
        // The client answers its pings too.
        while client.poll().expect("a sound client").is_some() {}
        loop {
            let event = server.poll().expect("a sound server");
            if let Some(event) = event.filter(|event| event.kind == EventKind::Message) {
                black_box(move_message::read(event.message));
                break;
            }
        }
    })
}

fn is_connected(host: &mut Host) -> bool {
    let event = host.wait(Duration::from_millis(1)).expect("a sound host");
    event.is_some_and(|event| event.kind == EventKind::Connected)
}
