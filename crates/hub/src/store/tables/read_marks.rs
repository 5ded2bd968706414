//! Up to which message read receipts were sent, per conversation.

use deskbell_protocol::{ConversationId, Position};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// The newest message with a read receipt, and how often sending the next one has failed.
pub(crate) fn of(
    conn: &Connection,
    conversation: ConversationId,
) -> Result<Option<(Position, i64)>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT position, failures FROM read_marks WHERE conversation = ?1")?;
    Ok(statement.query_row([Key(conversation)], |row| Ok((Position(row.get(0)?), row.get(1)?))).optional()?)
}

/// Writes the row.
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
