//! Tokens of signed-in agents, stored as hashes so that they cannot be used by somebody who reads the file.

use deskbell_protocol::{Agent, AgentId, Millis, Role};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::StoreError;
use crate::store::values::{Key, Word};

/// Adds a token.
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

/// The agent of a valid token, and when it expires.
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

/// Extends a valid token.
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

/// Deletes a token.
pub(crate) fn delete(conn: &Connection, hash: &[u8]) -> Result<(), StoreError> {
    conn.execute("DELETE FROM tokens WHERE hash = ?1", params![hash])?;
    Ok(())
}

/// Deletes all tokens of the agent. Returns how many there were.
pub(crate) fn delete_of(conn: &Connection, agent: AgentId) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM tokens WHERE agent = ?1", [Key(agent)])?)
}

/// Deletes all tokens.
pub(crate) fn delete_all(conn: &Connection) -> Result<(), StoreError> {
    conn.execute("DELETE FROM tokens", [])?;
    Ok(())
}

/// When each valid token of the agent was issued and when it expires, oldest first.
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

/// Deletes tokens that expired before `expired_before`. Returns how many.
pub(crate) fn delete_expired(conn: &Connection, expired_before: Millis) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM tokens WHERE expires_at < ?1", [expired_before.0])?)
}
