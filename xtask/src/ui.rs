//! The UI's own build: what npm installs, and `ui/dist`, without which the app does not compile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::step::{Outcome, found, output, program, root, step};

/// The oldest Node that the UI's tools run on.
const OLDEST_NODE: u32 = 20;

/// npm, in the UI's folder.
pub(crate) fn npm() -> Command {
    let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder());
    command
}

/// Installs what the lock file names, if it was not yet.
pub(crate) fn install() -> Outcome {
    if !found("node") {
        return Err(format!("Node is missing. Install Node {OLDEST_NODE} or newer from https://nodejs.org."));
    }
    let version = output(Command::new("node").arg("--version")).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < OLDEST_NODE) {
        return Err(format!(
            "Node {version} is too old: install Node {OLDEST_NODE} or newer from https://nodejs.org."
        ));
    }
    install_in(&folder(), "Installing the UI's packages")
}

/// Installs what the lock file of a folder names, if it was not yet.
pub(crate) fn install_in(folder: &Path, what: &str) -> Outcome {
    let installed = modified(&folder.join("node_modules/.package-lock.json"));
    let wanted = modified(&folder.join("package-lock.json"));
    if installed.is_some() && installed >= wanted {
        return Ok(());
    }
    step(what, npm().current_dir(folder).args(["ci", "--no-audit", "--no-fund"]))
}

/// Builds `ui/dist`, if anything it is made of is newer.
pub(crate) fn build() -> Outcome {
    install()?;
    let dist = modified(&folder().join("dist/index.html"));
    if dist.is_some() && dist > newest(&folder()) {
        return Ok(());
    }
    step("Building the UI", npm().args(["run", "build"]))
}

/// Whether the UI's package has a script of this name.
pub(crate) fn has_script(name: &str) -> bool {
    let manifest = fs::read_to_string(folder().join("package.json")).unwrap_or_default();
    manifest.contains(&format!("\"{name}\":"))
}

fn folder() -> PathBuf {
    root().join("ui")
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|it| it.modified()).ok()
}

/// When the newest source of the UI was changed.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?;
    entries
        .flatten()
        .filter(|entry| {
            !matches!(
                entry.file_name().to_str(),
                Some("dist" | "dist-fixture" | "node_modules" | "e2e" | "fixture")
            )
        })
        .map(|entry| if entry.path().is_dir() { newest(&entry.path()) } else { modified(&entry.path()) })
        .max()
        .flatten()
}
