//! Commands that were executed, so that a repeated one changes nothing.

use deskbell_protocol::{AgentId, CommandId, Millis};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// Whether the agent's command was executed before.
pub(crate) fn is_done(conn: &Connection, id: CommandId, agent: AgentId) -> Result<bool, StoreError> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM commands WHERE id = ?1 AND agent = ?2")?;
    Ok(statement.exists(params![Key(id), Key(agent)])?)
}

/// Records that the command was executed.
pub(crate) fn insert(
    conn: &Connection,
    id: CommandId,
    agent: AgentId,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached("INSERT INTO commands (id, agent, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![Key(id), Key(agent), now.0])?;
    Ok(())
}

/// Deletes commands from before `before`. Returns how many.
pub(crate) fn delete_expired(conn: &Connection, before: Millis) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM commands WHERE at < ?1", [before.0])?)
}
