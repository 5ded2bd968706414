//! The UI's own build: what npm installs, and `ui/dist`, without which the app does not compile.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::step::{Outcome, found, output, program, root, step};

/// The oldest Node that the UI's tools run on: major and minor version, as in `engines` of its package.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// npm, in the UI's folder.
pub(crate) fn npm() -> Command {
    let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder());
    command
}

/// Installs what the lock file names, if it was not yet.
pub(crate) fn install() -> Outcome {
    let (major, minor) = OLDEST_NODE;
    let advice = format!("Install Node {major}.{minor} or newer from https://nodejs.org.");
    if !found("node") {
        return Err(format!("Node is missing. {advice}"));
    }
    let version = output(Command::new("node").arg("--version")).unwrap_or_default();
    if numbers(&version).is_none_or(|it| it < OLDEST_NODE) {
        return Err(format!("Node {version} is too old. {advice}"));
    }
    install_in(&folder(), "Installing the UI's packages")
}

/// Major and minor version in what `node --version` prints.
fn numbers(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|number| number.parse().ok());
    numbers.next().zip(numbers.next())
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

/// The UI's folder.
pub(crate) fn folder() -> PathBuf {
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

#[cfg(test)]
mod tests {
    use super::{OLDEST_NODE, numbers};

    #[test]
    fn node_is_compared_by_its_minor_version_as_well() {
        assert_eq!(numbers("v20.19.43"), Some((20, 19)));
        assert!(numbers("v20.9.0") < Some(OLDEST_NODE));
        assert!(numbers("v22.1.0") > Some(OLDEST_NODE));
        assert_eq!(numbers("no version"), None);
    }
}
