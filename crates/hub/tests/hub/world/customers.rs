//! Customers, and what the provider delivers of them.

use std::sync::{Arc, Mutex};

use deskbell_protocol::Millis;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::{MORNING, PHONE_NUMBER_ID, SECRET};

pub(crate) fn sign(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
}

/// Someone who writes to us.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    name: String,
    pub(crate) phone: String,
    said: Arc<Mutex<u32>>,
}

fn customer(name: &str, phone: &str) -> Customer {
    Customer { name: name.to_owned(), phone: phone.to_owned(), said: Arc::default() }
}

/// One of a crowd.
pub(crate) fn somebody(number: u32) -> Customer {
    customer(&format!("Somebody {number}"), &format!("4917{number:08}"))
}

pub(crate) fn carla() -> Customer {
    customer("Carla", "491701111111")
}

pub(crate) fn deniz() -> Customer {
    customer("Deniz", "491702222222")
}

pub(crate) fn emre() -> Customer {
    customer("Emre", "491703333333")
}

impl Customer {
    /// The same person with another number.
    pub(crate) fn at(&self, phone: &'static str) -> Self {
        Self { phone: phone.to_owned(), ..self.clone() }
    }

    /// What a delivery holds of this customer's next text, and its id.
    pub(crate) fn text(&self, text: &str, at: Millis) -> (String, (Value, Value)) {
        let mut said = self.said.lock().unwrap();
        *said += 1;
        let wamid = format!("wamid.{}.{said}", self.name);
        let message = json!({
            "id": wamid, "from": self.phone, "timestamp": (at.0 / 1000).to_string(),
            "type": "text", "text": {"body": text},
        });
        let contact = json!({"profile": {"name": self.name}, "wa_id": self.phone});
        (wamid, (contact, message))
    }
}

/// A delivery of messages and statuses, in the provider's envelope.
pub(crate) fn delivery(messages: &[(Value, Value)], statuses: &[Value]) -> Value {
    let mut value = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": PHONE_NUMBER_ID},
    });
    if !messages.is_empty() {
        value["contacts"] = messages.iter().map(|(contact, _)| contact.clone()).collect();
        value["messages"] = messages.iter().map(|(_, message)| message.clone()).collect();
    }
    if !statuses.is_empty() {
        value["statuses"] = statuses.to_vec().into();
    }
    json!({"object": "whatsapp_business_account",
           "entry": [{"id": "1029", "changes": [{"field": "messages", "value": value}]}]})
}

pub(crate) fn status_of(wamid: &str, status: &str, echo: Option<&str>) -> Value {
    let mut value = json!({
        "id": wamid, "status": status, "timestamp": (MORNING / 1000).to_string(), "recipient_id": "491701111111",
    });
    if let Some(echo) = echo {
        value["biz_opaque_callback_data"] = echo.into();
    }
    if status == "failed" {
        value["errors"] = json!([{"code": 131026, "title": "Message undeliverable"}]);
    }
    value
}
