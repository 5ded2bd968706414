//! `cargo xtask test`: every test there is.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failures::{self, run_cargo, run_vitest};
use crate::judges;
use crate::load::Load;
use crate::packages::{self, Need};
use crate::step::{Outcome, built, cargo, output, step, target};
use crate::ui;

/// The WebDriver proxy for the app's window. Newer versions are pre-releases.
const TAURI_DRIVER: &str = "2.1.0";
/// Sets what the random breaks start from.
const SEED: &str = "DESKBELL_TEST_SEED";

/// What a run of the tests was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Options {
    /// How many times the random breaks of the standard run there are.
    more: u32,
    /// Whether every processor is kept busy meanwhile.
    loaded: bool,
    /// What is passed to `cargo test`, of which alone there is then a run.
    only: Option<Vec<String>>,
}

impl Options {
    fn read(arguments: &[String]) -> Outcome<Self> {
        let mut options = Self { more: 1, loaded: false, only: None };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--more" => {
                    let number = arguments.next().map(String::as_str).unwrap_or_default();
                    options.more = number
                        .parse()
                        .map_err(|_no_number| format!("`--more {number}`: that is not a whole number."))?;
                }
                "--loaded" => options.loaded = true,
                "--" => options.only = Some(arguments.by_ref().cloned().collect()),
                unknown => {
                    return Err(format!(
                        "`test` knows `--more N`, `--loaded` and `-- ARGUMENTS`, not `{unknown}`."
                    ));
                }
            }
        }
        Ok(options)
    }

    /// The beginning of the command that runs one test again under the same conditions.
    fn rerun(&self) -> String {
        let mut rerun = String::new();
        if let Ok(seed) = std::env::var(SEED) {
            rerun.push_str(&format!("{SEED}={seed} "));
        }
        rerun.push_str("cargo xtask test");
        if self.more != 1 {
            rerun.push_str(&format!(" --more {}", self.more));
        }
        if self.loaded {
            rerun.push_str(" --loaded");
        }
        rerun.push_str(" --");
        rerun
    }
}

/// Builds every program once, then runs the tests of the crates, of the UI, in browsers, and in the real window.
/// What fails does not keep the rest from running; at the end it is listed.
pub(crate) fn test(arguments: &[String]) -> Outcome {
    let options = Options::read(arguments)?;
    packages::ensure(Need::Test)?;
    let tauri_driver = tauri_driver()?;
    ui::build()?;
    let descriptions = judges::ready()?;
    // One build with one set of features: the tests start the very programs that were built with them.
    step("Building everything", cargo().args(["build", "--workspace", "--all-targets"]))?;
    let prepare = |command: &mut Command| {
        command.envs(descriptions.iter().map(|(variable, path)| (variable, path)));
        command
            .env("DESKBELL_BIN", built("debug", "deskbell"))
            .env("DESKBELL_HUB_BIN", built("debug", "deskbell-hub"))
            .env("DESKBELL_PRACTICE_BIN", built("debug", "deskbell-practice"))
            .env("DESKBELL_TAURI_DRIVER", &tauri_driver)
            .env("DESKBELL_TEST_MORE", options.more.to_string())
            // Everything is installed, so a test that finds something missing fails.
            .env("DESKBELL_TEST_COMPLETE", "1");
    };
    let _load = options.loaded.then(Load::start);
    let mut failures = Vec::new();
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--no-fail-fast"]).args(options.only.iter().flatten());
    prepare(&mut tests);
    run_cargo("Tests of the crates and of the window", &mut tests, &options.rerun(), &mut failures)?;
    if options.only.is_none() {
        run_vitest("Tests of the UI", "test", "default", |_| {}, &mut failures)?;
        if ui::has_script("e2e") {
            run_vitest("Tests in real browsers", "e2e", "verbose", prepare, &mut failures)?;
        }
    }
    failures::report(&failures)
}

/// Installs the pinned tauri-driver under `target`, so that nothing lands on the person's path.
pub(crate) fn tauri_driver() -> Outcome<PathBuf> {
    let tools = target().join("tools");
    let path = tools.join("bin").join(format!("tauri-driver{}", std::env::consts::EXE_SUFFIX));
    let listed = output(cargo().args(["install", "--list", "--root"]).arg(&tools)).unwrap_or_default();
    if path.is_file() && listed.contains(&format!("tauri-driver v{TAURI_DRIVER}")) {
        return Ok(path);
    }
    let build = tools.join("build");
    step(
        "Installing tauri-driver",
        cargo()
            .args(["install", "--locked", "--quiet", "tauri-driver", "--version", TAURI_DRIVER, "--root"])
            .arg(&tools)
            .arg("--target-dir")
            .arg(&build),
    )?;
    // Only the program is wanted. What remains of its build is not worth failing for.
    let _remains = fs::remove_dir_all(build);
    Ok(path)
}

#[cfg(test)]
mod tests;
