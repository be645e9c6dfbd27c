//! A reactor's peers, each at the index of its slot.

use std::io;
use std::sync::atomic::Ordering;

use crate::event::PeerId;
use crate::reactor::Reactor;
use crate::reactor::connection::Connection;
use crate::reactor::peer::{Dialing, Peer, Phase};
use crate::reactor::stage::Stage;
use crate::shared::slots::index;

#[derive(Default)]
pub(crate) struct Peers(Vec<Option<Box<Peer>>>);

impl Peers {
    /// One more than the largest index that was ever used.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&Peer> {
        self.0.get(index)?.as_deref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, index: usize) -> Option<&mut Peer> {
        self.0.get_mut(index)?.as_deref_mut()
    }

    /// The peer at an index and its connection, if it has a link.
    #[inline]
    pub(crate) fn linked(&mut self, index: usize) -> Option<(PeerId, &mut Connection)> {
        self.get_mut(index)?.linked()
    }

    /// Where a peer stands, if it is still there.
    pub(crate) fn position(&self, id: PeerId) -> Option<usize> {
        let index = index(id);
        (self.get(index)?.id == id).then_some(index)
    }

    /// Puts a peer into its place.
    pub(crate) fn place(&mut self, peer: Peer) -> usize {
        let index = index(peer.id);
        if self.0.len() <= index {
            self.0.resize_with(index + 1, || None);
        }
        self.0[index] = Some(Box::new(peer));
        index
    }

    pub(crate) fn take(&mut self, index: usize) -> Option<Box<Peer>> {
        self.0.get_mut(index)?.take()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Peer> {
        self.0.iter().flatten().map(|peer| &**peer)
    }

    /// The connection at an index, if there is a link.
    #[inline]
    pub(crate) fn connection(&mut self, index: usize) -> Option<&mut Connection> {
        self.linked(index).map(|(_, connection)| connection)
    }

    /// How far the connection at an index has come, if there is a link.
    pub(crate) fn stage(&mut self, index: usize) -> Option<&mut Stage> {
        self.connection(index).map(|connection| &mut connection.stage)
    }

    /// The connect under way at an index.
    pub(crate) fn dialing(&mut self, index: usize) -> Option<&mut Dialing> {
        match &mut self.get_mut(index)?.phase {
            Phase::Dialing(dialing) => Some(dialing),
            Phase::Linked(_) => None,
        }
    }

    /// The connections of all that have a link.
    pub(crate) fn connections(&mut self) -> impl Iterator<Item = &mut Connection> {
        self.0.iter_mut().flatten().filter_map(|peer| peer.linked()).map(|(_, it)| it)
    }
}

impl Reactor {
    /// Puts a new peer into its place, and counts it.
    pub(super) fn place(&mut self, peer: Peer) -> usize {
        self.shared.connections.fetch_add(1, Ordering::Relaxed);
        self.peers.place(peer)
    }

    /// Has a connection's link reported.
    pub(super) fn register(&mut self, index: usize) -> io::Result<()> {
        match self.peers.linked(index) {
            Some((_, connection)) => connection.link.begin(&self.network, index),
            None => Ok(()),
        }
    }
}
