//! Validation of what the hub posts to `messages` (Cloud API reference, "messages").

use serde_json::{Map, Value};

use super::fields::{missing, only, text};
use super::responses::ApiError;
use super::templates::{self, TemplateMessage};

/// The longest text, in characters.
const TEXT_CHARS: usize = 4096;
/// The longest `biz_opaque_callback_data`, in characters.
const ECHO_CHARS: usize = 512;

/// A valid request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The business marks a message as read.
    Read {
        /// The id of the message.
        wamid: String,
        /// Whether the customer is to see that an answer is being typed.
        typing: bool,
    },
    /// The business sends a message.
    Message {
        /// The recipient.
        to: Address,
        /// The content.
        content: Content,
        /// The value to repeat in the statuses.
        echo: Option<String>,
    },
}

/// The content of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Free text.
    Text(String),
    /// A template with its parameters.
    Template(TemplateMessage),
}

/// The recipient of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Address {
    /// A phone number: as the hub wrote it, and its digits.
    Number(String, String),
    /// A user id.
    UserId(String),
    /// A user id in the field `to`. The provider takes the rest of it for a phone number, reports success and
    /// delivers nothing.
    Lost(String),
}

/// Parses a request body.
pub(super) fn parse(body: &[u8]) -> Result<Request, ApiError> {
    let body: Value =
        serde_json::from_slice(body).map_err(|_| ApiError::of(100, "The body is not readable JSON"))?;
    let Value::Object(body) = body else { return Err(ApiError::of(100, "The body is not an object")) };
    if text(&body, "messaging_product")? != Some("whatsapp") {
        return Err(ApiError::of(100, "The parameter messaging_product is required."));
    }
    if body.contains_key("status") { read_receipt(&body) } else { message(&body) }
}

fn read_receipt(body: &Map<String, Value>) -> Result<Request, ApiError> {
    only(body, &["messaging_product", "status", "message_id", "typing_indicator"])?;
    if text(body, "status")? != Some("read") {
        return Err(ApiError::of(131_009, "status must be read"));
    }
    let wamid = text(body, "message_id")?.ok_or_else(|| missing("message_id"))?;
    let typing = match body.get("typing_indicator") {
        None => false,
        Some(Value::Object(typing)) => {
            only(typing, &["type"])?;
            if text(typing, "type")? != Some("text") {
                return Err(ApiError::of(131_009, "typing_indicator.type must be text"));
            }
            true
        }
        Some(_) => return Err(ApiError::of(100, "Param typing_indicator must be an object")),
    };
    Ok(Request::Read { wamid: wamid.to_owned(), typing })
}

fn message(body: &Map<String, Value>) -> Result<Request, ApiError> {
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
        Some(_) => return Err(ApiError::of(131_009, "recipient_type must be individual")),
        None => return Err(missing("recipient_type")),
    }
    let to = address(body)?;
    let content = match text(body, "type")? {
        Some("text") => Content::Text(free_text(body)?),
        Some("template") => {
            Content::Template(templates::parse(body.get("template").ok_or_else(|| missing("template"))?)?)
        }
        Some(_) => {
            return Err(ApiError::of(131_051, "Practice takes messages of type text and template only"));
        }
        None => return Err(missing("type")),
    };
    let echo = text(body, "biz_opaque_callback_data")?;
    if echo.is_some_and(|it| it.chars().count() > ECHO_CHARS) {
        return Err(ApiError::of(100, "biz_opaque_callback_data must be at most 512 characters long"));
    }
    Ok(Request::Message { to, content, echo: echo.map(str::to_owned) })
}

fn free_text(body: &Map<String, Value>) -> Result<String, ApiError> {
    let inner = body.get("text").and_then(Value::as_object).ok_or_else(|| missing("text"))?;
    only(inner, &["body", "preview_url"])?;
    if inner.get("preview_url").is_some_and(|it| !it.is_boolean()) {
        return Err(ApiError::of(100, "text.preview_url must be a boolean"));
    }
    let words = text(inner, "body")?.filter(|it| !it.is_empty()).ok_or_else(|| missing("text.body"))?;
    if words.chars().count() > TEXT_CHARS {
        return Err(ApiError::of(100, "text.body must be at most 4096 characters long"));
    }
    Ok(words.to_owned())
}

/// The recipient. If there are both `to` and `recipient`, `to` counts.
fn address(body: &Map<String, Value>) -> Result<Address, ApiError> {
    match (text(body, "to")?, text(body, "recipient")?) {
        (Some(to), _) if is_user_id(to) => Ok(Address::Lost(to.to_owned())),
        (Some(to), _) => {
            let digits: String = to.chars().filter(char::is_ascii_digit).collect();
            if digits.len() < 5 || to.chars().any(char::is_alphabetic) {
                return Err(ApiError::of(131_009, "to is not a valid phone number"));
            }
            Ok(Address::Number(to.to_owned(), digits))
        }
        (None, Some(recipient)) if is_user_id(recipient) => Ok(Address::UserId(recipient.to_owned())),
        (None, Some(_)) => Err(ApiError::of(131_009, "recipient is not a valid user id")),
        (None, None) => Err(ApiError::of(100, "The parameter to is required.")),
    }
}

/// Whether this is a user id: two letters for the country, a dot, optionally `ENT.`, up to 128 letters and digits.
fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else { return false };
    let rest = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|it| it.is_ascii_uppercase())
        && (1..=128).contains(&rest.len())
        && rest.bytes().all(|it| it.is_ascii_alphanumeric())
}
