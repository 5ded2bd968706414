//! Tests of the whole: the structure of the repository, and conversations through every layer, with the real programs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod architecture;
mod architecture_doc;
mod chaos;
mod checking;
mod months;
mod sources;
mod support;
