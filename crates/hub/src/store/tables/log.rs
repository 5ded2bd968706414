//! The one log, in commit order.

use deskbell_protocol::{AccountId, AgentId, ContactId, ConversationId, LogPosition, Millis, QueueId};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// What an entry is about, which decides who may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A queue: its members, and the admins.
    Queue(QueueId),
    /// A conversation: those who follow it.
    Conversation(ConversationId),
    /// A contact: those who follow them.
    Contact(ContactId),
    /// One agent.
    Agent(AgentId),
}

/// The newest position; 0 in an empty log.
pub(crate) fn head(conn: &Connection) -> Result<LogPosition, StoreError> {
    let mut statement = conn.prepare_cached("SELECT coalesce(max(position), 0) FROM log")?;
    Ok(LogPosition(statement.query_row([], |row| row.get(0))?))
}

/// The oldest position that is kept; `None` in an empty log.
pub(crate) fn oldest(conn: &Connection) -> Result<Option<LogPosition>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT min(position) FROM log")?;
    Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(LogPosition))
}

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

/// A stored entry, before it is known who may read it.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) position: LogPosition,
    pub(crate) scope: Scope,
    /// The queue that one must be a member of to read it.
    pub(crate) queue: Option<QueueId>,
    pub(crate) change: String,
}

/// The entries behind `after` up to `upto`, oldest first, at most `limit`.
pub(crate) fn range(
    conn: &Connection,
    after: LogPosition,
    upto: LogPosition,
    limit: usize,
) -> Result<Vec<Stored>, StoreError> {
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
        Ok(Stored {
            position: LogPosition(row.get(0)?),
            scope,
            queue: row.get::<_, Option<Key<QueueId>>>(3)?.map(|key| key.0),
            change: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What was logged of the account's conversations is the other queue's from now on. Reads the whole log.
pub(crate) fn move_account(conn: &Connection, account: AccountId, queue: QueueId) -> Result<(), StoreError> {
    conn.prepare(
        "UPDATE log SET queue = ?2 WHERE scope = 'conversation' AND subject IN
           (SELECT id FROM conversations WHERE account = ?1 AND queue <> ?2)",
    )?
    .execute(params![Key(account), Key(queue)])?;
    Ok(())
}

/// Forgets what was logged before `before`, oldest first, at most `limit` entries, never the newest.
/// Returns how many.
pub(crate) fn forget(conn: &Connection, before: Millis, limit: i64) -> Result<usize, StoreError> {
    let mut statement = conn.prepare_cached(
        "DELETE FROM log WHERE position IN (
            SELECT position FROM log
             WHERE position < (SELECT max(position) FROM log)
             ORDER BY position LIMIT ?2)
          AND at < ?1",
    )?;
    Ok(statement.execute(params![before.0, limit])?)
}
