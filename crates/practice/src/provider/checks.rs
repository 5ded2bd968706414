//! What a post must look like (Cloud API reference, "messages").

use serde_json::{Map, Value};

use super::answers::Refusal;
use super::templates::{self, FilledIn};

/// The longest text, in characters.
const TEXT_CHARS: usize = 4096;
/// The longest value that is repeated in statuses, in characters.
const ECHO_CHARS: usize = 512;

/// A post that makes sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Post {
    /// The business has read a message.
    Read {
        /// Which one.
        wamid: String,
        /// Whether it writes an answer too.
        typing: bool,
    },
    /// The business writes.
    Message {
        /// To whom.
        to: Address,
        /// What.
        said: Said,
        /// What to repeat in the statuses.
        echo: Option<String>,
    },
}

/// What the business says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Free text.
    Text(String),
    /// A template, filled in.
    Template(FilledIn),
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// To a number: as it was written, and its digits.
    Number(String, String),
    /// To a user id.
    UserId(String),
    /// A user id stood in `to`. The provider takes the rest of it for a phone number, answers as if all were
    /// well and delivers nothing.
    Lost(String),
}

/// Reads a post.
pub(super) fn read(body: &[u8]) -> Result<Post, Refusal> {
    let body: Value =
        serde_json::from_slice(body).map_err(|_| Refusal::of(100, "The body is not readable JSON"))?;
    let Value::Object(body) = body else { return Err(Refusal::of(100, "The body is not an object")) };
    if text(&body, "messaging_product")? != Some("whatsapp") {
        return Err(Refusal::of(100, "The parameter messaging_product is required."));
    }
    if body.contains_key("status") { mark(&body) } else { message(&body) }
}

fn mark(body: &Map<String, Value>) -> Result<Post, Refusal> {
    only(body, &["messaging_product", "status", "message_id", "typing_indicator"])?;
    if text(body, "status")? != Some("read") {
        return Err(Refusal::of(131_009, "status must be read"));
    }
    let wamid = text(body, "message_id")?.ok_or_else(|| missing("message_id"))?;
    let typing = match body.get("typing_indicator") {
        None => false,
        Some(Value::Object(typing)) => {
            only(typing, &["type"])?;
            if text(typing, "type")? != Some("text") {
                return Err(Refusal::of(131_009, "typing_indicator.type must be text"));
            }
            true
        }
        Some(_) => return Err(Refusal::of(100, "Param typing_indicator must be an object")),
    };
    Ok(Post::Read { wamid: wamid.to_owned(), typing })
}

fn message(body: &Map<String, Value>) -> Result<Post, Refusal> {
    only(
        body,
        &[
            "messaging_product",
            "recipient_type",
            "to",
            "recipient",
            "type",
            "text",
            "template",
            "context",
            "biz_opaque_callback_data",
        ],
    )?;
    match text(body, "recipient_type")? {
        Some("individual") => {}
        Some(_) => return Err(Refusal::of(131_009, "recipient_type must be individual")),
        None => return Err(missing("recipient_type")),
    }
    let to = address(body)?;
    let said = match text(body, "type")? {
        Some("text") => Said::Text(free_text(body)?),
        Some("template") => {
            Said::Template(templates::read(body.get("template").ok_or_else(|| missing("template"))?)?)
        }
        Some(_) => {
            return Err(Refusal::of(131_051, "Practice takes messages of type text and template only"));
        }
        None => return Err(missing("type")),
    };
    let echo = text(body, "biz_opaque_callback_data")?;
    if echo.is_some_and(|it| it.chars().count() > ECHO_CHARS) {
        return Err(Refusal::of(100, "biz_opaque_callback_data must be at most 512 characters long"));
    }
    Ok(Post::Message { to, said, echo: echo.map(str::to_owned) })
}

fn free_text(body: &Map<String, Value>) -> Result<String, Refusal> {
    let inner = body.get("text").and_then(Value::as_object).ok_or_else(|| missing("text"))?;
    only(inner, &["body", "preview_url"])?;
    if inner.get("preview_url").is_some_and(|it| !it.is_boolean()) {
        return Err(Refusal::of(100, "text.preview_url must be a boolean"));
    }
    let said = text(inner, "body")?.filter(|it| !it.is_empty()).ok_or_else(|| missing("text.body"))?;
    if said.chars().count() > TEXT_CHARS {
        return Err(Refusal::of(100, "text.body must be at most 4096 characters long"));
    }
    Ok(said.to_owned())
}

/// With both `to` and `recipient`, `to` wins.
fn address(body: &Map<String, Value>) -> Result<Address, Refusal> {
    match (text(body, "to")?, text(body, "recipient")?) {
        (Some(to), _) if is_user_id(to) => Ok(Address::Lost(to.to_owned())),
        (Some(to), _) => {
            let digits: String = to.chars().filter(char::is_ascii_digit).collect();
            if digits.len() < 5 || to.chars().any(char::is_alphabetic) {
                return Err(Refusal::of(131_009, "to is not a valid phone number"));
            }
            Ok(Address::Number(to.to_owned(), digits))
        }
        (None, Some(recipient)) if is_user_id(recipient) => Ok(Address::UserId(recipient.to_owned())),
        (None, Some(_)) => Err(Refusal::of(131_009, "recipient is not a valid user id")),
        (None, None) => Err(Refusal::of(100, "The parameter to is required.")),
    }
}

/// Two letters for the country, a dot, perhaps `ENT.`, up to 128 letters and digits.
fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else { return false };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|it| it.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|it| it.is_ascii_alphanumeric())
}

pub(super) fn text<'a>(object: &'a Map<String, Value>, key: &str) -> Result<Option<&'a str>, Refusal> {
    match object.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Refusal::of(100, format!("Param {key} must be a string"))),
    }
}

pub(super) fn only(object: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    match object.keys().find(|it| !known.contains(&it.as_str())) {
        None => Ok(()),
        Some(key) => Err(Refusal::of(100, format!("Unexpected key \"{key}\""))),
    }
}

pub(super) fn missing(what: &str) -> Refusal {
    Refusal::of(131_008, format!("Parameter {what} is missing"))
}
