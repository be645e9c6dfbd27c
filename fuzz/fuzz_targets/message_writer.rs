//! Any sequence of calls: a mistake in words, or a message that validates with the depth and the number of
//! values that the writer counted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use podsix::value::{Limits, Message, Value, validate};

const ANY: Limits = Limits { depth: u32::MAX, values: u32::MAX };

fuzz_target!(|bytes: &[u8]| {
    let mut message = Message::new();
    let mut calls = Calls(bytes);
    while let Some(call) = calls.byte() {
        calls.make(call, &mut message);
    }
    match message.bytes() {
        Ok(bytes) => {
            let tally = validate(bytes, &ANY).expect("what the writer finishes is valid");
            let counted = (message.depth(), message.values(), message.has_tuple_keys());
            assert_eq!(counted, (tally.depth, tally.values, tally.tuple_keys));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

/// The bytes that say which calls to make with which arguments.
struct Calls<'a>(&'a [u8]);

impl<'a> Calls<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(byte)
    }

    fn number(&mut self) -> u64 {
        let width = self.byte().unwrap_or_default() % 9;
        (0..width).fold(0, |number, _| number << 8 | u64::from(self.byte().unwrap_or_default()))
    }

    /// Up to 255 of the next bytes, some of which often have the very length of another encoding.
    fn bytes(&mut self) -> &'a [u8] {
        let len = usize::from(self.byte().unwrap_or_default()).min(self.0.len());
        let (bytes, rest) = self.0.split_at(len);
        self.0 = rest;
        bytes
    }

    fn text(&mut self) -> &'a str {
        let bytes = self.bytes();
        match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        }
    }

    fn make(&mut self, call: u8, m: &mut Message) {
        match call % 24 {
            0 => m.begin(self.text()),
            1 => m.clear(),
            2 | 3 => m.key(self.text()),
            4 => m.key_int(self.number() as i64),
            5 => match Value::parse(self.bytes(), &ANY) {
                Ok(key) => m.key_value(key),
                Err(_) => m.key_value(Value::NONE),
            },
            6 => m.open_list(),
            7 => m.open_map(),
            8 => m.open_tuple(),
            9 | 10 => m.close(),
            11 => m.add_nil(),
            12 => m.add_bool(self.number() == 0),
            13 => m.add_int(self.number() as i64),
            14 => m.add_uint(self.number()),
            15 => m.add_double(f64::from_bits(self.number())),
            16 => m.add_float(f32::from_bits(self.number() as u32)),
            17 => m.add_str(self.text()),
            18 => m.add_bytes(self.bytes()),
            19 => {
                let ext_type = self.byte().unwrap_or_default() as i8;
                m.add_ext(ext_type, self.bytes())
            }
            20 => m.add_big_int(self.text()),
            21 => m.add_msgpack(self.bytes()),
            22 => m.add_json(self.text()),
            _ => m.add_serialize(&(self.text(), self.number(), Some(self.bytes()))),
        };
    }
}
