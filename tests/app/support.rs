//! What the tests of the whole stand on: the real programs as processes, and a cable that can be cut.

pub(crate) mod app;
pub(crate) mod hub;
pub(crate) mod link;
pub(crate) mod reader;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long anything may take before the test says that it does not happen. Generous: the machine may be busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The path of one of our programs, from `cargo xtask test` or beside this test's own binary.
pub(crate) fn program(variable: &str, name: &str) -> PathBuf {
    if let Some(path) = std::env::var_os(variable) {
        return PathBuf::from(path);
    }
    let mut folder = std::env::current_exe().expect("the path of this test");
    folder.pop();
    folder.pop();
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is not built: run `cargo build --workspace`, or `cargo xtask test`",
        path.display()
    );
    path
}

/// A program that was started here. Killed without mercy when dropped, as in the tests themselves.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts `command` and waits for the first line of its standard output that `wanted` makes something of.
    pub(crate) fn start<T>(command: &mut Command, wanted: impl Fn(&str) -> Option<T>) -> (Self, T) {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let found = lines.by_ref().map_while(Result::ok).find_map(|line| wanted(&line));
        // Whoever stops reading would stop the program at its next line.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let Some(found) = found else {
            let _already_gone = child.kill();
            panic!("{command:?} ended without saying where it is: {:?}", child.wait());
        };
        (Self { child }, found)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: no chance to tidy up.
        let _already_gone = self.child.kill();
        let _already_reaped = self.child.wait();
    }
}
