//! A point in time in eight bytes: every connection keeps several.

use std::num::NonZeroU64;
use std::ops::{Add, Sub};
use std::time::{Duration, Instant};

/// A point in time, in nanoseconds since its clock was started. Moments of different clocks have
/// nothing to do with each other.
///
/// A clock runs for 584 years, and an addition stops at its end. An `Option` of it takes no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(NonZeroU64);

impl Moment {
    /// When the clock was started.
    pub const START: Moment = Moment(NonZeroU64::MIN);

    /// Now, on the clock that was started at `start`.
    pub fn now(start: Instant) -> Moment {
        Moment::START + start.elapsed()
    }

    /// So much later; none beyond the clock's end.
    pub fn checked_add(self, time: Duration) -> Option<Moment> {
        // Not by `as_nanos`, whose 128 bits are slow.
        let seconds = time.as_secs().checked_mul(1_000_000_000)?;
        let nanoseconds = seconds.checked_add(time.subsec_nanos().into())?;
        self.0.checked_add(nanoseconds).map(Moment)
    }

    /// The time since the clock was started.
    pub fn since_start(self) -> Duration {
        self - Moment::START
    }

    /// The last moment until then that lies a multiple of `grain` behind the clock's start; a grain of zero changes
    /// nothing.
    pub fn rounded_down(self, grain: Duration) -> Moment {
        let since = self.since_start().as_nanos();
        let beyond = since.checked_rem(grain.as_nanos()).unwrap_or_default();
        Moment::START + self.since_start().saturating_sub(Duration::from_nanos(beyond as u64))
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;

    /// The clock's last moment, where it ends before.
    fn add(self, time: Duration) -> Moment {
        self.checked_add(time).unwrap_or(Moment(NonZeroU64::MAX))
    }
}

impl Sub for Moment {
    type Output = Duration;

    /// The time from the other to this one; zero if the other is later.
    fn sub(self, earlier: Moment) -> Duration {
        Duration::from_nanos(self.0.get().saturating_sub(earlier.0.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_nanoseconds_and_takes_eight_bytes() {
        assert_eq!(size_of::<Option<Moment>>(), 8);
        let later = Moment::START + Duration::new(7, 123_456_789);
        assert_eq!(later.since_start(), Duration::new(7, 123_456_789));
        assert_eq!(later - Moment::START, Duration::new(7, 123_456_789));
    }

    #[test]
    fn it_goes_on_where_four_bytes_would_begin_again() {
        let interval = Duration::from_secs(15);
        for milliseconds in [u64::from(u32::MAX), 1 << 40] {
            let before = Moment::START + Duration::from_millis(milliseconds - 1);
            let after = before + interval;
            assert!(before < after);
            assert_eq!(after - before, interval);
        }
    }

    #[test]
    fn it_stops_at_the_ends_of_its_clock() {
        let end = Moment::START + Duration::MAX;
        assert_eq!(end + Duration::from_secs(1), end);
        assert_eq!(end.checked_add(Duration::from_nanos(1)), None);
        assert_eq!(Moment::START - end, Duration::ZERO);
        assert!(end.since_start() > Duration::from_secs(584 * 365 * 24 * 60 * 60));
    }
}
