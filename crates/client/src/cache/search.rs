//! Search, newest first: the position is the index's rowid, so no result has to be sorted.

use deskbell_protocol::Position;
use rusqlite::{Connection, params};

use super::{Cache, CacheError, messages, search_terms};
use crate::api::Hit;

/// Adds a message's words. FTS5 is fast only if one transaction adds them in the order of the positions.
pub(super) fn index(sql: &Connection, position: i64, words: &str) -> Result<(), CacheError> {
    sql.prepare_cached("INSERT INTO message_words (rowid, words) VALUES (?1, ?2)")?
        .execute(params![position, words])?;
    Ok(())
}

fn find(sql: &Connection, words: &str, before: Option<Position>, limit: u32) -> Result<Vec<Hit>, CacheError> {
    let Some(expression) = search_terms::expression(words) else { return Ok(Vec::new()) };
    let mut query = sql.prepare_cached(&format!(
        "SELECT {}, coalesce(c.contact_name, '') FROM (
             SELECT rowid AS found FROM message_words WHERE message_words MATCH ?1 AND rowid < ?2
             ORDER BY rowid DESC LIMIT ?3
         ) JOIN message m ON m.position = found LEFT JOIN conversation c ON c.id = m.conversation
         ORDER BY found DESC",
        messages::COLUMNS
    ))?;
    let before = before.map_or(i64::MAX, |place| place.0);
    let rows = query.query_map(params![expression, before, limit], |row| {
        Ok(Hit { message: messages::read(row)?, contact_name: row.get(messages::COLUMN_COUNT)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Cache {
    /// Messages that contain all these words, the last one as a prefix, newest first; one more than the
    /// limit if there are more.
    pub(crate) async fn search(
        &self,
        words: String,
        before: Option<Position>,
        limit: u32,
    ) -> Result<Vec<Hit>, CacheError> {
        self.read(move |sql| find(sql, &words, before, limit)).await
    }
}
