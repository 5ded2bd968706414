//! The simulated provider and its customers, seen from a hub that does no more than note what it is brought.
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
