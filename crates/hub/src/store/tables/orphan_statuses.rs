//! Statuses of messages whose provider's id is not known yet. A status may arrive before the response to the send
//! request.

use deskbell_protocol::{AccountId, DeliveryState, Failure, Millis};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::{Json, Key, Word};

/// A delivery status of a message.
#[derive(Clone, Debug)]
pub(crate) struct StatusReport {
    pub(crate) state: DeliveryState,
    /// When the message reached the state, by the clock of the reporter.
    pub(crate) at: Millis,
    pub(crate) failure: Option<Failure>,
}

/// Stores a status until the provider's id is known.
pub(crate) fn put(
    conn: &Connection,
    account: AccountId,
    provider_id: &str,
    report: &StatusReport,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO orphan_statuses (account, provider_id, state, failure, received_at, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        Key(account),
        provider_id,
        Word(report.state),
        report.failure.as_ref().map(Json),
        now.0,
        report.at.0
    ])?;
    Ok(())
}

/// Deletes and returns the statuses of a provider's id.
pub(crate) fn take(
    conn: &Connection,
    account: AccountId,
    provider_id: &str,
) -> Result<Vec<StatusReport>, StoreError> {
    let mut statement = conn.prepare_cached(
        "DELETE FROM orphan_statuses WHERE account = ?1 AND provider_id = ?2 
         RETURNING state, coalesce(at, received_at), failure",
    )?;
    let rows = statement.query_map(params![Key(account), provider_id], |row| {
        Ok(StatusReport {
            state: row.get::<_, Word<DeliveryState>>(0)?.0,
            at: Millis(row.get(1)?),
            failure: row.get::<_, Option<Json<Failure>>>(2)?.map(|json| json.0),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Deletes statuses received before `before`. Returns how many.
pub(crate) fn delete_expired(conn: &Connection, before: Millis) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM orphan_statuses WHERE received_at < ?1", [before.0])?)
}
