//! `cargo xtask shots`: pictures of every view, for looking at and for the README.

use crate::packages::{self, Need};
use crate::step::{Outcome, built, cargo, root, step, target};
use crate::ui;

/// The pictures of the README, as they are called among all pictures and in `docs/pictures`.
const OF_README: [(&str, &str); 2] = [
    ("workspace-light-en-1280x800.png", "workspace-light.png"),
    ("workspace-dark-en-1280x800.png", "workspace-dark.png"),
];

/// Writes a picture of every view, light and dark, in two sizes and both languages, into `target/shots`, and the
/// README's among them into `docs/pictures`.
pub(crate) fn shots() -> Outcome {
    packages::ensure(Need::Test)?;
    ui::build()?;
    step(
        "Building the programs",
        cargo().args(["build", "--bins", "-p", "deskbell", "-p", "deskbell-hub", "-p", "deskbell-practice"]),
    )?;
    step(
        "Taking pictures",
        ui::npm()
            .args(["run", "shots"])
            .env("DESKBELL_BIN", built("debug", "deskbell"))
            .env("DESKBELL_HUB_BIN", built("debug", "deskbell-hub"))
            .env("DESKBELL_PRACTICE_BIN", built("debug", "deskbell-practice")),
    )?;
    let (taken, kept) = (target().join("shots"), root().join("docs/pictures"));
    for (from, to) in OF_README {
        std::fs::copy(taken.join(from), kept.join(to))
            .map_err(|error| format!("{from} was not copied: {error}."))?;
    }
    println!("The pictures are in {}.", taken.display());
    Ok(())
}
