//! The log of changes, in commit order.

use deskbell_protocol::{AccountId, AgentId, ContactId, ConversationId, LogPosition, Millis, QueueId};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// The subject of an entry, which determines who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A queue: its members and the admins.
    Queue(QueueId),
    /// A conversation: those who follow it.
    Conversation(ConversationId),
    /// A contact: those who follow them.
    Contact(ContactId),
    /// One agent.
    Agent(AgentId),
}

/// The newest position; 0 if the log is empty.
pub(crate) fn head(conn: &Connection) -> Result<LogPosition, StoreError> {
    let mut statement = conn.prepare_cached("SELECT coalesce(max(position), 0) FROM log")?;
    Ok(LogPosition(statement.query_row([], |row| row.get(0))?))
}

/// The oldest position in the log; `None` if it is empty.
pub(crate) fn oldest(conn: &Connection) -> Result<Option<LogPosition>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT min(position) FROM log")?;
    Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(LogPosition))
}

/// Adds an entry at this position.
pub(crate) fn append(
    conn: &Connection,
    position: LogPosition,
    scope: Scope,
    queue: Option<QueueId>,
    change: &str,
    now: Millis,
) -> Result<(), StoreError> {
    let (kind, subject) = match scope {
        Scope::Queue(id) => ("queue", *id.as_uuid()),
        Scope::Conversation(id) => ("conversation", *id.as_uuid()),
        Scope::Contact(id) => ("contact", *id.as_uuid()),
        Scope::Agent(id) => ("agent", *id.as_uuid()),
    };
    conn.prepare_cached(
        "INSERT INTO log (position, at, scope, subject, queue, change) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![position.0, now.0, kind, subject.as_bytes().as_slice(), queue.map(Key), change])?;
    Ok(())
}

/// An entry of the log.
#[derive(Debug)]
pub(crate) struct StoredEntry {
    pub(crate) position: LogPosition,
    pub(crate) scope: Scope,
    /// The queue of which a reader must be a member.
    pub(crate) queue: Option<QueueId>,
    pub(crate) change: String,
}

/// The entries after `after` up to and including `upto`, oldest first, at most `limit`.
pub(crate) fn range(
    conn: &Connection,
    after: LogPosition,
    upto: LogPosition,
    limit: usize,
) -> Result<Vec<StoredEntry>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = conn.prepare_cached(
        "SELECT position, scope, subject, queue, change FROM log
          WHERE position > ?1 AND position <= ?2 ORDER BY position LIMIT ?3",
    )?;
    let rows = statement.query_map(params![after.0, upto.0, limit], |row| {
        let scope = match row.get_ref(1)?.as_str()? {
            "queue" => Scope::Queue(row.get::<_, Key<QueueId>>(2)?.0),
            "conversation" => Scope::Conversation(row.get::<_, Key<ConversationId>>(2)?.0),
            "contact" => Scope::Contact(row.get::<_, Key<ContactId>>(2)?.0),
            _ => Scope::Agent(row.get::<_, Key<AgentId>>(2)?.0),
        };
        Ok(StoredEntry {
            position: LogPosition(row.get(0)?),
            scope,
            queue: row.get::<_, Option<Key<QueueId>>>(3)?.map(|key| key.0),
            change: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Moves the entries of the account's conversations to a queue. Reads the whole log.
pub(crate) fn move_account(conn: &Connection, account: AccountId, queue: QueueId) -> Result<(), StoreError> {
    conn.prepare(
        "UPDATE log SET queue = ?2 WHERE scope = 'conversation' AND subject IN
           (SELECT id FROM conversations WHERE account = ?1 AND queue <> ?2)",
    )?
    .execute(params![Key(account), Key(queue)])?;
    Ok(())
}

/// Deletes entries from before `before`, oldest first, at most `limit`, and never the newest entry. Returns how many.
pub(crate) fn delete_expired(conn: &Connection, before: Millis, limit: i64) -> Result<usize, StoreError> {
    let mut statement = conn.prepare_cached(
        "DELETE FROM log WHERE position IN (
            SELECT position FROM log
             WHERE position < (SELECT max(position) FROM log)
             ORDER BY position LIMIT ?2)
          AND at < ?1",
    )?;
    Ok(statement.execute(params![before.0, limit])?)
}
