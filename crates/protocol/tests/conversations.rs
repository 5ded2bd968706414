//! The protocol conversations recorded by earlier versions: every frame and every HTTP body decodes, holds
//! nothing unknown, and is written as the same JSON again. What each file holds is told beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::BTreeSet;
use std::path::Path;

use deskbell_protocol::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The lines of a conversation of version 0.1.0.
fn lines(name: &str) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/0.1.0");
    let text = std::fs::read_to_string(folder.join(name)).expect("a recorded conversation");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// Decodes and encodes again. What is not known here would not come back as it was.
fn unchanged<T: DeserializeOwned + Serialize>(place: &str, recorded: &Value) {
    let decoded: T = serde_json::from_value(recorded.clone())
        .unwrap_or_else(|error| panic!("{place} does not decode: {error}\n{recorded:#}"));
    let encoded = serde_json::to_value(&decoded).expect("a value that serialises");
    assert_eq!(encoded, *recorded, "{place} is written differently now");
}

/// The body and the answer of an HTTP call.
fn call(place: &str, line: &Value) {
    let path = line["call"].as_str().expect("a method and a path");
    let path = path.split('?').next().unwrap_or(path);
    let parts: Vec<&str> = path.split(['/', ' ']).filter(|part| !part.is_empty()).skip(2).collect();
    if let Some(body) = line.get("body") {
        assert_eq!(parts, ["sign-in"], "{place}: only a sign-in has a body");
        unchanged::<SignIn>(place, body);
    }
    let answer = &line["answer"];
    if line["status"] != 200 {
        return unchanged::<ErrorBody>(place, answer);
    }
    match parts.as_slice() {
        ["hub"] => unchanged::<HubIdentity>(place, answer),
        ["sign-in"] => unchanged::<SignedIn>(place, answer),
        ["snapshot"] => unchanged::<Snapshot>(place, answer),
        ["conversations"] => unchanged::<ConversationPage>(place, answer),
        ["conversations", _, "messages"] => unchanged::<MessagePage>(place, answer),
        ["conversations", _, "validation"] => unchanged::<Validation>(place, answer),
        ["contacts"] => unchanged::<ContactPage>(place, answer),
        ["contacts", _] => unchanged::<ContactDetail>(place, answer),
        ["contacts", _, "messages"] => unchanged::<ThreadPage>(place, answer),
        ["contacts", _, "search"] => unchanged::<ThreadHits>(place, answer),
        ["interactions"] | ["contacts", _, "interactions"] => unchanged::<InteractionPage>(place, answer),
        ["accounts", _, "templates"] => unchanged::<TemplateList>(place, answer),
        _ => panic!("{place}: no body is known for {path}"),
    }
}

/// Checks one conversation. Returns the kinds of its frames, with the names of commands.
fn check(name: &str) -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for (line, number) in lines(name).iter().zip(1..) {
        let place = format!("{name}, line {number}");
        let Some(frame) = line.get("frame") else {
            call(&place, line);
            continue;
        };
        match line["from"].as_str() {
            Some("desktop") => unchanged::<ClientFrame>(&place, frame),
            Some("hub") => unchanged::<HubFrame>(&place, frame),
            other => panic!("{place}: from {other:?}"),
        }
        let kind = frame["command"]["name"].as_str().or_else(|| frame["kind"].as_str());
        kinds.insert(kind.expect("a kind").to_owned());
    }
    kinds
}

fn has_all(kinds: &BTreeSet<String>, wanted: &[&str]) {
    for wanted in wanted {
        assert!(kinds.contains(*wanted), "no {wanted} in {kinds:?}");
    }
}

#[test]
fn the_first_sign_in_with_snapshot_and_live_entries() {
    let kinds = check("protocol-sign-in.jsonl");
    has_all(&kinds, &["hello", "welcome", "cursor_too_old", "resume", "entries", "lookers", "reply"]);
    has_all(&kinds, &["accept_offer", "send_message", "retry_message", "set_note", "mark_done"]);
}

#[test]
fn resuming_from_a_cursor_and_asking_for_history() {
    let kinds = check("protocol-resume.jsonl");
    has_all(&kinds, &["hello", "welcome", "entries", "reply", "connect_channel", "send_notification"]);
    assert!(!kinds.contains("cursor_too_old"), "the cursor reaches");
}

#[test]
fn refused_sign_ins_cursors_and_commands() {
    let kinds = check("protocol-refusals.jsonl");
    has_all(&kinds, &["refused", "cursor_too_old", "reply", "ping", "pong"]);
}
