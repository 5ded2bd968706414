//! Queues.

use deskbell_protocol::{AgentId, Queue, QueueId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::Key;

fn queue(row: &Row<'_>) -> rusqlite::Result<Queue> {
    Ok(Queue { id: row.get::<_, Key<QueueId>>(0)?.0, name: row.get(1)? })
}

/// Adds a queue.
pub(crate) fn insert(conn: &Connection, queue: &Queue) -> Result<(), StoreError> {
    conn.execute("INSERT INTO queues (id, name) VALUES (?1, ?2)", params![Key(queue.id), queue.name])?;
    Ok(())
}

/// The queue with this name.
pub(crate) fn by_name(conn: &Connection, name: &str) -> Result<Option<Queue>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, name FROM queues WHERE name = ?1")?;
    Ok(statement.query_row([name], queue).optional()?)
}

/// The queue with this id.
pub(crate) fn by_id(conn: &Connection, id: QueueId) -> Result<Option<Queue>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, name FROM queues WHERE id = ?1")?;
    Ok(statement.query_row([Key(id)], queue).optional()?)
}

/// All queues, by name.
pub(crate) fn all(conn: &Connection) -> Result<Vec<Queue>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT id, name FROM queues ORDER BY name")?;
    let rows = statement.query_map([], queue)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The queues of which the agent is a member, by name.
pub(crate) fn of_agent(conn: &Connection, agent: AgentId) -> Result<Vec<Queue>, StoreError> {
    let mut statement = conn.prepare_cached(
        "SELECT q.id, q.name FROM queue_members m JOIN queues q ON q.id = m.queue
          WHERE m.agent = ?1 ORDER BY q.name",
    )?;
    let rows = statement.query_map([Key(agent)], queue)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
