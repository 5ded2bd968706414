//! The SMS channel, against what Twilio documents.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod consent;
mod doctor;
mod parse;
mod provider;
mod send;
mod settings;
mod signature;
mod support;
