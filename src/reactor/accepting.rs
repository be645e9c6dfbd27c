//! Letting connections in: so many a turn, so many that have not greeted, and none while the system has no
//! descriptors left.

use std::io;
use std::num::NonZeroU32;
use std::time::Duration;

use crate::event::Reason;
use crate::link::os::AcceptFailure;
use crate::link::{Arrival, Client};
use crate::reactor::Reactor;
use crate::reactor::failed_handshakes::REPORT_EVERY;
use crate::reactor::peer::Peer;
use crate::reactor::session::Session;
use crate::shared::count;
use crate::shared::slot::State;
use crate::wire::Takes;
use crate::words::{End, Level, OsError};

/// Connections taken from one listener in a turn, so that it does not hold up everything else.
const ACCEPTS_PER_TURN: usize = 128;
/// When to try again after the system had no descriptor, or the table no slot.
const ACCEPT_RETRY: Duration = Duration::from_millis(100);
/// When to try again where all of a turn's clients had given up: it may be the listener that is gone, as in an app that
/// iOS had in the background, and then there is no end of them. It is short, since a crowd may have given up.
const GIVEN_UP_RETRY: Duration = Duration::from_millis(10);

/// Why accepting on a listener stops for this turn.
enum Stop {
    /// Nobody waits any more.
    NobodyWaits,
    /// Those were as many as a turn may take; more may wait.
    TurnsShare,
    /// There is no room for more.
    NoRoom,
    /// Those were as many, and all had given up.
    AllGaveUp,
}

impl Reactor {
    /// Accepts on every listener that may have connections waiting.
    pub(super) fn accept_all(&mut self) {
        if self.accept_at.is_some_and(|at| at > self.now) {
            return;
        }
        self.accept_at = None;
        for id in std::mem::take(&mut self.to_accept) {
            let pause = match self.accept_some(id) {
                Stop::NobodyWaits => continue,
                Stop::TurnsShare => None,
                Stop::NoRoom => Some(ACCEPT_RETRY),
                Stop::AllGaveUp => Some(GIVEN_UP_RETRY),
            };
            self.to_accept.push(id);
            self.accept_at = self.accept_at.max(pause.map(|pause| self.now + pause));
        }
    }

    fn accept_some(&mut self, id: NonZeroU32) -> Stop {
        let (mut gave_up, mut why) = (0, None);
        for _ in 0..ACCEPTS_PER_TURN {
            if !self.shared.slots.has_room() && !self.close_oldest_refused() {
                count(&self.shared.counters.accept_pauses);
                return Stop::NoRoom;
            }
            match self.network.accept(id) {
                Ok(Arrival::Client(client)) => self.take_in(client),
                Ok(Arrival::GivenUp(error)) => (gave_up, why) = (gave_up + 1, Some(error)),
                Ok(Arrival::Nobody) => return Stop::NobodyWaits,
                // The system had no descriptor left: now it has one.
                Err(error)
                    if AcceptFailure::of(&error).is_room() && self.close_oldest_refused() => {}
                Err(error) => {
                    self.report_failed(id, &error);
                    return Stop::NoRoom;
                }
            }
        }
        match why {
            Some(error) if gave_up == ACCEPTS_PER_TURN => {
                self.report_failed(id, &error);
                Stop::AllGaveUp
            }
            _ => Stop::TurnsShare,
        }
    }

    fn report_failed(&mut self, id: NonZeroU32, error: &io::Error) {
        count(&self.shared.counters.accept_pauses);
        let os_error = error.raw_os_error().unwrap_or(0);
        let advice = AcceptFailure::of(error).advice();
        let text =
            format!("no connection can be accepted at the moment: {}; {advice}", OsError(error));
        if self.exhaustion_reported.is_none_or(|at| self.now >= at + REPORT_EVERY) {
            self.exhaustion_reported = Some(self.now);
            self.shared.log.add(Level::Error, text.clone());
            self.publisher.trouble(id, Reason::None, os_error, text);
        }
    }

    fn take_in(&mut self, client: Client) {
        let Client { link, address, via, approval } = client;
        let shared = self.shared.clone();
        let too_many = !self.greeting_limits.enter(address.ip(), &shared.config);
        let claimed = shared.slots.claim(State::Greeting, 1, via, Some(address));
        let Some(id) = claimed else {
            self.greeting_limits.leave(Some(address));
            return;
        };
        let session = Session::accept(via.dialect, &self.common, id, self.now);
        let speaks_first = session.is_greeted();
        let index = self.place(Peer::accepted(id, link, session, approval));
        if let Err(error) = self.register(index) {
            self.close_now(index, End::os(Reason::Lost, "watching a new connection", &error));
        } else if too_many {
            count(&shared.counters.refused_per_address);
            let text = format!(
                "{} connections of your address have not greeted yet, and the server takes no more of them \
                 (max_greeting_per_address)",
                shared.config.max_greeting_per_address
            );
            self.turn_away(index, Reason::Full, &text);
        } else if !shared.budget.admits() {
            count(&shared.counters.refused_memory);
            self.turn_away(index, Reason::Memory, "the server is short of memory (memory_budget)");
        } else if speaks_first {
            self.greeted(index, &[], Takes::ANYTHING);
        } else {
            self.tick(index);
        }
    }
}
