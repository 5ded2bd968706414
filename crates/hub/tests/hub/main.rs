//! Stories of the whole hub: real server, real sockets, real SQLite, a clock turned by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a story that stumbles has failed"
)]

mod admin;
mod bad_input;
mod case;
mod manners;
mod membership;
mod outbound;
mod people;
mod reactions;
mod restarts;
mod routing;
mod sessions;
mod sync;
mod thread;
mod transcripts;
mod world;
