//! `cargo xtask check`: static checks of code, types, documentation and licences.

use crate::packages::{self, Need};
use crate::step::{Outcome, cargo, found, program, step};
use crate::ui;

/// Runs formatters, lints, type checks, the comparison of generated bindings, the documentation build and the licence
/// check, and stops at the first failure.
pub(crate) fn check() -> Outcome {
    packages::ensure(Need::Build)?;
    step("Formatting of Rust (rustfmt)", cargo().args(["fmt", "--all", "--check"]))?;
    // Tauri's macro embeds ui/dist, so the UI is built before the app is compiled.
    ui::build()?;
    step(
        "Lints of Rust (clippy)",
        cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]),
    )?;
    step(
        "Formatting, types and lints of the UI (prettier, svelte-check, tsc, eslint)",
        ui::npm().args(["run", "check"]),
    )?;
    bindings()?;
    step(
        "Documentation (rustdoc)",
        cargo()
            .args(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"])
            .env("RUSTDOCFLAGS", "--deny warnings"),
    )?;
    licences()
}

/// Compares the committed TypeScript types with what the engine's API generates.
fn bindings() -> Outcome {
    step(
        "Generated TypeScript types",
        cargo().args(["test", "--quiet", "--package", "deskbell-client", "--test", "bindings"]),
    )
}

fn licences() -> Outcome {
    if !found("cargo-deny") {
        println!(
            "── Licences and sources of dependencies (cargo-deny): NOT checked, because cargo-deny is not installed."
        );
        println!("   Install it with: cargo install --locked cargo-deny");
        return Ok(());
    }
    let what = "Licences and sources of dependencies (cargo-deny)";
    step(what, program("cargo-deny").args(["check", "licenses", "bans", "sources"]))
}
