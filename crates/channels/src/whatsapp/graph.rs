//! What an answer of the Graph API means for the message that was posted.

use deskbell_protocol::Failure;
use serde_json::Value;

use super::envelope::text;
use super::errors::{self, TABLE};
use crate::error_table::Handling;
use crate::http_client::answer::Answer;
use crate::text::word;
use crate::{Credentials, Reported, SendOutcome};

/// What is known of a posted message after this answer.
///
/// The code in the body decides; the HTTP status only where there is none. After success without an id, and after
/// a failing server that gives no reason, it is not known whether the message went out.
pub(super) fn outcome(answer: &Answer) -> SendOutcome {
    if let Some(error) = error_of(answer) {
        return outcome_of_error(answer, error);
    }
    if !answer.is_success() {
        return TABLE.outcome_of_status(answer);
    }
    match answer.json().and_then(message_id) {
        Some(provider_id) => {
            SendOutcome::Accepted { provider_id, reported: answer.json().and_then(reported) }
        }
        None => SendOutcome::Ambiguous,
    }
}

/// Why an answer does not hold what was asked for.
pub(super) fn failure_of(answer: &Answer) -> Failure {
    match error_of(answer) {
        Some(error) => TABLE.failure(code_of(error), errors::details(error).as_deref()),
        None => TABLE.failure_of_status(answer),
    }
}

/// What the answer to any call tells about our access token.
pub(super) fn credentials(answer: &Answer) -> Credentials {
    TABLE.credentials(answer, error_of(answer).and_then(code_of))
}

/// Code and subcode of an error, 0 where one is missing.
pub(super) fn refusal(answer: &Answer) -> Option<(i64, i64)> {
    let error = answer.json()?.get("error")?;
    let number = |key: &str| error.get(key).and_then(Value::as_i64).unwrap_or(0);
    Some((number("code"), number("error_subcode")))
}

/// The error object of an answer, if it has one.
fn error_of(answer: &Answer) -> Option<&Value> {
    answer.json()?.get("error").filter(|it| it.is_object())
}

fn code_of(error: &Value) -> Option<i64> {
    error.get("code").and_then(Value::as_i64)
}

/// What an error object means for the message that was posted.
fn outcome_of_error(answer: &Answer, error: &Value) -> SendOutcome {
    let code = code_of(error);
    let failure = TABLE.failure(code, errors::details(error).as_deref());
    tracing::warn!(
        status = answer.status,
        code,
        trace = text(error, &["fbtrace_id"]).map(|it| word(&it)),
        "WhatsApp did not accept a message"
    );
    let known = code.map(|code| TABLE.handling(code));
    if known == Some(Handling::Access) {
        return SendOutcome::NotConnected(TABLE.no_access());
    }
    let transient = error.get("is_transient").and_then(Value::as_bool) == Some(true);
    let retry = match known {
        Some(Handling::Retry) => true,
        Some(Handling::Agent | Handling::SetUp | Handling::Access) => false,
        Some(Handling::Final) | None => transient || answer.status == 429,
    };
    if retry {
        SendOutcome::Later { after_ms: answer.after_ms(), failure }
    } else {
        SendOutcome::Refused(failure)
    }
}

/// How the number that was written to is reported (Cloud API reference, "messages": `contacts`).
fn reported(body: &Value) -> Option<Reported> {
    let contact = body.get("contacts").and_then(|it| it.get(0))?;
    let number = |key| {
        let digits: String = text(contact, &[key])?.chars().filter(|c| !"+ ()-.".contains(*c)).collect();
        let good = (5..=20).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
        good.then_some(digits)
    };
    Some(Reported { dialled: number("input")?, known_as: number("wa_id")? })
}

fn message_id(body: &Value) -> Option<String> {
    body.get("messages").and_then(|it| it.get(0)).and_then(|it| text(it, &["id"]))
}
