//! `deskbell-hub check`: checks settings, store, disk, clock and providers, and names the next step for what is wrong.
//!
//! It changes nothing, and calls nothing but the addresses in the settings of accounts.

use std::path::Path;
use std::time::Duration;

use deskbell_channels::registry;
use deskbell_clock::{Clock, SystemClock};
use deskbell_protocol::Millis;

use crate::settings::{AccountSettings, Settings};

mod clock;
mod store;

pub use deskbell_channels::{Finding, Verdict};

/// The width of the sentences in the table, in characters.
const WIDTH: usize = 84;

/// Formats findings as a table for people: verdict, subject, sentence, and below it the next step.
#[must_use]
pub fn table(found: &[Finding]) -> String {
    let wide = found.iter().map(|finding| finding.subject.chars().count()).max().unwrap_or(0);
    let mut table = String::new();
    for finding in found {
        let verdict = match finding.verdict {
            Verdict::Good => "good",
            Verdict::Doubtful => "look",
            Verdict::Bad => "BAD",
        };
        let next_step = finding.next_step.iter().flat_map(|step| wrapped(&format!("-> {step}")));
        let mut begin = format!("{verdict:<4}  {:<wide$}  ", finding.subject);
        for line in wrapped(&finding.sentence).into_iter().chain(next_step) {
            table.push_str(&begin);
            table.push_str(&line);
            table.push('\n');
            begin = " ".repeat(begin.chars().count());
        }
    }
    table
}

/// Wraps the text into lines of at most [`WIDTH`], where its words allow.
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

/// Checks the hub of this settings file, which may be running. Waits at most `patience` for each of at most two answers
/// of each provider.
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
    found.extend(store::check_store(&settings, now));
    let (mut accounts, mut clocks) = (Vec::new(), Vec::new());
    let public_url = settings.public_url();
    for account in &settings.accounts {
        accounts.extend(new_form(account));
        let channel = account.channel.open(&account.context(&settings, public_url.as_ref()));
        let diagnosis = channel.diagnose(patience).await;
        accounts.extend(diagnosis.findings.into_iter().map(|finding| of_account(&account.name, finding)));
        clocks.extend(diagnosis.clock);
    }
    found.push(clock::check_clock(now, &clocks));
    found.extend(accounts);
    found
}

fn of_account(account: &str, finding: Finding) -> Finding {
    Finding { subject: format!("{account}: {}", finding.subject), ..finding }
}

/// Returns how an account in the form of version 0.1.0 is written now; `None` if it has the new form. Values are left
/// out, because some are secret.
fn new_form(account: &AccountSettings) -> Option<Finding> {
    if account.flat_keys.is_empty() {
        return None;
    }
    let name = registry::by_kind(account.channel.kind())?.name;
    let keys: Vec<_> = account.flat_keys.iter().map(|key| format!("{key} = …")).collect();
    let next_step = format!(
        "Write channel = \"{name}\" into the account, and put these keys into a table below it: [account.{name}] {}",
        keys.join(" ")
    );
    let subject = format!("{}: form", account.name);
    Some(Finding::doubtful(&subject, "written as for version 0.1.0, which is still read", &next_step))
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
