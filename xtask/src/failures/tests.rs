use super::cargo::CargoOutput;
#[cfg(unix)]
use super::cargo::follow;
use super::quoted;
use super::vitest::escaped;

/// As cargo and libtest print it: two failures in one binary, one that ended by a signal, one documentation test.
const PRINTED: &str = r"     Running tests/hub/main.rs (target/debug/deps/hub-1c2d)

running 3 tests
test routing::rings ... ok
test sync::goes_on ... FAILED
test sync::broken ... what a child process printed FAILED

failures:

---- sync::goes_on stdout ----
assertion failed

failures:
    sync::broken
    sync::goes_on

test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s

error: test failed, to rerun pass `-p deskbell-hub --test hub`
     Running unittests src/lib.rs (target/debug/deps/deskbell-9f)

running 1 test
error: test failed, to rerun pass `-p deskbell --lib`

Caused by:
  process didn't exit successfully: `deskbell-9f` (signal: 6, SIGABRT: process abort signal)
     Running unittests src/main.rs (target/debug/deps/xtask-77)

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

   Doc-tests deskbell_clock

running 1 test
test crates/clock/src/lib.rs - HandClock (line 61) ... FAILED

failures:

failures:
    crates/clock/src/lib.rs - HandClock (line 61)

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s

error: doctest failed, to rerun pass `-p deskbell-clock --doc`
error: 3 targets failed:
    `-p deskbell-hub --test hub`
    `-p deskbell --lib`
    `-p deskbell-clock --doc`
";

#[test]
fn each_failed_test_is_listed_once_with_its_binary_and_how_to_run_it_again() {
    let mut output = CargoOutput::default();
    PRINTED.lines().for_each(|line| output.line(line));
    let found: Vec<_> = output
        .failures("cargo xtask test --")
        .into_iter()
        .map(|failure| (failure.place, failure.test.unwrap_or_default(), failure.rerun))
        .collect();
    let row = |place: &str, test: &str, rerun: &str| {
        (place.to_owned(), test.to_owned(), format!("cargo xtask test -- {rerun}"))
    };
    let hub = "tests/hub/main.rs (target/debug/deps/hub-1c2d)";
    assert_eq!(
        found,
        [
            row(hub, "sync::goes_on", "--test hub -- sync::goes_on --exact"),
            row(hub, "sync::broken", "--test hub -- sync::broken --exact"),
            row("unittests src/lib.rs (target/debug/deps/deskbell-9f)", "", "--lib"),
            row(
                "deskbell_clock",
                "crates/clock/src/lib.rs - HandClock (line 61)",
                "--doc -- crates/clock/src/lib.rs"
            ),
        ]
    );
}

#[test]
fn names_become_words_of_a_command_line() {
    assert_eq!(quoted("sync::goes_on"), "sync::goes_on");
    assert_eq!(quoted("it's said"), r"'it'\''s said'");
    assert_eq!(escaped("a (b) + c?"), r"a \(b\) \+ c\?");
}

#[cfg(unix)]
#[test]
fn both_streams_are_followed_and_what_stays_behind_is_not_waited_for() {
    let mut lines = Vec::new();
    let mut command = std::process::Command::new("sh");
    // The background process holds both streams for longer than anybody would wait.
    command.args(["-c", "sleep 600 & echo $!; echo out; echo err >&2; exit 3"]);
    let status = follow(&mut command, |line| lines.push(line.to_owned())).expect("a shell");
    assert_eq!(status.code(), Some(3));
    let (background, said) = lines.split_first().expect("its number");
    assert_eq!(said, ["out", "err"]);
    let _ended = std::process::Command::new("kill").arg(background).status();
}
