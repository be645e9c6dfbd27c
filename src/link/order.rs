//! Which of a server's addresses is tried when: Happy Eyeballs (RFC 8305), without sockets.

use std::net::SocketAddr;
use std::time::Duration;

use crate::wire::Moment;

/// Addresses taken from a look-up; so many attempts of one connect are under way at the most.
const ADDRESSES: usize = 16;
/// So long after an attempt began comes the next, if that one has not failed before.
const DELAY: Duration = Duration::from_millis(250);
/// The shortest delay that the RFC allows.
const SHORTEST: Duration = Duration::from_millis(10);

/// The addresses that have not been tried, and when the next one will be.
pub(crate) struct Order {
    left: std::vec::IntoIter<SocketAddr>,
    delay: Duration,
    next_at: Moment,
}

impl Order {
    /// The first address is due at once. Where `time` is short the delay is, so that each has its turn.
    pub(crate) fn new(addresses: Vec<SocketAddr>, now: Moment, time: Duration) -> Order {
        let addresses = interleaved(addresses);
        let share = time / addresses.len().max(1) as u32;
        Order { left: addresses.into_iter(), delay: share.clamp(SHORTEST, DELAY), next_at: now }
    }

    /// Takes the address whose turn it is.
    pub(crate) fn next(&mut self, now: Moment) -> Option<SocketAddr> {
        if now < self.next_at {
            return None;
        }
        self.next_at = now + self.delay;
        self.left.next()
    }

    /// The attempt that began last has failed: nothing is gained by waiting.
    pub(crate) fn hurry(&mut self, now: Moment) {
        self.next_at = now;
    }

    /// When the next address is due, if one is left.
    pub(crate) fn due(&self) -> Option<Moment> {
        (self.left.len() > 0).then_some(self.next_at)
    }
}

/// The families by turns, beginning with that of the first address: the system has put first what it
/// would rather use (RFC 6724, IPv6 where it works). Within a family its order stays.
fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let six_first = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == six_first);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut order = Vec::new();
    while first.len() + second.len() > 0 && order.len() < ADDRESSES {
        order.extend(first.next());
        order.extend(second.next());
    }
    order.truncate(ADDRESSES);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| format!("{text}:5").parse().unwrap()).collect()
    }

    fn at(ms: u64) -> Moment {
        Moment::START + Duration::from_millis(ms)
    }

    #[test]
    fn families_take_turns_and_keep_the_systems_order() {
        let cases: [(&[&str], &[&str]); 5] = [
            (&["[::1]", "[::2]", "[::3]", "1.1.1.1"], &["[::1]", "1.1.1.1", "[::2]", "[::3]"]),
            (&["1.1.1.2", "1.1.1.1", "[::1]"], &["1.1.1.2", "[::1]", "1.1.1.1"]),
            (&["1.1.1.1", "[::1]", "[::2]"], &["1.1.1.1", "[::1]", "[::2]"]),
            (&["[::2]", "[::1]"], &["[::2]", "[::1]"]),
            (&[], &[]),
        ];
        for (given, order) in cases {
            assert_eq!(interleaved(addresses(given)), addresses(order));
        }
    }

    #[test]
    fn of_many_addresses_some_of_each_family_are_taken() {
        let many = |n: u16| SocketAddr::new("::1".parse().unwrap(), n);
        let mut given: Vec<_> = (1..1_000).map(many).collect();
        given.extend(addresses(&["1.1.1.1"]));
        let order = interleaved(given);
        assert_eq!(order.len(), ADDRESSES);
        assert_eq!(order[1], addresses(&["1.1.1.1"])[0]);
    }

    #[test]
    fn the_next_comes_after_the_delay_or_at_once_after_a_failure() {
        let [a, b, c, d] =
            ["1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"].map(|ip| addresses(&[ip])[0]);
        let mut order = Order::new(vec![a, b, c, d], at(1_000), Duration::from_secs(10));
        assert_eq!(order.next(at(1_000)), Some(a));
        assert_eq!(order.next(at(1_000)), None);
        assert_eq!((order.due(), order.next(at(1_249))), (Some(at(1_250)), None));
        assert_eq!(order.next(at(1_260)), Some(b));
        assert_eq!(order.due(), Some(at(1_510)), "250 ms after the last one began");
        order.hurry(at(1_300));
        assert_eq!(order.due(), Some(at(1_300)));
        assert_eq!(order.next(at(1_300)), Some(c));
        assert_eq!((order.next(at(1_549)), order.next(at(1_550))), (None, Some(d)));
        assert_eq!((order.due(), order.next(at(9_000))), (None, None));
    }

    #[test]
    fn in_a_short_time_each_address_still_has_its_turn() {
        let many: Vec<_> = addresses(&["1.1.1.1"; ADDRESSES]);
        let begun_within = |ms: u64| {
            let mut order = Order::new(many.clone(), at(0), Duration::from_millis(ms));
            (0..ms).filter(|now| order.next(at(*now)).is_some()).count()
        };
        assert_eq!(begun_within(1_000), ADDRESSES);
        assert_eq!(begun_within(50), 5, "ten milliseconds are the least");
    }
}
