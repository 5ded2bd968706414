//! The tests of the UI, by the report of vitest.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Failure, quoted};
use crate::step::{Outcome, announce, output, program, target};
use crate::ui;

/// Runs a script of the UI's package that is vitest, with everything it prints visible by this reporter, and adds
/// what failed.
pub(crate) fn run_vitest(
    what: &str,
    script: &str,
    reporter: &str,
    prepare: impl FnOnce(&mut Command),
    failures: &mut Vec<Failure>,
) -> Outcome {
    let report = target().join(format!("vitest-{script}.json"));
    // A report of an earlier run must not be taken for this one's.
    let _earlier = fs::remove_file(&report);
    let mut command = ui::npm();
    command.args(["run", script, "--", "--reporter=json"]).arg(format!("--reporter={reporter}"));
    command.arg(format!("--outputFile.json={}", report.display()));
    prepare(&mut command);
    let done = announce(what);
    let status = command.status().map_err(|error| format!("{what}: cannot start {command:?}: {error}."))?;
    done();
    if status.success() {
        return Ok(());
    }
    let rerun = format!("npm --prefix ui run {script} --");
    let found = failed_in(&report);
    if found.is_empty() {
        let rerun = format!("npm --prefix ui run {script}");
        failures.push(Failure { place: format!("{what} ({status})"), test: None, rerun });
    }
    for (file, test) in found {
        let rerun = match &test {
            Some(test) => format!("{rerun} {file} -t {}", quoted(&escaped(test))),
            None => format!("{rerun} {file}"),
        };
        failures.push(Failure { place: file, test, rerun });
    }
    Ok(())
}

/// Prints file and name of each failed test in a report of vitest; of a file that failed as a whole, no name.
const LIST: &str = r#"
const [, report, base] = process.argv;
for (const file of JSON.parse(require("fs").readFileSync(report, "utf8")).testResults) {
  const name = require("path").relative(base, file.name);
  const failed = file.assertionResults.filter((test) => test.status === "failed");
  for (const test of failed) console.log(`${name}\t${[...test.ancestorTitles, test.title].join(" ").replaceAll("\n", " ")}`);
  if (failed.length === 0 && file.status === "failed") console.log(`${name}\t`);
}
"#;

/// The failed tests in a report of vitest, by file in the UI's folder. Node reads the JSON, which it is there for.
pub(super) fn failed_in(report: &Path) -> Vec<(String, Option<String>)> {
    let mut node = program("node");
    node.arg("-e").arg(LIST).arg(report).arg(ui::folder());
    let listed = output(&mut node).unwrap_or_default();
    let row = |line: &str| {
        let (file, test) = line.split_once('\t').unwrap_or((line, ""));
        (file.to_owned(), (!test.is_empty()).then(|| test.to_owned()))
    };
    listed.lines().map(row).collect()
}

/// A test's name as a regular expression that finds it.
pub(super) fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for sign in name.chars() {
        if r"\^$.*+?()[]{}|/".contains(sign) {
            escaped.push('\\');
        }
        escaped.push(sign);
    }
    escaped
}
