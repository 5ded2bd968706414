//! Events about messages that have not arrived yet.

use deskbell_channels::{InboundReaction, InboundRevocation};
use deskbell_protocol::{AccountId, Millis};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::store::StoreError;
use crate::store::values::{Json, Key};

/// An event about a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum EarlyEvent {
    Reaction(InboundReaction),
    Revocation(InboundRevocation),
}

/// Stores an event under the provider's ids of the message and of the event. A repeated one is ignored.
pub(crate) fn put(
    conn: &Connection,
    account: AccountId,
    message: &str,
    event: &str,
    payload: &EarlyEvent,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO early_events (account, message, event, said, received_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![Key(account), message, event, Json(payload), now.0])?;
    Ok(())
}

/// Deletes and returns the events of the message with this provider's id.
pub(crate) fn take(
    conn: &Connection,
    account: AccountId,
    message: &str,
) -> Result<Vec<EarlyEvent>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT said FROM early_events WHERE account = ?1 AND message = ?2")?;
    let rows = statement.query_map(params![Key(account), message], |row| {
        row.get::<_, Json<EarlyEvent>>(0).map(|json| json.0)
    })?;
    let events = rows.collect::<Result<Vec<_>, _>>()?;
    // There are hardly ever any, and a query is cheaper than a DELETE without rows.
    if !events.is_empty() {
        conn.prepare_cached("DELETE FROM early_events WHERE account = ?1 AND message = ?2")?
            .execute(params![Key(account), message])?;
    }
    Ok(events)
}

/// Deletes events received before `before`. Returns how many.
pub(crate) fn delete_expired(conn: &Connection, before: Millis) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM early_events WHERE received_at < ?1", [before.0])?)
}
