//! The program `deskbell`: a window, or with `--browser` the same workspace in a browser.

// In a release build on Windows no console opens beside the window.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    deskbell::run()
}
