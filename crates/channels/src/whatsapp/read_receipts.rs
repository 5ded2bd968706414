//! Read receipts and the typing indicator.

use serde::Serialize;
use serde_json::Value;

use super::WhatsApp;

/// The body that marks a message as read.
#[derive(Serialize)]
struct ReadReceipt<'a> {
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
    /// Marks a contact's message, and with it all before it, as read; with `typing` also shows for up to 25
    /// seconds, or until the answer, that an agent writes (Cloud API reference, "mark messages as read" and
    /// "typing indicators"). Returns whether WhatsApp did.
    pub async fn mark_read(&self, provider_id: &str, typing: bool) -> bool {
        let Some(api) = &self.api else { return false };
        let typing_indicator = typing.then_some(TypingIndicator { kind: "text" });
        let body = ReadReceipt {
            messaging_product: "whatsapp",
            status: "read",
            message_id: provider_id,
            typing_indicator,
        };
        let path = [self.settings.phone_number_id.as_str(), "messages"];
        let Ok(answer) = api.post(&path, &body).await else { return false };
        let done = answer.json().and_then(|it| it.get("success")).and_then(Value::as_bool);
        answer.is_success() && done == Some(true)
    }
}
