//! System messages: WhatsApp reports another number or another id of a user.

use serde_json::Value;

use super::envelope::{id, text};
use super::origin::digits;
use crate::text::word;
use crate::{Inbound, InboundAddressChange, Sender};

/// Parses a message of the type `system` (Cloud API reference, "webhooks, system messages").
///
/// It comes in several spellings: today's `user_changed_number` and `user_changed_user_id`, and the older
/// `customer_changed_number`, with `new_wa_id` or `customer` in it. What the user was known by stands in `from`
/// and `from_user_id`, in `previous_user_id`, or only in the English sentence of `body`.
pub(super) fn address_change(message: &Value, account: &str) -> Result<Inbound, String> {
    let kind = text(message, &["system", "type"]).unwrap_or_default();
    match kind.as_str() {
        "user_changed_number" | "user_changed_user_id" | "customer_changed_number" => {}
        // The keys of the user's device changed; the user and the address did not.
        "customer_identity_changed" | "user_identity_changed" => {
            return Ok(Inbound::Ignored { what: format!("system.{}", word(&kind)) });
        }
        _ => return Err(format!("system.{}", word(&kind))),
    }
    let first = |paths: &[&[&str]]| paths.iter().find_map(|path| id(message, path));
    let mut before = Sender {
        user_id: first(&[&["system", "previous_user_id"], &["system", "old_user_id"], &["from_user_id"]]),
        phone: first(&[&["from"], &["system", "customer"]]).map(|it| digits(&it)),
        ..Sender::default()
    };
    let after = Sender {
        user_id: first(&[&["system", "user_id"], &["system", "new_user_id"]]),
        phone: first(&[&["system", "wa_id"], &["system", "new_wa_id"]]).map(|it| digits(&it)),
        ..Sender::default()
    };
    if before.user_id == after.user_id {
        before.user_id = None;
    }
    if before.user_id.is_none() {
        before.user_id = text(message, &["system", "body"]).and_then(|body| previous_id(&body, &after));
    }
    if after == Sender::default() || (before == Sender::default() && after.phone.is_none()) {
        return Err("system.change_of_nobody".to_owned());
    }
    Ok(Inbound::AddressChanged(InboundAddressChange {
        provider_id: id(message, &["id"]).ok_or("system.change_without_id")?,
        account_address: account.to_owned(),
        before,
        after,
    }))
}

/// The user id in a sentence such as "User Carla changed from US.1 to US.2" that is not the new one.
fn previous_id(sentence: &str, after: &Sender) -> Option<String> {
    let trimmed = sentence.split_whitespace().map(|it| it.trim_end_matches(['.', ',', ';']));
    trimmed.filter(|it| is_user_id(it)).map(str::to_owned).find(|it| after.user_id.as_ref() != Some(it))
}

/// Two letters for the country, a dot, perhaps `ENT.`, up to 128 letters and digits (Cloud API reference,
/// "business-scoped user ids").
fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else { return false };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|it| it.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|it| it.is_ascii_alphanumeric())
}
