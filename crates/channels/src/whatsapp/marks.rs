//! Showing contacts that we read and write, and asking whether we are let in at all.

use serde::Serialize;
use serde_json::Value;

use super::{WhatsApp, graph};
use crate::Standing;

/// The body that marks a message as read.
#[derive(Serialize)]
struct Mark<'a> {
    messaging_product: &'static str,
    status: &'static str,
    message_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    typing_indicator: Option<TypingIndicator>,
}

#[derive(Serialize)]
struct TypingIndicator {
    #[serde(rename = "type")]
    kind: &'static str,
}

impl WhatsApp {
    /// Asks for the account's own number, which shows whether the access token is taken (Cloud API reference,
    /// "business phone numbers": `GET /{version}/{phone-number-id}`). Changes nothing. Takes at most some 40
    /// seconds.
    pub async fn standing(&self) -> Standing {
        let Some(door) = &self.door else { return Standing::Unknown };
        let answer = door.get(&[&self.phone_number_id], &[("fields", "id")]).await;
        answer.map_or(Standing::Unknown, |answer| graph::standing(&answer))
    }

    /// Marks a contact's message, and with it all before it, as read; with `typing` also shows for up to 25
    /// seconds, or until the answer, that somebody writes (Cloud API reference, "mark messages as read" and
    /// "typing indicators"). Returns whether the provider did.
    pub async fn mark_read(&self, provider_id: &str, typing: bool) -> bool {
        let Some(door) = &self.door else { return false };
        let typing_indicator = typing.then_some(TypingIndicator { kind: "text" });
        let body =
            Mark { messaging_product: "whatsapp", status: "read", message_id: provider_id, typing_indicator };
        let Ok(answer) = door.post(&[&self.phone_number_id, "messages"], &body).await else { return false };
        let done = answer.body.as_ref().and_then(|it| it.get("success")).and_then(Value::as_bool);
        (200..=299).contains(&answer.status) && done == Some(true)
    }
}
