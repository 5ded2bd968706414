//! The processes of a benchmark, each with its children in a process group.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a step may take before its row fails.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(120);

/// A process group that is killed when dropped.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts a command in a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.process_group(0).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child }
    }

    /// Starts a command and returns the first line of its output.
    pub(crate) fn start_and_read_line(command: &mut Command) -> (Self, String) {
        let mut process = Self::start(command.stdout(Stdio::piped()));
        let mut line = String::new();
        let mut out = BufReader::new(process.child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "{command:?} printed nothing");
        // The rest is read and dropped, so that the process never blocks on a full pipe.
        std::thread::spawn(move || out.lines().for_each(drop));
        (process, line.trim().to_owned())
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM and waits until the process has ended.
    pub(crate) fn terminate(mut self) {
        signal(self.child.id(), "-TERM");
        assert!(ended_within(&mut self.child, TIMEOUT), "a process did not end");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            signal(self.child.id(), "-TERM");
            ended_within(&mut self.child, Duration::from_secs(5));
        }
        // Children may still run.
        signal(self.child.id(), "-KILL");
        let _status = self.child.wait();
    }
}

/// Sends a signal to a process group.
fn signal(group: u32, name: &str) {
    let group = format!("-{group}");
    let _gone = Command::new("kill").args([name, "--", &group]).stderr(Stdio::null()).status();
}

fn ended_within(child: &mut Child, bound: Duration) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < bound {
        if child.try_wait().is_ok_and(|status| status.is_some()) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

/// Calls `probe` until it returns a value. Panics with `what` after [`TIMEOUT`].
pub(crate) fn wait_for<T>(what: &str, mut probe: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(value) = probe() {
            return value;
        }
        assert!(begun.elapsed() < TIMEOUT, "timed out waiting for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The path of another program of this build.
pub(crate) fn built_program(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap().with_file_name(name);
    assert!(program.is_file(), "{name} is not built; run `cargo xtask bench`");
    program
}

/// A temporary folder on the disk of the build, because `/tmp` may be in memory.
pub(crate) fn temp_folder() -> tempfile::TempDir {
    let exe = std::env::current_exe().unwrap();
    let target = exe.parent().and_then(Path::parent).unwrap();
    let all = target.join("bench");
    std::fs::create_dir_all(&all).unwrap();
    tempfile::Builder::new().prefix("row-").tempdir_in(all).unwrap()
}

/// Finds a program on the PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
