//! Finds the shared libraries that are measured: podsix as it was built, ENet and ZeroMQ as installed.

use std::env;
use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-env-changed=PODSIX_LIB");
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("set by cargo"));
    let podsix =
        env::var_os("PODSIX_LIB").map_or_else(|| here.join("../../target/release"), PathBuf::from);
    let podsix = podsix.canonicalize().unwrap_or(podsix);
    println!("cargo:rustc-link-search=native={}", podsix.display());
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", podsix.display());
    println!("cargo:rustc-link-lib=dylib=podsix");
    if env::var_os("CARGO_FEATURE_ENET").is_some() {
        println!("cargo:rustc-link-lib=dylib=enet");
    }
    if env::var_os("CARGO_FEATURE_ZEROMQ").is_some() {
        println!("cargo:rustc-link-lib=dylib=zmq");
    }
}
