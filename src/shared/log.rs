//! The log: a bounded ring that the game reads when it likes. Nothing is ever printed; with the feature
//! `log` each record goes to the program's logger too.

use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_queue::ArrayQueue;

use crate::shared::clock::Clock;
use crate::value::is_printable;
use crate::words::{Level, LogRecord};

/// How many records are kept; a newer one pushes the oldest out, and that is counted.
const RECORDS: usize = 256;
/// The longest record, in bytes.
const LONGEST: usize = 2_048;

pub(crate) struct Log {
    clock: Clock,
    records: ArrayQueue<LogRecord>,
    /// Relaxed: a number to be told, on which nothing else depends.
    dropped: AtomicU64,
}

impl Log {
    pub(crate) fn new(clock: Clock) -> Log {
        Log { clock, records: ArrayQueue::new(RECORDS), dropped: AtomicU64::new(0) }
    }

    pub(crate) fn add(&self, level: Level, text: String) {
        let at_ms = self.clock.now().since_start().as_millis() as u64;
        let text = one_line(text);
        #[cfg(feature = "log")]
        pass_on(level, &text);
        if self.records.force_push(LogRecord { level, at_ms, text }).is_some() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn next(&self) -> Option<LogRecord> {
        self.records.pop()
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// Part of a record may be what a stranger said: it must not make another line of it, nor talk to a terminal.
/// It is for who looks for a fault, so what may not be shown as it is is escaped.
fn one_line(text: String) -> String {
    if text.len() <= LONGEST && text.chars().all(is_printable) {
        return text;
    }
    let mut line = String::new();
    for c in text.chars() {
        let end = line.len();
        match is_printable(c) {
            true => line.push(c),
            false => line.extend(c.escape_default()),
        }
        if line.len() > LONGEST - '…'.len_utf8() {
            line.truncate(end);
            line.push('…');
            break;
        }
    }
    line
}

/// Gives a record to the logger of the `log` crate.
#[cfg(feature = "log")]
fn pass_on(level: Level, text: &str) {
    let level = match level {
        Level::Error => ::log::Level::Error,
        Level::Warning => ::log::Level::Warn,
        Level::Info => ::log::Level::Info,
        Level::Debug => ::log::Level::Debug,
    };
    // The logger is the program's. If it panics, that is no flaw of the host, which goes on.
    let _ = std::panic::catch_unwind(|| ::log::log!(target: "podsix", level, "{text}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line_of_bounded_length() {
        assert_eq!(one_line("plain, größer ✗".into()), "plain, größer ✗");
        assert_eq!(
            one_line("a\nb\u{1b}[2J\u{9b}c\u{202e}d\u{2028}".into()),
            "a\\nb\\u{1b}[2J\\u{9b}c\\u{202e}d\\u{2028}"
        );
        assert_eq!(one_line("x".repeat(LONGEST)), "x".repeat(LONGEST));
        for text in ["x".repeat(LONGEST + 1), "é".repeat(LONGEST), "\0".repeat(LONGEST)] {
            let line = one_line(text.clone());
            assert!(line.len() <= LONGEST && line.len() > LONGEST - 16, "{}", line.len());
            assert!(line.ends_with('…') && line.chars().all(is_printable), "{line}");
        }
    }

    #[test]
    fn the_oldest_records_go_first_and_are_counted() {
        let log = Log::new(Clock::start());
        for n in 0..RECORDS + 3 {
            log.add(Level::Info, n.to_string());
        }
        assert_eq!(log.dropped(), 3);
        assert_eq!(log.next().map(|record| record.text), Some("3".to_string()));
    }
}
