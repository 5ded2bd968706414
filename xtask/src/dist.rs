//! `cargo xtask dist`: a release build in one folder.

use std::fs;
use std::path::Path;

use crate::packages::{self, Need};
use crate::step::{Outcome, built, cargo, root, step, target};
use crate::ui;

/// What is handed out beside the programs.
const PAPERS: &[&str] = &["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];

/// Builds app and hub in release and lays them out in `target/dist`.
pub(crate) fn dist() -> Outcome {
    packages::ensure(Need::Build)?;
    ui::build()?;
    let programs = ["deskbell", "deskbell-hub"];
    let mut release = cargo();
    // `production` serves the UI from within the program as an installed app does, without developer tools.
    release.args(["build", "--release", "--locked", "--package", "deskbell", "--package", "deskbell-hub"]);
    step("Building the release", release.args(["--features", "deskbell/production"]))?;
    let folder = target().join("dist");
    fs::create_dir_all(&folder).map_err(|error| format!("Cannot make {}: {error}.", folder.display()))?;
    for program in programs {
        copy(&built("release", program), &folder)?;
    }
    for paper in PAPERS.iter().map(|paper| root().join(paper)).filter(|paper| paper.is_file()) {
        copy(&paper, &folder)?;
    }
    println!("The release is in {}.", folder.display());
    Ok(())
}

fn copy(file: &Path, folder: &Path) -> Outcome {
    let name = file.file_name().unwrap_or_default();
    fs::copy(file, folder.join(name))
        .map(|_bytes| ())
        .map_err(|error| format!("Cannot copy {}: {error}.", file.display()))
}
