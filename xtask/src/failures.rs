//! What failed in a run, and the command that runs each of it again.

mod cargo;
mod vitest;

pub(crate) use cargo::run_cargo;
pub(crate) use vitest::run_vitest;

use crate::step::Outcome;

/// One test that failed, or a step that failed without naming a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Where: a test binary or a step.
    pub(crate) place: String,
    /// The test; absent when the whole place failed.
    pub(crate) test: Option<String>,
    /// The command that runs it rerun, from the folder of the repository.
    pub(crate) rerun: String,
}

/// Prints every failure with the command that runs it again.
///
/// # Errors
/// With the number of failures, if there are any.
pub(crate) fn report(failures: &[Failure]) -> Outcome {
    if failures.is_empty() {
        return Ok(());
    }
    println!("\n── Failures");
    for Failure { place, test, rerun } in failures {
        match test {
            Some(test) => println!("{test}\n   in {place}"),
            None => println!("{place}"),
        }
        println!("   rerun: {rerun}\n");
    }
    Err(format!("{} failed; each is listed above with the command that runs it again.", failures.len()))
}

/// A word of a shell's command line.
fn quoted(word: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "_-.:/".contains(sign);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests;
