//! WhatsApp webhook requests (Meta for Developers, "Webhooks: Getting Started", Validating Payloads; WhatsApp Cloud
//! API, "Webhooks: messages").

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::hub::{ACCOUNT, APP_SECRET, PHONE_NUMBER_ID};

/// An inbound message.
pub(crate) struct InboundMessage<'a> {
    /// The contact's number in this program.
    pub(crate) contact: usize,
    /// The provider's message id; must be unique.
    pub(crate) id: &'a str,
    /// The Unix time of the message, in seconds.
    pub(crate) at: i64,
    /// The text.
    pub(crate) text: &'a str,
}

/// The HTTP request of one delivery, head and body.
pub(crate) fn request(messages: &[InboundMessage<'_>]) -> Vec<u8> {
    let body = body(messages);
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).unwrap();
    mac.update(body.as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    let head = format!(
        "POST /webhooks/whatsapp/{ACCOUNT} HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n\
         X-Hub-Signature-256: sha256={signature}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body.as_bytes()].concat()
}

fn body(messages: &[InboundMessage<'_>]) -> String {
    let changes: Vec<Value> = messages
        .iter()
        .map(|message| {
            let phone = phone(message.contact);
            json!({ "field": "messages", "value": {
                "messaging_product": "whatsapp",
                "metadata": { "display_phone_number": "15550001111", "phone_number_id": PHONE_NUMBER_ID },
                "contacts": [{ "profile": { "name": name(message.contact) }, "wa_id": phone }],
                "messages": [{
                    "from": phone, "id": message.id, "timestamp": message.at.to_string(),
                    "type": "text", "text": { "body": message.text },
                }],
            }})
        })
        .collect();
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": changes }] }).to_string()
}

fn phone(contact: usize) -> String {
    format!("4915{contact:08}")
}

/// The name of a contact.
pub(crate) fn name(contact: usize) -> String {
    format!("Contact {contact}")
}

/// The Unix time in milliseconds, with fractions.
pub(crate) fn now_ms() -> f64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64() * 1000.0
}

/// The Unix time in seconds.
pub(crate) fn now_s() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
