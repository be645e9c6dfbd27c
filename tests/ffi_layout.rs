//! The C ABI's numbers and names are those of the Rust API, and the header is what it says it is.

use std::ffi::{CStr, c_char};

use podsix::ffi::codes::*;
use podsix::ffi::config::*;
use podsix::ffi::event::*;
use podsix::ffi::library::*;
use podsix::ffi::log::*;
use podsix::ffi::value::*;
use podsix::{Direction, Error, EventKind, Level, Reason, error, value::Kind};

const HEADER: &str = include_str!("../include/podsix.h");

fn text(name: *const c_char) -> &'static str {
    assert!(!name.is_null());
    // SAFETY: the header promises static, NUL-terminated text.
    unsafe { CStr::from_ptr(name) }.to_str().unwrap()
}

/// The constants of the header whose names begin so, in its order.
fn constants(prefix: &str) -> Vec<(&'static str, i64)> {
    let defines = HEADER.lines().filter_map(|line| line.strip_prefix("#define "));
    let pairs = defines.filter_map(|define| define.split_once(' '));
    pairs
        .filter(|(name, _)| name.starts_with(prefix))
        .filter_map(|(name, number)| Some((name, number.parse().ok()?)))
        .collect()
}

#[test]
fn errors_have_the_numbers_and_names_of_the_rust_api() {
    let errors = constants("PODSIX_ERR_");
    // -25 is kept for bad certificates.
    let numbers: Vec<_> = errors.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, (1..=27).filter(|at| *at != 25).map(|at| -at).collect::<Vec<i64>>());
    for (name, number) in errors {
        assert_eq!(error::error_name(number as i32), name);
        assert_eq!(text(podsix_error_name(number as i32)), name);
    }
    assert_eq!(Error::OutOfRange { wanted: "x" }.code(), PODSIX_ERR_OUT_OF_RANGE);
    for known in [0, 1, i32::MAX] {
        assert_eq!(text(podsix_error_name(known)), "PODSIX_OK");
    }
    for unknown in [-25, -28, i32::MIN] {
        assert_eq!(text(podsix_error_name(unknown)), "PODSIX_ERR_UNKNOWN");
    }
}

#[test]
fn reasons_have_the_numbers_and_names_of_the_rust_api() {
    let reasons = constants("PODSIX_REASON_");
    assert_eq!(reasons.len(), Reason::ALL.len());
    for ((name, number), reason) in reasons.into_iter().zip(Reason::ALL) {
        assert_eq!((name, number), (reason.name(), *reason as i64));
        assert_eq!(text(podsix_reason_name(number as i32)), name);
    }
    for unknown in [-1, 19, i32::MAX, i32::MIN] {
        assert_eq!(text(podsix_reason_name(unknown)), "PODSIX_REASON_UNKNOWN");
    }
}

#[test]
fn events_have_the_numbers_and_names_of_the_rust_api() {
    let events = constants("PODSIX_EVENT_");
    assert_eq!(events.len(), EventKind::ALL.len());
    for ((name, number), kind) in events.into_iter().zip(EventKind::ALL) {
        assert_eq!((name, number), (kind.name(), kind as i64));
        assert_eq!(text(podsix_event_name(number as i32)), name);
    }
    for unknown in [-1, 0, 9, i32::MAX, i32::MIN] {
        assert_eq!(text(podsix_event_name(unknown)), "PODSIX_EVENT_UNKNOWN");
    }
}

#[test]
fn the_other_numbers_are_those_of_the_rust_api() {
    let directions = [Direction::None, Direction::Inbound, Direction::Outbound];
    let here = [PODSIX_DIRECTION_NONE, PODSIX_DIRECTION_INBOUND, PODSIX_DIRECTION_OUTBOUND];
    assert_eq!(directions.map(|direction| direction as u32), here);

    let levels = [Level::Error, Level::Warning, Level::Info, Level::Debug];
    let here = [PODSIX_LOG_ERROR, PODSIX_LOG_WARNING, PODSIX_LOG_INFO, PODSIX_LOG_DEBUG];
    assert_eq!(levels.map(|level| level as i32), here);

    let kinds = [
        (Kind::None, PODSIX_TYPE_NONE),
        (Kind::Nil, PODSIX_TYPE_NIL),
        (Kind::Bool, PODSIX_TYPE_BOOL),
        (Kind::Int, PODSIX_TYPE_INT),
        (Kind::Uint, PODSIX_TYPE_UINT),
        (Kind::Double, PODSIX_TYPE_DOUBLE),
        (Kind::String, PODSIX_TYPE_STRING),
        (Kind::Bytes, PODSIX_TYPE_BYTES),
        (Kind::List, PODSIX_TYPE_LIST),
        (Kind::Map, PODSIX_TYPE_MAP),
        (Kind::Extension, PODSIX_TYPE_EXTENSION),
    ];
    assert_eq!(kinds.len(), constants("PODSIX_TYPE_").len());
    for (kind, here) in kinds {
        assert_eq!(kind as i32, here);
    }
    assert_eq!([PODSIX_MODE_THREADED, PODSIX_MODE_INLINE], [0, 1]);
}

#[test]
fn versions_are_the_packages() {
    assert_eq!(text(podsix_version_string()), env!("CARGO_PKG_VERSION"));
    let version = podsix_version();
    let parts = [version >> 16, version >> 8 & 0xff, version & 0xff].map(|part| part.to_string());
    assert_eq!(parts.join("."), env!("CARGO_PKG_VERSION"));
    assert_eq!(podsix_abi_version(), PODSIX_ABI_VERSION);
}

/// Rust links with the system's C compiler here, so there is one.
#[cfg(unix)]
mod compiled {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::HEADER;

    fn compiles(source: &str, flags: &[&str]) {
        let root = env!("CARGO_MANIFEST_DIR");
        let mut cc = Command::new("cc")
            .args([
                "-xc",
                "-",
                "-fsyntax-only",
                "-std=c99",
                "-Wall",
                "-Wextra",
                "-Wpedantic",
                "-Werror",
            ])
            .args([format!("-I{root}/include"), format!("-I{root}/tests/c")])
            .args(flags)
            .stdin(Stdio::piped())
            .spawn()
            .expect("there is a C compiler");
        cc.stdin.take().unwrap().write_all(source.as_bytes()).unwrap();
        assert!(cc.wait().unwrap().success(), "{source}");
    }

    #[test]
    fn the_headers_own_example_compiles() {
        let lines = HEADER.lines().skip_while(|line| !line.contains("#include <podsix.h>"));
        let lines = lines.take_while(|line| line.starts_with(" *     ") || *line == " *");
        let source: Vec<_> = lines.map(|line| line.get(7..).unwrap_or_default()).collect();
        assert!(source.len() > 20);
        compiles(&source.join("\n"), &[]);
    }

    /// What headers need, both compilers bring along for free-standing programs, whatever is installed.
    #[cfg(target_arch = "x86_64")]
    #[test]
    fn structs_lie_the_same_in_32_and_64_bits() {
        let source = "#include <podsix.h>\n\
                      #define HOLDS(name, holds) typedef char name##_holds[(holds) ? 1 : -1];\n\
                      #include \"layout.h\"\n";
        compiles(source, &["-ffreestanding", "-m32"]);
        compiles(source, &["-ffreestanding", "-m64"]);
    }
}
