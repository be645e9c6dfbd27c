//! Connections that have not greeted yet, counted per address: one address must not take all the room. Whoever has an
//! IPv6 address mostly has its /64, 2^64 of them, so that this counts as one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use crate::config::Config;

#[derive(Default)]
pub(crate) struct GreetingLimits {
    greeting: HashMap<IpAddr, u32>,
}

impl GreetingLimits {
    /// Counts a new connection; whether its address may have so many. It is counted until it leaves in any case.
    pub(crate) fn enter(&mut self, ip: IpAddr, config: &Config) -> bool {
        let limit = config.max_greeting_per_address;
        if limit == 0 || (ip.to_canonical().is_loopback() && !config.limit_loopback) {
            return true;
        }
        let count = self.greeting.entry(counted_as(ip)).or_default();
        *count += 1;
        *count <= limit
    }

    /// The connection has greeted, is not let in or is gone.
    pub(crate) fn leave(&mut self, address: Option<SocketAddr>) {
        if let Some(address) = address
            && let Entry::Occupied(mut place) = self.greeting.entry(counted_as(address.ip()))
        {
            *place.get_mut() -= 1;
            if *place.get() == 0 {
                place.remove();
            }
        }
    }
}

/// The address that stands for this one and its neighbours.
fn counted_as(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64)).into(),
        ip => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether one more of an address may come in; one that may not leaves.
    fn comes(limits: &mut GreetingLimits, ip: &str, config: &Config) -> bool {
        let ip = ip.parse().unwrap();
        let may = limits.enter(ip, config);
        if !may {
            limits.leave(Some((ip, 1).into()));
        }
        may
    }

    #[test]
    fn an_address_has_so_many_places_and_loopback_is_free() {
        let config = Config { max_greeting_per_address: 2, ..Config::default() };
        let strict = Config { limit_loopback: true, ..config.clone() };
        let (far, near) = ("192.0.2.1", "127.0.0.1");
        let mut limits = GreetingLimits::default();
        assert!(comes(&mut limits, far, &config) && comes(&mut limits, far, &config));
        assert!((0..9).all(|_| !comes(&mut limits, far, &config)));
        assert!((0..9).all(|_| comes(&mut limits, near, &config)));
        assert!(comes(&mut limits, near, &strict) && comes(&mut limits, near, &strict));
        assert!(!comes(&mut limits, near, &strict));
        limits.leave(Some((far.parse::<IpAddr>().unwrap(), 1).into()));
        assert!(comes(&mut limits, far, &config));
        let mapped = "::ffff:192.0.2.1";
        assert!(
            !comes(&mut limits, mapped, &config),
            "the same address in the other family's words"
        );
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let config = Config { max_greeting_per_address: 2, ..Config::default() };
        let mut limits = GreetingLimits::default();
        let mut comes = |ip| comes(&mut limits, ip, &config);
        assert!(comes("2001:db8:1:2::1") && comes("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert!(!comes("2001:db8:1:2:3:4:5:6"));
        assert!(comes("2001:db8:1:3::1") && comes("2001:db8:1:3::2") && !comes("2001:db8:1:3::3"));
    }

    #[test]
    fn nobody_is_counted_who_has_left() {
        let config = Config { max_greeting_per_address: 1, ..Config::default() };
        let mut limits = GreetingLimits::default();
        for ip in ["2001:db8::1", "192.0.2.1"] {
            let ip: IpAddr = ip.parse().unwrap();
            assert!(limits.enter(ip, &config) && !limits.enter(ip, &config));
            limits.leave(Some((ip, 1).into()));
            limits.leave(Some((ip, 1).into()));
        }
        assert!(limits.greeting.is_empty());
    }
}
