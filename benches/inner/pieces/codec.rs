//! The codecs of PodSixNet, each way.

use std::hint::black_box;

use podsix::codec::{Codec, Json, Rencode};
use podsix::value::{Limits, Value};
use podsix::{Message, value};

use super::messages::{self, LIMITS};

pub fn rencode_read_move() -> Box<dyn FnMut()> {
    read(&Rencode, messages::a_move())
}

pub fn rencode_read_world() -> Box<dyn FnMut()> {
    read(&Rencode, messages::a_world())
}

pub fn rencode_write_move() -> Box<dyn FnMut()> {
    write(&Rencode, messages::a_move())
}

pub fn rencode_write_world() -> Box<dyn FnMut()> {
    write(&Rencode, messages::a_world())
}

pub fn json_read_move() -> Box<dyn FnMut()> {
    read(&Json, messages::a_move())
}

pub fn json_read_world() -> Box<dyn FnMut()> {
    read(&Json, messages::a_world())
}

pub fn json_write_move() -> Box<dyn FnMut()> {
    write(&Json, messages::a_move())
}

pub fn json_write_world() -> Box<dyn FnMut()> {
    write(&Json, messages::a_world())
}

fn parsed(bytes: &[u8]) -> Value<'_> {
    let any = Limits { depth: value::MAX_DEPTH, values: u32::MAX };
    Value::parse(bytes, &any).expect("a whole message")
}

fn read(codec: &'static dyn Codec, message: Vec<u8>) -> Box<dyn FnMut()> {
    let (mut payload, mut read) = (Vec::new(), Message::new());
    codec.encode(parsed(&message), &mut payload).expect("it can be written");
    Box::new(move || {
        assert!(codec.decode(black_box(&payload), &LIMITS, &mut read).is_ok());
    })
}

fn write(codec: &'static dyn Codec, message: Vec<u8>) -> Box<dyn FnMut()> {
    let mut payload = Vec::new();
    Box::new(move || {
        payload.clear();
        assert!(codec.encode(parsed(black_box(&message)), &mut payload).is_ok());
    })
}
