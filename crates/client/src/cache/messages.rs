//! The messages. The primary key is the position, and so is the search index's rowid.

use deskbell_protocol::{Author, Content, ConversationId, LogPosition, Message, MessageId, Millis, Position};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use super::commit::Commit;
use super::outbox::rows as outbox_rows;
use super::sql::{Id, from_json, from_json_or_null, from_word_or_null, id, id_or_null, json, word};
use super::{CacheError, search_terms};

/// The columns of a message, in the order of [`read`]; `m` is the table.
pub(super) const COLUMNS: &str =
    "m.position, m.id, m.conversation, m.interaction, m.at, m.author, m.content, m.delivery,
    m.failure, m.late, m.version, m.quote, m.reactions, m.attempt, m.state_at";

pub(super) const COLUMN_COUNT: usize = 15;

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        position: Position(row.get(0)?),
        id: id(row, 1)?,
        conversation: id(row, 2)?,
        interaction: id_or_null(row, 3)?,
        at: Millis(row.get(4)?),
        author: from_json_or_null(row, 5)?.unwrap_or(Author::Contact),
        content: from_json(row, 6)?,
        delivery: from_word_or_null(row, 7)?,
        state_at: row.get::<_, Option<i64>>(14)?.map(Millis),
        failure: from_json_or_null(row, 8)?,
        attempt: row.get(13)?,
        late: row.get(9)?,
        version: LogPosition(row.get(10)?),
        quote: from_json_or_null(row, 11)?,
        reactions: from_json_or_null(row, 12)?.unwrap_or_default(),
    })
}

/// What writing a message did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upsert {
    /// It was not stored before.
    Inserted,
    /// It was stored in an older version.
    Updated,
    /// This or a newer version was stored.
    Unchanged,
}

/// Writes the row if it is newer than the stored one, and removes the message from the outbox.
pub(super) fn put(commit: &mut Commit<'_>, row: &Message) -> Result<Upsert, CacheError> {
    let upsert = write(commit, row)?;
    if matches!(row.author, Author::Agent { .. }) {
        outbox_rows::remove(commit, row.id)?;
    }
    match upsert {
        Upsert::Unchanged => return Ok(upsert),
        Upsert::Inserted => {
            let words = words(&row.content);
            if !words.is_empty() {
                commit.index(row.position, words);
            }
        }
        Upsert::Updated => {}
    }
    commit.messages.insert(row.position, row.clone());
    Ok(upsert)
}

fn write(commit: &mut Commit<'_>, row: &Message) -> Result<Upsert, CacheError> {
    let insert = "INSERT INTO message (position, id, conversation, interaction, at, author, content, delivery, failure,
             late, version, quote, reactions, attempt, state_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) ON CONFLICT DO NOTHING";
    if bind(&mut commit.sql.prepare_cached(insert)?, row)? > 0 {
        return Ok(Upsert::Inserted);
    }
    // The content and author of a message never change; its position may, when the hub was restored from a
    // backup.
    let known: Option<(i64, i64)> = commit
        .sql
        .prepare_cached("SELECT position, version FROM message WHERE id = ?1")?
        .query_row([row.id.bytes()], |known| Ok((known.get(0)?, known.get(1)?)))
        .optional()?;
    match known {
        Some((_, version)) if version >= row.version.0 => Ok(Upsert::Unchanged),
        Some((position, _)) if position == row.position.0 => {
            let update =
                "UPDATE message SET conversation = ?3, interaction = ?4, at = ?5, author = ?6, content = ?7,
                     delivery = ?8, failure = ?9, late = ?10, version = ?11, quote = ?12, reactions = ?13,
                     attempt = ?14, state_at = ?15
                 WHERE position = ?1 AND id = ?2";
            bind(&mut commit.sql.prepare_cached(update)?, row)?;
            Ok(Upsert::Updated)
        }
        other => {
            if let Some((position, _)) = other {
                delete(commit.sql, position)?;
            }
            // Another message at that position is from an earlier generation of the hub's store.
            delete(commit.sql, row.position.0)?;
            bind(&mut commit.sql.prepare_cached(insert)?, row)?;
            Ok(Upsert::Inserted)
        }
    }
}

