//! Connections that have not greeted yet, counted per address: one address must not take all the room.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::{IpAddr, SocketAddr};

use crate::config::Config;

#[derive(Default)]
pub(crate) struct GreetingLimits {
    greeting: HashMap<IpAddr, u32>,
}

impl GreetingLimits {
    /// Counts a new connection, unless its address has too many already.
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
        let mut limits = GreetingLimits::default();
        assert!(limits.enter(far, &config) && limits.enter(far, &config));
        assert!(!limits.enter(far, &config));
        assert!((0..9).all(|_| limits.enter(near, &config)));
        assert!(limits.enter(near, &strict) && limits.enter(near, &strict));
        assert!(!limits.enter(near, &strict));
        limits.leave(Some((far, 1).into()));
        assert!(limits.enter(far, &config));
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().unwrap();
        assert!(!limits.enter(mapped, &config), "the same address in the other family's words");
    }
}
