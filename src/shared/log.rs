//! The log: a bounded ring that the game reads when it likes. Nothing is ever printed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use crossbeam_queue::ArrayQueue;

use crate::words::{Level, LogRecord};

/// How many records are kept; a newer one pushes the oldest out, and that is counted.
const RECORDS: usize = 256;

pub(crate) struct Log {
    born: Instant,
    records: ArrayQueue<LogRecord>,
    /// Relaxed: a number to be told, on which nothing else depends.
    dropped: AtomicU64,
}

impl Log {
    pub(crate) fn new(born: Instant) -> Log {
        Log { born, records: ArrayQueue::new(RECORDS), dropped: AtomicU64::new(0) }
    }

    pub(crate) fn add(&self, level: Level, text: String) {
        let at_ms = self.born.elapsed().as_millis() as u64;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_records_go_first_and_are_counted() {
        let log = Log::new(Instant::now());
        for n in 0..RECORDS + 3 {
            log.add(Level::Info, n.to_string());
        }
        assert_eq!(log.dropped(), 3);
        assert_eq!(log.next().map(|record| record.text), Some("3".to_string()));
    }
}
