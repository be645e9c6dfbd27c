//! Tests that need a process of their own: the test program runs itself again, for one test alone.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::PATIENCE;

const INSIDE: &str = "PODSIX_TEST_CHILD";

/// Whether this is such a process, and what it is to do.
pub fn in_child() -> Option<String> {
    std::env::var(INSIDE).ok()
}

/// The test `name` again, in a process of its own that is told `what`; what it prints can be read.
pub fn child(name: &str, what: &str) -> Command {
    let program = std::env::current_exe().expect("a test has a program");
    // What an emulator runs cannot be started without it.
    let mut command = match std::env::var("PODSIX_TEST_RUNNER") {
        Ok(runner) => {
            let mut words = runner.split_whitespace();
            let mut command = Command::new(words.next().expect("a runner has a name"));
            command.args(words).arg(program);
            command
        }
        Err(_) => Command::new(program),
    };
    command.args([name, "--exact", "--nocapture", "--test-threads=1"]);
    command.env(INSIDE, what).stdout(Stdio::piped());
    command
}

/// Sets the number of descriptors that this process may have open.
#[cfg(unix)]
pub fn set_descriptors(limit: u64) {
    let mut now = limits();
    now.rlim_cur = limit;
    // SAFETY: a plain system call with a struct of its own kind.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &now) }, 0, "setting {limit}");
}

/// Lets this process have as many descriptors as it may; that must be enough. Windows does not count them.
#[cfg(not(unix))]
pub fn raise_descriptors(_needed: u64) {}

#[cfg(unix)]
pub fn raise_descriptors(needed: u64) {
    let most = limits().rlim_max;
    assert!(most >= needed, "this test needs {needed} descriptors, the system allows {most}");
    set_descriptors(most);
}

#[cfg(unix)]
fn limits() -> libc::rlimit {
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: as above; it fills what it is given.
    assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limits) }, 0);
    limits
}

/// A forked child of this process.
#[cfg(unix)]
pub struct Fork(libc::pid_t);

#[cfg(unix)]
impl Fork {
    /// One that has a copy of everything and does nothing with it.
    pub fn sleeping() -> Fork {
        Fork::doing(|| {
            loop {
                std::thread::park();
            }
        })
    }

    /// One that does this and ends, well unless it panicked.
    pub fn doing(work: impl FnOnce()) -> Fork {
        use std::panic::{AssertUnwindSafe, catch_unwind};

        // SAFETY: what the child of a program with threads may do depends on its libc, which the tests
        // know; it never returns from here.
        match unsafe { libc::fork() } {
            0 => {
                let panicked = catch_unwind(AssertUnwindSafe(work)).is_err();
                // SAFETY: ends the child without running what belongs to its parent.
                unsafe { libc::_exit(panicked.into()) }
            }
            pid => {
                assert!(pid > 0, "fork: {}", std::io::Error::last_os_error());
                Fork(pid)
            }
        }
    }

    /// Waits until it has done its work, which must go well.
    #[track_caller]
    pub fn done(self) {
        let mut status = 0;
        let deadline = Instant::now() + PATIENCE;
        // SAFETY: the process is this one's own child and has not been waited for.
        while unsafe { libc::waitpid(self.0, &mut status, libc::WNOHANG) } == 0 {
            assert!(Instant::now() < deadline, "the forked child hangs");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::mem::forget(self);
        assert_eq!(status, 0, "the forked child failed");
    }
}

/// It is ended.
#[cfg(unix)]
impl Drop for Fork {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe {
            libc::kill(self.0, libc::SIGKILL);
            libc::waitpid(self.0, std::ptr::null_mut(), 0);
        }
    }
}
