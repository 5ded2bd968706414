//! The rows of the table `outbox`.

use deskbell_protocol::{ConversationId, Failure, MessageId, Millis, Position};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::api::{Outgoing, OutgoingState};
use crate::cache::CacheError;
use crate::cache::commit::Commit;
use crate::cache::sql::{Id, from_json_or_null, id, json};

const COLUMNS: &str = "id, conversation, body, written_at, state, failure, template, seen";

/// The columns in a file of a release before 0.1.0, which knew no templates.
const OLD_COLUMNS: &str = "id, conversation, body, written_at, state, failure, NULL, NULL";

/// A row of the outbox: what the UI shows of it, and what the hub is sent with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutboxRow {
    pub(crate) outgoing: Outgoing,
    /// The newest message that was on the screen. The hub refuses the message if a colleague has written
    /// since. Absent: it is sent in any case.
    pub(crate) seen: Option<Position>,
}

/// The word in the column `state`. The words of earlier releases stay, whatever the UI calls the state.
const fn state_word(state: OutgoingState) -> &'static str {
    match state {
        OutgoingState::Queued => "queued",
        OutgoingState::Held => "held",
        OutgoingState::SendWhenOpen => "promised",
        OutgoingState::Refused => "refused",
    }
}

fn state_of_word(row: &Row<'_>, column: usize) -> rusqlite::Result<OutgoingState> {
    match row.get_ref(column)?.as_str()? {
        "queued" => Ok(OutgoingState::Queued),
        "held" => Ok(OutgoingState::Held),
        "promised" => Ok(OutgoingState::SendWhenOpen),
        "refused" => Ok(OutgoingState::Refused),
        word => {
            let error = format!("no state of the outbox: {word}").into();
            Err(rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error))
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Outgoing> {
    Ok(Outgoing {
        id: id(row, 0)?,
        conversation: id(row, 1)?,
        body: row.get(2)?,
        template: from_json_or_null(row, 6)?,
        written_at: Millis(row.get(3)?),
        state: state_of_word(row, 4)?,
        failure: from_json_or_null(row, 5)?,
    })
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    Ok(OutboxRow { outgoing: read(row)?, seen: row.get::<_, Option<i64>>(7)?.map(Position) })
}

pub(super) fn find(sql: &Connection, message: MessageId) -> Result<Option<Outgoing>, CacheError> {
    let mut query = sql.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1"))?;
    Ok(query.query_row([message.bytes()], read).optional()?)
}

/// The messages of one conversation, oldest first.
pub(in crate::cache) fn of(
    sql: &Connection,
    conversation: ConversationId,
) -> Result<Vec<Outgoing>, CacheError> {
    let mut query =
        sql.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE conversation = ?1 ORDER BY seq"))?;
    let rows = query.query_map([conversation.bytes()], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The messages in one state that are not with the hub, oldest first.
pub(super) fn in_state(sql: &Connection, state: OutgoingState) -> Result<Vec<Outgoing>, CacheError> {
    let mut query = sql.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox WHERE state = ?1 AND answered = 0 ORDER BY seq"
    ))?;
    let rows = query.query_map([state_word(state)], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The oldest queued message of each conversation.
pub(super) fn first_queued(sql: &Connection) -> Result<Vec<OutboxRow>, CacheError> {
    let mut query = sql.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox WHERE seq IN (
             SELECT min(seq) FROM outbox WHERE state = 'queued' AND answered = 0 GROUP BY conversation
         ) ORDER BY seq"
    ))?;
    let rows = query.query_map([], read_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The messages whose conversation is deleted, oldest first: no transcript shows them.
pub(in crate::cache) fn orphaned(sql: &Connection) -> Result<Vec<Outgoing>, CacheError> {
    let mut query = sql.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbox
          WHERE state <> 'queued' AND NOT EXISTS (SELECT 1 FROM conversation WHERE id = outbox.conversation)
          ORDER BY seq"
    ))?;
    let rows = query.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a message waits for its window to open.
pub(in crate::cache) fn any_waits_for_window(sql: &Connection) -> Result<bool, CacheError> {
    Ok(sql.prepare_cached("SELECT 1 FROM outbox WHERE state = 'promised'")?.exists([])?)
}

/// How many messages the hub has not stored.
pub(super) fn unsent(sql: &Connection) -> Result<u32, CacheError> {
    Ok(sql.query_row("SELECT count(*) FROM outbox WHERE answered = 0", [], |row| row.get(0))?)
}

/// Calls `take` with every row, oldest first, up to the first one that cannot be read.
pub(in crate::cache) fn for_each(
    sql: &Connection,
    mut take: impl FnMut(OutboxRow),
) -> Result<(), CacheError> {
    let select = |columns| sql.prepare(&format!("SELECT {columns} FROM outbox ORDER BY seq"));
    let mut query = select(COLUMNS).or_else(|_older| select(OLD_COLUMNS))?;
    for row in query.query_map([], read_row)? {
        take(row?);
    }
    Ok(())
}

/// Inserts a row. False if there is one with its id.
pub(in crate::cache) fn insert(sql: &Connection, row: &OutboxRow) -> Result<bool, CacheError> {
    let OutboxRow { outgoing, seen } = row;
    let inserted = sql
        .prepare_cached(
            "INSERT INTO outbox (id, conversation, body, written_at, state, failure, template, seen, answered)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            outgoing.id.bytes(),
            outgoing.conversation.bytes(),
            outgoing.body,
            outgoing.written_at.0,
            state_word(outgoing.state),
            outgoing.failure.as_ref().map(json).transpose()?,
            outgoing.template.as_ref().map(json).transpose()?,
            seen.map(|place| place.0)
        ])?;
    Ok(inserted > 0)
}

/// Puts a message into a state, and notes it for the UI. False if it is not in the outbox.
pub(super) fn set_state(
    commit: &mut Commit<'_>,
    message: MessageId,
    state: OutgoingState,
    failure: Option<Failure>,
) -> Result<bool, CacheError> {
    commit
        .sql
        .prepare_cached("UPDATE outbox SET state = ?2, failure = ?3, answered = 0 WHERE id = ?1")?
        .execute(params![message.bytes(), state_word(state), failure.as_ref().map(json).transpose()?])?;
    let row = find(commit.sql, message)?;
    let found = row.is_some();
    commit.outgoing.extend(row.map(|row| (message, row)));
    Ok(found)
}

/// Removes the condition that no colleague has written since.
pub(super) fn clear_seen(sql: &Connection, message: MessageId) -> Result<(), CacheError> {
    sql.prepare_cached("UPDATE outbox SET seen = NULL WHERE id = ?1")?.execute([message.bytes()])?;
    Ok(())
}

/// Marks a message as stored by the hub.
pub(super) fn set_answered(sql: &Connection, message: MessageId) -> Result<(), CacheError> {
    sql.prepare_cached("UPDATE outbox SET answered = 1 WHERE id = ?1")?.execute([message.bytes()])?;
    Ok(())
}

/// Whether the hub has stored a message.
pub(super) fn is_answered(sql: &Connection, message: MessageId) -> Result<bool, CacheError> {
    let mut query = sql.prepare_cached("SELECT 1 FROM outbox WHERE id = ?1 AND answered = 1")?;
    Ok(query.exists([message.bytes()])?)
}

/// Deletes a message, and tells the UI. False if it is not in the outbox.
pub(in crate::cache) fn remove(commit: &mut Commit<'_>, message: MessageId) -> Result<bool, CacheError> {
    let removed =
        commit.sql.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([message.bytes()])?;
    if removed > 0 {
        commit.outgoing.remove(&message);
        commit.outgoing_gone.insert(message);
    }
    Ok(removed > 0)
}

/// Deletes the messages of a conversation that the hub has stored.
pub(super) fn remove_answered(sql: &Connection, conversation: ConversationId) -> Result<(), CacheError> {
    sql.prepare_cached("DELETE FROM outbox WHERE conversation = ?1 AND answered = 1")?
        .execute([conversation.bytes()])?;
    Ok(())
}
