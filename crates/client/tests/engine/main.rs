//! Stories of the engine against a hub that follows a script: real sockets, a real encrypted cache.

mod support;

mod browser;
mod commands;
mod connection;
mod grants;
mod keys;
mod outbox;
mod reconcile;
mod search;
mod storage;
mod transcript;
