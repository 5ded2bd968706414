//! Tests of the whole hub with a real server, real sockets, a real SQLite file and a manual clock.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that panics has failed"
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
mod command_line;
mod connection_limits;
mod contacts;
mod conversation;
mod directory;
mod echoes;
mod foreign_clients;
mod health;
mod history;
mod limits;
mod long_conversations;
mod membership;
mod notifications;
mod old_stores;
mod outbound;
mod program;
mod provider_shapes;
mod queueing;
mod reactions;
mod restarts;
mod retries;
mod routing;
mod sessions;
mod shutdown;
mod sms;
mod sync;
mod transcripts;
mod viewers;
mod world;
