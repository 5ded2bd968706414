//! `deskbell-hub check`: looks at everything a hub stands on, and says what to do about what is wrong.
//!
//! Nothing is changed, and nothing is sent anywhere but to the address that an account's settings name.

use std::fmt;
use std::path::Path;

use deskbell_clock::{Clock, SystemClock};
use deskbell_protocol::Millis;

use crate::settings::Settings;

mod provider;
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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Good => "good",
            Verdict::Doubtful => "look",
            Verdict::Bad => "BAD",
        };
        write!(f, "{verdict:<5} {}: {}", self.what, self.words)?;
        match &self.next_step {
            Some(next_step) => write!(f, "\n      -> {next_step}"),
            None => Ok(()),
        }
    }
}

/// Looks at the hub behind this settings file, which may be running. Takes at most some 15 seconds per
/// account.
pub async fn check(config: &Path) -> Vec<Finding> {
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
    let mut found = vec![of_settings(&settings)];
    let now = Millis(SystemClock.now());
    found.push(of_clock(now));
    found.extend(store::look(&settings, now));
    for account in &settings.accounts {
        found.extend(provider::look(account, now).await);
    }
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

/// The first of January 2026: no clock was right before this program was there.
const THE_EARLIEST: Millis = Millis(1_767_225_600_000);

fn of_clock(now: Millis) -> Finding {
    if now < THE_EARLIEST {
        return Finding::bad(
            "clock",
            "this machine believes that it is before 2026",
            "Set the clock, best by a time service: windows, deadlines and sign-ins go by it.",
        );
    }
    Finding::good("clock", "plausible")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_from_before_the_program_is_bad() {
        assert_eq!(of_clock(Millis(0)).verdict, Verdict::Bad);
        assert_eq!(of_clock(THE_EARLIEST.plus(1)).verdict, Verdict::Good);
    }

    #[test]
    fn a_finding_reads_as_a_verdict_and_a_next_step() {
        let bad = Finding::bad("clock", "wrong", "Set it.");
        assert_eq!(bad.to_string(), "BAD   clock: wrong\n      -> Set it.");
        assert_eq!(Finding::good("clock", "right").to_string(), "good  clock: right");
    }
}
