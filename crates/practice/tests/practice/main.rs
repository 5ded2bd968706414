//! The simulated providers and their customers, with a hub that only records what it receives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod cast;
mod faults;
mod judge;
mod posts;
mod program;
mod replies;
mod sms;
mod stub;
mod templates;
mod webhooks;
