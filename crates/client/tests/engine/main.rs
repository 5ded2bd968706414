//! Stories of the engine against a hub that follows a script: real sockets, a real encrypted cache.

// Whoever tells a story may stumble: that is how it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

mod browser;
mod commands;
mod connection;
mod contacts;
mod grants;
mod held_messages;
mod history;
mod keys;
mod old_caches;
mod outbox;
mod reconcile;
mod search;
mod send_permission;
mod sign_in;
mod storage;
mod transcript;
mod viewers;
