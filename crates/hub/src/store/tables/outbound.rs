//! Messages on their way to a provider. A row lives until the provider's answer is known, or known to
//! be lost.

use deskbell_protocol::{AccountId, IdentityId, MessageId, Millis, Position};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::Key;

#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) position: Position,
    pub(crate) message: MessageId,
    pub(crate) identity: IdentityId,
    pub(crate) account: AccountId,
    /// Whether it is with the provider right now; else it waits for its turn.
    pub(crate) posting: bool,
    pub(crate) tries: i64,
    pub(crate) next_at: Millis,
}

const COLUMNS: &str = "position, message, identity, account, state, tries, next_at";

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        position: Position(row.get(0)?),
        message: row.get::<_, Key<MessageId>>(1)?.0,
        identity: row.get::<_, Key<IdentityId>>(2)?.0,
        account: row.get::<_, Key<AccountId>>(3)?.0,
        posting: row.get_ref(4)?.as_str()? == "posting",
        tries: row.get(5)?,
        next_at: Millis(row.get(6)?),
    })
}

pub(crate) fn put(conn: &Connection, outbound: &Stored) -> Result<(), StoreError> {
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

pub(crate) fn by_message(conn: &Connection, id: MessageId) -> Result<Option<Stored>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM outbound WHERE message = ?1"))?;
    Ok(statement.query_row([Key(id)], stored).optional()?)
}

pub(crate) fn remove(conn: &Connection, id: MessageId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM outbound WHERE message = ?1")?.execute([Key(id)])?;
    Ok(())
}

/// The accounts that have something waiting and may post.
pub(crate) fn accounts(conn: &Connection) -> Result<Vec<AccountId>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.id FROM accounts a
          WHERE EXISTS (SELECT 1 FROM outbound o WHERE o.account = a.id AND o.state = 'waiting')
            AND NOT EXISTS (SELECT 1 FROM account_health h WHERE h.account = a.id AND h.problem IS NOT NULL)",
    )?;
    let rows = statement.query_map([], |row| row.get::<_, Key<AccountId>>(0).map(|key| key.0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What the account may post now: due, and the first of its identity.
pub(crate) fn due(
    conn: &Connection,
    account: AccountId,
    now: Millis,
    limit: usize,
) -> Result<Vec<Stored>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM outbound o WHERE account = ?3 AND state = 'waiting' AND next_at <= ?1
           AND NOT EXISTS (SELECT 1 FROM outbound e WHERE e.identity = o.identity AND e.position < o.position)
         ORDER BY next_at, position LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![now.0, limit, Key(account)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Brings back to `soon` what waits for longer than it can have been put off: behind `soon` if it was never
/// tried, behind `longest` if it was. The clock has been set back since.
pub(crate) fn bring_back(conn: &Connection, soon: Millis, longest: Millis) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE outbound SET next_at = ?1
          WHERE state = 'waiting' AND next_at > ?1 AND (tries = 0 OR next_at > ?2)",
    )?
    .execute(params![soon.0, longest.0])?;
    Ok(())
}

/// When each account that may post has its next waiting row due.
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

/// What was with a provider when the hub stopped.
pub(crate) fn posting(conn: &Connection) -> Result<Vec<Stored>, StoreError> {
    let mut statement =
        conn.prepare(&format!("SELECT {COLUMNS} FROM outbound WHERE state = 'posting' ORDER BY position"))?;
    let rows = statement.query_map([], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Everything that waits counts as being with the provider.
pub(crate) fn all_may_be_posted(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("UPDATE outbound SET state = 'posting'", [])?;
    Ok(())
}
