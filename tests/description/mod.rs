//! A value in text, exact and the same in Python (tests/podsixnet/describe.py): `n`, `T`, `F`,
//! `i<decimal>;`, `f<bits>;`, `s<hex>;`, `b<hex>;`, `[…]`, `(…)` for a tuple, `{…}` of keys and values.

use std::fmt::Write;

use podsix::value::{Kind, Value};

/// Describes a value that Python could have.
pub fn describe(value: Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: Value, out: &mut String) {
    match value.kind() {
        Kind::Nil => out.push('n'),
        Kind::Bool => out.push(if value.as_bool(false) { 'T' } else { 'F' }),
        Kind::Int => write!(out, "i{};", value.as_int(0)).unwrap(),
        Kind::Uint => write!(out, "i{};", value.as_uint(0)).unwrap(),
        Kind::Double => match value.as_double(0.0) {
            double if double.is_nan() => out.push_str("fnan;"),
            double => write!(out, "f{:016x};", double.to_bits()).unwrap(),
        },
        Kind::String => write!(out, "s{};", hex(value.as_bytes().unwrap())).unwrap(),
        Kind::Bytes => write!(out, "b{};", hex(value.as_bytes().unwrap())).unwrap(),
        Kind::List => {
            let brackets = if value.is_tuple() { ['(', ')'] } else { ['[', ']'] };
            out.push(brackets[0]);
            value.items().for_each(|item| write(item, out));
            out.push(brackets[1]);
        }
        Kind::Map => {
            out.push('{');
            for (key, item) in value.entries() {
                write(key, out);
                write(item, out);
            }
            out.push('}');
        }
        Kind::Extension => {
            let digits = std::str::from_utf8(value.as_bytes().unwrap()).unwrap();
            write!(out, "i{digits};").unwrap();
        }
        Kind::None => panic!("nothing is no value"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
