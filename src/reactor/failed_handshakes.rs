//! Failed handshakes: counted, and reported at most once a second, since a port scanner must not fill the queue.

use std::num::NonZeroU32;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::event::Reason;
use crate::reactor::Reactor;
use crate::shared::count;
use crate::wire::Moment;
use crate::words::Level;

/// Failed handshakes, and trouble with accepting, are reported at most this often.
pub(crate) const REPORT_EVERY: Duration = Duration::from_secs(1);

/// What has failed since the last report.
#[derive(Default)]
pub(crate) struct FailedHandshakes {
    failed: u32,
    last: Option<(NonZeroU32, String)>,
    reported_at: Option<Moment>,
}

impl FailedHandshakes {
    /// A connection failed to greet.
    pub(crate) fn failed(&mut self, listener: NonZeroU32, what: String) {
        self.failed = self.failed.saturating_add(1);
        self.last = Some((listener, what));
    }

    /// When the next report is due, if there is something to report.
    pub(crate) fn due(&self, now: Moment) -> Option<Moment> {
        self.last.as_ref()?;
        Some(self.reported_at.map_or(now, |at| at + REPORT_EVERY))
    }

    /// The last report has not even been polled: what has failed since goes into a later one.
    pub(crate) fn postpone(&mut self, now: Moment) {
        self.reported_at = Some(now);
    }

    /// Takes the report.
    pub(crate) fn report(&mut self, now: Moment) -> Option<(NonZeroU32, String)> {
        let (listener, what) = self.last.take()?;
        self.reported_at = Some(now);
        let failed = std::mem::take(&mut self.failed);
        let text = match failed {
            1 => what,
            _ => format!("{failed} connections failed to greet; the last: {what}"),
        };
        Some((listener, text))
    }
}

impl Reactor {
    /// Counts a failed handshake, and notes it for the next report.
    pub(super) fn note_failed_handshake(&mut self, index: usize, text: &str) {
        count(&self.shared.counters.handshakes_failed);
        if let Some(peer) = self.peers.get(index)
            && let Some(slot) = self.shared.slots.find(peer.id)
            && let Some(listener) = slot.via().listener
        {
            let from = slot.address().map(|address| address.to_string()).unwrap_or_default();
            self.failed_handshakes.failed(listener, format!("{from}: {text}"));
        }
    }

    /// Reports failed handshakes, unless the last report has not even been polled.
    pub(super) fn report_failed_handshakes(&mut self) {
        if self.shared.reported.swap(true, Ordering::AcqRel) {
            return self.failed_handshakes.postpone(self.now);
        }
        if let Some((listener, text)) = self.failed_handshakes.report(self.now) {
            self.shared.log.add(Level::Warning, text.clone());
            self.publisher.trouble(listener, Reason::None, 0, text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_gathered_into_one_report() {
        let listener = NonZeroU32::new(1).unwrap();
        let now = Moment::START;
        let mut failures = FailedHandshakes::default();
        assert_eq!(failures.due(now), None);
        failures.failed(listener, "a".into());
        assert_eq!(failures.due(now), Some(now));
        assert_eq!(failures.report(now), Some((listener, "a".into())));
        failures.failed(listener, "b".into());
        failures.failed(listener, "c".into());
        assert_eq!(failures.due(now), Some(now + REPORT_EVERY));
        let (_, text) = failures.report(now + REPORT_EVERY).unwrap();
        assert_eq!(text, "2 connections failed to greet; the last: c");
    }
}
