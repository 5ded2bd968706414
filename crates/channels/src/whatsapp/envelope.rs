//! The envelope of a webhook delivery, parsed so far that each element stands alone.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::surrogates::mend;
use crate::ParseError;
use crate::text::{ID_BYTES, TEXT_CHARS, cut};

/// The only `object` that this webhook serves.
const OBJECT: &str = "whatsapp_business_account";

/// The whole body.
#[derive(Deserialize)]
struct Envelope<'a> {
    object: String,
    #[serde(borrow)]
    entry: Vec<&'a RawValue>,
}

/// The longest name that is kept, in characters; the rest is cut off. It becomes a fact of the case too.
const NAME_CHARS: usize = deskbell_protocol::MAX_CASE_CHARS;

/// The part of one business account.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow, default)]
    changes: Vec<&'a RawValue>,
}

/// One change that the app subscribed to.
#[derive(Deserialize)]
pub(super) struct Change<'a> {
    /// The name of the subscription.
    pub(super) field: String,
    /// What changed.
    #[serde(borrow)]
    pub(super) value: &'a RawValue,
}

/// The value of a change of the field `messages` or `smb_message_echoes`. Everything is optional, and each part is
/// parsed alone: a broken one must not hide the others.
#[derive(Deserialize)]
pub(super) struct MessagesValue<'a> {
    #[serde(borrow, default)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) contacts: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) messages: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) message_echoes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) statuses: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) errors: Option<&'a RawValue>,
}

/// The changes in an envelope. One that cannot be parsed is `None`.
pub(super) fn changes(body: &str) -> Result<Vec<Option<Change<'_>>>, ParseError> {
    let envelope: Envelope<'_> = serde_json::from_str(body).map_err(|error| {
        // A data error quotes what it found, which may be customer text: it is not passed on.
        if error.is_data() { ParseError::NotADelivery } else { ParseError::NotJson(error) }
    })?;
    if envelope.object != OBJECT {
        return Err(ParseError::NotADelivery);
    }
    let mut changes = Vec::new();
    for entry in envelope.entry {
        match serde_json::from_str::<Entry<'_>>(entry.get()) {
            Ok(entry) => changes.extend(entry.changes.iter().map(|it| serde_json::from_str(it.get()).ok())),
            Err(_) => changes.push(None),
        }
    }
    Ok(changes)
}

/// The elements of a list; none if it is absent or no list.
pub(super) fn elements(list: Option<&RawValue>) -> Vec<&RawValue> {
    list.and_then(|it| serde_json::from_str(it.get()).ok()).unwrap_or_default()
}

/// One element, decoded; `None` if it is nested too deeply or broken in another way.
pub(super) fn decode(raw: &RawValue) -> Option<Value> {
    serde_json::from_str(raw.get()).or_else(|_| serde_json::from_str(&mend(raw.get()))).ok()
}

/// A text at a path of keys, if there is one and it is not empty; at most [`TEXT_CHARS`] of it. Numbers count
/// as text: ids come as both. A NUL, at which other programs cut off, is replaced.
pub(super) fn text(value: &Value, path: &[&str]) -> Option<String> {
    let found = path.iter().try_fold(value, |value, key| value.get(key))?;
    match found {
        Value::String(text) if !text.is_empty() => Some(cut(text, TEXT_CHARS).replace('\0', "\u{fffd}")),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A name at a path of keys, as far as it is kept.
pub(super) fn name(value: &Value, path: &[&str]) -> Option<String> {
    text(value, path).map(|name| cut(&name, NAME_CHARS))
}

/// An id at a path of keys; none if it is too long to be one.
pub(super) fn id(value: &Value, path: &[&str]) -> Option<String> {
    text(value, path).filter(|id| id.len() <= ID_BYTES)
}
