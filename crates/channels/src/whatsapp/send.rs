//! Posting a message to the provider.

use deskbell_protocol::{Failure, FailureClass, Remedy};
use serde::Serialize;

use super::errors::TABLE;
use super::{WhatsApp, graph, templates};
use crate::http_client::answer::Stage;
use crate::{Outbound, OutboundContent, Recipient, SendOutcome};

impl WhatsApp {
    /// Hands one message to WhatsApp, once. Takes at most some 40 seconds.
    ///
    /// A call that fails before the request is written may be tried again; one that fails after it is
    /// [`SendOutcome::Ambiguous`], because WhatsApp may have the message.
    pub async fn send(&self, message: &Outbound) -> SendOutcome {
        let Some(body) = body(message) else { return SendOutcome::Refused(not_a_number()) };
        let Some(api) = &self.api else { return SendOutcome::Refused(TABLE.not_set_up()) };
        match api.post(&[&self.settings.phone_number_id, "messages"], &body).await {
            Ok(answer) => graph::outcome(&answer),
            Err(no_answer) => match no_answer.stage {
                Stage::NotBuilt => SendOutcome::Refused(TABLE.not_set_up()),
                Stage::NotConnected => SendOutcome::Later { after_ms: None, failure: TABLE.unreachable() },
                Stage::Written => SendOutcome::Ambiguous,
            },
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

/// The body for a message; `None` when its phone number is not one.
///
/// WhatsApp accepts a user id in `to`, answers with a message id and drops the message: only digits go there.
/// Without the `+` it may put the business's own country code in front.
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

fn not_a_number() -> Failure {
    let sentence = "The contact's number is not a phone number. Your message was not sent.";
    TABLE.named("not_a_number", FailureClass::Address, sentence, Remedy::ConfirmAddress)
}
