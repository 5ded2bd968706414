//! What is being written and was not sent.

use deskbell_protocol::ConversationId;
use rusqlite::{Connection, params};

use super::commit::Commit;
use super::sql::Id;
use super::{Cache, CacheError};

pub(super) fn put(sql: &Connection, conversation: ConversationId, body: &str) -> Result<(), CacheError> {
    if body.is_empty() {
        return delete_of(sql, conversation);
    }
    sql.prepare_cached(
        "INSERT INTO draft (conversation, body) VALUES (?1, ?2) ON CONFLICT (conversation) DO UPDATE SET body = ?2",
    )?
    .execute(params![conversation.bytes(), body])?;
    Ok(())
}

pub(super) fn delete_of(sql: &Connection, conversation: ConversationId) -> Result<(), CacheError> {
    sql.prepare_cached("DELETE FROM draft WHERE conversation = ?1")?.execute([conversation.bytes()])?;
    Ok(())
}

impl Cache {
    /// Keeps what is being written; an empty text removes the draft.
    pub(crate) async fn save_draft(
        &self,
        conversation: ConversationId,
        body: String,
    ) -> Result<(), CacheError> {
        self.write_durably(move |commit: &mut Commit<'_>| {
            put(commit.sql, conversation, &body)?;
            commit.conversations.insert(conversation);
            Ok(())
        })
        .await
    }
}
