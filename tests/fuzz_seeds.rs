//! The fuzz targets' checks, on the bytes they begin with: found once, never broken again.

#[path = "../fuzz/checks/address.rs"]
mod address;
#[path = "../fuzz/checks/json_decode.rs"]
mod json_decode;
#[path = "../fuzz/checks/podsixnet_frames.rs"]
mod podsixnet_frames;
#[path = "../fuzz/checks/printable.rs"]
mod printable;
#[path = "../fuzz/checks/rencode_decode.rs"]
mod rencode_decode;
#[path = "../fuzz/checks/translate.rs"]
mod translate;

/// Runs a check on each seed of its target, and on every beginning of it.
fn replay(target: &str, check: fn(&[u8])) {
    let folder = format!("{}/fuzz/seeds/{target}", env!("CARGO_MANIFEST_DIR"));
    let mut seeds = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        (0..=bytes.len()).for_each(|end| check(&bytes[..end]));
        seeds += 1;
    }
    assert!(seeds >= 10, "{seeds} seeds of {target}");
}

#[test]
fn seeds_of_address() {
    replay("address", address::check);
}

#[test]
fn seeds_of_printable() {
    replay("printable", printable::check);
}

#[test]
fn seeds_of_rencode_decode() {
    replay("rencode_decode", rencode_decode::check);
}

#[test]
fn seeds_of_podsixnet_frames() {
    replay("podsixnet_frames", podsixnet_frames::check);
}

#[test]
fn seeds_of_json_decode() {
    replay("json_decode", json_decode::check);
}

#[test]
fn seeds_of_translate() {
    replay("translate", translate::check);
}
