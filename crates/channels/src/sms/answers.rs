//! What an answer of Twilio means.

use deskbell_protocol::Failure;
use serde_json::Value;

use super::errors::TABLE;
use crate::SendOutcome;
use crate::error_table::Handling;
use crate::http_client::answer::Answer;

/// What is known of a posted message after this answer.
///
/// A failing server may have sent the message, whatever it says: Twilio has no key against sending twice.
pub(super) fn outcome(answer: &Answer) -> SendOutcome {
    let text = |key: &str| answer.json().and_then(|body| body.get(key)).and_then(Value::as_str);
    if answer.is_success() {
        return match text("sid").filter(|sid| !sid.is_empty()) {
            Some(sid) => SendOutcome::Accepted { provider_id: sid.to_owned(), reported: None },
            None => SendOutcome::Ambiguous,
        };
    }
    let Some(code) = code(answer).filter(|_| (400..=499).contains(&answer.status)) else {
        return TABLE.outcome_of_status(answer);
    };
    tracing::warn!(status = answer.status, code, "Twilio did not accept a message");
    let failure = TABLE.failure(Some(code), text("message"));
    match TABLE.handling(code) {
        Handling::Access => SendOutcome::NotConnected(TABLE.no_access()),
        Handling::Retry => SendOutcome::Later { after_ms: answer.after_ms(), failure },
        Handling::Final if answer.status == 429 => {
            SendOutcome::Later { after_ms: answer.after_ms(), failure }
        }
        Handling::Agent | Handling::SetUp | Handling::Final => SendOutcome::Refused(failure),
    }
}

/// Why an answer does not hold what was asked for.
pub(super) fn failure_of(answer: &Answer) -> Failure {
    match code(answer) {
        Some(code) => TABLE.failure(Some(code), None),
        None => TABLE.failure_of_status(answer),
    }
}

/// Twilio's error code, if the answer is an error.
pub(super) fn code(answer: &Answer) -> Option<i64> {
    if answer.is_success() {
        return None;
    }
    answer.json()?.get("code").and_then(Value::as_i64)
}
