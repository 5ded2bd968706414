//! The composition root: puts engine, practice hub, window, toasts and tray together.
//!
//! Everything that knows Tauri or the desktop lives in this crate, and nothing else does.

mod args;
mod window;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Args;

/// Runs the program to its end.
#[must_use]
pub fn run() -> ExitCode {
    let _args = Args::parse();
    let started = tauri::Builder::default()
        .setup(|app| {
            window::open(app.handle())?;
            Ok(())
        })
        .run(tauri::generate_context!());
    match started {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Deskbell cannot start: {error}.");
            ExitCode::FAILURE
        }
    }
}
