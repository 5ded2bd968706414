//! Benchmarks of the performance budgets. Each row is compared with a baseline that is measured in the same run, by
//! turns and several times.
//!
//! `cargo xtask bench [ROW...]` builds the programs under test and starts this one. Its files are in `target/bench` and
//! are removed at the end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed measurement panics, and its row reports the reason"
)]

mod agent;
mod corpus;
mod dataset;
mod deliveries;
mod figures;
mod framebuffer;
mod hub;
mod memory;
mod process;
mod rows;
mod virtual_desktop;
mod webhook_client;
mod window;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use figures::{Figure, load};

/// Measures one row. Panics if it cannot.
type Measure = fn() -> Vec<Figure>;

/// The rows in the order of measurement.
const ROWS: &[(&str, Measure)] = &[
    ("inbound", rows::inbound::measure),
    ("prosody", rows::prosody::measure),
    ("painted", rows::painted::measure),
    ("agents", rows::agents::measure),
    ("search", rows::search::measure),
    ("catch-up", rows::catch_up::measure),
    ("window", rows::window::measure),
    ("page", rows::page::measure),
];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = wanted.iter().find(|name| !ROWS.iter().any(|(row, _)| row == name)) {
        let known: Vec<_> = ROWS.iter().map(|(row, _)| *row).collect();
        eprintln!("There is no row `{unknown}`. The rows are: {}.", known.join(", "));
        return ExitCode::FAILURE;
    }
    let mut figures = Vec::new();
    for (row, measure) in ROWS {
        if !wanted.is_empty() && !wanted.iter().any(|name| name == row) {
            continue;
        }
        println!("── {row} (load {})", load());
        match catch_unwind(AssertUnwindSafe(measure)) {
            Ok(measured) => {
                for figure in &measured {
                    println!("   {figure}");
                }
                figures.extend(measured);
            }
            Err(_panic) => figures.push(Figure::not_measured(row, "it failed; the reason is above")),
        }
    }
    dataset::remove();
    println!("\nOn {} processors, load {}:\n", processors(), load());
    println!("{}", figures::table(&figures));
    if figures.iter().all(Figure::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(0, std::num::NonZero::get)
}
