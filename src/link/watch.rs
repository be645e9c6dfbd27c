//! What the poll watches: every socket from its first moment to its last.

use std::io;

use mio::event::Source;
use mio::{Interest, Poll, Registry, Token};

use crate::link::descriptors::Descriptors;
use crate::link::os::{self, HasDescriptor};

/// Whether a poll has a descriptor that a forked child gets a copy of.
const POLL_IS_COPIED: bool = cfg!(any(target_os = "linux", target_os = "android"));

pub(crate) struct Watch {
    registry: Registry,
    descriptors: Descriptors,
}

impl Watch {
    /// What `poll` is to watch.
    pub(crate) fn new(poll: &Poll) -> io::Result<Watch> {
        let watch =
            Watch { registry: poll.registry().try_clone()?, descriptors: Descriptors::new() };
        if POLL_IS_COPIED {
            watch.note(poll);
            watch.note(&watch.registry);
        }
        Ok(watch)
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Watches a new socket.
    pub(crate) fn begin(
        &self,
        socket: &mut (impl Source + HasDescriptor),
        token: Token,
        interest: Interest,
    ) -> io::Result<()> {
        self.registry.register(socket, token, interest)?;
        self.note(socket);
        Ok(())
    }

    /// Has something that has been opened closed in a forked child.
    pub(crate) fn note(&self, opened: &impl HasDescriptor) {
        if let Some(number) = os::descriptor(opened) {
            self.descriptors.add(number);
        }
    }

    /// Watches a socket for somebody else. What is ready at this moment is reported once more.
    pub(crate) fn change(
        &self,
        socket: &mut impl Source,
        token: Token,
        interest: Interest,
    ) -> io::Result<()> {
        self.registry.reregister(socket, token, interest)
    }

    /// Closes a socket. It is taken out of the poll first, since closing alone does that only where no
    /// forked child has a copy of it: its events would be taken for those of the next connection with
    /// its token.
    pub(crate) fn close(&self, mut socket: impl Source + HasDescriptor) {
        // It fails only for one that is not watched.
        let _ = self.registry.deregister(&mut socket);
        if let Some(number) = os::descriptor(&socket) {
            self.descriptors.remove(number);
        }
    }

    /// Closes the copies that a forked child has. Nothing here or in the reactor may be used or dropped
    /// after that.
    pub(crate) fn close_copies(&self) {
        self.descriptors.drain(os::close_copy);
    }
}
