//! However much somebody writes: what is read of it has a size.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that stumbles has failed")]

use deskbell_channels::{Inbound, InboundMessage, whatsapp};
use deskbell_protocol::{Content, MAX_CASE_CHARS};
use serde_json::{Value, json};

const TEXT_CHARS: usize = 64 * 1024;

fn read(contact: &Value, message: &Value) -> Vec<Inbound> {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{
        "field": "messages",
        "value": {
            "metadata": {"phone_number_id": "10654"},
            "contacts": [contact],
            "messages": [message],
        },
    }]}]});
    whatsapp::parse(&serde_json::to_vec(&body).unwrap()).unwrap()
}

fn the_message(found: Vec<Inbound>) -> InboundMessage {
    match found.into_iter().next() {
        Some(Inbound::Message(message)) => message,
        other => panic!("not a message: {other:?}"),
    }
}

fn carla() -> Value {
    json!({"wa_id": "491701111111", "profile": {"name": "Carla"}})
}

fn message(kind: &str, what: &Value) -> Value {
    json!({"id": "wamid.1", "from": "491701111111", "timestamp": "1790000000", "type": kind, kind: what})
}

#[test]
fn a_text_without_end_is_cut_and_keeps_its_characters_whole() {
    let endless = "ä".repeat(TEXT_CHARS + 5_000);
    let read = the_message(read(&carla(), &message("text", &json!({"body": endless}))));
    assert_eq!(read.content, Content::Text { body: "ä".repeat(TEXT_CHARS) });
}

#[test]
fn captions_without_end_are_cut_also_when_many_small_ones_make_them() {
    let caption = |kind: &str, what: &Value| match the_message(read(&carla(), &message(kind, what))).content {
        Content::Placeholder { caption, .. } => caption.unwrap().chars().count(),
        other => panic!("not a placeholder: {other:?}"),
    };
    assert_eq!(caption("image", &json!({"caption": "x".repeat(TEXT_CHARS * 2)})), TEXT_CHARS);
    let card = json!({"name": {"formatted_name": "x".repeat(1000)}});
    let cards: Vec<_> = std::iter::repeat_n(card, 200).collect();
    assert_eq!(caption("contacts", &json!(cards)), TEXT_CHARS);
}

#[test]
fn names_without_end_are_cut() {
    let contact = json!({"wa_id": "491701111111",
        "profile": {"name": "C".repeat(50_000), "username": format!("@{}", "c".repeat(50_000))}});
    let sender = the_message(read(&contact, &message("text", &json!({"body": "Hello"})))).sender;
    assert_eq!(sender.profile_name.unwrap().chars().count(), MAX_CASE_CHARS);
    assert!(sender.username.unwrap().chars().count() <= MAX_CASE_CHARS);
}

#[test]
fn what_is_too_long_to_be_an_id_is_none() {
    let mut endless = message("text", &json!({"body": "Hello"}));
    endless["id"] = "x".repeat(2_000).into();
    assert_eq!(read(&carla(), &endless), [Inbound::SetAside { what: "message_without_id".to_owned() }]);
    let mut endless = message("text", &json!({"body": "Hello"}));
    endless["from_user_id"] = "x".repeat(2_000).into();
    endless["context"] = json!({"id": "x".repeat(2_000)});
    let read = the_message(read(&carla(), &endless));
    assert_eq!((read.sender.user_id, read.reply_to), (None, None));
    assert_eq!(read.sender.phone.as_deref(), Some("491701111111"));
}
