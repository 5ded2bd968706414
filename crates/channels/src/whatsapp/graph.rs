//! What an answer of the Graph API means for the message that was posted.

use deskbell_protocol::Remedy;
use serde_json::Value;

use super::delivery::text;
use super::errors::{self, Class};
use crate::{Reported, SendOutcome, Standing};

/// The longest wait that a provider may ask for; longer ones are cut to it.
const LONGEST_WAIT_MS: u64 = 60 * 60 * 1000;

/// An answer as far as it could be read.
pub(super) struct Answer {
    /// The HTTP status.
    pub(super) status: u16,
    /// How long the `Retry-After` header asks to wait, in seconds.
    pub(super) retry_after_s: Option<u64>,
    /// The body, if all of it arrived and it is JSON.
    pub(super) body: Option<Value>,
}

/// Says what is known after this answer.
///
/// Errors go by the code in the body; the HTTP status decides only where there is none. Success without an
/// id, and a failing server that does not say why, leave open whether the message went out.
pub(super) fn outcome(answer: &Answer) -> SendOutcome {
    if let Some(error) = answer.body.as_ref().and_then(|it| it.get("error")).filter(|it| it.is_object()) {
        return refusal(answer, error);
    }
    match answer.status {
        200..=299 => match answer.body.as_ref().and_then(message_id) {
            Some(provider_id) => {
                SendOutcome::Accepted { provider_id, reported: answer.body.as_ref().and_then(reported) }
            }
            None => SendOutcome::Ambiguous,
        },
        // Nobody behind a redirect was given the message: redirects are not followed.
        300..=399 => later(answer, "redirect", "The WhatsApp address answered with a detour"),
        408 => later(answer, "timeout", "WhatsApp did not receive the message in time"),
        429 => later(answer, "busy", "WhatsApp was too busy"),
        401 => SendOutcome::NotConnected(errors::no_access()),
        // The provider says why it forbids something: this is not its own word.
        403 => SendOutcome::NotConnected(errors::barred()),
        404 | 405 => SendOutcome::Refused(errors::failure(Some(33), None)),
        400..=499 => SendOutcome::Refused(errors::named(
            &format!("http_{}", answer.status),
            "WhatsApp refused this message without giving a reason. It was not sent.",
            Remedy::TellAdministrator,
        )),
        _ => SendOutcome::Ambiguous,
    }
}

/// Why a call that asks for something was not answered with it.
pub(super) fn failure_of(answer: &Answer) -> deskbell_protocol::Failure {
    let error = answer.body.as_ref().and_then(|it| it.get("error")).filter(|it| it.is_object());
    match (error, answer.status) {
        (Some(error), _) => {
            errors::failure(error.get("code").and_then(Value::as_i64), errors::details(error).as_deref())
        }
        (None, 401) => errors::failure(Some(190), None),
        (None, 403) => errors::barred(),
        (None, 404 | 405) => errors::failure(Some(33), None),
        (None, _) => errors::named(
            "no_answer",
            "WhatsApp answered with something else than what was asked for. Try again in a moment.",
            Remedy::Nothing,
        ),
    }
}

/// Says what this answer tells about our access, to whatever question.
///
/// Who is refused for another reason was let in before.
pub(super) fn standing(answer: &Answer) -> Standing {
    let error = answer.body.as_ref().and_then(|it| it.get("error")).filter(|it| it.is_object());
    let code = error.and_then(|it| it.get("code")).and_then(Value::as_i64);
    match (answer.status, code) {
        (_, Some(code)) if errors::class(code) == Class::Access => {
            Standing::NotConnected(errors::no_access())
        }
        (401, None) => Standing::NotConnected(errors::no_access()),
        (403, None) => Standing::NotConnected(errors::barred()),
        (400..=499, Some(code)) if errors::class(code) != Class::Retry => Standing::Connected,
        (200..=299, None) if answer.body.as_ref().is_some_and(Value::is_object) => Standing::Connected,
        _ => Standing::Unknown,
    }
}

/// What an error object means.
fn refusal(answer: &Answer, error: &Value) -> SendOutcome {
    let code = error.get("code").and_then(Value::as_i64);
    let failure = errors::failure(code, errors::details(error).as_deref());
    tracing::warn!(
        status = answer.status,
        code,
        trace = text(error, &["fbtrace_id"]).map(|it| super::delivery::word(&it)),
        "WhatsApp did not take a message"
    );
    let known = code.map(errors::class);
    if known == Some(Class::Access) {
        return SendOutcome::NotConnected(errors::no_access());
    }
    let transient = error.get("is_transient").and_then(Value::as_bool) == Some(true);
    let retry = match known {
        Some(Class::Retry) => true,
        Some(Class::Agent | Class::SetUp | Class::Access) => false,
        Some(Class::Final) | None => transient || answer.status == 429,
    };
    if retry {
        SendOutcome::Later { after_ms: after_ms(answer), failure }
    } else {
        SendOutcome::Refused(failure)
    }
}

fn later(answer: &Answer, reason: &str, what: &str) -> SendOutcome {
    let sentence = format!("{what}. Your message was not sent. Try again in a moment.");
    SendOutcome::Later {
        after_ms: after_ms(answer),
        failure: errors::named(reason, sentence, Remedy::SendAgain),
    }
}

fn after_ms(answer: &Answer) -> Option<u64> {
    answer.retry_after_s.map(|it| it.saturating_mul(1000).min(LONGEST_WAIT_MS))
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
