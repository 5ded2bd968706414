//! Posting a message to the provider.

use deskbell_protocol::Remedy;
use serde::Serialize;

use super::door::NoAnswer;
use super::{WhatsApp, errors, graph, templates};
use crate::{Outbound, OutboundContent, Recipient, SendOutcome};

impl WhatsApp {
    /// Hands one message to the provider, once. Takes at most some 40 seconds.
    ///
    /// What fails before the request is written may be tried again; what fails after it is
    /// [`SendOutcome::Ambiguous`], because the provider may have it.
    pub async fn send(&self, message: &Outbound) -> SendOutcome {
        let Some(body) = body(message) else { return SendOutcome::Refused(not_a_number()) };
        let Some(door) = &self.door else { return SendOutcome::Refused(not_set_up()) };
        match door.post(&[&self.phone_number_id, "messages"], &body).await {
            Ok(answer) => graph::outcome(&answer),
            Err(NoAnswer::NotReached) => unreachable_now(),
            Err(NoAnswer::NotAsked) => SendOutcome::Refused(not_set_up()),
            Err(NoAnswer::Lost) => SendOutcome::Ambiguous,
        }
    }
}

/// The body of the request (Cloud API reference, "messages").
#[derive(Serialize)]
struct Body<'a> {
    messaging_product: &'static str,
    recipient_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<&'a str>,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<templates::Filled<'a>>,
    biz_opaque_callback_data: &'a str,
}

#[derive(Serialize)]
struct Text<'a> {
    body: &'a str,
    preview_url: bool,
}

/// The body for a message; `None` when its phone number is none.
///
/// A user id in `to` would be accepted with an id and dropped without a word, so what is not all digits
/// never gets there. Without the `+` the business's own country code could be put in front.
fn body(message: &Outbound) -> Option<Body<'_>> {
    let (to, recipient) = match &message.to {
        Recipient::Phone(phone) => {
            let digits = phone.trim_start_matches('+');
            let is_number = (5..=20).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit());
            (Some(is_number.then(|| format!("+{digits}"))?), None)
        }
        Recipient::UserId(id) => (None, Some(id.as_str())),
    };
    let (kind, text, template) = match &message.content {
        OutboundContent::Text { body } => ("text", Some(Text { body, preview_url: false }), None),
        OutboundContent::Template(template) => ("template", None, Some(templates::filled(template))),
    };
    Some(Body {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to,
        recipient,
        kind,
        text,
        template,
        biz_opaque_callback_data: &message.echo,
    })
}

fn unreachable_now() -> SendOutcome {
    let sentence = "WhatsApp could not be reached. Your message was not sent. Try again in a moment.";
    SendOutcome::Later { after_ms: None, failure: errors::named("unreachable", sentence, Remedy::SendAgain) }
}

pub(super) fn not_set_up() -> deskbell_protocol::Failure {
    errors::failure(Some(33), None)
}

fn not_a_number() -> deskbell_protocol::Failure {
    let sentence = "The contact's number is not a phone number. Your message was not sent.";
    errors::named("not_a_number", sentence, Remedy::ConfirmAddress)
}
