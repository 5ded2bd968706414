//! `cargo xtask cross`: type-checks and lints the Windows and macOS code from Linux, as far as this
//! machine can. Not part of `check`: it needs compilers that most machines do not have.

use std::process::Command;

use crate::step::{Outcome, cargo, found, output, program, step, target};

/// A system that this machine is not.
struct Target {
    name: &'static str,
    /// The C compiler that the sources in C are built with, and how to get it.
    c_compiler: (&'static str, &'static str),
}

/// Windows as cross-compilers know it, and macOS.
const TARGETS: &[Target] = &[
    Target {
        name: "x86_64-pc-windows-gnu",
        c_compiler: (
            "x86_64-w64-mingw32-gcc",
            "apt install gcc-mingw-w64-x86-64-posix g++-mingw-w64-x86-64-posix",
        ),
    },
    Target {
        name: "aarch64-apple-darwin",
        c_compiler: (
            "oa64-clang",
            "Apple's headers and a clang for them, such as osxcross; or run this on a Mac",
        ),
    },
];

/// Where the standard library of another system comes from.
enum Library {
    Installed,
    /// Built with the app, from its source: that comes with the component `rust-src`, and the compiler is told to
    /// take what is only for nightly ones.
    FromSource,
}

/// Lints the app for every target that this machine can check; says of the others what is missing.
pub(crate) fn cross() -> Outcome {
    let mut checked = 0;
    for target in TARGETS {
        match library(target) {
            Ok(library) => {
                let what = format!("Lints for {}", target.name);
                step(&what, &mut lints(target, &library))?;
                checked += 1;
            }
            Err(missing) => println!("── {}: NOT checked. {missing}", target.name),
        }
    }
    if checked == 0 {
        return Err("Nothing was checked: this machine has nothing to check other systems with.".into());
    }
    Ok(())
}

/// How this target can be checked, or what is missing for it.
fn library(target: &Target) -> Outcome<Library> {
    let (compiler, how) = target.c_compiler;
    if !found(compiler) {
        return Err(format!("The C compiler {compiler} is missing: {how}."));
    }
    let installed = output(program("rustup").args(["target", "list", "--installed"])).unwrap_or_default();
    if installed.lines().any(|line| line == target.name) {
        return Ok(Library::Installed);
    }
    if found("rustup") {
        println!("── {}: installing its standard library", target.name);
        if step("rustup target add", program("rustup").args(["target", "add", target.name])).is_ok() {
            return Ok(Library::Installed);
        }
    }
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let root = output(program(rustc).args(["--print", "sysroot"])).unwrap_or_default();
    let source = std::path::Path::new(&root).join("lib/rustlib/src/rust/library/Cargo.lock");
    if source.is_file() {
        return Ok(Library::FromSource);
    }
    Err(format!(
        "Neither its standard library can be installed (rustup target add {}), nor is the source here to build it \
         from (rustup component add rust-src, of the very version of the compiler).",
        target.name
    ))
}

fn lints(other: &Target, library: &Library) -> Command {
    let mut command = cargo();
    command.args(["clippy", "--locked", "--package", "deskbell", "--target", other.name]);
    if matches!(library, Library::FromSource) {
        // Another standard library must not be mixed with what was built before.
        command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_DIR", target().join("cross"));
        command.arg("-Zbuild-std=std,panic_unwind");
    }
    command.args(["--", "--deny", "warnings"]);
    command
}
