//! A customer's message in the provider's form: an object with `type`, and an object named after the type.

use serde_json::{Value, json};

/// A text.
pub(crate) fn text_message(text: &str) -> Value {
    json!({"type": "text", "text": {"body": text}})
}

/// A reaction to a message. Without an emoji it removes the last one.
pub(crate) fn reaction_message(to: &str, emoji: Option<&str>) -> Value {
    let mut reaction = json!({ "message_id": to });
    if let (Some(reaction), Some(emoji)) = (reaction.as_object_mut(), emoji) {
        reaction.insert("emoji".to_owned(), json!(emoji));
    }
    json!({"type": "reaction", "reaction": reaction})
}

/// The message with one more field. A value that is not an object is returned unchanged.
pub(crate) fn with(mut message: Value, field: &str, value: Value) -> Value {
    if let Some(message) = message.as_object_mut() {
        message.insert(field.to_owned(), value);
    }
    message
}

/// What a message changes in the chat on the customer's phone.
pub(super) enum Appearance {
    /// A new line.
    Line {
        /// The text; for other kinds of message the provider's word for the kind in brackets.
        text: String,
        /// The id of the message it quotes.
        reply_to: Option<String>,
    },
    /// The reaction to another line.
    Reaction {
        /// The id of that line.
        to: String,
        /// The emoji; `None` removes the reaction.
        emoji: Option<String>,
    },
}

/// Finds what a message changes in the chat.
pub(super) fn appearance(message: &Value) -> Appearance {
    let text = |path: &[&str]| {
        let found = path.iter().try_fold(message, |it, key| it.get(key)).and_then(Value::as_str);
        found.filter(|it| !it.is_empty()).map(str::to_owned)
    };
    let kind = text(&["type"]);
    if kind.as_deref() == Some("reaction") {
        let to = text(&["reaction", "message_id"]).unwrap_or_default();
        return Appearance::Reaction { to, emoji: text(&["reaction", "emoji"]) };
    }
    let body = text(&["text", "body"]);
    Appearance::Line {
        text: body.unwrap_or_else(|| format!("[{}]", kind.as_deref().unwrap_or("?"))),
        reply_to: text(&["context", "id"]),
    }
}
