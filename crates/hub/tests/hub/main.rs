//! Stories of the whole hub: real server, real sockets, real SQLite, a clock turned by hand.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a story that stumbles has failed"
)]

mod addresses;
mod admin;
mod backups;
mod bad_input;
mod bad_providers;
mod broken_frames;
mod case;
mod check;
mod clocks;
mod contacts;
mod crowds;
mod directory;
mod elsewhere;
mod health;
mod limits;
mod long_conversations;
mod looking;
mod looking_back;
mod manners;
mod membership;
mod notifications;
mod outbound;
mod people;
mod program;
mod provider_shapes;
mod reactions;
mod restarts;
mod retrying;
mod routing;
mod sessions;
mod stopping;
mod sync;
mod thread;
mod transcripts;
mod waiting;
mod world;
