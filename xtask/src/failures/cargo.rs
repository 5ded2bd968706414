//! The tests of the crates, followed by what cargo and libtest print.

use std::io::{self, BufRead, BufReader};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::{Failure, quoted};
use crate::step::{Outcome, announce};

/// Runs `cargo test` with everything it prints visible, and adds what failed.
///
/// `rerun` is the beginning of the command that runs a test rerun; what cargo has to be told is appended.
///
/// # Errors
/// When cargo cannot be started.
pub(crate) fn run_cargo(
    what: &str,
    command: &mut Command,
    rerun: &str,
    failures: &mut Vec<Failure>,
) -> Outcome {
    let done = announce(what);
    let mut output = CargoOutput::default();
    let status = follow(command, |line| {
        println!("{line}");
        output.line(line);
    })
    .map_err(|error| format!("{what}: cannot run {command:?}: {error}."))?;
    let found = output.failures(rerun);
    if !status.success() && found.is_empty() {
        failures.push(Failure { place: format!("{what} ({status})"), test: None, rerun: rerun.to_owned() });
    }
    failures.extend(found);
    done();
    Ok(())
}

/// How long a process that has ended may have left lines in its pipe.
const REST: Duration = Duration::from_millis(500);

/// Runs a command and gives each line that it prints, on either stream, to `line`.
pub(super) fn follow(command: &mut Command, mut line: impl FnMut(&str)) -> io::Result<ExitStatus> {
    // One pipe for both streams: cargo names the binary on one, the binary its tests on the other.
    let (reader, writer) = io::pipe()?;
    let mut child = command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).spawn()?;
    // Else the command would go on holding the pipe's writing end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (lines, printed) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            if lines.send(line).is_err() {
                break;
            }
        }
    });
    let mut ended = None;
    loop {
        match printed.recv_timeout(REST) {
            Ok(bytes) => line(&String::from_utf8_lossy(&bytes)),
            Err(RecvTimeoutError::Disconnected) => break,
            // Processes that a test left behind hold the pipe as well, and are not waited for.
            Err(RecvTimeoutError::Timeout) if ended.is_some() => break,
            Err(RecvTimeoutError::Timeout) => ended = child.try_wait()?,
        }
    }
    ended.map_or_else(|| child.wait(), Ok)
}

/// Follows what cargo and libtest print.
#[derive(Debug, Default)]
pub(super) struct CargoOutput {
    /// The binary that runs, as cargo names it.
    place: String,
    /// The tests of it that failed.
    tests: Vec<String>,
    /// Whether the lines now are libtest's list of failures.
    listing: bool,
    /// Every binary that failed: its place, its tests, and what cargo has to be told to run it.
    failed: Vec<(String, Vec<String>, String)>,
}

impl CargoOutput {
    pub(super) fn line(&mut self, line: &str) {
        let trimmed = line.trim_start();
        if let Some(place) = trimmed.strip_prefix("Running ").filter(|it| it.ends_with(')')) {
            self.begin(place);
        } else if let Some(place) = trimmed.strip_prefix("Doc-tests ") {
            self.begin(place);
        } else if let Some(test) = line.strip_prefix("test ").and_then(|it| it.strip_suffix(" ... FAILED")) {
            self.add(test);
        } else if line == "failures:" {
            self.listing = true;
        } else if let Some(test) = line.strip_prefix("    ").filter(|_| self.listing) {
            // Where a test's own output has broken the line above, its name is here all the same.
            self.add(test);
        } else if let Some((_, rest)) = line.split_once("to rerun pass `") {
            let selection = rest.split('`').next().unwrap_or_default().to_owned();
            let (place, tests) = (self.place.clone(), std::mem::take(&mut self.tests));
            self.failed.push((place, tests, selection));
            self.listing = false;
        } else if !line.is_empty() {
            self.listing = false;
        }
    }

    fn begin(&mut self, place: &str) {
        place.clone_into(&mut self.place);
        self.tests.clear();
        self.listing = false;
    }

    fn add(&mut self, test: &str) {
        // A test that should have panicked and the line of a documentation test carry a remark behind the name.
        let test = test.trim_end_matches(" - should panic").to_owned();
        if !self.tests.contains(&test) {
            self.tests.push(test);
        }
    }

    pub(super) fn failures(self, rerun: &str) -> Vec<Failure> {
        let mut found = Vec::new();
        for (place, tests, selection) in self.failed {
            let selection = in_workspace(&selection);
            if tests.is_empty() {
                let rerun = format!("{rerun} {selection}");
                found.push(Failure { place: place.clone(), test: None, rerun });
            }
            for test in tests {
                // The names of documentation tests hold line numbers and spaces: their file is enough.
                let (name, exact) = match test.split_once(" - ") {
                    Some((file, _)) => (file.to_owned(), ""),
                    None => (test.clone(), " --exact"),
                };
                let rerun = format!("{rerun} {selection} -- {}{exact}", quoted(&name));
                found.push(Failure { place: place.clone(), test: Some(test), rerun });
            }
        }
        found
    }
}

/// Cargo's selection of a target without its package: built for the whole workspace, dependencies have the
/// features that are built already.
fn in_workspace(selection: &str) -> String {
    let mut words = selection.split(' ');
    match (words.next(), words.next()) {
        (Some("-p"), Some(_package)) => words.collect::<Vec<_>>().join(" "),
        _ => selection.to_owned(),
    }
}
