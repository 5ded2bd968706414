//! Whether a provider is there, as far as one call tells.

use serde_json::Value;

use super::Finding;
use crate::http_client::answer::{Answer, NoAnswer, Unread};

/// What a call came to.
pub(crate) enum Reach<'a> {
    /// What was asked for.
    Found(&'a Value),
    /// The provider's own refusal, with its code and, where it has one, its subcode.
    Refused { code: i64, subcode: i64 },
    /// It asks to wait.
    Busy,
    /// It has a problem of its own; the status.
    Trouble(u16),
    /// It redirects to another address. That is not followed.
    Redirected,
    /// An answer that is not the provider's; the status.
    Strange(u16),
    /// No answer in time.
    TimedOut,
    /// No connection, or one that broke.
    Unreachable,
}

/// What a call came to. `busy` are the codes by which the provider asks to wait, `refusal` finds code and subcode in an
/// answer. A 401 without a code, from a gateway on the way, counts as a refusal with the code 0.
pub(crate) fn reach<'a>(
    answer: &'a Result<Answer, NoAnswer>,
    busy: &[i64],
    refusal: impl Fn(&Answer) -> Option<(i64, i64)>,
) -> Reach<'a> {
    let answer = match answer {
        Ok(answer) => answer,
        Err(NoAnswer { timed_out: true, .. }) => return Reach::TimedOut,
        Err(NoAnswer { timed_out: false, .. }) => return Reach::Unreachable,
    };
    let status = answer.status;
    let body = match &answer.body {
        Ok(body) => Some(body).filter(|body| body.is_object()),
        Err(Unread::NotJson) => None,
        Err(Unread::TooLong) => return Reach::Strange(status),
        Err(Unread::Cut) => return Reach::Unreachable,
        Err(Unread::TimedOut) => return Reach::TimedOut,
    };
    match (status, refusal(answer)) {
        (429, _) => Reach::Busy,
        (_, Some((code, _))) if busy.contains(&code) => Reach::Busy,
        (500..=599, _) => Reach::Trouble(status),
        (300..=399, _) => Reach::Redirected,
        (_, Some((code, subcode))) => Reach::Refused { code, subcode },
        (200..=299, None) => body.map_or(Reach::Strange(status), Reach::Found),
        (401, None) => Reach::Refused { code: 0, subcode: 0 },
        _ => Reach::Strange(status),
    }
}

/// Whether the provider at `host` is there. `keys` are the settings that its address is made of.
pub(crate) fn finding(host: &str, reach: &Reach<'_>, keys: &str) -> Finding {
    let good = |sentence: String| Finding::good("provider", sentence);
    let doubtful = |sentence: String, next_step: &str| Finding::doubtful("provider", sentence, next_step);
    let bad = |sentence: String, next_step: &str| Finding::bad("provider", sentence, next_step);
    match reach {
        Reach::Found(_) | Reach::Refused { .. } => good(format!("{host} is there")),
        Reach::Busy => {
            doubtful(format!("{host} is there but asks for patience"), "Check again in a few minutes.")
        }
        Reach::Trouble(status) => doubtful(
            format!("{host} has trouble of its own ({status})"),
            "Check again in a few minutes, and look at the provider's status page.",
        ),
        Reach::Redirected => bad(
            format!("{host} sends on to another address, which is not followed"),
            "Write the true address of the provider into base_url.",
        ),
        Reach::Strange(status) => bad(
            format!("{host} answers ({status}), but not as the provider does"),
            &format!("Correct {keys}; something else may answer there."),
        ),
        Reach::TimedOut => bad(
            format!("{host} does not answer in time"),
            "Look at the network and the firewall between here and there.",
        ),
        Reach::Unreachable => bad(
            format!("{host} cannot be reached"),
            "Look at the network, the name service and the firewall between here and there.",
        ),
    }
}
