//! Deadlines. They are rows and not timers, so that they survive a restart. A row is claimed by deleting it in the
//! transaction that does the work, so that no lease is needed.

use deskbell_protocol::Millis;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::store::StoreError;

/// The kind of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An offer times out.
    Offer,
    /// An interaction may be offered again to an agent who did not take it.
    CoolOff,
    /// An interaction may have been idle for too long.
    Idle,
    /// An agent has been away for too long.
    AgentGone,
    /// The response of a provider is overdue.
    Posting,
    /// Assignments expire.
    Assignments,
    /// Old rows are deleted.
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

/// Sets a deadline, unless an earlier one of the same kind and subject exists.
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

/// Deletes a deadline.
pub(crate) fn clear(conn: &Connection, kind: Kind, subject: &Uuid) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM deadlines WHERE kind = ?1 AND subject = ?2")?
        .execute(params![kind.word(), subject.as_bytes().as_slice()])?;
    Ok(())
}

/// Deletes and returns the deadlines that are due, oldest first.
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

/// When the next deadline is due.
pub(crate) fn next(conn: &Connection) -> Result<Option<Millis>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT min(due_at) FROM deadlines")?;
    Ok(statement.query_row([], |row| row.get::<_, Option<i64>>(0))?.map(Millis))
}

/// Makes all deadlines due earlier, by `by_ms` milliseconds.
pub(crate) fn move_earlier(conn: &Connection, by_ms: i64) -> Result<(), StoreError> {
    conn.execute("UPDATE deadlines SET due_at = due_at - ?1", [by_ms])?;
    Ok(())
}
