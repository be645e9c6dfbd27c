//! Who may stand at the door: connections that have not greeted yet, counted per address, and one
//! report a second on those that failed to.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use crate::config::Config;
use crate::wire::Moment;

/// Failed handshakes are reported at most this often: a port scanner must not fill the queue.
pub(crate) const REPORT_EVERY: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(crate) struct Door {
    greeting: HashMap<IpAddr, u32>,
    failed: u32,
    last: Option<(NonZeroU32, String)>,
    reported_at: Option<Moment>,
    troubled_at: Option<Moment>,
}

impl Door {
    /// Lets a new connection stand here, unless its address has too many already.
    pub(crate) fn enter(&mut self, ip: IpAddr, config: &Config) -> bool {
        let limit = config.max_greeting_per_address;
        if limit == 0 || (ip.to_canonical().is_loopback() && !config.limit_loopback) {
            return true;
        }
        let count = self.greeting.entry(ip.to_canonical()).or_default();
        if *count >= limit {
            return false;
        }
        *count += 1;
        true
    }

    /// The connection has greeted or is gone.
    pub(crate) fn leave(&mut self, address: Option<SocketAddr>) {
        if let Some(address) = address
            && let Entry::Occupied(mut place) = self.greeting.entry(address.ip().to_canonical())
        {
            *place.get_mut() -= 1;
            if *place.get() == 0 {
                place.remove();
            }
        }
    }

    /// A connection failed to greet.
    pub(crate) fn failed(&mut self, listener: NonZeroU32, what: String) {
        self.failed = self.failed.saturating_add(1);
        self.last = Some((listener, what));
    }

    /// Accepting has met trouble; whether to report it now.
    pub(crate) fn trouble(&mut self, now: Moment) -> bool {
        let report = self.troubled_at.is_none_or(|at| now >= at + REPORT_EVERY);
        if report {
            self.troubled_at = Some(now);
        }
        report
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_loopback_is_free() {
        let config = Config { max_greeting_per_address: 2, ..Config::default() };
        let strict = Config { limit_loopback: true, ..config.clone() };
        let far: IpAddr = "192.0.2.1".parse().unwrap();
        let near: IpAddr = "127.0.0.1".parse().unwrap();
        let mut door = Door::default();
        assert!(door.enter(far, &config) && door.enter(far, &config));
        assert!(!door.enter(far, &config));
        assert!((0..9).all(|_| door.enter(near, &config)));
        assert!(door.enter(near, &strict) && door.enter(near, &strict));
        assert!(!door.enter(near, &strict));
        door.leave(Some((far, 1).into()));
        assert!(door.enter(far, &config));
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert!(!door.enter(mapped, &config), "the same address in the other family's words");
    }

    #[test]
    fn failures_are_gathered_into_one_report() {
        let listener = NonZeroU32::new(1).unwrap();
        let now = Moment::START;
        let mut door = Door::default();
        assert_eq!(door.due(now), None);
        door.failed(listener, "a".into());
        assert_eq!(door.due(now), Some(now));
        assert_eq!(door.report(now), Some((listener, "a".into())));
        door.failed(listener, "b".into());
        door.failed(listener, "c".into());
        assert_eq!(door.due(now), Some(now + REPORT_EVERY));
        let (_, text) = door.report(now + REPORT_EVERY).unwrap();
        assert_eq!(text, "2 connections failed to greet; the last: c");
    }
}
