//! What `deskbell-hub check` finds out about an account at its provider.

use deskbell_protocol::Millis;

pub(crate) mod reach;

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

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was checked, such as `database` or `token`.
    pub subject: String,
    /// How it was found.
    pub verdict: Verdict,
    /// What was found. Holds no secrets and no control characters.
    pub sentence: String,
    /// What to do about it; absent where there is nothing to do.
    pub next_step: Option<String>,
}

impl Finding {
    /// A thing that is as it should be.
    #[must_use]
    pub fn good(subject: &str, sentence: impl Into<String>) -> Self {
        let subject = subject.to_owned();
        Self { subject, verdict: Verdict::Good, sentence: sentence.into(), next_step: None }
    }

    /// A thing that works, but that somebody should look at.
    #[must_use]
    pub fn doubtful(subject: &str, sentence: impl Into<String>, next_step: &str) -> Self {
        let next_step = Some(next_step.to_owned());
        Self { verdict: Verdict::Doubtful, next_step, ..Self::good(subject, sentence) }
    }

    /// A thing that does not work.
    #[must_use]
    pub fn bad(subject: &str, sentence: impl Into<String>, next_step: &str) -> Self {
        Self { verdict: Verdict::Bad, ..Self::doubtful(subject, sentence, next_step) }
    }
}

/// What was found out about one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// What was checked, in the order to show it.
    pub findings: Vec<Finding>,
    /// The provider's clock, where it told the time.
    pub clock: Option<ProviderClock>,
}

/// The time at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderClock {
    /// The host that told it.
    pub host: String,
    /// The time there.
    pub at: Millis,
}

/// The longest text of a provider that a finding shows, in characters.
const SHOWN_CHARS: usize = 300;

/// Text of a provider as a terminal may show it: at most 300 characters, without control characters.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).take(SHOWN_CHARS).collect()
}
