//! A process that plays a part: its lines, its last words, its end.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::net::Result;

/// How long an ending may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// A process in a role.
pub struct Player {
    role: &'static str,
    child: Child,
    lines: Receiver<String>,
    errors: Option<JoinHandle<String>>,
}

impl Player {
    /// Starts a process.
    pub fn start(role: &'static str, mut command: Command) -> Result<Player> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.spawn().map_err(|error| format!("{program}: {error}"))?;
        let (sender, lines) = mpsc::channel();
        let out = BufReader::new(child.stdout.take().expect("piped"));
        thread::spawn(move || {
            for line in out.lines().map_while(std::result::Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut err = child.stderr.take().expect("piped");
        let errors = thread::spawn(move || {
            let mut text = String::new();
            let _ = err.read_to_string(&mut text);
            text
        });
        Ok(Player { role, child, lines, errors: Some(errors) })
    }

    /// The next line it prints, unless another one fails meanwhile.
    pub fn line(&mut self, end: Instant, mut other: Option<&mut Player>) -> Result<String> {
        loop {
            match self.lines.recv_timeout(Duration::from_millis(50)) {
                Ok(line) => return Ok(line),
                Err(RecvTimeoutError::Disconnected) => return Err(self.failure().into()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if let Some(other) = &mut other
                && other.child.try_wait()?.is_some_and(|status| !status.success())
            {
                return Err(other.failure().into());
            }
            if Instant::now() > end {
                return Err(format!("the {} did not come to an end", self.role).into());
            }
        }
    }

    /// Why it ended, in its own words.
    fn failure(&mut self) -> String {
        self.kill();
        let words = self.errors.take().and_then(|errors| errors.join().ok()).unwrap_or_default();
        match words.trim().lines().last() {
            Some(line) => format!("{}: {line}", self.role),
            None => format!("the {} ended without a word", self.role),
        }
    }

    /// Tells it that all is over.
    pub fn end(&mut self) {
        drop(self.child.stdin.take());
    }

    /// Ends it now.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Tells it that all is over, and waits until it has ended.
    pub fn finish(&mut self) {
        self.end();
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        self.kill();
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.finish();
    }
}
