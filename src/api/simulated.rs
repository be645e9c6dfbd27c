//! What a simulated world does with a host.

use std::time::Duration;

use crate::api::host::Host;
use crate::config::Config;
use crate::link::Network;
use crate::link::memory::Station;
use crate::shared::clock::Clock;

impl Host {
    /// A host that lives in a simulated internet, in its time. If it is threaded, the world is its thread.
    pub(crate) fn simulated(config: Config, station: Station) -> Host {
        config.check().expect("settings that agree");
        let clock = Clock::simulated(station.internet().hand());
        let made = Network::simulated(&config, station);
        let (network, poller) = made.expect("a poll, which is not used");
        let host = Host::without_thread(config, clock, network, poller);
        if let Ok(mut reactor) = host.reactor.enter() {
            reactor.make_repeatable();
        }
        host
    }

    /// One turn of the reactor as its thread makes it, without a poll of the game's.
    pub(crate) fn turn_reactor(&mut self) {
        let mut reactor = self.reactor.enter().ok().expect("a reactor that has not panicked");
        reactor.turn(Some(Duration::ZERO));
    }

    /// Whether there is something to poll, beside what is left of a batch.
    pub(crate) fn has_events(&self) -> bool {
        !self.handle.shared.events.is_empty()
    }

    /// How long until the reactor has something to do that no link tells of.
    pub(crate) fn next_work(&self) -> Option<Duration> {
        let shared = &self.handle.shared;
        if shared.io.is_notified() {
            return Some(Duration::ZERO);
        }
        let reactor = self.reactor.enter().ok().expect("a reactor that has not panicked");
        reactor.next_work(shared.now())
    }
}
