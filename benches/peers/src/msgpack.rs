//! Contents as MessagePack, for the libraries that carry bytes: built and read field by field.

use rmp::decode::{read_bin_len, read_f64, read_int, read_map_len, read_str_len};
use rmp::encode::{write_bin, write_f64, write_map_len, write_str, write_uint};

use crate::content::Content;

/// Appends a content to `out`.
pub fn encode(content: &Content<'_>, out: &mut Vec<u8>) {
    encode_into(content, out).expect("memory takes it");
}

fn encode_into(
    content: &Content<'_>,
    out: &mut Vec<u8>,
) -> Result<(), rmp::encode::ValueWriteError> {
    let mut begin = |fields: u32, action| {
        write_map_len(out, 1 + fields)?;
        write_str(out, "action")?;
        write_str(out, action)
    };
    match *content {
        Content::Move { id, x, y, t } => {
            begin(4, "move")?;
            uint(out, "id", id.into())?;
            double(out, "x", x)?;
            double(out, "y", y)?;
            uint(out, "t", t.into())
        }
        Content::Ping { data } => {
            begin(1, "ping")?;
            bytes(out, "data", data)
        }
        Content::State { tick, sent, data } => {
            begin(3, "state")?;
            uint(out, "tick", tick.into())?;
            uint(out, "sent", sent)?;
            bytes(out, "data", data)
        }
        Content::Input { seq, sent, x, y } => {
            begin(4, "input")?;
            uint(out, "seq", seq.into())?;
            uint(out, "sent", sent)?;
            double(out, "x", x)?;
            double(out, "y", y)
        }
    }
}

fn uint(out: &mut Vec<u8>, key: &str, value: u64) -> Result<(), rmp::encode::ValueWriteError> {
    write_str(out, key)?;
    write_uint(out, value).map(drop)
}

fn double(out: &mut Vec<u8>, key: &str, value: f64) -> Result<(), rmp::encode::ValueWriteError> {
    write_str(out, key)?;
    write_f64(out, value)
}

fn bytes(out: &mut Vec<u8>, key: &str, value: &[u8]) -> Result<(), rmp::encode::ValueWriteError> {
    write_str(out, key)?;
    write_bin(out, value)
}

/// Reads a content; its fields may come in any order.
pub fn decode(mut input: &[u8]) -> Content<'_> {
    let input = &mut input;
    let (mut action, mut data) = (&[][..], &[][..]);
    let (mut id, mut t, mut tick, mut seq, mut sent) = (0, 0, 0, 0, 0);
    let (mut x, mut y) = (0.0, 0.0);
    for _ in 0..read_map_len(input).expect("a map") {
        let length = read_str_len(input).expect("a key");
        match take(input, length) {
            b"action" => {
                let length = read_str_len(input).expect("an action");
                action = take(input, length);
            }
            b"id" => id = read_int(input).expect("an integer"),
            b"x" => x = read_f64(input).expect("a double"),
            b"y" => y = read_f64(input).expect("a double"),
            b"t" => t = read_int(input).expect("an integer"),
            b"tick" => tick = read_int(input).expect("an integer"),
            b"seq" => seq = read_int(input).expect("an integer"),
            b"sent" => sent = read_int(input).expect("an integer"),
            b"data" => {
                let length = read_bin_len(input).expect("bytes");
                data = take(input, length);
            }
            key => panic!("a key nobody sends: {key:?}"),
        }
    }
    match action {
        b"move" => Content::Move { id, x, y, t },
        b"ping" => Content::Ping { data },
        b"state" => Content::State { tick, sent, data },
        b"input" => Content::Input { seq, sent, x, y },
        _ => panic!("an action nobody sends: {action:?}"),
    }
}

fn take<'a>(input: &mut &'a [u8], length: u32) -> &'a [u8] {
    let (taken, rest) = input.split_at(length as usize);
    *input = rest;
    taken
}
