//! PodSixNet's protocol: its messages' ends, its sessions, and the original itself.

#[path = "../description/mod.rs"]
mod description;
mod frames;
mod original;
mod session;
mod strangers;
#[allow(dead_code, reason = "trees are only written here")]
#[path = "../value_tree/mod.rs"]
mod value_tree;

use podsix::codec::{Codec, CodecError, Rencode};
use podsix::value::{Limits, Message, Value};

const WIDE: Limits = Limits { depth: 256, values: u32::MAX };

/// A message made of JSON.
fn json(text: &str) -> Message {
    Message::from_json(text).unwrap()
}

fn encode(message: &Message) -> Vec<u8> {
    let mut out = Vec::new();
    Rencode.encode(message.value().unwrap(), &mut out).unwrap();
    out
}

fn decode(payload: &[u8]) -> Message {
    let mut message = Message::new();
    Rencode.decode(payload, &WIDE, &mut message).unwrap();
    message
}
