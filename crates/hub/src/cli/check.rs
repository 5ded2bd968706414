//! `deskbell-hub check`: looks at everything a hub stands on, and says what to do about what is wrong.
//!
//! Nothing is changed, and nothing is sent anywhere but to the address that an account's settings name.

use std::path::Path;
use std::time::Duration;

use deskbell_channels::Secret;
use deskbell_clock::{Clock, SystemClock};
use deskbell_protocol::Millis;

use crate::settings::Settings;

mod account;
mod clock;
mod graph;
mod store;

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// It works, but somebody should look at it.
    Doubtful,
    /// It does not work.
    Bad,
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What was looked at, such as `database` or `account shop`.
    pub what: String,
    /// How it was found.
    pub verdict: Verdict,
    /// What was found. Holds no secrets.
    pub words: String,
    /// What to do about it; absent where there is nothing to do.
    pub next_step: Option<String>,
}

impl Finding {
    fn good(what: &str, words: impl Into<String>) -> Self {
        Self { what: what.to_owned(), verdict: Verdict::Good, words: words.into(), next_step: None }
    }

    fn doubtful(what: &str, words: impl Into<String>, next_step: &str) -> Self {
        let next_step = Some(next_step.to_owned());
        Self { what: what.to_owned(), verdict: Verdict::Doubtful, words: words.into(), next_step }
    }

    fn bad(what: &str, words: impl Into<String>, next_step: &str) -> Self {
        Self { verdict: Verdict::Bad, ..Self::doubtful(what, words, next_step) }
    }
}

/// How wide the words of the table are, in characters.
const WIDTH: usize = 84;

/// The findings as a table to read: verdict, what was looked at, what was found, and below it what to do.
#[must_use]
pub fn table(found: &[Finding]) -> String {
    let wide = found.iter().map(|finding| finding.what.chars().count()).max().unwrap_or(0);
    let mut table = String::new();
    for finding in found {
        let verdict = match finding.verdict {
            Verdict::Good => "good",
            Verdict::Doubtful => "look",
            Verdict::Bad => "BAD",
        };
        let next_step = finding.next_step.iter().flat_map(|step| wrapped(&format!("-> {step}")));
        let mut begin = format!("{verdict:<4}  {:<wide$}  ", finding.what);
        for line in wrapped(&finding.words).into_iter().chain(next_step) {
            table.push_str(&begin);
            table.push_str(&line);
            table.push('\n');
            begin = " ".repeat(begin.chars().count());
        }
    }
    table
}

/// The text in lines of at most [`WIDTH`], where its words allow.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(line) = lines.last_mut() {
            if line.is_empty() || line.chars().count().saturating_add(word.chars().count()) < WIDTH {
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
                continue;
            }
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Looks at the hub behind this settings file, which may be running. Each provider has `patience` for each of
/// at most two answers.
pub async fn check(config: &Path, patience: Duration) -> Vec<Finding> {
    let settings = match Settings::load(config) {
        Ok(settings) => settings,
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
            let words = format!("{error}{}", cause.unwrap_or_default());
            let next_step =
                "Correct the settings file; `deskbell-hub init` writes one with every key explained.";
            return vec![Finding::bad("settings", words, next_step)];
        }
    };
    let now = Millis(SystemClock.now());
    let mut found = vec![of_settings(&settings)];
    found.extend(store::look(&settings, now));
    let (mut accounts, mut dates) = (Vec::new(), Vec::new());
    for account in &settings.accounts {
        let (of_account, date) =
            account::look(account, settings.proxy.as_ref().map(Secret::expose), patience).await;
        accounts.extend(of_account);
        dates.extend(date);
    }
    found.push(clock::look(now, &dates));
    found.extend(accounts);
    found
}

fn of_settings(settings: &Settings) -> Finding {
    let (queues, accounts) = (settings.queues.len().max(1), settings.accounts.len());
    if accounts == 0 {
        return Finding::doubtful(
            "settings",
            "they are good, but name no account",
            "Add an [[account]]; without one nobody can write to this hub.",
        );
    }
    Finding::good("settings", format!("{queues} queues, {accounts} accounts"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_a_table_with_what_to_do_below() {
        let found = [Finding::good("clock", "right"), Finding::bad("shop: token", "wrong", "Set it.")];
        assert_eq!(
            table(&found),
            "good  clock        right\nBAD   shop: token  wrong\n                   -> Set it.\n"
        );
        let long = Finding::good("a", "word ".repeat(40));
        assert!(table(&[long]).lines().all(|line| line.len() <= 9 + WIDTH));
    }
}
