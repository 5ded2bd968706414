//! What a contact's message says, from its `type` and the object of that name.

use deskbell_protocol::Content;
use serde_json::Value;

use super::delivery::{TEXT_CHARS, cut, text, word};

/// The content of a message, or the word under which it is passed over.
pub(super) fn content(message: &Value) -> Result<Content, String> {
    let kind = text(message, &["type"]).unwrap_or_default();
    let said = match kind.as_str() {
        "text" => text(message, &["text", "body"]),
        // A quick reply of a template.
        "button" => text(message, &["button", "text"]),
        "interactive" => text(message, &["interactive", "button_reply", "title"])
            .or_else(|| text(message, &["interactive", "list_reply", "title"])),
        // Not said by the contact: it must not open the window nor wake an agent.
        "system" => {
            let what = text(message, &["system", "type"]).unwrap_or_default();
            return Err(format!("system.{}", word(&what)));
        }
        "revoke" => return Err("revoke".to_owned()),
        _ => None,
    };
    Ok(match said {
        Some(body) => Content::Text { body },
        None => Content::Placeholder { what: what(&kind, message), caption: caption(&kind, message) },
    })
}

/// The provider's word for what cannot be shown.
fn what(kind: &str, message: &Value) -> String {
    match kind {
        "unsupported" => match text(message, &["unsupported", "type"]) {
            Some(inner) => word(&inner),
            None => "unsupported".to_owned(),
        },
        "" => "unsupported".to_owned(),
        kind => word(kind),
    }
}

/// The words that came with what cannot be shown.
fn caption(kind: &str, message: &Value) -> Option<String> {
    match kind {
        "order" => text(message, &["order", "text"]),
        "edit" => text(message, &["edit", "message", "text", "body"]),
        "document" => {
            text(message, &["document", "caption"]).or_else(|| text(message, &["document", "filename"]))
        }
        "location" => joined(
            [text(message, &["location", "name"]), text(message, &["location", "address"])]
                .into_iter()
                .flatten(),
        ),
        "contacts" => {
            let cards = message.get("contacts").and_then(Value::as_array);
            joined(cards.into_iter().flatten().filter_map(|it| text(it, &["name", "formatted_name"])))
        }
        kind => text(message, &[kind, "caption"]),
    }
}

fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<_> = parts.collect();
    if parts.is_empty() { None } else { Some(cut(&parts.join(", "), TEXT_CHARS)) }
}
