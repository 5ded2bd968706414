//! `docs/protocol.md` leaves nothing out: what the types know is looked for in it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::PathBuf;

use deskbell_protocol::ClientFrame;
use serde_json::Value;

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn document() -> String {
    std::fs::read_to_string(here().join("../../docs/protocol.md")).expect("docs/protocol.md")
}

/// The word for a variant, as serde writes it (`snake_case`).
fn word(variant: &str) -> String {
    let mut word = String::new();
    for letter in variant.chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.extend(letter.to_lowercase());
    }
    word
}

/// Every public enum of the protocol with its words. What stands for whatever a version does not know is none.
fn words() -> Vec<(String, String)> {
    let mut words = Vec::new();
    for file in std::fs::read_dir(here().join("src")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let mut inside = None;
        for line in text.lines() {
            let name = |rest: &str| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap().to_owned();
            if let Some(rest) = line.strip_prefix("pub enum ") {
                inside = Some(name(rest));
            } else if line == "}" {
                inside = None;
            } else if let (Some(of), Some(rest)) = (&inside, line.strip_prefix("    "))
                && rest.starts_with(|c: char| c.is_ascii_uppercase())
                && name(rest) != "Unknown"
            {
                words.push((of.clone(), word(&name(rest))));
            }
        }
    }
    words
}

#[test]
fn every_word_of_the_protocol_stands_in_the_document() {
    let (document, words) = (document(), words());
    for of in [
        "ClientFrame",
        "HubFrame",
        "Command",
        "Change",
        "Content",
        "Notice",
        "Remedy",
        "InteractionState",
        "DeliveryState",
        "ErrorCode",
    ] {
        assert!(words.iter().any(|(name, _)| name == of), "{of} was not found among the types");
    }
    let missing: Vec<_> = words
        .iter()
        .filter(|(_, word)| {
            !document.contains(&format!("`{word}`")) && !document.contains(&format!("\"{word}\""))
        })
        .collect();
    assert!(missing.is_empty(), "docs/protocol.md says nothing of {missing:?}");
}

/// Takes each field of a frame away in turn, and notes the name where the frame is still understood.
fn note_optional(frame: &Value, path: &str, optional: &mut BTreeSet<String>) {
    let fields: Vec<(String, String)> = match frame.pointer(path) {
        Some(Value::Object(map)) => map.keys().map(|key| (format!("{path}/{key}"), key.clone())).collect(),
        Some(Value::Array(all)) => (0..all.len()).map(|n| (format!("{path}/{n}"), String::new())).collect(),
        _ => return,
    };
    for (at, key) in fields {
        let mut without = frame.clone();
        if let Some(Value::Object(map)) = without.pointer_mut(path)
            && map.remove(&key).is_some()
            && serde_json::from_value::<ClientFrame>(without).is_ok_and(|read| read != ClientFrame::Unknown)
        {
            optional.insert(key);
        }
        note_optional(frame, &at, optional);
    }
}

#[test]
fn the_document_names_all_that_a_client_may_leave_out_and_nothing_else() {
    let mut optional = BTreeSet::new();
    for file in std::fs::read_dir(here().join("tests/golden")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.starts_with("client_") || name.starts_with("command_") {
            let frame: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            note_optional(&frame, "", &mut optional);
        }
    }
    let document = document();
    let (_, rest) = document.split_once("Of what a client sends these may be absent: ").expect("the list");
    let (list, _) = rest.split_once("Everything else").expect("its end");
    // A frame or command is named beside its field.
    let named: BTreeSet<_> =
        list.split('`').skip(1).step_by(2).filter(|word| *word != "look").map(str::to_owned).collect();
    assert_eq!(named, optional);
}
