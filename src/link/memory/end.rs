//! One end of a connection: what has arrived there, and what it has on its way.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;

use crate::link::subject::Subject;
use crate::wire::Moment;

/// Whether a connection stands, as one end knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Connecting,
    Established,
    /// It has failed, or was reset.
    Broken(io::ErrorKind),
    /// This end is closed: what arrives is answered with a reset.
    Closed,
}

/// What has happened to an end since its station was told last.
#[derive(Clone, Copy, Default)]
pub(super) struct News {
    pub(super) readable: bool,
    pub(super) read_closed: bool,
    pub(super) writable: bool,
}

pub(super) struct End {
    /// Whose it is; none while it waits for the listener to hear of it.
    pub(super) station: Option<usize>,
    /// Whom its readiness is reported for; none while it is paused.
    pub(super) subject: Option<Subject>,
    pub(super) address: SocketAddr,
    pub(super) standing: Standing,
    /// Arrived and not read.
    pub(super) stream: VecDeque<u8>,
    pub(super) datagrams: VecDeque<Vec<u8>>,
    /// The other end sends no more.
    pub(super) ended: bool,
    /// Of what this end has written, what the other end has not read.
    pub(super) unread: usize,
    /// A write was not taken whole, and more room has not been reported since.
    pub(super) full: bool,
    /// This end sends no more.
    pub(super) finished: bool,
    /// When the last thing that has to keep its order arrives at the other end.
    pub(super) last_arrival: Moment,
    /// What its station has yet to be told.
    pub(super) news: Option<News>,
}

impl End {
    pub(super) fn new(address: SocketAddr) -> End {
        End {
            station: None,
            subject: None,
            address,
            standing: Standing::Connecting,
            stream: VecDeque::new(),
            datagrams: VecDeque::new(),
            ended: false,
            unread: 0,
            full: false,
            finished: false,
            last_arrival: Moment::START,
            news: None,
        }
    }

    /// What is there already for one who begins to listen.
    pub(super) fn news_so_far(&self) -> News {
        let broken = matches!(self.standing, Standing::Broken(_));
        News {
            readable: broken || self.ended || !self.stream.is_empty() || !self.datagrams.is_empty(),
            read_closed: broken || self.ended,
            writable: broken || self.standing == Standing::Established,
        }
    }
}
