//! `cargo xtask bench [ROW...]`: the budgets, measured on the programs as they are handed out.

use std::process::Command;

use crate::packages::{self, Need};
use crate::step::{Outcome, built, cargo, step};
use crate::{test, ui};

/// Builds the release and what measures it, and measures the given rows; without any, all of them.
pub(crate) fn bench(rows: &[String]) -> Outcome {
    packages::ensure(Need::Test)?;
    let tauri_driver = test::tauri_driver()?;
    ui::build()?;
    let mut release = cargo();
    release.args(["build", "--release", "--locked", "--features"]);
    release.arg("deskbell/production,deskbell-empty-window/window");
    for package in ["deskbell", "deskbell-hub", "deskbell-bench", "deskbell-empty-window"] {
        release.args(["--package", package]);
    }
    step("Building the release", &mut release)?;
    let mut program = Command::new(built("release", "deskbell-bench"));
    let status = program
        .args(rows)
        .env("DESKBELL_TAURI_DRIVER", tauri_driver)
        .status()
        .map_err(|error| format!("The measuring cannot start: {error}."))?;
    if status.success() { Ok(()) } else { Err("Not every budget was measured and holds.".into()) }
}
