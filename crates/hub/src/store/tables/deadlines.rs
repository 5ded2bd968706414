//! What must happen at a certain time. Rows, not timers: they survive a restart. A row is claimed by
//! deleting it in the very transaction that does what was due, so there is no lease to expire.

use deskbell_protocol::Millis;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::store::StoreError;

/// What becomes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An offer has rung long enough.
    Offer,
    /// An agent who did not take an interaction may be asked for it again.
    CoolOff,
    /// An interaction may have been silent for too long.
    Idle,
    /// An agent has been away for too long.
    AgentGone,
    /// The answer of a provider is overdue.
    Posting,
    /// Contacts leave the agents who have not handled them for long.
    Assignments,
    /// Old rows are due to be forgotten.
    Retention,
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::CoolOff => "cool_off",
            Self::Idle => "idle",
            Self::AgentGone => "agent_gone",
            Self::Posting => "posting",
            Self::Assignments => "assignments",
            Self::Retention => "retention",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [
            Self::Offer,
            Self::CoolOff,
            Self::Idle,
            Self::AgentGone,
            Self::Posting,
            Self::Assignments,
            Self::Retention,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }
}

/// Sets a deadline; with an earlier one for the same thing, the earlier stands.
pub(crate) fn set_earliest(
    conn: &Connection,
    kind: Kind,
    subject: &Uuid,
    due_at: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO deadlines (kind, subject, due_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (kind, subject) DO UPDATE SET due_at = min(due_at, excluded.due_at)",
    )?
    .execute(params![kind.word(), subject.as_bytes().as_slice(), due_at.0])?;
    Ok(())
}

pub(crate) fn clear(conn: &Connection, kind: Kind, subject: &Uuid) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM deadlines WHERE kind = ?1 AND subject = ?2")?
        .execute(params![kind.word(), subject.as_bytes().as_slice()])?;
    Ok(())
}

/// Takes out what is due, oldest first.
pub(crate) fn take_due(conn: &Connection, now: Millis, limit: u32) -> Result<Vec<(Kind, Uuid)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "DELETE FROM deadlines WHERE (kind, subject) IN
           (SELECT kind, subject FROM deadlines WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2)
         RETURNING kind, subject, due_at",
    )?;
    let rows = statement.query_map(params![now.0, limit], |row| {
        let kind = Kind::from_word(row.get_ref(0)?.as_str()?);
        let subject = Uuid::from_slice(row.get_ref(1)?.as_blob()?).unwrap_or_default();
        Ok((row.get::<_, i64>(2)?, kind, subject))
    })?;
    let mut due: Vec<_> = rows.collect::<Result<_, _>>()?;
    due.sort_by_key(|(at, _, _)| *at);
    Ok(due.into_iter().filter_map(|(_, kind, subject)| kind.map(|kind| (kind, subject))).collect())
}

/// When the next one is due.
pub(crate) fn next(conn: &Connection) -> Result<Option<Millis>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT min(due_at) FROM deadlines")?;
    Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(Millis))
}

/// Makes everything due so much earlier, in milliseconds.
pub(crate) fn bring_back(conn: &Connection, by_ms: i64) -> Result<(), StoreError> {
    conn.execute("UPDATE deadlines SET due_at = due_at - ?1", [by_ms])?;
    Ok(())
}
