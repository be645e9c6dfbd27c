//! Hosts that speak PodSixNet, and plain sockets that do.

use podsix::{Config, EventKind, Mode};

use super::{Api, End, Raw, World, config};

/// What ends each message.
pub const END: &[u8] = b"\0---\0";

/// A message in rencode with its end: a dict of strings.
pub fn rencoded(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = vec![102 + entries.len() as u8];
    for text in entries.iter().flat_map(|(key, value)| [key, value]) {
        bytes.push(128 + text.len() as u8);
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes.extend_from_slice(END);
    bytes
}

/// What a server begins with.
pub fn greeting() -> Vec<u8> {
    rencoded(&[("action", "connected")])
}

/// A server that listens on an address's scheme, and the address with it.
pub fn listening<A: Api>(config: Config, scheme: &str, approval: bool) -> (End<A>, String) {
    let end = End::<A>::new(config);
    let address = listen(&end, scheme, approval);
    (end, address)
}

/// The address of a listener on a scheme.
pub fn listen<A: Api>(end: &End<A>, scheme: &str, approval: bool) -> String {
    let listener = end.listen(&format!("{scheme}://127.0.0.1:0"), approval).expect("a listener");
    format!("{scheme}://{}", end.listener_address(listener).expect("its address"))
}

/// A server and a client that speak a scheme's protocol.
pub fn world<A: Api>(mode: Mode, scheme: &str) -> World<A> {
    let (server, address) = listening(config(mode), scheme, false);
    World { server, client: End::new(config(mode)), address }
}

/// An address without its scheme.
pub fn socket_address(address: &str) -> &str {
    address.split_once("://").expect("a scheme").1
}

/// A plain socket that is a client of PodSixNet: it has been greeted, and the server has seen it.
pub fn original<A: Api>(server: &mut End<A>, address: &str) -> (Raw, u64) {
    let mut raw = Raw::connect(socket_address(address));
    let peer = server.gets(EventKind::Connected).peer;
    assert_eq!(raw.read(greeting().len()), greeting());
    (raw, peer)
}
