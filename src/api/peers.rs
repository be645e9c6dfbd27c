//! Which peers there are, and what may be asked of each.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use crate::api::handle::Handle;
use crate::api::stats::PeerStats;
use crate::error::{Error, Result};
use crate::event::PeerId;
use crate::shared::slot::{Slot, State};

impl Handle {
    /// The address of the other end, until its last event has expired.
    ///
    /// # Errors
    /// `NotConnected` while a connect is on its way, and after one that reached nobody; `UnknownPeer` if it is no
    /// peer of this host's; and [those of every call](Handle#errors).
    pub fn peer_address(&self, peer: PeerId) -> Result<SocketAddr> {
        self.check()?;
        let address = self.shared.slots.read(peer, Slot::address);
        address.ok_or(Error::UnknownPeer(peer.get()))?.ok_or(Error::NotConnected(peer.get()))
    }

    /// A peer's statistics, until its last event has expired.
    ///
    /// # Errors
    /// `UnknownPeer` if it is no peer of this host's; and [those of every call](Handle#errors).
    pub fn peer_stats(&self, peer: PeerId) -> Result<PeerStats> {
        self.check()?;
        let now = self.shared.stamp(self.shared.now());
        let stats = self.shared.slots.read(peer, |slot| PeerStats::of(slot, now));
        stats.ok_or(Error::UnknownPeer(peer.get()))
    }

    /// What [`set_user_data`](Self::set_user_data) stored, 0 at first.
    ///
    /// # Errors
    /// `UnknownPeer` if it is no peer of this host's; and [those of every call](Handle#errors).
    pub fn user_data(&self, peer: PeerId) -> Result<usize> {
        self.check()?;
        let data = self.shared.slots.read(peer, |slot| slot.user_data.load(Ordering::Acquire));
        data.ok_or(Error::UnknownPeer(peer.get()))
    }

    /// Stores a number, or an address, with a peer; its events bring it along, those too that wait to be polled.
    /// The host does nothing else with it.
    ///
    /// # Errors
    /// `UnknownPeer` if it is no peer of this host's; and [those of every call](Handle#errors).
    pub fn set_user_data(&self, peer: PeerId, data: usize) -> Result<()> {
        self.check()?;
        let pin = self.shared.slots.pin(peer).ok_or(Error::UnknownPeer(peer.get()))?;
        pin.user_data.store(data, Ordering::Release);
        Ok(())
    }

    /// The peers that are connected, from when their CONNECTED was polled until they are closed or have ended.
    pub fn peers(&self) -> Vec<PeerId> {
        self.peers_that(|state| state == State::Open)
    }

    /// All peers, with those that connect, ask to be let in or leave: each until its last event has
    /// expired, as long as it has user data.
    pub fn all_peers(&self) -> Vec<PeerId> {
        self.peers_that(|state| !matches!(state, State::Greeting | State::Gone))
    }

    fn peers_that(&self, stand_so: impl Fn(State) -> bool) -> Vec<PeerId> {
        let mut peers = Vec::new();
        if self.shared.condition.is_forked() {
            return peers;
        }
        self.shared.slots.for_each(|peer, slot| {
            if stand_so(slot.state()) {
                peers.push(peer);
            }
        });
        peers
    }
}
