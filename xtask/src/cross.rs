//! `cargo xtask cross`: type-checks and lints the Windows and macOS code from Linux, as far as this
//! machine can. Not part of `check`: it needs compilers that most machines do not have.

use crate::step::{Outcome, cargo, output, program, step};

/// Windows as cross-compilers know it, and macOS.
const TARGETS: &[&str] = &["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// Lints the app for every target whose standard library is installed; says which are not.
pub(crate) fn cross() -> Outcome {
    let installed = output(program("rustup").args(["target", "list", "--installed"])).unwrap_or_default();
    let mut checked = 0;
    for target in TARGETS {
        if !installed.lines().any(|line| line == *target) {
            println!(
                "── {target}: NOT checked, its standard library is not installed (rustup target add {target})"
            );
            continue;
        }
        let what = format!("Lints for {target}");
        step(&what, cargo().args(["clippy", "--workspace", "--target", target, "--", "--deny", "warnings"]))?;
        checked += 1;
    }
    if checked == 0 {
        return Err("Nothing was checked: no other target is installed here.".into());
    }
    Ok(())
}
