//! The end of a host: every connection is closed, and its other end told.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::event::Reason;
use crate::reactor::Reactor;
use crate::reactor::stage::Stage;
use crate::shared::command::Goodbye;
use crate::shared::slot::State;
use crate::wire::Close;
use crate::words::End;

/// The longest that the other ends are waited for when a host is freed. It leaves a quarter of what freeing may
/// take for the work.
const GOODBYE: Duration = Duration::from_millis(150);

impl Reactor {
    /// The game closes the host: every connection, each as if the game closed it. Called again it gives
    /// those that are still closing more time, but not `linger` each time: a game may ask in every frame.
    pub(super) fn close(&mut self, goodbye: Goodbye, patience: Duration) {
        let until = self.now + patience;
        self.closing = Some(self.closing.map_or(until, |before| before.max(until)));
        for index in 0..self.peers.len() {
            let Some(id) = self.peers.get(index).map(|peer| peer.id) else { continue };
            match self.peers.stage(index) {
                // The game has not heard of it.
                Some(Stage::AwaitsHello { .. }) => self.close_without_reason(index),
                Some(Stage::Draining(draining)) => draining.until = draining.until.max(until),
                _ => {
                    if let Some(slot) = self.shared.slots.find(id) {
                        let _ = slot.change_state(id, State::left);
                    }
                    let Goodbye { code, ref text } = goodbye;
                    self.disconnect(id, Goodbye { code, text: text.clone() });
                }
            }
        }
    }

    /// The host is being freed: tells everybody, and waits for the other ends for as long as [`GOODBYE`]
    /// allows. The game is told nothing any more.
    pub(crate) fn say_goodbye(&mut self) {
        self.now = self.shared.now();
        self.leaving = true;
        let deadline = self.now + GOODBYE;
        for index in 0..self.peers.len() {
            let text = "the other end shut down";
            match self.peers.stage(index) {
                Some(Stage::Open(_)) => {
                    self.say_close(index, &Close { reason: Reason::Shutdown, code: 0, text });
                    self.close_after_writing(index, End::new(Reason::Local, String::new()));
                }
                Some(Stage::Requested) => {
                    self.refuse_with(index, End::new(Reason::Shutdown, text.into()))
                }
                Some(Stage::Draining(_)) => {}
                Some(Stage::AwaitsHello { .. } | Stage::AwaitsReply(_)) | None => {
                    self.close_without_reason(index)
                }
            }
        }
        while self.shared.connections.load(Ordering::Relaxed) > 0 {
            let left = deadline - self.shared.now();
            if left.is_zero() {
                break;
            }
            self.turn(Some(left));
        }
        // Among thousands, or on a busy machine, some have not been written to yet, and a write waits for nobody.
        self.write_last_words();
        for index in 0..self.peers.len() {
            self.close_without_reason(index);
        }
        // Handles may outlive the host: to them every peer is gone now.
        let mut gone = Vec::new();
        self.shared.slots.for_each(|peer, _| gone.push(peer));
        for peer in gone {
            self.shared.slots.let_go(peer);
        }
    }
}
