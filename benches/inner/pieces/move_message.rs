//! What a player's move looks like, 46 bytes of MessagePack, written and read.

use podsix::{Message, Value};

/// Builds move number `n`.
pub fn write(message: &mut Message, n: u32) {
    message
        .begin("move")
        .set("id", n & 0x3f)
        .set("x", f64::from(n) * 0.5)
        .set("y", -f64::from(n))
        .set("t", 1_000_000 + n);
}

/// Reads it field by field; gives something that depends on all of them.
pub fn read(value: Value<'_>) -> f64 {
    let mut fields = [Value::NONE; 4];
    value.fields(&[b"id".as_slice(), b"x", b"y", b"t"], &mut fields);
    let [id, x, y, t] = fields;
    id.as_int(0) as f64 + x.as_double(0.0) + y.as_double(0.0) + t.as_int(0) as f64
}
