//! Open connections. Emptied when the hub starts: whoever was connected to its last life is not now.

use deskbell_protocol::{AgentId, Millis, SessionId};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;

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

/// Returns whether the session was open.
pub(crate) fn remove(conn: &Connection, id: SessionId) -> Result<bool, StoreError> {
    Ok(conn.prepare_cached("DELETE FROM sessions WHERE id = ?1")?.execute([Key(id)])? > 0)
}

pub(crate) fn count(conn: &Connection, agent: AgentId) -> Result<i64, StoreError> {
    let mut statement = conn.prepare_cached("SELECT count(*) FROM sessions WHERE agent = ?1")?;
    Ok(statement.query_row([Key(agent)], |row| row.get(0))?)
}

/// Since when each of the agent's connections is open, oldest first.
pub(crate) fn of_agent(conn: &Connection, agent: AgentId) -> Result<Vec<Millis>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT since FROM sessions WHERE agent = ?1 ORDER BY since")?;
    let rows = statement.query_map([Key(agent)], |row| row.get(0).map(Millis))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Closes all. Returns whose they were.
pub(crate) fn clear(conn: &Connection) -> Result<Vec<AgentId>, StoreError> {
    let mut statement = conn.prepare("SELECT DISTINCT agent FROM sessions")?;
    let agents = statement.query_map([], |row| row.get::<_, Key<AgentId>>(0).map(|key| key.0))?;
    let agents = agents.collect::<Result<_, _>>()?;
    conn.execute("DELETE FROM sessions", [])?;
    Ok(agents)
}
