//! Who is slow: a peer for which too much waits when something is broadcast, or that takes nothing for too long while
//! something broadcast waits for it. Writing is tried before anybody is judged, and who is ended is told why.
//!
//! Whoever is only sent to is never ended for this: its sender is refused instead.

use crate::event::Reason;
use crate::reactor::Reactor;
use crate::reactor::connection::Connection;
use crate::reactor::readiness::Output;
use crate::shared::count;
use crate::wire::{Close, Moment};
use crate::words::End;

impl Reactor {
    /// Whether so many bytes that are broadcast may wait for a peer, behind what waits already. If not, it is ended.
    #[cold]
    pub(super) fn has_room_or_ends(&mut self, index: usize, bytes: usize) -> bool {
        if self.is_too_much(index, bytes).is_none() {
            return true;
        }
        self.write_anyway(index);
        match self.is_too_much(index, bytes) {
            None => true,
            Some(text) => {
                self.end_slow(index, &text);
                false
            }
        }
    }

    /// Why so many bytes more are too many, if they are.
    fn is_too_much(&mut self, index: usize, bytes: usize) -> Option<String> {
        let out = &self.peers.connection(index)?.out;
        let (all, waiting) = (out.len(), out.reserved());
        let (config, budget) = (&self.shared.config, &self.shared.budget);
        let most = config.most_waiting();
        let (out_buffer, memory_budget) = (config.out_buffer as usize, config.memory_budget);
        if all > 0 && all + bytes > most {
            let asked = config.slow_peer_bytes as usize;
            let limit = match most {
                _ if most == asked => format!("slow_peer_bytes ({most})"),
                _ if most > asked => format!("slow_peer_bytes ({most}, as out_buffer needs it)"),
                _ => format!("slow_peer_bytes ({most}, as memory_budget allows it)"),
            };
            return Some(format!(
                "the connection is too slow: {all} bytes already wait, a broadcast of {bytes} more is beyond \
                 {limit}"
            ));
        }
        // What is lent to one peer above its out-buffer must not cost the others theirs.
        let broadcast = waiting.broadcast;
        let is_lent = broadcast > 0 && broadcast + bytes > out_buffer;
        (is_lent && !budget.admits()).then(|| {
            format!(
                "the connection is too slow: {broadcast} bytes that were broadcast already wait, {bytes} more are \
                 beyond out_buffer ({out_buffer}), which holds while three quarters of memory_budget \
                 ({memory_budget}) are in use"
            )
        })
    }

    /// Ends a peer that takes nothing. Whether it has.
    pub(super) fn ends_stuck(&mut self, index: usize) -> bool {
        let Some(due) = self.stuck_until(index) else { return false };
        if due <= self.now {
            self.write_anyway(index);
        }
        let may_read = self.may_read();
        let (now, patience) = (self.now, self.shared.config.slow_peer);
        let Some(due) = self.stuck_until(index) else { return false };
        let Some(Connection { link, session, stage, out, .. }) = self.peers.connection(index)
        else {
            return false;
        };
        if now < due {
            self.arm(index, due);
            return false;
        }
        // One whose game sleeps has said so, unless this end does not read it; and what is on its way is the line's
        // affair. Silence ends those, and what waits.
        if session.is_stalled() || stage.is_unheard() || !may_read || link.is_under_way() {
            out.excuse(now);
            self.arm(index, now + patience);
            return false;
        }
        let text = format!(
            "the connection is too slow: nothing was taken for {} ms (slow_peer_ms), while {} bytes wait",
            patience.as_millis(),
            out.len()
        );
        self.end_slow(index, &text);
        true
    }

    /// Until when a peer for which something broadcast waits has time to take something.
    pub(super) fn stuck_until(&mut self, index: usize) -> Option<Moment> {
        let patience = self.shared.config.slow_peer;
        let Connection { stage, out, .. } = self.peers.connection(index)?;
        let since = out.stuck_since().filter(|_| stage.is_open() && !patience.is_zero())?;
        Some(since + patience)
    }

    /// Writes what waits even if the link has not said that it takes something again: it says so when much has been
    /// taken, not a little.
    pub(super) fn write_anyway(&mut self, index: usize) {
        if let Some(Connection { output, .. }) = self.peers.connection(index)
            && let Output::Full = output
        {
            *output = Output::Ready;
        }
        self.write(index);
    }

    pub(super) fn end_slow(&mut self, index: usize, text: &str) {
        count(&self.shared.counters.slow_peers);
        let close = Close { reason: Reason::SlowPeer, code: 0, text };
        self.cut_off(index, &close, End::new(Reason::SlowPeer, text.into()));
    }
}
