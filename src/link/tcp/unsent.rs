//! How much of what a socket has taken may wait there to be sent. Nothing overtakes that, no ping and no small
//! message, and nobody sees it: over a slow line it comes to more than a second's worth.

use mio::net::TcpStream;

use crate::link::os;

/// As much as leaves in this part of a second, 40 ms: so a game that looks 60 times a second keeps the line busy.
const PART: u64 = 25;
/// The least, and the unit, in bytes.
const STEP: u64 = 16 << 10;
/// The most, in steps: 2 MiB. Beyond, the system's own limit is the tighter one.
const MOST: u64 = 128;

/// The limit of one socket. It is fitted when the socket has just taken all that it would: who has nothing waiting
/// pays nothing.
///
/// A connection keeps it beside its link, where there is a gap for it.
#[derive(Debug, Default)]
pub(crate) struct Unsent(Limit);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Limit {
    /// The socket has not been full yet.
    #[default]
    Unknown,
    /// The other end is on this machine: there is no line, and the system's own limit is right.
    Local,
    /// The line is fast: so is the system's own limit.
    Systems,
    Steps(u8),
}

impl Limit {
    /// What suits a line that carries so many bytes per second.
    fn suiting(rate: u64) -> Limit {
        match (rate / PART).div_ceil(STEP) {
            steps @ 0..=MOST => Limit::Steps(steps.max(1) as u8),
            _ => Limit::Systems,
        }
    }

    fn bytes(self) -> Option<u32> {
        match self {
            Limit::Steps(steps) => Some(u32::from(steps) * STEP as u32),
            _ => None,
        }
    }
}

impl Unsent {
    /// The socket is full: how much it may take from here on goes by how fast what was sent before has arrived.
    /// One that would take more at once reports that.
    pub(super) fn fit(&mut self, socket: &TcpStream) {
        if self.0 == Limit::Local {
            return;
        }
        let Some(rate) = os::delivery_rate(socket) else { return };
        let limit = match self.0 {
            Limit::Unknown if is_local(socket) => Limit::Local,
            _ => Limit::suiting(rate),
        };
        self.change(limit, socket);
    }

    fn change(&mut self, limit: Limit, socket: &TcpStream) {
        let (before, now) = (self.0.bytes(), limit.bytes());
        self.0 = limit;
        if now != before {
            os::set_most_unsent(socket, now);
        }
    }
}

/// Whether both ends are on this machine.
fn is_local(socket: &TcpStream) -> bool {
    match (socket.local_addr(), socket.peer_addr()) {
        (Ok(here), Ok(there)) => here.ip() == there.ip() || there.ip().to_canonical().is_loopback(),
        _ => false,
    }
}

#[cfg(all(test, any(target_os = "linux", target_os = "android")))]
mod tests {
    use std::io::{IoSlice, Read};
    use std::net::TcpListener;

    use socket2::SockRef;

    use super::*;
    use crate::config::Config;
    use crate::link::poller::Ready;
    use crate::link::tcp::TcpLink;
    use crate::link::{Network, Subject};

    #[test]
    fn a_limit_is_what_leaves_in_40_ms() {
        let suiting = |kib: u64| Limit::suiting(kib << 10).bytes().map(|bytes| bytes >> 10);
        // As long as nothing is known, too.
        assert_eq!([0, 10, 400].map(suiting), [Some(16); 3]);
        // 8 Mbit/s, 100, and what 400 carry.
        assert_eq!([977, 12_200, 48_800].map(suiting), [Some(48), Some(496), Some(1_952)]);
        assert_eq!([51_200, 51_201].map(suiting), [Some(2_048), None]);
        assert_eq!([1 << 20, u64::MAX >> 10].map(suiting), [None; 2]);
    }

    fn limit_of(link: &TcpLink) -> u32 {
        SockRef::from(link.socket()).tcp_notsent_lowat().unwrap()
    }

    /// Writes until the link is full; how much it took.
    fn fill(link: &TcpLink, unsent: &mut Unsent) -> usize {
        let (piece, mut sum) = ([7; 8 << 10], 0);
        loop {
            let taken = link.write(&[IoSlice::new(&piece)], unsent).unwrap();
            sum += taken.count;
            if taken.full {
                return sum;
            }
        }
    }

    #[test]
    fn a_link_with_a_limit_takes_little_and_tells_when_it_takes_more() {
        let (network, mut poller) = Network::new(&Config::default()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let subject = Subject::Link(1);
        let connect = || {
            let address = listener.local_addr().unwrap();
            let link = TcpLink::connect(address, &network.watch, subject).unwrap();
            (link, listener.accept().unwrap().0)
        };
        let mut ready = Ready::new();
        let mut wait = || {
            poller.wait(&mut ready, Some(std::time::Duration::from_secs(30))).unwrap();
            ready.reports().any(|report| report.writable)
        };

        // Over loopback nothing is limited, however full the socket.
        let (link, _other_end) = connect();
        assert!(wait());
        let mut unsent = Unsent::default();
        let unlimited = fill(&link, &mut unsent);
        assert_eq!((unsent.0, limit_of(&link)), (Limit::Local, 0));
        fill(&link, &mut unsent);
        assert_eq!((unsent.0, limit_of(&link)), (Limit::Local, 0));
        link.close(&network.watch);

        let (link, mut other_end) = connect();
        assert!(wait());
        let mut unsent = Unsent::default();
        unsent.change(Limit::Steps(1), link.socket());
        assert_eq!(limit_of(&link), 16 << 10);
        let limited = fill(&link, &mut unsent);
        assert!(limited < unlimited / 2, "{limited} of {unlimited}");
        // What is there is taken, and then the link takes more, and says so.
        let mut buffer = vec![0; limited];
        other_end.read_exact(&mut buffer).unwrap();
        assert!(wait());
        assert!(fill(&link, &mut unsent) > 0);
    }

    #[test]
    fn a_full_link_is_fitted_to_its_rate() {
        let (network, _poller) = Network::new(&Config::default()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let link = TcpLink::connect(address, &network.watch, Subject::Link(1)).unwrap();
        let _other_end = listener.accept().unwrap();
        // As if it were no loopback, and had been slow; it is not.
        let mut unsent = Unsent::default();
        unsent.change(Limit::Steps(77), link.socket());
        fill(&link, &mut unsent);
        assert_ne!(unsent.0, Limit::Steps(77));
        assert_eq!(limit_of(&link), unsent.0.bytes().unwrap_or(0));
    }
}
