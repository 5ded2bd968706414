//! Members of queues.

use deskbell_protocol::{AgentId, Millis, QueueId};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// Adds a member. Returns whether they were none before.
pub(crate) fn add(
    conn: &Connection,
    queue: QueueId,
    agent: AgentId,
    now: Millis,
) -> Result<bool, StoreError> {
    let added = conn.execute(
        "INSERT INTO queue_members (queue, agent, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        params![Key(queue), Key(agent), now.0],
    )?;
    Ok(added > 0)
}

/// Removes a member. Returns whether they were one.
pub(crate) fn remove(conn: &Connection, queue: QueueId, agent: AgentId) -> Result<bool, StoreError> {
    let removed = conn.execute(
        "DELETE FROM queue_members WHERE queue = ?1 AND agent = ?2",
        params![Key(queue), Key(agent)],
    )?;
    Ok(removed > 0)
}
