//! What an answer of the Graph API means for the message that was posted.

use deskbell_protocol::{Failure, FailureClass, Remedy};
use serde_json::Value;

use super::envelope::{text, word};
use super::errors;
use crate::error_table::Handling;
use crate::http_client::answer::Answer;
use crate::{Credentials, Reported, SendOutcome};

/// What is known of a posted message after this answer.
///
/// The code in the body decides; the HTTP status only where there is none. After success without an id, and after
/// a failing server that gives no reason, it is not known whether the message went out.
pub(super) fn outcome(answer: &Answer) -> SendOutcome {
    if let Some(error) = error_of(answer) {
        return refusal(answer, error);
    }
    match answer.status {
        200..=299 => match answer.json().and_then(message_id) {
            Some(provider_id) => {
                SendOutcome::Accepted { provider_id, reported: answer.json().and_then(reported) }
            }
            None => SendOutcome::Ambiguous,
        },
        // Redirections are not followed: no other server has the message.
        300..=399 => later(answer, "redirect", FailureClass::Unreachable, "WhatsApp redirected the request"),
        408 => {
            later(answer, "timeout", FailureClass::Provider, "WhatsApp did not receive the message in time")
        }
        429 => later(answer, "busy", FailureClass::Rate, "WhatsApp was too busy"),
        401 => SendOutcome::NotConnected(errors::no_access()),
        // The provider gives a reason when it forbids something: this answer is not its own.
        403 => SendOutcome::NotConnected(errors::barred()),
        404 | 405 => SendOutcome::Refused(errors::not_set_up()),
        400..=499 => SendOutcome::Refused(errors::named(
            &format!("http_{}", answer.status),
            FailureClass::Other,
            "WhatsApp refused this message without giving a reason. It was not sent.",
            Remedy::TellAdministrator,
        )),
        _ => SendOutcome::Ambiguous,
    }
}

/// Why an answer does not hold what was asked for.
pub(super) fn failure_of(answer: &Answer) -> Failure {
    match (error_of(answer), answer.status) {
        (Some(error), _) => {
            errors::failure(error.get("code").and_then(Value::as_i64), errors::details(error).as_deref())
        }
        (None, 401) => errors::failure(Some(190), None),
        (None, 403) => errors::barred(),
        (None, 404 | 405) => errors::not_set_up(),
        (None, _) => errors::named(
            "no_answer",
            FailureClass::Provider,
            "WhatsApp answered with something else than what was asked for. Try again in a moment.",
            Remedy::Nothing,
        ),
    }
}

/// What the answer to any call tells about our access token.
///
/// A call that is refused for another reason was authenticated before.
pub(super) fn credentials(answer: &Answer) -> Credentials {
    let code = error_of(answer).and_then(|it| it.get("code")).and_then(Value::as_i64);
    match (answer.status, code) {
        (_, Some(code)) if errors::handling(code) == Handling::Access => {
            Credentials::Rejected(errors::no_access())
        }
        (401, None) => Credentials::Rejected(errors::no_access()),
        (403, None) => Credentials::Rejected(errors::barred()),
        (400..=499, Some(code)) if errors::handling(code) != Handling::Retry => Credentials::Accepted,
        (200..=299, None) if answer.json().is_some_and(Value::is_object) => Credentials::Accepted,
        _ => Credentials::Unknown,
    }
}

/// The error object of an answer, if it has one.
fn error_of(answer: &Answer) -> Option<&Value> {
    answer.json()?.get("error").filter(|it| it.is_object())
}

/// What an error object means for the message that was posted.
fn refusal(answer: &Answer, error: &Value) -> SendOutcome {
    let code = error.get("code").and_then(Value::as_i64);
    let failure = errors::failure(code, errors::details(error).as_deref());
    tracing::warn!(
        status = answer.status,
        code,
        trace = text(error, &["fbtrace_id"]).map(|it| word(&it)),
        "WhatsApp did not accept a message"
    );
    let known = code.map(errors::handling);
    if known == Some(Handling::Access) {
        return SendOutcome::NotConnected(errors::no_access());
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

fn later(answer: &Answer, reason: &str, class: FailureClass, what: &str) -> SendOutcome {
    let sentence = format!("{what}. Your message was not sent. Try again in a moment.");
    SendOutcome::Later {
        after_ms: answer.after_ms(),
        failure: errors::named(reason, class, sentence, Remedy::SendAgain),
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
