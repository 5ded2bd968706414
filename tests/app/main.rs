//! Tests of the whole: the house's directions, and conversations through every floor, with the real programs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod architecture;
mod chaos;
mod checking;
mod months;
mod support;
