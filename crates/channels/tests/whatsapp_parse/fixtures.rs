//! The fixtures, and what is in them.

use deskbell_channels::whatsapp::parse;
use deskbell_channels::{Inbound, InboundMessage, InboundReaction, InboundStatus};
use deskbell_protocol::Content;
use serde_json::{Value, json};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/whatsapp/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn all(name: &str) -> Vec<Inbound> {
    parse(&fixture(name)).unwrap()
}

pub(crate) fn only(name: &str) -> Inbound {
    let mut all = all(name);
    assert_eq!(all.len(), 1, "{name}: {all:?}");
    all.remove(0)
}

pub(crate) fn message(name: &str) -> InboundMessage {
    match only(name) {
        Inbound::Message(message) => message,
        other => panic!("{name}: {other:?}"),
    }
}

pub(crate) fn status(name: &str) -> InboundStatus {
    match only(name) {
        Inbound::Status(status) => status,
        other => panic!("{name}: {other:?}"),
    }
}

pub(crate) fn reaction(name: &str) -> InboundReaction {
    match only(name) {
        Inbound::Reaction(reaction) => reaction,
        other => panic!("{name}: {other:?}"),
    }
}

pub(crate) fn case(message: &InboundMessage) -> Vec<(&str, &str)> {
    message.case.iter().map(|it| (it.key.as_str(), it.value.as_str())).collect()
}

pub(crate) fn text(body: &str) -> Content {
    Content::Text { body: body.to_owned() }
}

pub(crate) fn placeholder(what: &str, caption: Option<&str>) -> Content {
    Content::Placeholder { what: what.to_owned(), caption: caption.map(str::to_owned) }
}

pub(crate) fn delivery(value: Value) -> Vec<u8> {
    let change = json!({"field": "messages", "value": value});
    let entry = json!([{"id": "1", "changes": [change]}]);
    json!({"object": "whatsapp_business_account", "entry": entry}).to_string().into_bytes()
}

pub(crate) fn bodies(delivery: &[u8]) -> Vec<String> {
    let texts = parse(delivery).unwrap().into_iter().filter_map(|it| match it {
        Inbound::Message(InboundMessage { content: Content::Text { body }, .. }) => Some(body),
        _ => None,
    });
    texts.collect()
}
