//! Deleting what is older than the hub lets a desktop keep.

use deskbell_protocol::{Millis, Position};
use rusqlite::params;

use super::commit::Commit;
use super::{Cache, CacheError, contacts, offers};

/// How many messages one transaction deletes. Other writes run in between.
const STEP: u32 = 1000;

impl Cache {
    /// Deletes one step of what is older than this. Whether there is more to delete.
    ///
    /// Conversations are deleted too, unless an agent handles them, their contact is assigned, or they have a
    /// draft or messages in the outbox.
    pub(crate) async fn delete_older(&self, oldest: Millis) -> Result<bool, CacheError> {
        self.write(move |commit: &mut Commit<'_>| {
            let sql = commit.sql;
            let before = Position::first_at(oldest).0;
            let end: Option<i64> = sql.query_row(
                "SELECT max(position) FROM (SELECT position FROM message WHERE position < ?1 ORDER BY position LIMIT ?2)",
                params![before, STEP],
                |row| row.get(0),
            )?;
            if let Some(end) = end {
                sql.execute(
                    "DELETE FROM message_words WHERE rowid IN (SELECT position FROM message WHERE position <= ?1)",
                    [end],
                )?;
                sql.execute("DELETE FROM message WHERE position <= ?1", [end])?;
                return Ok(true);
            }
            offers::delete_before(sql, oldest)?;
            sql.execute(
                "DELETE FROM conversation WHERE place < ?1
                     AND NOT EXISTS (SELECT 1 FROM message WHERE conversation = conversation.id)
                     AND id NOT IN (SELECT conversation FROM interaction WHERE state <> 'done')
                     AND id NOT IN (SELECT conversation FROM outbox) AND id NOT IN (SELECT conversation FROM draft)
                     AND id NOT IN (SELECT target FROM page_in)
                     AND contact NOT IN (SELECT contact FROM assignment WHERE assigned = 1)",
                [before],
            )?;
            sql.execute_batch(
                "DELETE FROM interaction WHERE conversation NOT IN (SELECT id FROM conversation) AND state = 'done';
                 DELETE FROM reading WHERE conversation NOT IN (SELECT id FROM conversation)
                     AND conversation NOT IN (SELECT conversation FROM message);",
            )?;
            contacts::delete_all_unneeded(sql)?;
            Ok(false)
        })
        .await
    }
}
