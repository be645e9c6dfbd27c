//! TCP: a link with one lane, and a port that such links come through.

mod endpoint;
mod patience;
mod stream;
mod unsent;

pub(super) use endpoint::TcpEndpoint;
pub(super) use patience::Patience;
pub(super) use stream::TcpLink;
pub(crate) use unsent::Unsent;
