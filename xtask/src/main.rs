//! The chores of this repository, the same on every machine and in CI. `cargo xtask` lists them.

mod bench;
mod check;
mod cross;
mod dist;
mod failures;
mod judges;
mod load;
mod packages;
mod run;
mod shots;
mod step;
mod test;
mod ui;

use std::process::ExitCode;

const USAGE: &str = "\
The chores of this repository:

  cargo xtask run [arguments of deskbell]   build everything and open Deskbell with practice customers
  cargo xtask test [--more N] [--loaded]    every test; N times the random cuts and kills of the standard run;
                                            with every processor kept busy by something else
  cargo xtask test [...] -- ARGUMENTS       only what `cargo test --workspace ARGUMENTS` runs
  cargo xtask check                         formatting, lints, types, generated bindings, documentation
  cargo xtask cross                         type-check the Windows and macOS code from here
  cargo xtask bench [ROW...]                the budgets, each beside something measured in the same run
  cargo xtask shots                         a picture of every view, in target/shots
  cargo xtask dist                          a release build to hand out, in target/dist

`run` and `test` install what the system lacks: without a question as root or with CI=true, else they ask.
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let chore = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let outcome = match chore.as_str() {
        "run" => run::run(&rest),
        "test" => test::test(&rest),
        "check" => check::check(),
        "cross" => cross::cross(),
        "bench" => bench::bench(&rest),
        "shots" => shots::shots(),
        "dist" => dist::dist(),
        "" | "help" | "--help" | "-h" => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        unknown => Err(format!("There is no chore `{unknown}`.\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("\n{sentence}");
            ExitCode::FAILURE
        }
    }
}
