//! The program `deskbell`: a window, or with `--browser` the same workspace in a browser.

// A release build on Windows opens no console beside the window.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    deskbell::run()
}
