//! Messages to be posted to a provider. A row exists until the provider's response is known, or known to be lost.

use deskbell_protocol::{AccountId, IdentityId, MessageId, Millis, Position};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// A message to be posted.
#[derive(Clone, Debug)]
pub(crate) struct StoredOutbound {
    pub(crate) position: Position,
    pub(crate) message: MessageId,
    pub(crate) identity: IdentityId,
    pub(crate) account: AccountId,
    /// Whether it is being posted now; otherwise it waits.
    pub(crate) posting: bool,
    pub(crate) tries: i64,
    pub(crate) next_at: Millis,
}

const COLUMNS: &str = "position, message, identity, account, state, tries, next_at";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredOutbound> {
    Ok(StoredOutbound {
        position: Position(row.get(0)?),
        message: row.get::<_, Key<MessageId>>(1)?.0,
        identity: row.get::<_, Key<IdentityId>>(2)?.0,
        account: row.get::<_, Key<AccountId>>(3)?.0,
        posting: row.get_ref(4)?.as_str()? == "posting",
        tries: row.get(5)?,
        next_at: Millis(row.get(6)?),
    })
}

/// Writes the row.
pub(crate) fn put(conn: &Connection, outbound: &StoredOutbound) -> Result<(), StoreError> {
    let state = if outbound.posting { "posting" } else { "waiting" };
    conn.prepare_cached(
        "INSERT INTO outbound (position, message, identity, account, state, tries, next_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (position) DO UPDATE SET state = excluded.state, tries = excluded.tries,
           next_at = excluded.next_at",
    )?
    .execute(params![
        outbound.position.0,
        Key(outbound.message),
        Key(outbound.identity),
        Key(outbound.account),
        state,
        outbound.tries,
        outbound.next_at.0
    ])?;
    Ok(())
}

/// The row of this message.
pub(crate) fn by_message(conn: &Connection, id: MessageId) -> Result<Option<StoredOutbound>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM outbound WHERE message = ?1"))?;
    Ok(statement.query_row([Key(id)], stored).optional()?)
}

/// Deletes the row of this message.
pub(crate) fn remove(conn: &Connection, id: MessageId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM outbound WHERE message = ?1")?.execute([Key(id)])?;
    Ok(())
}

/// The accounts that have waiting messages and are not paused.
pub(crate) fn accounts(conn: &Connection) -> Result<Vec<AccountId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.id FROM accounts a
          WHERE EXISTS (SELECT 1 FROM outbound o WHERE o.account = a.id AND o.state = 'waiting')
            AND NOT EXISTS (SELECT 1 FROM account_health h WHERE h.account = a.id AND h.problem IS NOT NULL)",
    )?;
    let rows = statement.query_map([], |row| row.get::<_, Key<AccountId>>(0).map(|key| key.0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The messages that the account may post now: those that are due and the first of their identity.
pub(crate) fn due(
    conn: &Connection,
    account: AccountId,
    now: Millis,
    limit: usize,
) -> Result<Vec<StoredOutbound>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbound o WHERE account = ?3 AND state = 'waiting' AND next_at <= ?1
           AND NOT EXISTS (SELECT 1 FROM outbound e WHERE e.identity = o.identity AND e.position < o.position)
         ORDER BY next_at, position LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![now.0, limit, Key(account)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Makes messages due at `soon` whose time lies further ahead than any delay allows, which means that the clock was
/// set back: after `soon` if they were never tried, after `longest` if they were.
pub(crate) fn shorten_waits(conn: &Connection, soon: Millis, longest: Millis) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE outbound SET next_at = ?1
          WHERE state = 'waiting' AND next_at > ?1 AND (tries = 0 OR next_at > ?2)",
    )?
    .execute(params![soon.0, longest.0])?;
    Ok(())
}

/// For each account that is not paused, when its next waiting message is due.
pub(crate) fn next_due(conn: &Connection) -> Result<Vec<(AccountId, Millis)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT account, min(next_at) FROM outbound o WHERE state = 'waiting'
           AND account NOT IN (SELECT account FROM account_health WHERE problem IS NOT NULL)
           AND NOT EXISTS (SELECT 1 FROM outbound e WHERE e.identity = o.identity AND e.position < o.position)
         GROUP BY account",
    )?;
    let rows = statement
        .query_map([], |row| Ok((row.get::<_, Key<AccountId>>(0)?.0, Millis(row.get::<_, i64>(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The messages that were being posted when the hub stopped.
pub(crate) fn posting(conn: &Connection) -> Result<Vec<StoredOutbound>, StoreError> {
    let mut statement =
        conn.prepare(&format!("SELECT {COLUMNS} FROM outbound WHERE state = 'posting' ORDER BY position"))?;
    let rows = statement.query_map([], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Marks all waiting messages as being posted.
pub(crate) fn mark_all_posting(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("UPDATE outbound SET state = 'posting'", [])?;
    Ok(())
}
