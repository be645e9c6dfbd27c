//! Commands: what the game has asked for since the last turn is given to those whose work it is.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::event::Reason;
use crate::reactor::Reactor;
use crate::reactor::share::{self, Share};
use crate::reactor::stage::Stage;
use crate::shared::command::Command;
use crate::shared::commands::Next;
use crate::shared::payload::{Counted, Payload, Payloads};
use crate::wire::Dialect;
use crate::words::End;

impl Reactor {
    /// Whether something was asked that can be done now.
    pub(super) fn has_commands(&self) -> bool {
        self.taker.has_next(&self.shared.commands)
    }

    /// Takes commands, so many that the links do not wait too long, and says how many.
    pub(super) fn take_commands(&mut self) -> usize {
        let shared = self.shared.clone();
        shared.withheld.take();
        self.more_commands = false;
        let mut taken = 0;
        let mut share = Share::DELIVERING;
        while let Some(next) = self.taker.next(&shared.commands) {
            match next {
                Next::Send { to, payload } => self.send(&to, Payload::Ring(&payload)),
                Next::Broadcast { except, payloads } => {
                    let mut small = std::mem::take(&mut self.small);
                    let payloads = payloads.take_to(&mut small);
                    share.spend_on_each(self.peers.len(), longest(&payloads, |it| it.len()));
                    self.broadcast(except, &payloads);
                    self.small = small;
                    shared.unplaced.fetch_sub(1, Ordering::Release);
                }
                Next::Other => {
                    let Some(command) = self.taker.take_due() else { continue };
                    shared.budget.release(command.held());
                    self.make_room(command.copied());
                    let unplaced = command.is_unplaced();
                    self.spend_on(&command, &mut share);
                    self.obey(command);
                    if unplaced {
                        shared.unplaced.fetch_sub(1, Ordering::Release);
                    }
                }
            }
            taken += 1;
            // Small messages to one are bounded by their number alone.
            if taken == share::COMMANDS || share.is_spent() {
                // There may be more: the next turn must not sleep.
                let _ = shared.io.notify();
                self.more_commands = true;
                break;
            }
        }
        if taken > 0 {
            self.taker.rewind(&shared.commands);
        }
        shared.slots.take_resumable(|index| self.unpause(index));
        taken
    }

    fn spend_on(&self, command: &Command, share: &mut Share) {
        let bytes = |payload: &Arc<Counted>| payload.bytes().len();
        match command {
            Command::Send { payload, .. } => share.spend(1, bytes(payload)),
            Command::SendMany { to, payloads } => {
                share.spend_on_each(to.len(), longest(payloads, bytes));
            }
            Command::Broadcast { payloads, .. } => {
                share.spend_on_each(self.peers.len(), longest(payloads, bytes));
            }
            _ => {}
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Send { to, payload } => {
                self.uncounted += to.bytes();
                self.send(&to, Payload::Shared(&payload));
            }
            Command::SendMany { to, payloads } => {
                for to in &to {
                    if let Some(payload) = payloads.get(to.dialect) {
                        self.send(to, Payload::Shared(payload));
                    }
                }
            }
            Command::Broadcast { except, payloads } => {
                self.broadcast(except, &payloads.map(Payload::Shared));
            }
            Command::Connect(connect) => self.connect(*connect),
            Command::Resolved { peer, found } => self.resolved(peer, found),
            Command::Accept { peer, reply } => self.accept_request(peer, reply.bytes()),
            Command::Refuse { peer, goodbye } => self.refuse_request(peer, *goodbye),
            Command::Disconnect { peer, goodbye } => self.disconnect(peer, *goodbye),
            Command::Unreadable { peer } => self.unreadable(peer),
            Command::Kick { peer, goodbye } => self.kick(peer, *goodbye),
            Command::Drop { peer } => {
                if let Some(index) = self.peers.position(peer) {
                    self.close_now(index, End::new(Reason::Local, String::new()));
                }
            }
            Command::Met { peer } => {
                if let Some(index) = self.peers.position(peer)
                    && let Some(Stage::Open(open)) = self.peers.stage(index)
                {
                    open.met = true;
                }
            }
            Command::Close { goodbye, patience } => self.close(*goodbye, patience),
            Command::Awake => self.awake(),
            Command::Shutdown => self.leaving = true,
        }
    }
}

/// The length of the longest of what is sent in several dialects.
fn longest<P>(payloads: &Payloads<P>, len: impl Fn(&P) -> usize) -> usize {
    let lengths = Dialect::ALL.iter().filter_map(|dialect| payloads.get(*dialect).map(&len));
    lengths.max().unwrap_or(0)
}
