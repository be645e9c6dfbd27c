//! A peer's address, in words that every thread may read.

use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

use crate::shared::slot::Slot;
use crate::shared::sync::atomic::Ordering;

impl Slot {
    /// Stores an address in three words: an IPv6 (or mapped IPv4) address, then scope and port.
    pub(crate) fn set_address(&self, address: Option<SocketAddr>) {
        let words = match address {
            None => [0; 3],
            Some(address) => {
                let (ip, scope) = match address {
                    SocketAddr::V4(v4) => (v4.ip().to_ipv6_mapped(), 0),
                    SocketAddr::V6(v6) => (*v6.ip(), v6.scope_id()),
                };
                let bits = u128::from(ip);
                let rest = u64::from(scope) << 32 | u64::from(address.port()) << 1 | 1;
                [(bits >> 64) as u64, bits as u64, rest]
            }
        };
        // The last word says whether there is an address, so it comes last.
        self.address[0].store(words[0], Ordering::Relaxed);
        self.address[1].store(words[1], Ordering::Relaxed);
        self.address[2].store(words[2], Ordering::Release);
    }

    /// The address; none while a name is being looked up.
    pub(crate) fn address(&self) -> Option<SocketAddr> {
        let rest = self.address[2].load(Ordering::Acquire);
        if rest & 1 == 0 {
            return None;
        }
        let [high, low] = [0, 1].map(|n| self.address[n].load(Ordering::Relaxed));
        let (port, scope) = ((rest >> 1) as u16, (rest >> 32) as u32);
        let ip = Ipv6Addr::from(u128::from(high) << 64 | u128::from(low));
        Some(match ip.to_ipv4_mapped() {
            Some(v4) => SocketAddr::new(IpAddr::V4(v4), port),
            None => SocketAddrV6::new(ip, port, 0, scope).into(),
        })
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn addresses_survive_the_trip_through_three_words() {
        let slot = Slot::new();
        assert_eq!(slot.address(), None);
        for text in ["10.1.2.3:65535", "[2001:db8::1]:0", "[fe80::1%7]:31425"] {
            let address: SocketAddr = text.parse().unwrap();
            slot.set_address(Some(address));
            assert_eq!(slot.address(), Some(address));
        }
    }
}
