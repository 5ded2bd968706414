//! The budgets, measured: each row beside something measured in the same run, in turns, several times.
//!
//! `cargo xtask bench [ROW...]` builds what is measured and starts this program. It writes nothing into the
//! repository; its own files lie under `target/bench` and are gone afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on stops, and its row says why"
)]

mod agent;
mod deliveries;
mod figures;
mod filled;
mod hub;
mod memory;
mod picture;
mod process;
mod rows;
mod screen;
mod senders;
mod window;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use figures::{Figure, load};

/// Measures one row, or panics with the reason why it cannot.
type Measure = fn() -> Vec<Figure>;

/// The rows in the order in which they are measured, with what measures them.
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
        eprintln!("There is no row `{unknown}`. The rows: {}.", known.join(", "));
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
            Err(_said_above) => figures.push(Figure::not_measured(row, "it stopped; the reason is above")),
        }
    }
    filled::remove();
    println!("\nOn {} processors, load {}:\n", processors(), load());
    println!("{}", figures::table(&figures));
    if figures.iter().all(Figure::holds) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(0, std::num::NonZero::get)
}
