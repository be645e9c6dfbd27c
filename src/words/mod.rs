//! The vocabulary: what a game says to a host and hears of it, and what all the folders above call it.

pub mod address;
pub mod config;
pub(crate) mod end;
pub mod error;
pub mod event;
mod log_record;
mod os_error;
mod query;
mod scheme;
mod shown;
mod target;
mod transport;

pub(crate) use end::End;
pub use log_record::{Level, LogRecord};
pub(crate) use os_error::OsError;
pub use scheme::Scheme;
pub use transport::Transport;
