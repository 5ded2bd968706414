//! What was said about a message before the message itself arrived.

use deskbell_channels::{InboundReaction, InboundRevocation};
use deskbell_protocol::{AccountId, Millis};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use crate::store::StoreError;
use crate::store::values::{Json, Key};

/// What can be said about a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Early {
    Reaction(InboundReaction),
    Revocation(InboundRevocation),
}

pub(crate) fn put(
    conn: &Connection,
    account: AccountId,
    message: &str,
    event: &str,
    said: &Early,
    now: Millis,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO early_events (account, message, event, said, received_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![Key(account), message, event, Json(said), now.0])?;
    Ok(())
}

/// Takes out what was kept for the provider's id of a message.
pub(crate) fn take(conn: &Connection, account: AccountId, message: &str) -> Result<Vec<Early>, StoreError> {
    let mut statement =
        conn.prepare_cached("SELECT said FROM early_events WHERE account = ?1 AND message = ?2")?;
    let rows = statement
        .query_map(params![Key(account), message], |row| row.get::<_, Json<Early>>(0).map(|json| json.0))?;
    let said = rows.collect::<Result<Vec<_>, _>>()?;
    // Hardly ever is there any: looking is cheaper than having nothing deleted.
    if !said.is_empty() {
        conn.prepare_cached("DELETE FROM early_events WHERE account = ?1 AND message = ?2")?
            .execute(params![Key(account), message])?;
    }
    Ok(said)
}

pub(crate) fn forget(conn: &Connection, before: Millis) -> Result<usize, StoreError> {
    Ok(conn.execute("DELETE FROM early_events WHERE received_at < ?1", [before.0])?)
}
