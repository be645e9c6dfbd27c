//! Who speaks what: a broadcast is translated only into what somebody hears.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::wire::Dialect;

/// PodSixNet's three dialects.
const DIALECTS: [Dialect; 3] =
    [Dialect::PodSixNet, Dialect::PodSixNetJson, Dialect::PodSixNetCustom];

/// Connections of each protocol that are open.
#[derive(Default)]
pub(crate) struct Speakers([AtomicU32; Dialect::ALL.len()]);

impl Speakers {
    /// A connection has opened.
    pub(crate) fn join(&self, dialect: Dialect) {
        self.0[dialect as usize].fetch_add(1, Ordering::AcqRel);
    }

    /// Such a connection has ended for the game.
    pub(crate) fn leave(&self, dialect: Dialect) {
        self.0[dialect as usize].fetch_sub(1, Ordering::AcqRel);
    }

    /// Those of PodSixNet's dialects that somebody speaks who is connected.
    pub(crate) fn spoken(&self) -> impl Iterator<Item = Dialect> {
        let is_spoken = |dialect: &Dialect| self.0[*dialect as usize].load(Ordering::Acquire) > 0;
        DIALECTS.into_iter().filter(is_spoken)
    }
}
