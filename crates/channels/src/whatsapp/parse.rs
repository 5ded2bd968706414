//! The parser of webhook deliveries.

use deskbell_protocol::{DeliveryState, Millis};
use serde_json::Value;
use serde_json::value::RawValue;

use super::content::content;
use super::envelope::{self, MessagesValue, decode, elements, id, text};
use super::errors::{self, TABLE};
use super::{origin, system};
use crate::text::word;
use crate::{
    Inbound, InboundEcho, InboundMessage, InboundReaction, InboundRevocation, InboundStatus, OwnAddress,
    ParseError, Sender,
};

/// The subscriptions that are parsed. The second reports what was written in the WhatsApp Business app where the
/// number is used there too (Cloud API reference, "smb_message_echoes").
const FIELDS: [&str; 2] = ["messages", "smb_message_echoes"];

/// The longest emoji that is kept, in characters. Families with skin tones have some ten.
const EMOJI_CHARS: usize = 32;

/// Parses the body of a delivery whose signature was checked. Pure: the same bytes give the same answer.
///
/// A delivery holds up to a thousand updates. A broken one becomes [`Inbound::SetAside`], one of an unknown kind a
/// placeholder, and neither ever costs the others.
///
/// # Errors
///
/// When the body as a whole is not JSON or not a delivery of this provider.
pub fn parse(body: &[u8]) -> Result<Vec<Inbound>, ParseError> {
    let body = String::from_utf8_lossy(body);
    let mut found = Found(Vec::new());
    for change in envelope::changes(&body)? {
        match change {
            Some(change) if FIELDS.contains(&change.field.as_str()) => found.messages(change.value),
            Some(change) => found.ignored(format!("field.{}", word(&change.field))),
            None => found.set_aside("unreadable_change"),
        }
    }
    Ok(found.0)
}

/// The numbers of ours that the body of a delivery names, with the id of each. Pure.
#[must_use]
pub fn own_addresses(body: &[u8]) -> Vec<OwnAddress> {
    let body = String::from_utf8_lossy(body);
    let changes = envelope::changes(&body).unwrap_or_default().into_iter().flatten();
    let number = |change: envelope::Change<'_>| {
        let value = serde_json::from_str::<MessagesValue<'_>>(change.value.get()).ok()?;
        let metadata = value.metadata.and_then(decode)?;
        let number = origin::digits(&id(&metadata, &["display_phone_number"])?);
        Some(OwnAddress { address: id(&metadata, &["phone_number_id"])?, number })
    };
    changes.filter_map(number).filter(|it| !it.number.is_empty()).collect()
}

/// What was found so far, in the order of the delivery.
struct Found(Vec<Inbound>);

impl Found {
    /// Notes something that needs no action; the same several times in a row only once.
    fn ignored(&mut self, what: String) {
        let ignored = Inbound::Ignored { what };
        if self.0.last() != Some(&ignored) {
            self.0.push(ignored);
        }
    }

    fn set_aside(&mut self, what: &str) {
        self.0.push(Inbound::SetAside { what: what.to_owned() });
    }

    fn add(&mut self, read: Result<Inbound, String>) {
        match read {
            Ok(Inbound::Ignored { what }) => self.ignored(what),
            Ok(inbound) => self.0.push(inbound),
            Err(what) => self.set_aside(&what),
        }
    }

    fn messages(&mut self, value: &RawValue) {
        let Ok(value) = serde_json::from_str::<MessagesValue<'_>>(value.get()) else {
            return self.set_aside("unreadable_change");
        };
        let account = value.metadata.and_then(decode);
        let account = account.and_then(|it| id(&it, &["phone_number_id"])).unwrap_or_default();
        let contacts: Vec<_> = elements(value.contacts).into_iter().filter_map(decode).collect();
        for raw in elements(value.messages) {
            self.add(message(raw, &contacts, &account));
        }
        for raw in elements(value.message_echoes) {
            self.add(echo(raw, &account));
        }
        for raw in elements(value.statuses) {
            self.add(status(raw, &account));
        }
        for raw in elements(value.errors) {
            self.add(account_error(raw, &account));
        }
    }
}

fn message(raw: &RawValue, contacts: &[Value], account: &str) -> Result<Inbound, String> {
    let message = decode(raw).ok_or("unreadable_message")?;
    // An answer would go to the writer alone and not to the group.
    if message.get("group_id").is_some_and(|it| !it.is_null()) {
        return Err("group".to_owned());
    }
    match text(&message, &["type"]).as_deref() {
        Some("reaction") => return reaction(&message, contacts, account),
        Some("revoke") => return revocation(&message, contacts, account),
        Some("system") => return system::address_change(&message, account),
        // The contact opened the chat and said nothing.
        Some("request_welcome") => return Ok(Inbound::Ignored { what: "request_welcome".to_owned() }),
        _ => {}
    }
    let provider_id = id(&message, &["id"]).ok_or("message_without_id")?;
    let sender = origin::sender(&message, contacts).ok_or("message_without_sender")?;
    Ok(Inbound::Message(InboundMessage {
        provider_id,
        account_address: account.to_owned(),
        at: at(&message),
        content: content(&message),
        reply_to: origin::reply_to(&message),
        case: origin::case(&message, &sender),
        trouble: first_code(&message),
        consent: None,
        sender,
    }))
}

