//! `cargo xtask test`: every test there is.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::judges;
use crate::packages::{self, Need};
use crate::step::{Outcome, built, cargo, output, step, target};
use crate::ui;

/// The WebDriver proxy for the app's window. Newer versions are pre-releases.
const TAURI_DRIVER: &str = "2.1.0";

/// Builds every program once, then runs the tests of the crates, of the UI, in browsers, and in the real window.
pub(crate) fn test(arguments: &[String]) -> Outcome {
    let more = more(arguments)?;
    packages::ensure(Need::Test)?;
    let tauri_driver = tauri_driver()?;
    ui::build()?;
    let descriptions = judges::ready()?;
    // One build with one set of features: the tests start the very programs that were built with them.
    step("Building everything", cargo().args(["build", "--workspace", "--all-targets"]))?;
    let with = |command: &mut Command| -> Command {
        let mut prepared = std::mem::replace(command, Command::new("true"));
        prepared.envs(descriptions.iter().map(|(variable, path)| (variable, path)));
        prepared
            .env("DESKBELL_BIN", built("debug", "deskbell"))
            .env("DESKBELL_HUB_BIN", built("debug", "deskbell-hub"))
            .env("DESKBELL_PRACTICE_BIN", built("debug", "deskbell-practice"))
            .env("DESKBELL_TAURI_DRIVER", &tauri_driver)
            .env("DESKBELL_TEST_MORE", more.to_string())
            // Everything is installed, so a test that finds something missing fails.
            .env("DESKBELL_TEST_COMPLETE", "1");
        prepared
    };
    step("Tests of the crates and of the window", &mut with(cargo().args(["test", "--workspace"])))?;
    step("Tests of the UI", ui::npm().args(["run", "test"]))?;
    if ui::has_script("e2e") {
        step("Tests in real browsers", &mut with(ui::npm().args(["run", "e2e"])))?;
    }
    Ok(())
}

/// The factor after `--more`; 1 without it.
fn more(arguments: &[String]) -> Outcome<u32> {
    match arguments {
        [] => Ok(1),
        [flag, number] if flag == "--more" => {
            number.parse().map_err(|_no_number| format!("`--more {number}`: that is not a whole number."))
        }
        _ => Err(format!("`test` knows only `--more N`, not `{}`.", arguments.join(" "))),
    }
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
