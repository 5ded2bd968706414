//! The composition root: puts engine, practice hub, window, toasts and tray together.
//!
//! Everything that knows Tauri or the desktop lives in this crate, and nothing else does.

mod args;
mod attention;
mod browser;
mod desk;
mod desktop;
mod hubs;
mod ipc;
mod keychain;
mod login;
mod opening;
mod paths;
mod practice;
mod reception;
mod sound;
mod toasts;
mod tray;
mod wake;
mod window;
mod words;

use std::process::ExitCode;

use clap::Parser;
use deskbell_client::Password;
use deskbell_clock::SystemClock;
use tokio::sync::OnceCell;
use tracing_subscriber::EnvFilter;

use crate::args::Args;
use crate::opening::Start;

/// Runs the program to its end. Whether there is a window is decided before anything touches the display.
#[must_use]
pub fn run() -> ExitCode {
    let log = EnvFilter::try_from_env("DESKBELL_LOG").unwrap_or_else(|_unset| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();
    let args = Args::parse();
    let outcome = paths::data(args.data.as_deref()).and_then(|data| {
        let password = std::env::var("DESKBELL_PASSWORD").ok().map(Password::new);
        let clock = SystemClock::shared();
        let start = Start { args, data, password, clock, keys: OnceCell::new() };
        let context = tauri::generate_context!();
        if start.args.browser { browser::run(start, context) } else { desktop::run(start, context) }
    });
    outcome.unwrap_or_else(|sentence| {
        eprintln!("{sentence}");
        ExitCode::FAILURE
    })
}
