//! The form of a webhook: its parts, its escaped bytes, its signature.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::answers;
use super::world::Account;
use crate::customer::Identity;

/// The id of the business account that the number belongs to.
pub const BUSINESS_ACCOUNT: &str = "102290129340398";

/// The value of a change in which a customer writes.
pub(crate) fn message(account: &Account, from: &Identity, wamid: &str, at: i64, message: Value) -> Value {
    let mut contact = json!({"profile": {"name": from.name}, "user_id": from.user_id});
    let mut head = json!({"id": wamid, "timestamp": seconds(at), "from_user_id": from.user_id});
    set(&mut contact, "wa_id", from.phone.as_deref());
    set(&mut head, "from", from.phone.as_deref());
    if let Some(profile) = contact.get_mut("profile") {
        set(profile, "username", from.username.as_deref());
    }
    if let (Some(head), Value::Object(inner)) = (head.as_object_mut(), message) {
        head.extend(inner);
    }
    let mut value = value(account);
    if let Some(value) = value.as_object_mut() {
        value.insert("contacts".to_owned(), json!([contact]));
        value.insert("messages".to_owned(), json!([head]));
    }
    value
}

/// A status of a message to somebody.
pub(crate) struct Status<'a> {
    /// The message.
    pub(crate) wamid: &'a str,
    /// `sent`, `delivered`, `read` or `failed`.
    pub(crate) status: &'a str,
    /// When.
    pub(crate) at: i64,
    /// The number it went to, if it went to a number or the number is disclosed.
    pub(crate) phone: Option<&'a str>,
    /// Whom it went to.
    pub(crate) user_id: Option<&'a str>,
    /// What the hub asked to be repeated.
    pub(crate) echo: Option<&'a str>,
    /// Why it failed.
    pub(crate) code: Option<i64>,
}

/// The value of a change in which a message of the business came further.
pub(crate) fn status(account: &Account, news: &Status<'_>) -> Value {
    let mut status = json!({"id": news.wamid, "status": news.status, "timestamp": seconds(news.at)});
    set(&mut status, "recipient_id", news.phone);
    // A failed message that was addressed to a number does not tell the user id.
    let by_number = news.code.is_some() && news.phone.is_some();
    set(&mut status, "recipient_user_id", news.user_id.filter(|_| !by_number));
    set(&mut status, "biz_opaque_callback_data", news.echo);
    if let Some(status) = status.as_object_mut() {
        if let Some(code) = news.code {
            status.insert("errors".to_owned(), json!([answers::status_error(code)]));
        }
        if matches!(news.status, "sent" | "delivered") {
            let pricing = json!({"billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"});
            status.insert("pricing".to_owned(), pricing);
        }
    }
    let mut value = value(account);
    if let Some(value) = value.as_object_mut() {
        value.insert("statuses".to_owned(), json!([status]));
    }
    value
}

fn value(account: &Account) -> Value {
    let metadata = json!({
        "display_phone_number": account.display_phone_number,
        "phone_number_id": account.phone_number_id,
    });
    json!({"messaging_product": "whatsapp", "metadata": metadata})
}

fn set(object: &mut Value, key: &str, text: Option<&str>) {
    if let (Some(object), Some(text)) = (object.as_object_mut(), text) {
        object.insert(key.to_owned(), json!(text));
    }
}

fn seconds(at: i64) -> String {
    at.div_euclid(1000).to_string()
}

/// The bytes of a webhook about these changes. What is not ASCII is escaped, and it is these bytes that are
/// signed.
pub(super) fn body(values: Vec<Value>) -> String {
    let changes: Vec<_> = values.into_iter().map(|it| json!({"field": "messages", "value": it})).collect();
    let entry = json!([{"id": BUSINESS_ACCOUNT, "changes": changes}]);
    escaped(&json!({"object": "whatsapp_business_account", "entry": entry}))
}

/// JSON in ASCII alone, with lowercase `\uXXXX`.
fn escaped(value: &Value) -> String {
    let mut ascii = String::new();
    for letter in value.to_string().chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                ascii.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    ascii
}

/// The value of `X-Hub-Signature-256`.
pub(super) fn signature(body: &[u8], app_secret: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(body);
            format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
        }
        // HMAC takes keys of any length.
        Err(_) => String::new(),
    }
}
