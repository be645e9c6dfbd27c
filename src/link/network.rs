//! What a host has open in the system, as all its threads share it.

use std::io;
use std::sync::{Arc, OnceLock};

use crate::config::{Config, Mode};
use crate::link::listeners::Listeners;
#[cfg(test)]
use crate::link::memory::Station;
use crate::link::os;
use crate::link::poller::Poller;
use crate::link::subject::WAKER;
use crate::link::tcp::Patience;
use crate::link::waitable::Waitable;
use crate::link::watch::Watch;
use crate::shared::wake::Wake;

/// A host's part of the network: what its poll watches and what wakes that, what it listens on, and the descriptor
/// that its game waits for.
pub(crate) struct Network {
    pub(super) watch: Watch,
    waker: mio::Waker,
    pub(super) listeners: Listeners,
    mode: Mode,
    pub(super) patience: Patience,
    /// Of a game that has asked for it.
    pub(crate) waitable: OnceLock<Waitable>,
    /// Of a simulated host: its links go through here and not through the system.
    #[cfg(test)]
    pub(super) station: Option<Station>,
}

impl Network {
    /// A host's, and what its reactor waits on.
    pub(crate) fn new(config: &Config) -> io::Result<(Arc<Network>, Poller)> {
        let (network, poller) = Network::open(config)?;
        Ok((Arc::new(network), poller))
    }

    /// A simulated host's.
    #[cfg(all(test, not(loom)))]
    pub(crate) fn simulated(
        config: &Config,
        station: Station,
    ) -> io::Result<(Arc<Network>, Poller)> {
        let (mut network, mut poller) = Network::open(config)?;
        network.station = Some(station.clone());
        poller.station = Some(station);
        Ok((Arc::new(network), poller))
    }

    fn open(config: &Config) -> io::Result<(Network, Poller)> {
        os::count_forks()?;
        let poll = mio::Poll::new()?;
        let watch = Watch::new(&poll)?;
        let waker = mio::Waker::new(watch.registry(), WAKER)?;
        let (listeners, waitable) = Default::default();
        let network = Network {
            watch,
            waker,
            listeners,
            mode: config.mode,
            patience: Patience::new(config),
            waitable,
            #[cfg(test)]
            station: None,
        };
        Ok((network, Poller::new(poll)))
    }

    /// A descriptor that is readable while the game has something to poll, made when it is first asked for.
    pub(crate) fn descriptor(&self) -> io::Result<os::Borrowed<'_>> {
        let registry = self.watch.registry();
        let made = match self.waitable.get() {
            Some(made) => made,
            None => {
                let fresh = Waitable::new(self.mode, registry)?;
                // Noted here, for another thread's may have come first.
                let made = self.waitable.get_or_init(|| {
                    fresh.note(&self.watch);
                    fresh
                });
                // There may be something already.
                self.show();
                made
            }
        };
        made.get(registry)
    }

    /// Closes a forked child's copies of everything that is open. Nothing here or in the reactor may be used or
    /// dropped after that: a thread that the child does not have may have been changing it.
    pub(crate) fn close_copies(&self) {
        self.watch.close_copies();
        os::close_copied_waker(&self.waker);
    }
}

impl Wake for Network {
    fn wake_reactor(&self) {
        // It fails only if the descriptor is gone, and then there is nobody to wake.
        let _ = os::uncancelled(|| self.waker.wake());
    }

    fn show(&self) {
        match self.waitable.get() {
            None => {}
            Some(Waitable::Threaded(bell)) => bell.ring(),
            // Its poll is readable until the next turn.
            Some(Waitable::Inline(_)) => self.wake_reactor(),
        }
    }
}
