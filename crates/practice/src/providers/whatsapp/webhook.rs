//! The form of a webhook: its parts, its escaped bytes, its signature, and when it is repeated.

use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Url;
use serde_json::{Value, json};
use sha2::Sha256;

use super::account::{Account, BUSINESS_ACCOUNT};
use super::responses;
use crate::person::Identity;
use crate::webhooks::{Failed, Format, Post};

/// The pause after the first failed attempt; each further one is twice as long.
const FIRST_PAUSE_MS: i64 = 500;
/// The longest pause.
const LONGEST_PAUSE_MS: i64 = 5 * 60 * 1000;
/// How long a webhook is repeated (Cloud API, "webhooks overview").
const REPEATED_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Webhooks of the Cloud API: the changes of one account as JSON, signed with the app secret.
pub(super) struct ChangesFormat {
    /// The hub's webhook.
    pub(super) url: Option<Url>,
    /// The app secret.
    pub(super) app_secret: String,
}

impl Format for ChangesFormat {
    /// The values of the changes.
    type Payload = Vec<Value>;

    const ATTEMPT: Duration = Duration::from_secs(20);

    fn post(&self, values: &Self::Payload) -> Option<Post> {
        let body = body(values);
        let signature = ("x-hub-signature-256", signature(body.as_bytes(), &self.app_secret));
        Some(Post { url: self.url.clone()?, content_type: "application/json", signature, body })
    }

    fn join(&self, values: &mut Self::Payload, other: Self::Payload) -> Option<Self::Payload> {
        values.extend(other);
        None
    }

    fn accepts(&self, status: u16) -> bool {
        status == 200
    }

    fn pause(&self, _values: &Self::Payload, failed: &Failed) -> Option<i64> {
        let doublings = failed.attempts.saturating_sub(1).min(20);
        let pause = (FIRST_PAUSE_MS << doublings).min(LONGEST_PAUSE_MS);
        (failed.elapsed_ms.saturating_add(pause) <= REPEATED_MS).then_some(pause)
    }
}

/// The value of a change that reports a customer's message.
pub(super) fn message(account: &Account, from: &Identity, wamid: &str, at: i64, message: Value) -> Value {
    let mut contact = json!({"profile": {"name": from.name}, "user_id": from.user_id});
    let mut head = json!({"id": wamid, "timestamp": seconds(at), "from_user_id": from.user_id});
    set(&mut contact, "wa_id", from.wa_id());
    set(&mut head, "from", from.wa_id());
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

/// The status of a message of the business.
pub(super) struct Status<'a> {
    /// The id of the message.
    pub(super) wamid: &'a str,
    /// `sent`, `delivered`, `read` or `failed`.
    pub(super) status: &'a str,
    /// When, in milliseconds since the Unix epoch.
    pub(super) at: i64,
    /// The recipient's number, if it is disclosed or the message was addressed to it.
    pub(super) phone: Option<&'a str>,
    /// The recipient's user id.
    pub(super) user_id: Option<&'a str>,
    /// The value that the hub asked to repeat.
    pub(super) echo: Option<&'a str>,
    /// The error code, if it failed.
    pub(super) code: Option<i64>,
}

/// The value of a change that reports a status.
pub(super) fn status(account: &Account, news: &Status<'_>) -> Value {
    let mut status = json!({"id": news.wamid, "status": news.status, "timestamp": seconds(news.at)});
    set(&mut status, "recipient_id", news.phone);
    // A failed message that was addressed to a number does not report the user id.
    let by_number = news.code.is_some() && news.phone.is_some();
    set(&mut status, "recipient_user_id", news.user_id.filter(|_| !by_number));
    set(&mut status, "biz_opaque_callback_data", news.echo);
    if let Some(status) = status.as_object_mut() {
        if let Some(code) = news.code {
            status.insert("errors".to_owned(), json!([responses::status_error(code)]));
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

/// The body of a webhook with these changes. Characters outside ASCII are escaped, and the signature covers the
/// escaped bytes.
fn body(values: &[Value]) -> String {
    let changes: Vec<_> = values.iter().map(|it| json!({"field": "messages", "value": it})).collect();
    let entry = json!([{"id": BUSINESS_ACCOUNT, "changes": changes}]);
    escaped(&json!({"object": "whatsapp_business_account", "entry": entry}))
}

/// JSON in ASCII, with other characters as lowercase `\uXXXX`.
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
fn signature(body: &[u8], app_secret: &str) -> String {
    match Hmac::<Sha256>::new_from_slice(app_secret.as_bytes()) {
        Ok(mut mac) => {
            mac.update(body);
            format!("sha256={}", hex::encode(mac.finalize().into_bytes()))
        }
        // HMAC takes keys of any length.
        Err(_) => String::new(),
    }
}
