//! The C ABI: every function of include/podsix.h, one file per noun, and the only unsafe code but for a
//! few system calls in `link/os`.
//!
//! Each function has one shape: check the arguments, call the safe API, convert the result.
//!
//! | file | its idea |
//! |---|---|
//! | `guard` | what surrounds a call: panics are caught, and one thread at a time where it must be |
//! | `input` | what C passes in, checked |
//! | `output` | what goes back through pointers |
//! | `library`, `codes` | versions; numbers of errors and reasons, and all names |
//! | `config`, `host`, `listener`, `peer`, `frame_loop`, `stats`, `log` | functions on a host |
//! | `event` | events, and their dispatch by name |
//! | `message`, `message_add`, `value` | writing and reading |
//! | `text` | what others wrote, for people |
//! | `layout` | sizes and offsets, which never change |
//! | `codec` | a codec of the game's own |
//! | `raw` | values as bare addresses |
//!
//! build.rs makes the header of these files: a doc comment here is written for who reads it there, and one
//! that begins with `# Words` begins a chapter. The rules that all functions keep, and the promises their
//! callers make, stand in the header's first comment (in cbindgen.toml). The SAFETY lines lean on these:
//! - *host*: a host comes from podsix_host_new and is not freed before or during the call;
//! - *message*: a message comes from podsix_message_new, and one thread at a time builds it;
//! - *value*: a value is NULL or came from this library, and its event or message still lives;
//! - *input*: a pointer leads to as much as the length beside it says, or to a NUL-terminated string;
//! - *output*: a pointer leads to room for what its type, or the capacity beside it, says.

#![allow(unsafe_code, reason = "C passes pointers")]
#![allow(rustdoc::broken_intra_doc_links, reason = "comments are written for the C header")]
#![allow(non_camel_case_types, reason = "types are named as C programs see them")]
#![allow(clippy::missing_safety_doc, reason = "the header's first comment holds for all functions")]

pub mod codec;
pub mod codes;
pub mod config;
pub mod event;
#[cfg(feature = "fault-injection")]
pub mod fault;
pub mod frame_loop;
mod guard;
pub mod host;
mod input;
mod layout;
pub mod library;
pub mod listener;
pub mod log;
pub mod message;
pub mod message_add;
mod output;
pub mod peer;
mod raw;
pub mod stats;
pub mod text;
pub mod value;
