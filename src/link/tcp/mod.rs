//! TCP: a link with one lane, and a port that such links come through.

mod endpoint;
mod stream;

pub(super) use endpoint::TcpEndpoint;
pub(super) use stream::TcpLink;
