//! `cargo xtask check`: everything that reads the code without running it.

use crate::packages::{self, Need};
use crate::step::{Outcome, cargo, found, program, step};
use crate::ui;

/// Formatting, lints, types, generated bindings, documentation, licences.
pub(crate) fn check() -> Outcome {
    packages::ensure(Need::Build)?;
    step("Formatting", cargo().args(["fmt", "--all", "--check"]))?;
    // The app's macro reads ui/dist, so the UI comes before the lints.
    ui::build()?;
    step(
        "Lints",
        cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    )?;
    step("Types and lints of the UI", ui::npm().args(["run", "check"]))?;
    bindings()?;
    step(
        "Documentation",
        cargo()
            .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )?;
    licences()
}

/// The TypeScript types are generated from the contract, and the generated files are committed.
fn bindings() -> Outcome {
    step(
        "Bindings are fresh",
        cargo().args(["test", "--quiet", "--package", "deskbell-client", "--test", "bindings"]),
    )
}

fn licences() -> Outcome {
    if !found("cargo-deny") {
        println!("── Licences and sources of dependencies: NOT checked, because cargo-deny is not installed");
        println!("   (cargo install --locked cargo-deny)");
        return Ok(());
    }
    let what = "Licences and sources of dependencies";
    step(what, program("cargo-deny").args(["check", "licenses", "bans", "sources"]))
}
