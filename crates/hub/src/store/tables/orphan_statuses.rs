//! Statuses of messages whose provider id is not known yet: a status may be faster than the answer to
//! the send itself.

use deskbell_protocol::{AccountId, DeliveryState, Failure, Millis};
use rusqlite::{Connection, params};

use crate::store::error::StoreError;
use crate::store::values::{Json, Key, Word};

pub(in crate::store) fn put(
    conn: &Connection,
    account: AccountId,
    provider_id: &str,
    state: DeliveryState,
    failure: Option<&Failure>,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO orphan_statuses (account, provider_id, state, failure, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?
    .execute(params![Key(account), provider_id, Word(state), failure.map(Json), now.0])?;
    Ok(())
}

/// Takes out what was kept for a provider's id.
pub(in crate::store) fn take(
    conn: &Connection,
    account: AccountId,
    provider_id: &str,
) -> Result<Vec<(DeliveryState, Option<Failure>)>, StoreError> {
    let mut statement = conn.prepare_cached(
        "DELETE FROM orphan_statuses WHERE account = ?1 AND provider_id = ?2 RETURNING state, failure",
    )?;
    let rows = statement.query_map(params![Key(account), provider_id], |row| {
        Ok((
            row.get::<_, Word<DeliveryState>>(0)?.0,
            row.get::<_, Option<Json<Failure>>>(1)?.map(|json| json.0),
        ))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(in crate::store) fn forget(conn: &Connection, before: Millis) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM orphan_statuses WHERE received_at < ?1", [before.0])?)
}
