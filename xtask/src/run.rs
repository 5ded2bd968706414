//! `cargo xtask run`: from a fresh clone to the open window.

use std::env;

use crate::packages::{self, Need};
use crate::step::{Outcome, built, cargo, program, step};
use crate::ui;

/// Builds and opens Deskbell; `arguments` go to it.
///
/// The build is a debug one: a newcomer waits minutes less for it, and what runs hot (the cipher, SQLite,
/// the password hash) is optimised in it all the same. `cargo xtask dist` makes the release build.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    packages::ensure(Need::Build)?;
    ui::build()?;
    step(
        "Building Deskbell (the first time takes some minutes)",
        cargo().args(["build", "--bin", "deskbell"]),
    )?;
    let mut deskbell = program(built("debug", "deskbell"));
    if let Ok(here) = env::current_dir() {
        deskbell.current_dir(here);
    }
    let no_display = env::var_os("DISPLAY").is_none() && env::var_os("WAYLAND_DISPLAY").is_none();
    if cfg!(target_os = "linux") && no_display && !arguments.iter().any(|argument| argument == "--browser") {
        println!("There is no display here, so Deskbell serves your browser instead.");
        deskbell.arg("--browser");
    }
    step("Deskbell", deskbell.args(arguments))
}
