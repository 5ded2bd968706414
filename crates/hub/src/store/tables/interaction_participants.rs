//! The interactions in which each agent took part.

use deskbell_protocol::{AgentId, Interaction};
use rusqlite::{Connection, params};

use crate::store::StoreError;
use crate::store::values::Key;

/// Records that the agent takes part in the interaction, which must be stored already.
pub(crate) fn put(conn: &Connection, agent: AgentId, row: &Interaction) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO interaction_participants (participant, begun_at, interaction) VALUES (?1, ?2, ?3)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![Key(agent), row.created_at.0, Key(row.id)])?;
    Ok(())
}
