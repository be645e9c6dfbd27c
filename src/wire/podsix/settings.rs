//! The settings frame, with which the greeting of an end of version 1.1 or later closes: what it takes
//! beside what its preface says.

use super::frame::{HEADER, MAX_CONTROL};
use crate::value::{Kind, Limits, MAX_DEPTH, Message, Value, printable};
use crate::wire::Takes;

/// The frame's kind, one that ends of version 1.0 skip.
const SETTINGS: u8 = 0x80;

/// The feature of taking tuples as keys of maps.
const TUPLE_KEYS: &str = "tuple_keys";

/// What a settings frame must keep to itself, whatever the receiver's own limits are.
const LIMITS: Limits = Limits { depth: MAX_DEPTH, values: MAX_CONTROL as u32 };

/// Appends the frame of an end with these limits.
pub(super) fn write(limits: &Limits, out: &mut Vec<u8>) {
    let mut message = Message::new();
    message.open_map().set("max_values", limits.values);
    message.set("max_depth", limits.depth.min(MAX_DEPTH));
    message.key("features").open_list().push(TUPLE_KEYS).close().close();
    // It is whole, so there is no error.
    let payload = message.bytes().unwrap_or_default();
    let [_, a, b, c] = (payload.len() as u32).to_be_bytes();
    out.extend_from_slice(&[SETTINGS, a, b, c]);
    out.extend_from_slice(payload);
}

/// As much as is there of the frame with which a greeting closes.
pub(super) enum Progress<'a> {
    /// At least this many bytes are needed to know more.
    Need(usize),
    /// The payload.
    Whole(&'a [u8]),
}

/// Finds the frame that `input` begins with. The error, known from the header alone, says why it is none.
pub(super) fn find(input: &[u8]) -> Result<Progress<'_>, String> {
    if let Some(&kind) = input.first()
        && kind != SETTINGS
    {
        return Err(format!("a frame of kind {kind} where settings (kind {SETTINGS}) belong"));
    }
    let Some((&[_, a, b, c], rest)) = input.split_first_chunk::<HEADER>() else {
        return Ok(Progress::Need(HEADER));
    };
    let len = u32::from_be_bytes([0, a, b, c]) as usize;
    if len > MAX_CONTROL {
        return Err(format!("settings of {len} bytes, {MAX_CONTROL} are allowed"));
    }
    Ok(rest.get(..len).map_or(Progress::Need(HEADER + len), Progress::Whole))
}

/// What the other end takes: it sent this payload, and its preface named this largest message. A setting that
/// is missing is no limit, and an unknown one is ignored. The error says what is wrong.
pub(super) fn read(payload: &[u8], max_message: u32) -> Result<Takes, String> {
    let settings = Value::parse(payload, &LIMITS).map_err(|flaw| flaw.to_string())?;
    if settings.kind() != Kind::Map {
        return Err(format!("they are {}, not a map", settings.kind().name()));
    }
    let limit = |name: &str| {
        let value = settings.get(name);
        match value.read_uint() {
            Ok(limit) => Ok(u32::try_from(limit).unwrap_or(u32::MAX)),
            Err(_) if value.is_none() => Ok(u32::MAX),
            Err(_) => {
                let json = value.to_json();
                let value = printable(&json, 40);
                Err(format!("{name} is {value}, not an integer of 0 to 64 bits"))
            }
        }
    };
    let (max_values, max_depth) = (limit("max_values")?, limit("max_depth")?);
    let features = settings.get("features");
    if !matches!(features.kind(), Kind::None | Kind::List) {
        return Err(format!("features are {}, not a list", features.kind().name()));
    }
    let tuple_keys = features.items().any(|feature| feature.read_str() == Ok(TUPLE_KEYS));
    Ok(Takes::new(max_message, max_values, max_depth, tuple_keys))
}
