//! Statuses of messages whose provider id is not known yet: a status may be faster than the answer to
//! the send itself.

use deskbell_protocol::{AccountId, DeliveryState, Failure, Millis};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::{Json, Key, Word};

/// What is told of a message's way.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) state: DeliveryState,
    /// When it came that far, by the clock of who tells it.
    pub(crate) at: Millis,
    pub(crate) failure: Option<Failure>,
}

pub(crate) fn put(
    conn: &Connection,
    account: AccountId,
    provider_id: &str,
    told: &Told,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO orphan_statuses (account, provider_id, state, failure, received_at, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        Key(account),
        provider_id,
        Word(told.state),
        told.failure.as_ref().map(Json),
        now.0,
        told.at.0
    ])?;
    Ok(())
}

/// Takes out what was kept for a provider's id.
pub(crate) fn take(
    conn: &Connection,
    account: AccountId,
    provider_id: &str,
) -> Result<Vec<Told>, StoreError> {
    let mut statement = conn.prepare_cached(
        "DELETE FROM orphan_statuses WHERE account = ?1 AND provider_id = ?2 
         RETURNING state, coalesce(at, received_at), failure",
    )?;
    let rows = statement.query_map(params![Key(account), provider_id], |row| {
        Ok(Told {
            state: row.get::<_, Word<DeliveryState>>(0)?.0,
            at: Millis(row.get(1)?),
            failure: row.get::<_, Option<Json<Failure>>>(2)?.map(|json| json.0),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn forget(conn: &Connection, before: Millis) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM orphan_statuses WHERE received_at < ?1", [before.0])?)
}
