//! The content of a message, from its `type` and the object of that name.

use deskbell_protocol::Content;
use serde_json::Value;

use super::envelope::text;
use crate::text::{TEXT_CHARS, cut, word};

/// The most products of an order that are named.
const PRODUCTS: usize = 20;

/// The most contact cards that are named.
const CARDS: usize = 100;

/// The content of a message.
pub(super) fn content(message: &Value) -> Content {
    let kind = text(message, &["type"]).unwrap_or_default();
    let written = match kind.as_str() {
        "text" => text(message, &["text", "body"]),
        // A quick reply of a template.
        "button" => text(message, &["button", "text"]),
        "interactive" => text(message, &["interactive", "button_reply", "title"])
            .or_else(|| text(message, &["interactive", "list_reply", "title"])),
        _ => None,
    };
    match written {
        Some(body) => Content::Text { body },
        None => Content::Placeholder { what: what(&kind, message), caption: caption(&kind, message) },
    }
}

/// The provider's word for content that cannot be shown. A voice note is `voice`, other sound `audio`.
fn what(kind: &str, message: &Value) -> String {
    match kind {
        "unsupported" => match text(message, &["unsupported", "type"]) {
            Some(inner) => word(&inner),
            None => "unsupported".to_owned(),
        },
        "audio" if flag(message, &["audio", "voice"]) => "voice".to_owned(),
        "" => "unsupported".to_owned(),
        kind => word(kind),
    }
}

/// The words that came with content that cannot be shown, and what else describes it.
fn caption(kind: &str, message: &Value) -> Option<String> {
    let inner = message.get(kind)?;
    match kind {
        "order" => order(inner),
        "edit" => edit(inner),
        "document" => joined(": ", [text(inner, &["filename"]), text(inner, &["caption"])]),
        "location" => location(inner),
        "contacts" => {
            let cards = inner.as_array().into_iter().flatten().take(CARDS);
            joined(", ", cards.map(card))
        }
        "interactive" => text(inner, &["nfm_reply", "body"]),
        _ => text(inner, &["caption"]),
    }
}

/// What a message was changed to.
fn edit(edit: &Value) -> Option<String> {
    let now = edit.get("message")?;
    let kind = text(now, &["type"])?;
    text(now, &["text", "body"]).or_else(|| text(now, &[&kind, "caption"]))
}

/// "Workshop, Lindenweg 8 (47.99, 7.84)".
fn location(place: &Value) -> Option<String> {
    let degrees = |key| place.get(key).and_then(Value::as_f64);
    let named = joined(", ", [text(place, &["name"]), text(place, &["address"])]);
    match (named, degrees("latitude").zip(degrees("longitude"))) {
        (Some(named), Some((north, east))) => Some(format!("{named} ({north}, {east})")),
        (None, Some((north, east))) => Some(format!("{north}, {east}")),
        (named, None) => named,
    }
}

/// "Bo Li (+1 650 555 0199)".
fn card(card: &Value) -> Option<String> {
    let name = text(card, &["name", "formatted_name"]).or_else(|| text(card, &["name", "first_name"]));
    let phone = card.get("phones").and_then(|it| it.get(0)).and_then(|it| text(it, &["phone"]));
    match (name, phone) {
        (Some(name), Some(phone)) => Some(format!("{name} ({phone})")),
        (name, phone) => name.or(phone),
    }
}

/// "2 × sku1 (30 USD), 1 × sku2: gift wrapped please".
fn order(order: &Value) -> Option<String> {
    let items = order.get("product_items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut named: Vec<_> = items.iter().take(PRODUCTS).map(product).collect();
    if items.len() > PRODUCTS {
        named.push(Some("…".to_owned()));
    }
    joined(": ", [joined(", ", named), text(order, &["text"])])
}

fn product(item: &Value) -> Option<String> {
    let id = text(item, &["product_retailer_id"])?;
    let count = text(item, &["quantity"]).unwrap_or_else(|| "1".to_owned());
    let price = joined(" ", [text(item, &["item_price"]), text(item, &["currency"])]);
    Some(match price {
        Some(price) => format!("{count} × {id} ({price})"),
        None => format!("{count} × {id}"),
    })
}

fn flag(value: &Value, path: &[&str]) -> bool {
    let found = path.iter().try_fold(value, |value, key| value.get(key));
    found.and_then(Value::as_bool) == Some(true)
}

fn joined(between: &str, parts: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() { None } else { Some(cut(&parts.join(between), TEXT_CHARS)) }
}
