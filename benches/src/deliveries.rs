//! What a provider delivers, signed as it signs (Meta for Developers, "Webhooks: Getting Started",
//! Validating Payloads; WhatsApp Cloud API, "Webhooks: messages").

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::hub::{ACCOUNT, APP_SECRET, PHONE_NUMBER_ID};

/// A message on its way in.
pub(crate) struct Incoming<'a> {
    /// Which contact writes.
    pub(crate) contact: usize,
    /// The provider's id; must be new.
    pub(crate) id: &'a str,
    /// When it was written, in seconds.
    pub(crate) at: i64,
    /// What.
    pub(crate) text: &'a str,
}

/// The whole HTTP request for one delivery.
pub(crate) fn request(messages: &[Incoming<'_>]) -> Vec<u8> {
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

fn body(messages: &[Incoming<'_>]) -> String {
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

/// What the contact of this number is called.
pub(crate) fn name(contact: usize) -> String {
    format!("Contact {contact}")
}

/// Now, in milliseconds and parts of one.
pub(crate) fn now_ms() -> f64 {
    std::time::UNIX_EPOCH.elapsed().unwrap().as_secs_f64() * 1000.0
}

/// Now, in seconds.
pub(crate) fn now_s() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}
