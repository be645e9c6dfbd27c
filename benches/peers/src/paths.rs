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

/// Where results are kept; those of quick runs are good for nothing but a look.
pub fn results(quick: bool) -> PathBuf {
    bench().join(if quick { "results-quick.json" } else { "results.json" })
}

/// The report, and the plot in it.
pub fn report() -> (PathBuf, PathBuf) {
    let docs = project().join("docs");
    (docs.join("performance.md"), docs.join("performance.svg"))
}

/// The program that plays PodSixNet's parts.
pub fn podsixnet() -> PathBuf {
    project().join("benches/peers/podsixnet/play.py")
}

/// The Python that has PodSixNet, as `scripts/bench` found it; no path at all if there is none.
pub fn python() -> PathBuf {
    std::env::var_os("PODSIX_PYTHON").map(PathBuf::from).unwrap_or_default()
}
