//! Connecting to a server.

use crate::address::{Address, Target};
use crate::api::handle::Handle;
use crate::error::{Error, Result};
use crate::event::PeerId;
use crate::shared::command::{Command, Connect};
use crate::shared::payload::Counted;
use crate::shared::slot::State;
use crate::shared::via::Via;
use crate::value::Message;
use crate::wire::{self, Dialect};

impl Handle {
    /// Connects to a server: `tcp://play.example.org:31425`, `10.0.0.1`, `podsixnet://[::1]`; see
    /// [`address`](crate::address). A name is looked up without blocking, and up to 16 of its addresses are
    /// tried, the next 250 ms after the last one began or as soon as that has failed. The id is there at
    /// once, and the game may send at once: what it sends waits until CONNECTED. One of CONNECTED and ERROR
    /// follows (only the last event, if the game closes it before it has polled CONNECTED).
    /// `hello` (at most 4,096 bytes) is what the server sees of this client before it lets it in.
    ///
    /// A server of PodSixNet that has said nothing for
    /// [`GREETING_WAIT`](crate::wire::podsixnet::GREETING_WAIT) counts as having greeted: CONNECTED comes. If
    /// its first message then is a refusal, DISCONNECTED with [`Reason::Refused`](crate::Reason::Refused)
    /// follows; a greeting that brings more than the word "connected", or a second one, is a message.
    ///
    /// # Errors
    /// What goes wrong on the way is no error of this call but the ERROR event.
    /// - `BadAddress` for what cannot be read as an address, `*`, port 0, or `podsixnet+custom://` before
    ///   [`set_codec`](Self::set_codec)
    /// - `HelloTooLarge`; `Unsendable` for a hello with a tuple as a key, and for any hello to an address of
    ///   PodSixNet; [what a mistake in it answers](Error#mistakes-in-a-message)
    /// - `TooManyPeers` if there are `max_peers`, `Memory` while three quarters of `memory_budget` are in use
    /// - `Closing` from when [`close`](crate::Host::close) was called
    /// - [those of every call](Handle#errors)
    pub fn connect(&self, address: &str, hello: Option<&Message>) -> Result<PeerId> {
        self.check_open()?;
        let address = Address::parse(address)?;
        if address.host == Target::Any {
            return Err(Error::BadAddress(
                "connecting needs the name or address of a server".into(),
            ));
        }
        if address.port == 0 {
            return Err(Error::BadAddress("connecting needs a port other than 0".into()));
        }
        self.shared.dialects.codec(address.scheme.dialect)?;
        if hello.is_some_and(Message::has_tuple_keys) {
            return Err(Error::Unsendable(
                "a hello cannot have a tuple as a key, for not every server takes that: send it as a \
                 message once the connection is open"
                    .into(),
            ));
        }
        let hello = greeting(hello)?;
        if !hello.is_empty() && address.scheme.dialect != Dialect::Podsix {
            return Err(Error::Unsendable(format!(
                "{} has no hello: send it as the first message",
                address.scheme
            )));
        }
        if !self.shared.budget.admits() {
            let (used, budget) = (self.shared.budget.used(), self.shared.budget.limit());
            return Err(Error::Memory { used, budget });
        }
        let via = Via::new(None, address.scheme);
        let full = Error::TooManyPeers { limit: self.shared.config.max_peers };
        if !self.shared.take_seat() {
            return Err(full);
        }
        let Some(peer) = self.shared.slots.claim(State::Connecting, 2, via, None) else {
            self.shared.leave_seat();
            return Err(full);
        };
        let hello = Counted::new(hello.into(), &self.shared.budget);
        self.command(Command::Connect(Box::new(Connect { peer, address, hello })));
        Ok(peer)
    }
}

/// A hello or reply, checked.
pub(super) fn greeting(message: Option<&Message>) -> Result<Box<[u8]>> {
    let Some(message) = message else { return Ok(Box::default()) };
    let bytes = message.bytes()?;
    if bytes.len() > wire::MAX_HELLO {
        return Err(Error::HelloTooLarge { size: bytes.len() });
    }
    Ok(bytes.into())
}
