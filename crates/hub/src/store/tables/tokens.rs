//! Tokens of signed-in agents, as hashes: whoever reads the file cannot use them.

use deskbell_protocol::{Agent, AgentId, Millis, Role};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;
use crate::store::values::{Key, Word};

pub(crate) fn insert(
    conn: &Connection,
    hash: &[u8],
    agent: AgentId,
    now: Millis,
    expires_at: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO tokens (hash, agent, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![hash, Key(agent), now.0, expires_at.0])?;
    Ok(())
}

/// Whose token this is, if it still works, and until when it does.
pub(crate) fn agent(
    conn: &Connection,
    hash: &[u8],
    now: Millis,
) -> Result<Option<(Agent, Millis)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT a.id, a.name, a.role, t.expires_at FROM tokens t JOIN agents a ON a.id = t.agent
          WHERE t.hash = ?1 AND t.expires_at > ?2 AND a.disabled_at IS NULL",
    )?;
    let found = statement.query_row(params![hash, now.0], |row| {
        let agent = Agent {
            id: row.get::<_, Key<AgentId>>(0)?.0,
            name: row.get(1)?,
            role: row.get::<_, Word<Role>>(2)?.0,
        };
        Ok((agent, Millis(row.get(3)?)))
    });
    Ok(found.optional()?)
}

/// Lets a token that still works do so for longer.
pub(crate) fn renew(
    conn: &Connection,
    hash: &[u8],
    now: Millis,
    expires_at: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE tokens SET expires_at = max(expires_at, ?3) WHERE hash = ?1 AND expires_at > ?2",
    )?
    .execute(params![hash, now.0, expires_at.0])?;
    Ok(())
}

/// One sign-in is over.
pub(crate) fn delete(conn: &Connection, hash: &[u8]) -> Result<(), StoreError> {
    conn.execute("DELETE FROM tokens WHERE hash = ?1", params![hash])?;
    Ok(())
}

/// Returns how many there were.
pub(crate) fn delete_of(conn: &Connection, agent: AgentId) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM tokens WHERE agent = ?1", [Key(agent)])?)
}

pub(crate) fn delete_all(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("DELETE FROM tokens", [])?;
    Ok(())
}

/// The sign-ins that still work, oldest first: since when and until when.
pub(crate) fn of_agent(
    conn: &Connection,
    agent: AgentId,
    now: Millis,
) -> Result<Vec<(Millis, Millis)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT created_at, expires_at FROM tokens WHERE agent = ?1 AND expires_at > ?2 ORDER BY created_at",
    )?;
    let rows = statement
        .query_map(params![Key(agent), now.0], |row| Ok((Millis(row.get(0)?), Millis(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn forget(conn: &Connection, expired_before: Millis) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM tokens WHERE expires_at < ?1", [expired_before.0])?)
}