/// A message that was written in WhatsApp's own app. A change of a message that was written there is no message.
fn echo(raw: &RawValue, account: &str) -> Result<Inbound, String> {
    let echo = decode(raw).ok_or("unreadable_echo")?;
    let what = text(&echo, &["type"]).unwrap_or_default();
    if matches!(what.as_str(), "reaction" | "revoke" | "edit") {
        return Ok(Inbound::Ignored { what: format!("echo.{what}") });
    }
    let phone = id(&echo, &["to"]).map(|it| origin::digits(&it)).ok_or("echo_without_recipient")?;
    Ok(Inbound::Echo(InboundEcho {
        provider_id: id(&echo, &["id"]).ok_or("echo_without_id")?,
        account_address: account.to_owned(),
        to: Sender { phone: Some(phone), ..Sender::default() },
        at: at(&echo),
        content: content(&echo),
        reply_to: origin::reply_to(&echo),
    }))
}

/// The code of the first error of an element.
fn first_code(element: &Value) -> Option<i64> {
    element.get("errors").and_then(|it| it.get(0)).and_then(|it| it.get("code")).and_then(Value::as_i64)
}

/// A revoked message (only where the number is also used in WhatsApp's own app).
fn revocation(message: &Value, contacts: &[Value], account: &str) -> Result<Inbound, String> {
    Ok(Inbound::Revoked(InboundRevocation {
        provider_id: id(message, &["id"]).ok_or("revocation_without_id")?,
        account_address: account.to_owned(),
        sender: origin::sender(message, contacts).ok_or("revocation_without_sender")?,
        message: id(message, &["revoke", "original_message_id"]).ok_or("revocation_of_nothing")?,
    }))
}

/// An error of the account as a whole.
fn account_error(raw: &RawValue, account: &str) -> Result<Inbound, String> {
    let error = decode(raw).ok_or("unreadable_error")?;
    let code = error.get("code").and_then(Value::as_i64);
    let failure = TABLE.failure_of_account(code, errors::details(&error).as_deref());
    Ok(Inbound::AccountError { account_address: account.to_owned(), failure })
}

/// A reaction. A removal comes without an emoji or with an empty one.
fn reaction(message: &Value, contacts: &[Value], account: &str) -> Result<Inbound, String> {
    let emoji = text(message, &["reaction", "emoji"]).filter(|it| !it.trim().is_empty());
    Ok(Inbound::Reaction(InboundReaction {
        provider_id: id(message, &["id"]).ok_or("reaction_without_id")?,
        account_address: account.to_owned(),
        sender: origin::sender(message, contacts).ok_or("reaction_without_sender")?,
        at: at(message),
        to: id(message, &["reaction", "message_id"]).ok_or("reaction_to_nothing")?,
        emoji: emoji.map(|it| it.chars().take(EMOJI_CHARS).collect()),
    }))
}

fn status(raw: &RawValue, account: &str) -> Result<Inbound, String> {
    let status = decode(raw).ok_or("unreadable_status")?;
    let state = match text(&status, &["status"]).as_deref().unwrap_or_default() {
        "sent" => DeliveryState::Sent,
        "delivered" => DeliveryState::Delivered,
        "read" => DeliveryState::Read,
        "played" => DeliveryState::Played,
        "failed" => DeliveryState::Failed,
        other => return Err(format!("status.{}", word(other))),
    };
    let failure = (state == DeliveryState::Failed).then(|| {
        let error = status.get("errors").and_then(|it| it.get(0)).unwrap_or(&Value::Null);
        TABLE.failure(error.get("code").and_then(Value::as_i64), errors::details(error).as_deref())
    });
    Ok(Inbound::Status(InboundStatus {
        provider_id: id(&status, &["id"]).ok_or("status_without_id")?,
        account_address: account.to_owned(),
        state,
        at: at(&status),
        echo: id(&status, &["biz_opaque_callback_data"]),
        failure,
    }))
}

/// The time of an element: seconds since the epoch, as text. Zero where there is no plausible one.
fn at(element: &Value) -> Millis {
    let seconds = text(element, &["timestamp"]).and_then(|it| it.parse::<i64>().ok()).unwrap_or(0);
    // From before WhatsApp existed to the year 9999.
    let plausible = (1_000_000_000..=253_402_300_799).contains(&seconds);
    Millis(if plausible { seconds * 1000 } else { 0 })
}
