//! Offers of interactions to agents.

use deskbell_protocol::{
    AgentId, Channel, ConversationId, InteractionId, LogPosition, Millis, Offer, OfferId, OfferState, QueueId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::store::StoreError;
use crate::store::values::{Key, Word};

const COLUMNS: &str =
    "id, interaction, conversation, queue, queue_name, channel, contact_name, preview, agent,
    state, automatic, offered_at, deadline, version";

fn offer(row: &Row<'_>) -> rusqlite::Result<Offer> {
    Ok(Offer {
        id: row.get::<_, Key<OfferId>>(0)?.0,
        interaction: row.get::<_, Key<InteractionId>>(1)?.0,
        conversation: row.get::<_, Key<ConversationId>>(2)?.0,
        queue: row.get::<_, Key<QueueId>>(3)?.0,
        queue_name: row.get(4)?,
        channel: row.get::<_, Word<Channel>>(5)?.0,
        contact_name: row.get(6)?,
        preview: row.get(7)?,
        agent: row.get::<_, Key<AgentId>>(8)?.0,
        state: row.get::<_, Word<OfferState>>(9)?.0,
        automatic: row.get(10)?,
        offered_at: Millis(row.get(11)?),
        deadline: Millis(row.get(12)?),
        version: LogPosition(row.get(13)?),
    })
}

/// The offer with this id.
pub(crate) fn by_id(conn: &Connection, id: OfferId) -> Result<Option<Offer>, StoreError> {
    let mut statement = conn.prepare_cached(&format!("SELECT {COLUMNS} FROM offers WHERE id = ?1"))?;
    Ok(statement.query_row([Key(id)], offer).optional()?)
}

/// The ringing offer of the interaction.
pub(crate) fn ringing_for(
    conn: &Connection,
    interaction: InteractionId,
) -> Result<Option<Offer>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM offers WHERE interaction = ?1 AND state = 'ringing' LIMIT 1"
    ))?;
    Ok(statement.query_row([Key(interaction)], offer).optional()?)
}

/// The ringing offers to the agent.
pub(crate) fn ringing_at(conn: &Connection, agent: AgentId) -> Result<Vec<Offer>, StoreError> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM offers WHERE agent = ?1 AND state = 'ringing' ORDER BY id"
    ))?;
    let rows = statement.query_map([Key(agent)], offer)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// All ringing offers.
pub(crate) fn all_ringing(conn: &Connection) -> Result<Vec<Offer>, StoreError> {
    let mut statement =
        conn.prepare(&format!("SELECT {COLUMNS} FROM offers WHERE state = 'ringing' ORDER BY id"))?;
    let rows = statement.query_map([], offer)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes the row; `closed_at` is when it stopped ringing.
pub(crate) fn put(conn: &Connection, offer: &Offer, closed_at: Option<Millis>) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO offers (id, interaction, conversation, queue, queue_name, channel, contact_name, preview,
           agent, state, automatic, offered_at, deadline, version, closed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version,
           closed_at = excluded.closed_at",
    )?
    .execute(params![
        Key(offer.id),
        Key(offer.interaction),
        Key(offer.conversation),
        Key(offer.queue),
        offer.queue_name,
        Word(offer.channel),
        offer.contact_name,
        offer.preview,
        Key(offer.agent),
        Word(offer.state),
        offer.automatic,
        offer.offered_at.0,
        offer.deadline.0,
        offer.version.0,
        closed_at.map(|at| at.0)
    ])?;
    Ok(())
}
