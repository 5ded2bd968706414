//! The parser of deliveries: one form is one message or one status.

use deskbell_protocol::{Content, DeliveryState, Millis};

use super::consent::consent;
use super::errors::TABLE;
use super::form::Form;
use crate::text::word;
use crate::{Delivery, Inbound, InboundMessage, InboundStatus, ParseError, Sender};

/// The name of the pair in the query of a status callback that holds what Twilio shall repeat.
pub(super) const ECHO: &str = "o";

/// Parses a delivery whose signature was checked. `own` is the number of the account.
pub(super) fn parse(delivery: &Delivery, own: &str) -> Result<Vec<Inbound>, ParseError> {
    let form = Form::decode(&delivery.body);
    if form.get("AccountSid").is_none() {
        return Err(ParseError::NotADelivery);
    }
    let parsed =
        if form.get("MessageStatus").is_some() { status(&form, &delivery.url, own) } else { message(&form) };
    Ok(vec![parsed.unwrap_or_else(|what| Inbound::SetAside { what })])
}

/// A message of a contact ("messaging webhook request").
fn message(form: &Form) -> Result<Inbound, String> {
    let from = form.id("From").ok_or("message_without_sender")?;
    // `whatsapp:`, `messenger:`, `rcs:` and the like: another channel that Twilio carries too.
    if let Some((other, _)) = from.split_once(':') {
        return Err(format!("from.{}", word(other)));
    }
    Ok(Inbound::Message(InboundMessage {
        provider_id: form.id("MessageSid").ok_or("message_without_id")?,
        account_address: form.id("To").unwrap_or_default(),
        sender: sender(from),
        // Twilio does not tell.
        at: Millis(0),
        content: content(form),
        reply_to: None,
        case: Vec::new(),
        trouble: None,
        consent: consent(form),
    }))
}

/// Phones have numbers, companies may have a name of letters instead.
fn sender(from: String) -> Sender {
    let digits = from.strip_prefix('+').unwrap_or(&from);
    if !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit()) {
        Sender { phone: Some(digits.to_owned()), ..Sender::default() }
    } else {
        Sender { user_id: Some(from), ..Sender::default() }
    }
}

/// The text of a message; a placeholder where it has attachments.
fn content(form: &Form) -> Content {
    let attached = form.get("NumMedia").and_then(|count| count.parse::<u32>().ok()).unwrap_or(0);
    match form.text("Body") {
        Some(body) if attached == 0 => Content::Text { body },
        caption => {
            let kind = form.get("MediaContentType0").and_then(|it| it.split('/').next());
            let what = kind.filter(|_| attached > 0).map_or_else(|| "unsupported".to_owned(), word);
            Content::Placeholder { what, caption }
        }
    }
}

/// How far a message of ours has come ("outbound message status in status callbacks").
///
/// Callbacks arrive in any order. Twilio's own steps before the carrier, `queued` and `sending`, are all one here; of
/// the rest each has its own rank, and the hub moves a message forward only.
fn status(form: &Form, url: &str, own: &str) -> Result<Inbound, String> {
    let state = match form.get("MessageStatus").unwrap_or_default() {
        "accepted" | "scheduled" | "queued" | "sending" => DeliveryState::Accepted,
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        "undelivered" | "failed" | "canceled" => DeliveryState::Failed,
        what @ ("receiving" | "received") => {
            return Ok(Inbound::Ignored { what: format!("status.{what}") });
        }
        other => return Err(format!("status.{}", word(other))),
    };
    let failure = (state == DeliveryState::Failed).then(|| {
        let code = form.get("ErrorCode").and_then(|code| code.parse().ok()).filter(|code| *code != 0);
        TABLE.failure(code, form.get("ErrorMessage"))
    });
    Ok(Inbound::Status(InboundStatus {
        provider_id: form.id("MessageSid").ok_or("status_without_id")?,
        account_address: own.to_owned(),
        state,
        at: Millis(0),
        echo: echo(url),
        failure,
    }))
}

/// What Twilio was asked to repeat, from the address of a status callback.
fn echo(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let (query, _) = query.split_once('#').unwrap_or((query, ""));
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, value)| name == ECHO && !value.is_empty()).map(|(_, value)| value.into_owned())
}

/// The address of the status callback of a message, with what Twilio shall repeat in its query.
pub(super) fn status_callback(webhook_url: &str, echo: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair(ECHO, echo).finish();
    format!("{webhook_url}?{query}")
}
