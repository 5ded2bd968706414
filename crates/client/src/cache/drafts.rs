//! The drafts, one per conversation.

use deskbell_protocol::{ConversationId, Position};
use rusqlite::{Connection, params};

use super::commit::Commit;
use super::sql::Id;
use super::{Cache, CacheError};

/// Stores a draft; an empty text deletes it. `begun_on`, the newest message when the draft was begun, is not
/// overwritten.
pub(super) fn put(
    sql: &Connection,
    conversation: ConversationId,
    body: &str,
    begun_on: Option<Position>,
) -> Result<(), CacheError> {
    if body.is_empty() {
        return delete_of(sql, conversation);
    }
    sql.prepare_cached(
        "INSERT INTO draft (conversation, body, begun_on) VALUES (?1, ?2, ?3)
         ON CONFLICT (conversation) DO UPDATE SET body = ?2, begun_on = coalesce(begun_on, ?3)",
    )?
    .execute(params![conversation.bytes(), body, begun_on.map(|place| place.0)])?;
    Ok(())
}

pub(super) fn delete_of(sql: &Connection, conversation: ConversationId) -> Result<(), CacheError> {
    sql.prepare_cached("DELETE FROM draft WHERE conversation = ?1")?.execute([conversation.bytes()])?;
    Ok(())
}

impl Cache {
    /// Stores a draft; an empty text deletes it.
    pub(crate) async fn save_draft(
        &self,
        conversation: ConversationId,
        body: String,
        begun_on: Option<Position>,
    ) -> Result<(), CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            put(commit.sql, conversation, &body, begun_on)?;
            commit.conversations.insert(conversation);
            Ok(())
        })
        .await
    }
}
