//! Keeps include/podsix.h equal to what src/ffi says.

use std::path::Path;
use std::{env, fs};

/// The header's chapters, in its order. Files that are not named export nothing to C programs.
const CHAPTERS: [&str; 15] = [
    "library",
    "codes",
    "config",
    "host",
    "listener",
    "peer",
    "frame_loop",
    "event",
    "message",
    "message_add",
    "value",
    "text",
    "codec",
    "stats",
    "log",
];

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let root = Path::new(&root);
    for path in ["build.rs", "cbindgen.toml", "include/podsix.h", "src/ffi"] {
        println!("cargo:rerun-if-changed={path}");
    }

    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for chapter in CHAPTERS {
        builder = builder.with_src(root.join("src/ffi").join(chapter).with_extension("rs"));
    }
    let header = match builder.generate() {
        Ok(bindings) => {
            let mut text = Vec::new();
            bindings.write(&mut text);
            typeset(&String::from_utf8(text).expect("sources are UTF-8"))
        }
        // The compiler will say it better.
        Err(error) => return println!("cargo:warning=podsix.h not generated: {error}"),
    };

    let path = root.join("include/podsix.h");
    if fs::read_to_string(&path).is_ok_and(|old| old == header) {
        return;
    }
    // A crate in a registry's cache cannot be written to, and need not be.
    if let Err(error) = fs::write(&path, header) {
        println!("cargo:warning={} differs from src/ffi: {error}", path.display());
    }
}

/// Sets the header as people would: headings where a comment begins with `# Words`, short comments
/// on one line, and no gaps between constants that have one.
fn typeset(header: &str) -> String {
    let mut out = String::with_capacity(header.len());
    let mut lines = header.lines().peekable();
    while let Some(line) = lines.next() {
        let indent = &line[..line.len() - line.trim_start().len()];
        if line.trim() == "/**" {
            if let Some(words) = lines.next_if(|next| next.starts_with(" * # ")) {
                let words = &words[5..];
                out += &format!("/* ---- {words} {} */\n\n", "-".repeat(86 - words.len()));
                lines.next_if(|blank| blank.trim() == "*");
            }
            let first = lines.next().unwrap_or_default();
            let short = lines.peek().is_some_and(|end| end.trim() == "*/") && first.len() < 96;
            if short && lines.next().is_some() {
                out += &format!("{indent}/** {} */\n", first.trim().trim_start_matches("* "));
            } else {
                out += &format!("{indent}/**\n{first}\n");
            }
        } else {
            out += &format!("{line}\n");
        }
    }
    squeezed(&tagged(&out))
}

/// Gives each struct its name as a tag too, so that other headers can declare it without this one.
fn tagged(header: &str) -> String {
    const OPEN: &str = "typedef struct {";
    let mut out = String::with_capacity(header.len());
    let mut rest = header;
    while let Some(at) = rest.find(OPEN) {
        let (before, from) = (&rest[..at], &rest[at + OPEN.len()..]);
        let name = from.split_once("\n} ").and_then(|(_, after)| after.split_once(';'));
        out += &format!("{before}typedef struct {} {{", name.map_or("", |(name, _)| name));
        rest = from;
    }
    out + rest
}

/// Takes the empty line away between one-line constants.
fn squeezed(header: &str) -> String {
    let lines: Vec<&str> = header.lines().collect();
    let is = |at: usize, start: &str| lines.get(at).is_some_and(|line| line.starts_with(start));
    let mut out = String::with_capacity(header.len());
    for (at, line) in lines.iter().enumerate() {
        let gap = line.is_empty()
            && at > 1
            && (is(at - 2, "/** ") && is(at - 1, "#define"))
            && (is(at + 1, "/** ") && is(at + 2, "#define"));
        if !gap {
            out += &format!("{line}\n");
        }
    }
    out
}
