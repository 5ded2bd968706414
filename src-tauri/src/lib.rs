//! The composition root: puts engine, practice hub, window, toasts and tray together.
//!
//! All code that knows Tauri or the desktop lives in this crate.

mod alerts;
mod args;
mod autostart;
mod browser;
mod desktop;
mod host_state;
mod ipc;
mod keychain;
mod paths;
mod practice;
mod remembered_hubs;
mod shell;
mod sound;
mod startup;
mod strings;
mod toasts;
mod tray;
mod wake;
mod window;
mod window_events;
mod workspace;
mod workspace_switcher;

use std::process::ExitCode;

use clap::Parser;
use deskbell_client::Password;
use deskbell_clock::SystemClock;
use tokio::sync::OnceCell;
use tracing_subscriber::EnvFilter;

use crate::args::Args;
use crate::startup::Startup;

/// Runs the program to its end. Decides between window and browser before anything touches the display.
#[must_use]
pub fn run() -> ExitCode {
    let log = EnvFilter::try_from_env("DESKBELL_LOG").unwrap_or_else(|_unset| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(log).with_writer(std::io::stderr).init();
    let args = Args::parse();
    let outcome = paths::data_dir(args.data.as_deref()).and_then(|data_dir| {
        let password = std::env::var("DESKBELL_PASSWORD").ok().map(Password::new);
        let clock = SystemClock::shared();
        let startup = Startup { args, data_dir, password, clock, secrets: OnceCell::new() };
        let context = tauri::generate_context!();
        if startup.args.browser { browser::run(startup, context) } else { desktop::run(startup, context) }
    });
    outcome.unwrap_or_else(|message| {
        eprintln!("{message}");
        ExitCode::FAILURE
    })
}
