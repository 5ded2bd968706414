//! Which contacts are assigned to which agents.

use deskbell_protocol::{AgentId, Assignment, ContactId, LogPosition, Millis};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Key, moment};

/// A current assignment.
#[derive(Clone, Debug)]
pub(crate) struct StoredAssignment {
    pub(crate) row: Assignment,
    pub(crate) agent: AgentId,
}

const COLUMNS: &str = "contact, agent, subscribed, until, version";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredAssignment> {
    Ok(StoredAssignment {
        row: Assignment {
            contact: row.get::<_, Key<ContactId>>(0)?.0,
            assigned: true,
            subscribed: row.get(2)?,
            until: moment(row.get(3)?),
            version: LogPosition(row.get(4)?),
        },
        agent: row.get::<_, Key<AgentId>>(1)?.0,
    })
}

/// The assignment of the contact to the agent.
pub(crate) fn get(
    conn: &Connection,
    contact: ContactId,
    agent: AgentId,
) -> Result<Option<StoredAssignment>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM assignments WHERE contact = ?1 AND agent = ?2"))?;
    Ok(statement.query_row(params![Key(contact), Key(agent)], stored).optional()?)
}

/// The assignments of a contact.
pub(crate) fn of_contact(conn: &Connection, contact: ContactId) -> Result<Vec<StoredAssignment>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM assignments WHERE contact = ?1"))?;
    let rows = statement.query_map([Key(contact)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The assignments to an agent.
pub(crate) fn of_agent(conn: &Connection, agent: AgentId) -> Result<Vec<StoredAssignment>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM assignments WHERE agent = ?1 ORDER BY contact"))?;
    let rows = statement.query_map([Key(agent)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The assignments that have expired, oldest first.
pub(crate) fn expired(
    conn: &Connection,
    now: Millis,
    limit: u32,
) -> Result<Vec<StoredAssignment>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM assignments WHERE until IS NOT NULL AND until <= ?1 ORDER BY until LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![now.0, limit], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next assignment expires.
pub(crate) fn next_expiry(conn: &Connection) -> Result<Option<Millis>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT min(until) FROM assignments WHERE until IS NOT NULL")?;
    Ok(moment(statement.query_row([], |row| row.get(0))?))
}

/// Writes the row.
pub(crate) fn put(conn: &Connection, assignment: &StoredAssignment, now: Millis) -> Result<(), StoreError> {
    let row = &assignment.row;
    conn.prepare_cached(
        "INSERT INTO assignments (contact, agent, subscribed, until, since, version)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (contact, agent) DO UPDATE SET subscribed = excluded.subscribed, until = excluded.until,
           version = excluded.version",
    )?
    .execute(params![
        Key(row.contact),
        Key(assignment.agent),
        row.subscribed,
        row.until.map(|at| at.0),
        now.0,
        row.version.0
    ])?;
    Ok(())
}

/// Deletes the row.
pub(crate) fn remove(conn: &Connection, contact: ContactId, agent: AgentId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM assignments WHERE contact = ?1 AND agent = ?2")?
        .execute(params![Key(contact), Key(agent)])?;
    Ok(())
}

/// Assignments that older versions stored without logging them.
pub(crate) fn unlogged(conn: &Connection) -> Result<Vec<StoredAssignment>, StoreError> {
    let mut statement = conn.prepare(&format!("SELECT {COLUMNS} FROM assignments WHERE version = 0"))?;
    let rows = statement.query_map([], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
