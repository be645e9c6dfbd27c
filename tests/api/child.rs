//! Tests that need a process of their own: the test program runs itself again, for one test alone.

use std::process::{Command, Stdio};

const INSIDE: &str = "PODSIX_TEST_CHILD";

/// Whether this is such a process, and what it is to do.
pub fn in_child() -> Option<String> {
    std::env::var(INSIDE).ok()
}

/// The test `name` again, in a process of its own that is told `what`; what it prints can be read.
pub fn child(name: &str, what: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a test has a program"));
    command.args([name, "--exact", "--nocapture", "--test-threads=1"]);
    command.env(INSIDE, what).stdout(Stdio::piped());
    command
}

/// Sets the number of descriptors that this process may have open.
pub fn set_descriptors(limit: u64) {
    let mut now = limits();
    now.rlim_cur = limit;
    // SAFETY: a plain system call with a struct of its own kind.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &now) }, 0, "setting {limit}");
}

/// Lets this process have as many descriptors as it may; that must be enough.
pub fn raise_descriptors(needed: u64) {
    let most = limits().rlim_max;
    assert!(most >= needed, "this test needs {needed} descriptors, the system allows {most}");
    set_descriptors(most);
}

fn limits() -> libc::rlimit {
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: as above; it fills what it is given.
    assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limits) }, 0);
    limits
}
