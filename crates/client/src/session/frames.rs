//! Parsing the hub's frames.
//!
//! In two steps, so that what this version does not know is skipped and does not end the connection: first
//! the kind, then the body; and in a batch each entry on its own.

use deskbell_protocol::{Change, Entry, HubFrame, LogPosition};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Kind<'a> {
    #[serde(borrow)]
    kind: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    entries: Vec<&'a RawValue>,
    upto: LogPosition,
}

/// Parses a frame.
///
/// # Errors
/// If it is not JSON, or a known kind has an unknown form: skipping it would leave a gap.
pub(super) fn read(text: &str) -> Result<HubFrame, serde_json::Error> {
    let kind: Kind<'_> = serde_json::from_str(text)?;
    if kind.kind != "entries" {
        return serde_json::from_str(text);
    }
    let batch: Batch<'_> = serde_json::from_str(text)?;
    let entries = batch.entries.into_iter().filter_map(entry).collect();
    Ok(HubFrame::Entries { entries, upto: batch.upto })
}

fn entry(raw: &RawValue) -> Option<Entry> {
    match serde_json::from_str::<Entry>(raw.get()) {
        Ok(Entry { change: Change::Unknown, position }) => {
            tracing::debug!(position = position.0, "skipped a change that this version does not know");
            None
        }
        Ok(entry) => Some(entry),
        // The error names a position in the text, never the text.
        Err(error) => {
            tracing::warn!(
                line = error.line(),
                column = error.column(),
                "skipped a change that cannot be parsed"
            );
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_kinds_are_skipped() {
        assert_eq!(read(r#"{"kind":"fireworks","colour":7}"#).unwrap(), HubFrame::Unknown);
        let batch = r#"{"kind":"entries","upto":9,"more":true,"entries":[
            {"position":7,"change":{"kind":"rename","row":{}}},
            {"position":8,"change":{"kind":"message","row":{"id":5}}},
            {"position":9,"change":{"kind":"revoked","scope":{"kind":"queue","id":"0190f000-0000-7000-8000-000000000001"}}}]}"#;
        let HubFrame::Entries { entries, upto } = read(batch).unwrap() else { panic!("a batch") };
        assert_eq!(upto, LogPosition(9));
        assert_eq!(entries.iter().map(|entry| entry.position.0).collect::<Vec<_>>(), [9]);
    }

    #[test]
    fn malformed_frames_are_errors() {
        for text in ["", "hello", "[]", "{}", r#"{"kind":"welcome"}"#, r#"{"kind":"entries","upto":1}"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
