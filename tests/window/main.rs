//! The real window under a virtual display, with a real session bus, a real notification daemon and a
//! real key store, driven from outside as a person would.
//!
//! `cargo xtask test` installs what this needs. Where something is missing, a test says what and how to
//! get it; in CI that fails.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on stops"
)]

mod driver;
mod keyboard;
mod page;
mod processes;
mod screen;
mod world;

mod going_on;
mod opens;
mod scrolling;
mod story;
