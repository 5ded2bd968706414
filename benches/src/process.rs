//! Programs that are measured or beside what is measured: started, looked at, and ended with everything
//! they started themselves.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long anything may take before its row is given up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A process that does not outlive its row.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    /// Starts it in a process group of its own.
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.process_group(0).spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self { child }
    }

    /// Starts it and reads the first line that it prints.
    pub(crate) fn start_and_read_line(command: &mut Command) -> (Self, String) {
        let mut process = Self::start(command.stdout(Stdio::piped()));
        let mut line = String::new();
        let mut out = BufReader::new(process.child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "{command:?} printed nothing");
        // What it prints later is read and thrown away, so that it never blocks on a full pipe.
        std::thread::spawn(move || out.lines().for_each(drop));
        (process, line.trim().to_owned())
    }

    /// Its number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end and waits until it has, for as long as it needs to put things in order.
    pub(crate) fn end(mut self) {
        signal(self.child.id(), "-TERM");
        assert!(ended_within(&mut self.child, PATIENCE), "a program did not end");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            signal(self.child.id(), "-TERM");
            ended_within(&mut self.child, Duration::from_secs(5));
        }
        // What the process started itself may have stayed behind.
        signal(self.child.id(), "-KILL");
        let _status = self.child.wait();
    }
}

/// To the whole group of a process.
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

/// Waits until something is so; `what` is said when it does not become so in time.
pub(crate) fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A program of this build: beside this one.
pub(crate) fn built(name: &str) -> PathBuf {
    let program = std::env::current_exe().unwrap().with_file_name(name);
    assert!(program.is_file(), "{name} is not built; run `cargo xtask bench`");
    program
}

/// A folder for one row, on the disk that the build is on: `/tmp` may be memory.
pub(crate) fn folder() -> tempfile::TempDir {
    let exe = std::env::current_exe().unwrap();
    let target = exe.parent().and_then(Path::parent).unwrap();
    let all = target.join("bench");
    std::fs::create_dir_all(&all).unwrap();
    tempfile::Builder::new().prefix("row-").tempdir_in(all).unwrap()
}

/// A program of the system, by its name.
pub(crate) fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
