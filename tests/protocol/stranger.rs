//! The stranger's client as a process: what it says line by line, and what it is told.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::shop::PASSWORD;

/// How long each line may take. Longer than the client itself waits for anything, so that it can say what.
const PATIENCE: Duration = Duration::from_secs(90);

/// A Python that can run the client. Where there is none this is said, and fails where everything must be
/// there.
pub(crate) fn python() -> Option<OsString> {
    let asked = std::env::var_os("DESKBELL_PYTHON");
    let program = asked.unwrap_or_else(|| "python3".into());
    let new_enough = std::process::Command::new(&program)
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 11))"])
        .status()
        .is_ok_and(|status| status.success());
    if new_enough {
        return Some(program);
    }
    let needs = "python3, 3.11 or newer: `apt-get install python3`, `dnf install python3`, \
                 `brew install python`, or from https://www.python.org; DESKBELL_PYTHON names one elsewhere";
    let complete = ["CI", "DESKBELL_TEST_COMPLETE"].iter().any(|name| std::env::var_os(name).is_some());
    assert!(!complete, "the stranger's client cannot be tested, because this is missing: {needs}");
    eprintln!("NOT TESTED: the stranger's client. Missing: {needs}.");
    None
}

/// The running client. Killed when dropped.
pub(crate) struct Stranger {
    process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Stranger {
    /// Starts the client of Anna at a hub.
    pub(crate) fn start(python: &OsString, hub: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/protocol/client.py");
        let mut process = Command::new(python)
            // Nothing compiled is left beside the sources; text is UTF-8, whatever the system's language.
            .args(["-B", "-X", "utf8"])
            .arg(script)
            .args([hub, "Anna"])
            .env("DESKBELL_PASSWORD", PASSWORD)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("Python starts");
        let input = process.stdin.take().expect("its input");
        let output = BufReader::new(process.stdout.take().expect("its output")).lines();
        Self { process, input, output }
    }

    /// Waits for the next line.
    async fn line(&mut self, wanted: &str) -> String {
        let line = tokio::time::timeout(PATIENCE, self.output.next_line()).await;
        let line = line.unwrap_or_else(|_too_long| panic!("the client says nothing instead of {wanted:?}"));
        line.expect("readable output")
            .unwrap_or_else(|| panic!("the client ended instead of {wanted:?}; see above"))
    }

    /// The next line is exactly this.
    pub(crate) async fn says(&mut self, wanted: &str) {
        assert_eq!(self.line(wanted).await, wanted);
    }

    /// The next line begins with this; returns the rest.
    pub(crate) async fn tells(&mut self, wanted: &str) -> String {
        let line = self.line(wanted).await;
        let rest = line.strip_prefix(wanted);
        rest.unwrap_or_else(|| panic!("{line:?} instead of {wanted:?}")).to_owned()
    }

    /// Tells the client something.
    pub(crate) async fn hears(&mut self, line: &str) {
        self.input.write_all(format!("{line}\n").as_bytes()).await.expect("a client that listens");
    }

    /// The client ends by itself, and without an error.
    pub(crate) async fn ends_well(mut self) {
        let ended = tokio::time::timeout(PATIENCE, self.process.wait()).await.expect("an end");
        assert!(ended.expect("its status").success(), "the client ends without an error");
    }
}
