//! Agents, who can sign in.

use deskbell_protocol::{Agent, AgentId, Millis, Role};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Key, Word};

fn agent(row: &Row<'_>) -> rusqlite::Result<Agent> {
    Ok(Agent {
        id: row.get::<_, Key<AgentId>>(0)?.0,
        name: row.get(1)?,
        role: row.get::<_, Word<Role>>(2)?.0,
    })
}

/// Adds an agent.
pub(crate) fn insert(
    conn: &Connection,
    agent: &Agent,
    password_hash: &str,
    now: Millis,
) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO agents (id, name, role, password_hash, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![Key(agent.id), agent.name, Word(agent.role), password_hash, now.0],
    )?;
    Ok(())
}

/// Sets the password hash. Returns whether the agent exists.
pub(crate) fn set_password(conn: &Connection, id: AgentId, hash: &str) -> Result<bool, StoreError> {
    Ok(conn.execute("UPDATE agents SET password_hash = ?2 WHERE id = ?1", params![Key(id), hash])? > 0)
}

/// The agent with this id.
pub(crate) fn by_id(conn: &Connection, id: AgentId) -> Result<Option<Agent>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, name, role FROM agents WHERE id = ?1")?;
    Ok(statement.query_row([Key(id)], agent).optional()?)
}

/// The agent with this name; the comparison ignores case.
pub(crate) fn by_name(conn: &Connection, name: &str) -> Result<Option<Agent>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, name, role FROM agents WHERE name = ?1")?;
    Ok(statement.query_row([name], agent).optional()?)
}

/// All agents, by name.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Agent>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, name, role FROM agents ORDER BY name")?;
    let rows = statement.query_map([], agent)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The agent with this name and their password hash, unless they are disabled.
pub(crate) fn credentials(conn: &Connection, name: &str) -> Result<Option<(Agent, String)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT id, name, role, password_hash FROM agents WHERE name = ?1 AND disabled_at IS NULL",
    )?;
    Ok(statement.query_row([name], |row| Ok((agent(row)?, row.get(3)?))).optional()?)
}

/// Disables the agent since `at`, or enables them. Returns whether the agent exists.
pub(crate) fn set_disabled_at(
    conn: &Connection,
    id: AgentId,
    at: Option<Millis>,
) -> Result<bool, StoreError> {
    let changed = conn
        .execute("UPDATE agents SET disabled_at = ?2 WHERE id = ?1", params![Key(id), at.map(|at| at.0)])?;
    Ok(changed > 0)
}

/// Since when the agent is disabled, if they are.
pub(crate) fn disabled_at(conn: &Connection, id: AgentId) -> Result<Option<Millis>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT disabled_at FROM agents WHERE id = ?1")?;
    Ok(statement.query_row([Key(id)], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten().map(Millis))
}

/// Sets since when the agent has no session.
pub(crate) fn set_gone_since(conn: &Connection, id: AgentId, at: Option<Millis>) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE agents SET gone_since = ?2 WHERE id = ?1")?
        .execute(params![Key(id), at.map(|at| at.0)])?;
    Ok(())
}

/// Since when the agent has no session; `None` while one is open and before the first one.
pub(crate) fn gone_since(conn: &Connection, id: AgentId) -> Result<Option<Millis>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT gone_since FROM agents WHERE id = ?1")?;
    Ok(statement.query_row([Key(id)], |row| row.get::<_, Option<i64>>(0)).optional()?.flatten().map(Millis))
}
