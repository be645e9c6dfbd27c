//! Where things are.

use std::path::{Path, PathBuf};

/// The folder of the whole project.
pub fn project() -> PathBuf {
    let up = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    up.canonicalize().unwrap_or(up)
}

/// Where results and tools go.
pub fn bench() -> PathBuf {
    project().join("target/bench")
}

/// Where results are kept: with the pages that are made of them. Those of quick runs are good for nothing but a look.
pub fn results(quick: bool) -> PathBuf {
    match quick {
        true => bench().join("results-quick.json"),
        false => project().join("benches/peers/results.json"),
    }
}

/// The page with the tables.
pub fn page() -> PathBuf {
    project().join("docs/performance.md")
}

/// The plot in it.
pub fn plot() -> PathBuf {
    project().join("docs/performance.svg")
}

/// Where a part of it is told.
pub fn readme() -> PathBuf {
    project().join("README.md")
}

/// The program that plays PodSixNet's parts.
pub fn podsixnet() -> PathBuf {
    project().join("benches/peers/podsixnet/play.py")
}

/// The Python that has PodSixNet, as `scripts/bench` found it; no path at all if there is none.
pub fn python() -> PathBuf {
    std::env::var_os("PODSIX_PYTHON").map(PathBuf::from).unwrap_or_default()
}
