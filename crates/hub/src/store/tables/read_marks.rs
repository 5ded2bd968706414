//! How far contacts were told that their messages were read.

use deskbell_protocol::{ConversationId, Position};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// The newest message that was marked, and how often the next one was tried in vain.
pub(crate) fn of(
    conn: &Connection,
    conversation: ConversationId,
) -> Result<Option<(Position, i64)>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT position, failures FROM read_marks WHERE conversation = ?1")?;
    Ok(statement.query_row([Key(conversation)], |row| Ok((Position(row.get(0)?), row.get(1)?))).optional()?)
}

pub(crate) fn put(
    conn: &Connection,
    conversation: ConversationId,
    position: Position,
    failures: i64,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO read_marks (conversation, position, failures) VALUES (?1, ?2, ?3)
         ON CONFLICT (conversation) DO UPDATE SET position = excluded.position, failures = excluded.failures",
    )?
    .execute(params![Key(conversation), position.0, failures])?;
    Ok(())
}
