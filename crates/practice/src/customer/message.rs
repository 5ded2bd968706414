//! What a customer sends, in the form of the provider: an object with `type` and the object of that name.

use serde_json::{Value, json};

/// A text.
pub(crate) fn text_message(text: &str) -> Value {
    json!({"type": "text", "text": {"body": text}})
}

/// A reaction to a message; without an emoji it takes the last one back.
pub(crate) fn reaction_message(to: &str, emoji: Option<&str>) -> Value {
    let mut reaction = json!({ "message_id": to });
    if let (Some(reaction), Some(emoji)) = (reaction.as_object_mut(), emoji) {
        reaction.insert("emoji".to_owned(), json!(emoji));
    }
    json!({"type": "reaction", "reaction": reaction})
}

/// The same message with one more part; what is no object stays as it is.
pub(crate) fn with(mut message: Value, part: &str, value: Value) -> Value {
    if let Some(message) = message.as_object_mut() {
        message.insert(part.to_owned(), value);
    }
    message
}

/// What a message shows on a phone.
pub(crate) enum Shown {
    /// A line of its own.
    Line {
        /// The text; for other kinds of message the provider's word for the kind in brackets.
        text: String,
        /// Which message it answers.
        reply_to: Option<String>,
    },
    /// An emoji at another line, or none any more.
    Reaction {
        /// At which one.
        to: String,
        /// Which.
        emoji: Option<String>,
    },
}

/// Says what a message shows on a phone.
pub(crate) fn shown(message: &Value) -> Shown {
    let text = |path: &[&str]| {
        let found = path.iter().try_fold(message, |it, key| it.get(key)).and_then(Value::as_str);
        found.filter(|it| !it.is_empty()).map(str::to_owned)
    };
    let kind = text(&["type"]);
    if kind.as_deref() == Some("reaction") {
        let to = text(&["reaction", "message_id"]).unwrap_or_default();
        return Shown::Reaction { to, emoji: text(&["reaction", "emoji"]) };
    }
    let said = text(&["text", "body"]);
    Shown::Line {
        text: said.unwrap_or_else(|| format!("[{}]", kind.as_deref().unwrap_or("?"))),
        reply_to: text(&["context", "id"]),
    }
}
