//! Open sessions of agents. The table is cleared when the hub starts.

use deskbell_protocol::{AgentId, Millis, SessionId};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// Adds a session.
pub(crate) fn insert(
    conn: &Connection,
    id: SessionId,
    agent: AgentId,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO sessions (id, agent, since) VALUES (?1, ?2, ?3)")?.execute(params![
        Key(id),
        Key(agent),
        now.0
    ])?;
    Ok(())
}

/// Removes a session. Returns whether it was open.
pub(crate) fn remove(conn: &Connection, id: SessionId) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("DELETE FROM sessions WHERE id = ?1")?.execute([Key(id)])? > 0)
}

/// How many sessions the agent has.
pub(crate) fn count(conn: &Connection, agent: AgentId) -> Result<i64, StoreError> {
    let mut statement = conn.prepare_cached("SELECT count(*) FROM sessions WHERE agent = ?1")?;
    Ok(statement.query_row([Key(agent)], |row| row.get(0))?)
}

/// Since when each session of the agent is open, oldest first.
pub(crate) fn of_agent(conn: &Connection, agent: AgentId) -> Result<Vec<Millis>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT since FROM sessions WHERE agent = ?1 ORDER BY since")?;
    let rows = statement.query_map([Key(agent)], |row| row.get(0).map(Millis))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes all sessions. Returns their agents.
pub(crate) fn clear(conn: &Connection) -> Result<Vec<AgentId>, StoreError> {
    let mut statement = conn.prepare("SELECT DISTINCT agent FROM sessions")?;
    let agents = statement.query_map([], |row| row.get::<_, Key<AgentId>>(0).map(|key| key.0))?;
    let agents = agents.collect::<Result<_, _>>()?;
    conn.execute("DELETE FROM sessions", [])?;
    Ok(agents)
}
