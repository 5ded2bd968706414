//! Whose contacts are whose.

use deskbell_protocol::{AgentId, Assignment, ContactId, LogPosition, Millis};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Key, moment};

/// An assignment that stands.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) row: Assignment,
    pub(crate) agent: AgentId,
}

const COLUMNS: &str = "contact, agent, subscribed, until, version";

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
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

pub(crate) fn get(
    conn: &Connection,
    contact: ContactId,
    agent: AgentId,
) -> Result<Option<Stored>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM assignments WHERE contact = ?1 AND agent = ?2"))?;
    Ok(statement.query_row(params![Key(contact), Key(agent)], stored).optional()?)
}

/// Everybody who has the contact.
pub(crate) fn of_contact(conn: &Connection, contact: ContactId) -> Result<Vec<Stored>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM assignments WHERE contact = ?1"))?;
    let rows = statement.query_map([Key(contact)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Everybody whom the agent has.
pub(crate) fn of_agent(conn: &Connection, agent: AgentId) -> Result<Vec<Stored>, StoreError> {
    let mut statement =
        conn.prepare_cached(&format!("SELECT {COLUMNS} FROM assignments WHERE agent = ?1 ORDER BY contact"))?;
    let rows = statement.query_map([Key(agent)], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those that are over by now, the oldest first.
pub(crate) fn over(conn: &Connection, now: Millis, limit: u32) -> Result<Vec<Stored>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM assignments WHERE until IS NOT NULL AND until <= ?1 ORDER BY until LIMIT ?2"
    ))?;
    let rows = statement.query_map(params![now.0, limit], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next one is over.
pub(crate) fn next_over(conn: &Connection) -> Result<Option<Millis>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT min(until) FROM assignments WHERE until IS NOT NULL")?;
    Ok(moment(statement.query_row([], |row| row.get(0))?))
}

pub(crate) fn put(conn: &Connection, assignment: &Stored, now: Millis) -> Result<(), StoreError> {
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

pub(crate) fn remove(conn: &Connection, contact: ContactId, agent: AgentId) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM assignments WHERE contact = ?1 AND agent = ?2")?
        .execute(params![Key(contact), Key(agent)])?;
    Ok(())
}

/// Those from before there was a log of them.
pub(crate) fn untold(conn: &Connection) -> Result<Vec<Stored>, StoreError> {
    let mut statement = conn.prepare(&format!("SELECT {COLUMNS} FROM assignments WHERE version = 0"))?;
    let rows = statement.query_map([], stored)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