fn bind(statement: &mut CachedStatement<'_>, row: &Message) -> Result<usize, CacheError> {
    let author = match &row.author {
        Author::Contact => None,
        other => Some(json(other)?),
    };
    let reactions = if row.reactions.is_empty() { None } else { Some(json(&row.reactions)?) };
    Ok(statement.execute(params![
        row.position.0,
        row.id.bytes(),
        row.conversation.bytes(),
        row.interaction.map(Id::bytes),
        row.at.0,
        author,
        json(&row.content)?,
        row.delivery.as_ref().map(word).transpose()?,
        row.failure.as_ref().map(json).transpose()?,
        row.late,
        row.version.0,
        row.quote.as_ref().map(json).transpose()?,
        reactions,
        row.attempt,
        row.state_at.map(|at| at.0)
    ])?)
}

/// The words of a message for the search index.
fn words(content: &Content) -> String {
    search_terms::indexed(&content.words().join("\n"))
}

pub(super) const PAGE: &str = "FROM message m WHERE m.conversation = ?1 AND m.position < ?2
    ORDER BY m.position DESC LIMIT ?3";

/// One page of a transcript, newest first.
pub(super) fn page(
    sql: &Connection,
    conversation: ConversationId,
    before: Option<Position>,
    limit: u32,
) -> Result<Vec<Message>, CacheError> {
    let mut query = sql.prepare_cached(&format!("SELECT {COLUMNS} {PAGE}"))?;
    let before = before.map_or(i64::MAX, |place| place.0);
    let rows = query.query_map(params![conversation.bytes(), before, limit], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The position of the newest message of a conversation.
pub(super) fn end(sql: &Connection, conversation: ConversationId) -> Result<Option<Position>, CacheError> {
    let end: Option<i64> = sql
        .prepare_cached("SELECT max(position) FROM message WHERE conversation = ?1")?
        .query_row([conversation.bytes()], |row| row.get(0))?;
    Ok(end.map(Position))
}

/// Ids, positions and versions of the messages of a conversation from `from` on and before `before`.
pub(super) fn versions_between(
    sql: &Connection,
    conversation: ConversationId,
    from: Option<Position>,
    before: Option<Position>,
) -> Result<Vec<(MessageId, i64, LogPosition)>, CacheError> {
    let mut query = sql.prepare_cached(
        "SELECT id, position, version FROM message WHERE conversation = ?1 AND position >= ?2 AND position < ?3",
    )?;
    let (from, before) = (from.map_or(0, |place| place.0), before.map_or(i64::MAX, |place| place.0));
    let rows = query.query_map(params![conversation.bytes(), from, before], |row| {
        Ok((id(row, 0)?, row.get(1)?, LogPosition(row.get(2)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes one message, and its words from the search index.
pub(super) fn delete(sql: &Connection, position: i64) -> Result<(), CacheError> {
    let gone = sql.prepare_cached("DELETE FROM message WHERE position = ?1")?.execute([position])?;
    if gone > 0 {
        sql.prepare_cached("DELETE FROM message_words WHERE rowid = ?1")?.execute([position])?;
    }
    Ok(())
}

pub(super) fn delete_of(sql: &Connection, conversation: ConversationId) -> Result<(), CacheError> {
    sql.prepare_cached(
        "DELETE FROM message_words WHERE rowid IN (SELECT position FROM message WHERE conversation = ?1)",
    )?
    .execute([conversation.bytes()])?;
    sql.prepare_cached("DELETE FROM message WHERE conversation = ?1")?.execute([conversation.bytes()])?;
    Ok(())
}

pub(super) fn exists(sql: &Connection, message: MessageId) -> Result<bool, CacheError> {
    Ok(sql.prepare_cached("SELECT 1 FROM message WHERE id = ?1")?.exists([message.bytes()])?)
}

#[cfg(test)]
mod tests;
