//! What each agent took part in.

use deskbell_protocol::{AgentId, Interaction};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// The agent takes part in the interaction, which is stored already.
pub(crate) fn put(conn: &Connection, agent: AgentId, row: &Interaction) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO interaction_participants (participant, begun_at, interaction) VALUES (?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![Key(agent), row.created_at.0, Key(row.id)])?;
    Ok(())
}
