//! The program itself, as an admin runs it.

use std::path::Path;
use std::process::{Output, Stdio};

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::world::within;

pub(crate) fn hub(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell-hub"));
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true).env("DESKBELL_PASSWORD", "correct horse");
    command
}

pub(crate) async fn run(folder: &Path, words: &str) -> Output {
    let mut command = hub(folder);
    command.args(words.split(' '));
    within("the program ends", command.output()).await.unwrap()
}

pub(crate) async fn says(folder: &Path, words: &str) -> String {
    let output = run(folder, words).await;
    assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Serves, and returns where, once it is ready.
pub(crate) async fn serves(command: &mut Command) -> (Child, String) {
    let mut serving = command.arg("serve").spawn().unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    let line = within("the hub is ready", lines.next_line()).await.unwrap().unwrap();
    let address = line.strip_prefix("listening on http://").unwrap().to_owned();
    (serving, address)
}
