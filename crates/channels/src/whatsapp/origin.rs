//! The origin of a message: its sender, the message it answers, and the advertisement or product it came from.

use deskbell_protocol::{CaseField, MAX_CASE_CHARS};
use serde_json::Value;

use super::envelope::{id, name, text};
use crate::Sender;

/// The paths in a message that become case fields, with the key of each.
const CASE_FIELDS: &[(&str, &[&str])] = &[
    // The advertisement or post whose button the contact pressed.
    ("referral.headline", &["referral", "headline"]),
    ("referral.body", &["referral", "body"]),
    ("referral.source_url", &["referral", "source_url"]),
    ("referral.source_type", &["referral", "source_type"]),
    ("referral.source_id", &["referral", "source_id"]),
    // The product that the contact asks about.
    ("product.catalog", &["context", "referred_product", "catalog_id"]),
    ("product.id", &["context", "referred_product", "product_retailer_id"]),
];

/// The sender: by the fields of the message, completed from its card in `contacts`. Any field may be
/// missing, and so may the card.
pub(super) fn sender(message: &Value, contacts: &[Value]) -> Option<Sender> {
    let phone = id(message, &["from"]).map(|it| digits(&it));
    let user_id = id(message, &["from_user_id"]);
    let is_theirs = |card: &&Value| {
        let same = |ours: &Option<String>, key| ours.is_some() && *ours == text(card, &[key]);
        same(&user_id, "user_id") || same(&phone, "wa_id")
    };
    // A lone card belongs to the message also when the numbers are spelled differently (Brazil, Mexico and
    // Argentina have two forms of the same number).
    let lone = match contacts {
        [card] => Some(card),
        _ => None,
    };
    let card = contacts.iter().find(is_theirs).or(lone);
    let id_of_card = |key| card.and_then(|card| id(card, &[key]));
    let name_of_card = |key| card.and_then(|card| name(card, &["profile", key]));
    let sender = Sender {
        user_id: user_id.or_else(|| id_of_card("user_id")),
        phone: phone.or_else(|| id_of_card("wa_id").map(|it| digits(&it))),
        profile_name: name_of_card("name"),
        username: name_of_card("username").map(|it| it.trim_start_matches('@').to_owned()),
    };
    (sender.user_id.is_some() || sender.phone.is_some()).then_some(sender)
}

/// A phone number as it is kept.
pub(super) fn digits(phone: &str) -> String {
    phone.trim_start_matches('+').to_owned()
}

/// The id of the message that this one answers, or that it is another wording of. A forwarded message has a
/// context too, but answers nothing.
pub(super) fn reply_to(message: &Value) -> Option<String> {
    if let Some(original) = id(message, &["edit", "original_message_id"]) {
        return Some(original);
    }
    let flag = |key| message.get("context").and_then(|it| it.get(key)).and_then(Value::as_bool) == Some(true);
    let forwarded = flag("forwarded") || flag("frequently_forwarded");
    id(message, &["context", "id"]).filter(|_| !forwarded)
}

/// The facts about where the message came from, as case fields; each at most [`MAX_CASE_CHARS`] long.
pub(super) fn case(message: &Value, sender: &Sender) -> Vec<CaseField> {
    let fields = CASE_FIELDS.iter().map(|(key, path)| (*key, text(message, path)));
    let profile = [("profile.name", &sender.profile_name), ("profile.username", &sender.username)];
    let profile = profile.into_iter().map(|(key, value)| (key, value.clone()));
    fields.chain(profile).filter_map(|(key, value)| fact(key, &value?)).collect()
}

fn fact(key: &str, value: &str) -> Option<CaseField> {
    let value: String = value.trim().chars().take(MAX_CASE_CHARS).collect();
    (!value.is_empty()).then(|| CaseField { key: key.to_owned(), value })
}
