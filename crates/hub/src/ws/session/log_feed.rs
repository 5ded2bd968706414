//! The feed of log entries to a client: replay from its cursor, then committed entries as they arrive.

use std::fmt::Write as _;
use std::sync::Arc;

use deskbell_protocol::{Cursor, HubFrame, LogPosition};
use tokio::time::Instant;

use crate::domain::queries::sync::{LogStatus, log_status, replay};
use crate::limits;
use crate::live::fanout::Batch;
use crate::ws::CloseReason;
use crate::ws::session::{Session, rate_limited};

impl Session<'_> {
    /// Starts the feed at a cursor, or tells the client that it needs a new snapshot.
    pub(super) async fn start_from(
        &mut self,
        cursor: Option<Cursor>,
        status: &LogStatus,
    ) -> Result<(), CloseReason> {
        match cursor.filter(|cursor| status.reaches(*cursor)) {
            Some(cursor) => {
                self.sent_upto = Some(cursor.position);
                self.catch_up().await
            }
            None => {
                self.sent_upto = None;
                self.socket.send(&HubFrame::CursorTooOld {}).await
            }
        }
    }

    /// Starts the feed again at a cursor that the client gives, usually after it loaded a snapshot.
    pub(super) async fn resume(&mut self, cursor: Cursor) -> Result<(), CloseReason> {
        if let Err(wait) = self.resumes.take(1.0, Instant::now()) {
            let error = rate_limited(wait, "This desktop resumed too often. Connect again in a moment.");
            self.socket.send(&HubFrame::Refused { error }).await?;
            return Err(CloseReason::Refused);
        }
        self.authenticate().await?;
        match self.shared.store.read(log_status).await {
            Ok(status) => self.start_from(Some(cursor), &status).await,
            Err(error) => Err(self.refuse(&error).await),
        }
    }

    /// Forwards committed entries, unless the client has no valid cursor yet. A lagging session reads the log instead,
    /// which also has the entries that are still queued.
    pub(super) async fn forward(&mut self, batch: Batch) -> Result<(), CloseReason> {
        if self.live.is_lagging() {
            // Revoked tokens also mark sessions as lagging, so the token is checked before anything is sent.
            self.authenticate().await?;
            return self.catch_up().await;
        }
        if let Some(sent) = self.sent_upto {
            let new: Vec<_> =
                batch.entries.iter().filter(|(position, _)| *position > sent).cloned().collect();
            let upto = batch.upto.max(sent);
            if !new.is_empty() {
                self.send_entries(&new, upto).await?;
            }
            self.sent_upto = Some(upto);
        }
        Ok(())
    }

    /// Replays the log from the client's position to the head and continues with committed entries there. The last frame
    /// carries the head, and is sent even if there are no entries.
    pub(super) async fn catch_up(&mut self) -> Result<(), CloseReason> {
        let head = self.live.reset();
        let Some(mut sent) = self.sent_upto else { return Ok(()) };
        let agent = self.actor.agent.id;
        loop {
            if sent >= head {
                break self.send_entries(&[], sent).await?;
            }
            let replay = match self.shared.store.read(move |conn| replay(conn, agent, sent, head)).await {
                Ok(replay) => replay,
                Err(error) => return Err(self.refuse(&error).await),
            };
            sent = replay.upto;
            // No frames are read during a replay, which is no silence of the client.
            self.last_frame_at = Instant::now();
            if sent >= head {
                break self.send_entries(&replay.entries, sent).await?;
            }
            if !replay.entries.is_empty() {
                self.send_entries(&replay.entries, sent).await?;
            }
        }
        self.sent_upto = Some(sent);
        Ok(())
    }

    /// Sends entries in as many frames as their size requires, at least one.
    async fn send_entries(
        &mut self,
        entries: &[(LogPosition, Arc<str>)],
        upto: LogPosition,
    ) -> Result<(), CloseReason> {
        let mut remaining = entries;
        loop {
            let (part, rest) = remaining.split_at(frame_len(remaining));
            let upto = match (rest.is_empty(), part.last()) {
                (false, Some((last, _))) => *last,
                _ => upto,
            };
            self.socket.send_text(entries_frame(part, upto)).await?;
            remaining = rest;
            if remaining.is_empty() {
                return Ok(());
            }
        }
    }
}

/// Returns how many of the entries fit into one frame; at least one if there are any.
fn frame_len(entries: &[(LogPosition, Arc<str>)]) -> usize {
    let mut bytes = 0_usize;
    for (count, (_, change)) in entries.iter().enumerate() {
        bytes = bytes.saturating_add(change.len());
        if count > 0 && (count >= limits::FRAME_ENTRIES || bytes > limits::FRAME_BYTES) {
            return count;
        }
    }
    entries.len()
}

/// Builds a frame of entries from the stored JSON of the changes, without parsing it.
fn entries_frame(entries: &[(LogPosition, Arc<str>)], upto: LogPosition) -> String {
    let size: usize = entries.iter().map(|(_, change)| change.len().saturating_add(48)).sum();
    let mut text = String::with_capacity(size.saturating_add(64));
    text.push_str(r#"{"kind":"entries","entries":["#);
    for (count, (position, change)) in entries.iter().enumerate() {
        if count > 0 {
            text.push(',');
        }
        // Writing to a string cannot fail.
        let _written = write!(text, r#"{{"position":{},"change":{change}}}"#, position.0);
    }
    let _written = write!(text, r#"],"upto":{}}}"#, upto.0);
    text
}

#[cfg(test)]
mod tests {
    use deskbell_protocol::{Change, Entry, Scope};

    use super::*;

    #[test]
    fn a_frame_built_from_stored_json_equals_a_serialized_one() {
        let change = Change::Granted { scope: Scope::Queue(deskbell_protocol::QueueId::fresh()) };
        let json: Arc<str> = serde_json::to_string(&change).unwrap().into();
        let text = entries_frame(&[(LogPosition(3), json)], LogPosition(5));
        let expected = HubFrame::Entries {
            entries: vec![Entry { position: LogPosition(3), change }],
            upto: LogPosition(5),
        };
        assert_eq!(serde_json::from_str::<HubFrame>(&text).unwrap(), expected);
        let empty = HubFrame::Entries { entries: vec![], upto: LogPosition(5) };
        assert_eq!(entries_frame(&[], LogPosition(5)), serde_json::to_string(&empty).unwrap());
    }
}
